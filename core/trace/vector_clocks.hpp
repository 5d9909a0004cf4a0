// What each step of a story has heard of: vector clocks (Fidge, 1988; Mattern, 1989).
#pragma once

#include <cstdint>
#include <vector>

#include "core/trace/story.hpp"

namespace peal::trace {

/// Of a story in its order, which must outlive it.
class VectorClocks {
 public:
  explicit VectorClocks(const Story& story);
  /// Of the next step, which is to be taken after all before it: how many steps of each line it has
  /// heard of, itself included. One that does not count is in no clock, and what it had heard of,
  /// its machine's next step has heard of. Valid until the next is taken.
  [[nodiscard]] const std::vector<std::uint32_t>& take(Index step, bool counts = true);

 private:
  const Story& story_;
  std::vector<std::vector<std::uint32_t>> now_;   ///< by line
  std::vector<std::vector<std::uint32_t>> sent_;  ///< by step
};

}  // namespace peal::trace
