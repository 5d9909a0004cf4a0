// What two sequences have in common, in order.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "sim/field/arrivals.hpp"

namespace peal::sim {

/// Places of tokens of the one and of the other that correspond, both rising: a longest common
/// subsequence (Myers, 1986). Where they are very different, one that need not be the longest.
using Alignment = std::vector<std::pair<std::size_t, std::size_t>>;
[[nodiscard]] Alignment align(const std::vector<Arrival>& one, const std::vector<Arrival>& other);

}  // namespace peal::sim
