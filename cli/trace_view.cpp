// peal trace view: a page that shows a run.
#include "cli/trace_view.hpp"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/run_json.hpp"
#include "cli/run_svg.hpp"
#include "cli/terminal.hpp"
#include "cli/view_page.hpp"
#include "cli/whole_file.hpp"

namespace peal::cli {
namespace {

/// Of more, the page gets heavy: a part of it serves better.
constexpr std::size_t events_advised = 200'000;

/// Nothing that people wrote may end the script around the run, or begin another one.
std::string page_of(const std::string& run) {
  static constexpr std::string_view mark = "/*RUN*/";
  const std::string_view page = view_page();
  const std::size_t at = page.find(mark);
  std::string whole(page.substr(0, at));
  for (const char c : run) {
    if (c == '<')
      whole += "\\u003c";
    else
      whole += c;
  }
  return whole.append(page.substr(at + mark.size()));
}

}  // namespace

ExitCode view_traces(const std::vector<std::string>& paths, const TraceFilter& filter,
                     const std::string& out, ViewForm form) {
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
  write_whole(out, text(), "-o");
  const auto shown = static_cast<std::size_t>(std::ranges::count_if(
      draft.story.steps, [&](const trace::Step& step) { return sieve.lets_through(step); }));
  const std::string of_all =
      shown == draft.story.steps.size() ? "" : fmt::format(" of {}", draft.story.steps.size());
  std::puts(fmt::format("{}: {}{} into {} in {:.3f} s", harmless(out), counted(shown, "event"),
                        of_all, counted(draft.story.lines.size(), "machine"),
                        static_cast<double>(draft.story.duration_us) / 1e6)
                .c_str());
  if (form == ViewForm::page && shown > events_advised)
    std::puts("that is much for a page: --from and --to take a part of it");
  return ExitCode::done;
}

}  // namespace peal::cli
