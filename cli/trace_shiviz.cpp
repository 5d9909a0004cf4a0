// peal trace shiviz: a log for ShiViz (Beschastnikh et al., 2016), with vector clocks.
#include <algorithm>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/sim_outputs.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_input.hpp"
#include "cli/trace_show.hpp"
#include "core/trace/order.hpp"

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

/// Events that are left out do not count: the clocks of ShiViz must have no holes. What they had
/// heard of, their machine's next event has heard of.
class Clocks {
 public:
  explicit Clocks(const trace::Story& story)
      : story_(story), now_(story.lines.size(), std::vector<std::uint32_t>(story.lines.size())) {
    sent_.resize(story.steps.size());
  }
  const std::vector<std::uint32_t>& take(trace::Index i, bool counts) {
    const trace::Step& step = story_.steps[i];
    std::vector<std::uint32_t>& own = now_[step.line];
    const trace::Index sent =
        step.arrow == trace::none ? trace::none : story_.arrows[step.arrow].sent;
    if (sent != trace::none && sent < i)
      for (std::size_t line = 0; line < own.size(); ++line)
        own[line] = std::max(own[line], sent_[sent][line]);
    if (counts) ++own[step.line];
    sent_[i] = own;
    return own;
  }

 private:
  const trace::Story& story_;
  std::vector<std::vector<std::uint32_t>> now_;
  std::vector<std::vector<std::uint32_t>> sent_;
};

}  // namespace

ExitCode write_shiviz(const std::vector<std::string>& paths, const TraceFilter& filter,
                      const std::string& out) {
  const std::vector<TraceChain> chains = open_traces(paths);
  tell_other_versions(chains);
  const trace::Draft draft = tell_story(chains, {});
  const trace::Story& story = draft.story;
  const Sieve sieve(filter, story);
  OutputFile file("-o", out.empty() ? "-" : out);
  Clocks clocks(story);
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
