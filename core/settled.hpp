// Logs that ended long ago and that everybody has: said in one line instead of one by one.
#pragma once

#include "core/history.hpp"
#include "core/message.hpp"
#include "core/version_vector.hpp"

namespace peal {

/// Every leadership begins a log, and none ever goes. But who has all of a log that ended long ago
/// has it for good, so it is enough to compare digests of all of these at once.
///
/// With respect to a horizon a log is settled when its last entry here is older, and all of it is
/// durable and stable here. An entry's place in a log determines its time, so two servers that hold
/// the same of the logs name the same ones, whatever horizon they are asked for.
[[nodiscard]] VersionVector settled_logs(const History& history, const VersionVector& stable,
                                         Hlc horizon);
/// What is said of them. Two servers that say the same hold the same of the same logs.
[[nodiscard]] Settled settled(const VersionVector& logs, Hlc horizon);
/// The horizon that a server names that has entries up to `newest`. It moves in steps, so that the
/// logs that it settles seldom change.
[[nodiscard]] Hlc settled_before(Hlc newest, Duration settle_after);

}  // namespace peal
