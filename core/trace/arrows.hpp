// Which message that left is which message that arrived.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "core/trace/narrator.hpp"

namespace peal::trace {

/// Of letters that arrived, by their place in Draft::received: steps before which they left.
using LeftBefore = std::map<std::size_t, Index>;

/// Makes the arrows of a draft anew: one for each letter that arrived, in their order, and then one
/// for each that did not and had gone to one machine. Of letters of one machine with equal contents
/// the latest that had been sent by then is taken, or one that seems to have been sent a little
/// later by another clock, if that is nearer. The draft must be aligned. Says of each arrow whether
/// another letter that was sent earlier may be meant.
std::vector<bool> draw_arrows(Draft& draft, const LeftBefore& bounds);

}  // namespace peal::trace
