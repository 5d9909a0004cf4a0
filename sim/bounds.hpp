// By when what is promised must be so, for servers that are configured in one way.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/config.hpp"

namespace peal::sim {

/// Times in microseconds.
struct Bounds {
  /// After the heal: one view.
  std::int64_t one_view_us = 0;
  /// After the heal: one history, everywhere on disk and with everybody whom it concerns.
  std::int64_t converge_us = 0;
  /// Whoever reaches a server that works both ways gets a verdict so soon, whatever the weather,
  /// when nothing was broken or mended meanwhile.
  std::int64_t patience_us = 0;
  /// The same after the heal.
  std::int64_t heal_patience_us = 0;
  /// One leader, when nothing has happened for so long.
  std::int64_t one_leader_us = 0;
  /// Servers that reach each other, directly or by others, have what any of them had so long ago.
  std::int64_t spread_us = 0;
  /// A server tells its timelines.
  std::int64_t audit_us = 0;
  /// Entries that a leader lets be on their way to disks.
  std::size_t places = 1;

  /// What a queue before a slow disk adds to the patience for a verdict: all places together may
  /// take up to slow_by_us longer, and the last of so many submissions waits as many times.
  [[nodiscard]] std::int64_t queueing_us(std::size_t submissions, std::int64_t slow_by_us) const;

  friend bool operator==(const Bounds&, const Bounds&) = default;
};

/// Those of the usual configuration, and what each of its times that is longer than usual adds; a
/// shorter one takes nothing away.
[[nodiscard]] Bounds bounds_of(const ServerConfig& config);

}  // namespace peal::sim
