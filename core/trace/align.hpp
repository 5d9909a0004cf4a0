// One time for steps that were recorded by several clocks.
#pragma once

#include "core/trace/narrator.hpp"

namespace peal::trace {

/// Shifts the times of all steps to those of one clock. Where messages went both ways between two
/// clocks, their difference is taken such that the fastest took as long there as back (Cristian,
/// 1989); where none went, the hosts' walls are believed.
void align(Draft& draft);

}  // namespace peal::trace
