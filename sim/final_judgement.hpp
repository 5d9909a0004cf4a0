// The end of a run: whether all is quiet, and what the oracles say of what is left.
#pragma once

#include "sim/auditor.hpp"
#include "sim/world.hpp"

namespace peal::sim {

/// One view, equal histories that are stable on every disk, nobody waits for anything.
[[nodiscard]] bool settled(const World& world);
/// Every server told all that its disk holds of the auditor's rooms.
[[nodiscard]] bool told_all(const World& world, const Auditor& auditor);
/// With everything up and the auditor done.
void judge_all(World& world, const Auditor& auditor);

}  // namespace peal::sim
