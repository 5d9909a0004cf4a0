// Which logs are settled, and their digest.
#include "core/settled.hpp"

#include <algorithm>

namespace peal {
namespace {

/// The horizon moves when this part of settle_after has passed.
constexpr std::int64_t steps = 32;

}  // namespace

VersionVector settled_logs(const History& history, const VersionVector& stable, Hlc horizon) {
  VersionVector logs;
  for (const EntryId end : history.held().pairs())
    if (history.last_in(end.log) < horizon && history.durable().covers(end) && stable.covers(end))
      logs.advance(end);
  return logs;
}

Settled settled(const VersionVector& logs, Hlc horizon) {
  Hasher hasher;
  logs.mix_into(hasher);
  return {horizon, logs.size(), hasher.digest()};
}

Hlc settled_before(Hlc newest, Duration settle_after) {
  const std::int64_t before = newest.wall().ms - settle_after.us / 1'000;
  const std::int64_t step = std::max<std::int64_t>(1, settle_after.us / 1'000 / steps);
  if (before <= 0) return {};
  return {static_cast<std::uint64_t>(before - before % step) << 16U};
}

}  // namespace peal
