// One order for the steps of all machines.
#pragma once

#include <vector>

#include "core/trace/narrator.hpp"

namespace peal::trace {

/// Draws the arrows of a draft, which must be aligned, and puts its steps into an order in which
/// nothing comes before what it depends on (Lamport, 1978), whatever the clocks say. Times begin at
/// 0 afterwards, and lines are in the order of the ring. Says of each step where it was before;
/// those of one line stay in their order.
std::vector<Index> put_in_order(Draft& draft);

}  // namespace peal::trace
