// peal trace shiviz: a log for ShiViz (Beschastnikh et al., 2016), with vector clocks.
#include <algorithm>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/sim_outputs.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_input.hpp"
#include "cli/trace_show.hpp"
#include "core/trace/vector_clocks.hpp"

namespace peal::cli {
namespace {

/// A host is one word to ShiViz.
std::string host_of(const trace::Line& line) {
  std::string host = line.name;
  std::ranges::replace(host, ' ', '-');
  return host;
}

/// Every line break would begin another event; and what begins with one word and then "{" would be
/// taken for a host and its clock.
std::string shiviz_text(const trace::Step& step) {
  std::string text = fmt::format("{} {} {}", step.number, step.kind, harmless(step.text));
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

ExitCode write_shiviz(const std::vector<std::string>& paths, const TraceFilter& filter,
                      const std::string& out) {
  const trace::Draft draft = open_story(paths, {});
  const trace::Story& story = draft.story;
  const Sieve sieve(filter, story);
  tell_notes(story);
  OutputFile file("-o", out.empty() ? "-" : out);
  // The clocks of ShiViz must have no holes, so what is left out does not count.
  trace::VectorClocks clocks(story);
  for (trace::Index i = 0; i < story.steps.size(); ++i) {
    const trace::Step& step = story.steps[i];
    const bool wanted = sieve.lets_through(step);
    const std::vector<std::uint32_t>& clock = clocks.take(i, wanted);
    if (!wanted) continue;
    Json json = Json::object();
    for (std::size_t line = 0; line < clock.size(); ++line)
      if (clock[line] != 0) json[host_of(story.lines[line])] = clock[line];
    file.stream() << shiviz_text(step) << '\n'
                  << host_of(story.lines[step.line]) << ' ' << line_of(json) << '\n';
  }
  file.finish();
  return ExitCode::done;
}

}  // namespace peal::cli
