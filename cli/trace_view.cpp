// peal trace view: a page that shows a run.
#include "cli/trace_view.hpp"

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

/// Nothing inside the run may end the script around it.
std::string page_of(std::string run) {
  for (std::size_t at = run.find("</"); at != std::string::npos; at = run.find("</", at + 3))
    run.replace(at, 2, "<\\/");
  static constexpr std::string_view mark = "/*RUN*/";
  const std::string_view page = view_page();
  const std::size_t at = page.find(mark);
  return std::string(page.substr(0, at)) + run + std::string(page.substr(at + mark.size()));
}

}  // namespace

ExitCode view_traces(const std::vector<std::string>& paths, const TraceFilter& filter,
                     const std::string& out, ViewForm form) {
  const std::vector<TraceChain> chains = open_traces(paths);
  tell_other_versions(chains);
  const trace::Draft draft = tell_story(chains, {.changes = form != ViewForm::svg});
  for (const std::string& note : draft.story.notes)
    std::fprintf(stderr, "%s\n", harmless(note).c_str());
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
  std::puts(fmt::format("{}: {} into {} in {:.3f} s", harmless(out),
                        counted(draft.story.steps.size(), "event"),
                        counted(draft.story.lines.size(), "machine"),
                        static_cast<double>(draft.story.duration_us) / 1e6)
                .c_str());
  if (form == ViewForm::page && draft.story.steps.size() > events_advised)
    std::puts("that is much for a page: --from and --to take a part of it");
  return ExitCode::done;
}

}  // namespace peal::cli
