// Which message that left is which message that arrived.
#pragma once

#include "core/trace/narrator.hpp"

namespace peal::trace {

/// Makes the arrows of a draft: one for each letter that went to one machine, and one for each that
/// arrived. Of letters of one machine with equal contents the latest that had been sent by then is
/// taken, or one that seems to have been sent a little later by another clock, if that is nearer.
/// The draft must be aligned.
void draw_arrows(Draft& draft);

}  // namespace peal::trace
