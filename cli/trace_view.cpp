// peal trace view: a page that shows a run.
#include "cli/trace_view.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/packed.hpp"
#include "cli/run_json.hpp"
#include "cli/run_svg.hpp"
#include "cli/sim_outputs.hpp"
#include "cli/terminal.hpp"
#include "cli/view_page.hpp"
#include "cli/whole_file.hpp"

namespace peal::cli {
namespace {

/// Of more, the page gets heavy: a part of it serves better.
constexpr std::size_t events_advised = 200'000;

/// Packed, a run takes a sixth; and nothing that people wrote can end the script around it.
std::string page_of(const std::string& run) {
  static constexpr std::string_view mark = "/*RUN*/";
  const std::string_view page = view_page();
  const std::size_t at = page.find(mark);
  return std::string(page.substr(0, at)) + packed(run) + std::string(page.substr(at + mark.size()));
}

/// "-" is standard output.
void write_out(const std::string& out, const std::string& text) {
  if (out != "-") return write_whole(out, text, "-o");
  OutputFile file("-o", out);
  file.stream() << text;
  file.finish();
}

}  // namespace

ExitCode view_traces(const std::vector<std::string>& paths, const TraceFilter& filter,
                     const std::string& out, ViewForm form) {
  // Before all the work.
  if (out != "-") check_place(out, "-o");
  const trace::Draft draft = open_story(paths, {.changes = form != ViewForm::svg});
  tell_notes(draft.story);
  const Sieve sieve(filter, draft.story);
  const auto text = [&] {
    switch (form) {
      case ViewForm::page: return page_of(run_json(draft, sieve));
      case ViewForm::json: return run_json(draft, sieve) + '\n';
      case ViewForm::svg: break;
    }
    return run_svg(draft.story, sieve, !filter.kinds.empty());
  };
  write_out(out, text());
  const auto shown = static_cast<std::size_t>(std::ranges::count_if(
      draft.story.steps, [&](const trace::Step& step) { return sieve.lets_through(step); }));
  const std::string of_all =
      shown == draft.story.steps.size() ? "" : fmt::format(" of {}", draft.story.steps.size());
  std::FILE* told = out == "-" ? stderr : stdout;
  fmt::print(told, "{}: {}{} into {} in {:.3f} s\n", out == "-" ? "standard output" : harmless(out),
             counted(shown, "event"), of_all, counted(draft.story.lines.size(), "machine"),
             static_cast<double>(draft.story.duration_us) / 1e6);
  if (form == ViewForm::page && shown > events_advised)
    fmt::print(told, "that is much for a page: --from and --to take a part of it\n");
  return ExitCode::done;
}

}  // namespace peal::cli
