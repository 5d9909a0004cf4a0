// What each step of a story has heard of: vector clocks (Fidge, 1988; Mattern, 1989).
#include "core/trace/vector_clocks.hpp"

#include <algorithm>

namespace peal::trace {

VectorClocks::VectorClocks(const Story& story)
    : story_(story),
      now_(story.lines.size(), std::vector<std::uint32_t>(story.lines.size())),
      sent_(story.steps.size()) {}

const std::vector<std::uint32_t>& VectorClocks::take(Index i, bool counts) {
  const Step& step = story_.steps[i];
  std::vector<std::uint32_t>& own = now_[step.line];
  const Index sent = step.arrow == none ? none : story_.arrows[step.arrow].sent;
  if (sent != none && sent < i)
    for (std::size_t line = 0; line < own.size(); ++line)
      own[line] = std::max(own[line], sent_[sent][line]);
  if (counts) ++own[step.line];
  sent_[i] = own;
  return own;
}

}  // namespace peal::trace
