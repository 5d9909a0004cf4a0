// One order for the steps of all machines.
#pragma once

#include <cstdint>
#include <vector>

#include "core/trace/narrator.hpp"

namespace peal::trace {

/// Puts the steps of a draft, aligned and with its arrows drawn, into an order in which nothing
/// comes before what it depends on (Lamport, 1978), whatever the clocks say. Times begin at 0
/// afterwards, and lines are in the order of the ring.
void put_in_order(Draft& draft);

/// Of each step, in the story's order: how many steps of each line it has heard of, itself
/// included.
[[nodiscard]] std::vector<std::vector<std::uint32_t>> vector_clocks(const Story& story);

}  // namespace peal::trace
