// What a run looks like to who reads it: machines as lines, events on them, messages between them.
#include "core/trace/story.hpp"

namespace peal::trace {

void end_life(Story& story, Index line, Index step, bool clean) {
  for (Life& life : story.lives) {
    if (life.line != line || life.to != none) continue;
    life.to = step;
    life.clean = clean;
  }
  for (InView& view : story.views)
    if (view.line == line && view.to == none) view.to = step;
}

}  // namespace peal::trace
