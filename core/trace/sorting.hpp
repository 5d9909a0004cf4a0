// In which order steps can have happened.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/trace/story.hpp"

namespace peal::trace {

/// Of the story's steps, as they are numbered now.
struct Sorted {
  std::vector<Index> order;
  std::vector<std::int64_t> at_us;  ///< of each step: not before what it depends on
  /// Arrows that cannot be: what they reach comes before what they leave. The order is one without
  /// them.
  std::vector<std::size_t> contradictory;
};

/// Nothing comes before what it depends on, and of the rest the earliest comes first (Lamport,
/// 1978; Kahn, 1962). Of arrows that make a circle one is contradictory: of those in doubt, or else
/// of all, that which goes back furthest in time. in_doubt: of each arrow, whether another letter
/// may be meant.
[[nodiscard]] Sorted sort_steps(const Story& story, const std::vector<bool>& in_doubt);

}  // namespace peal::trace
