// What a story comes to in numbers.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/trace/narrator.hpp"

namespace peal::trace {

/// From the first server that began to vote to the first in the view that came of it.
struct Election {
  std::uint64_t round = 0;
  VoteReason reason = VoteReason::startup;
  std::int64_t from_us = 0;
  std::int64_t to_us = 0;
  ServerId winner;
};

struct Statistics {
  std::array<std::uint64_t, message_kinds> messages{};
  std::array<std::uint64_t, message_kinds> bytes{};  ///< of their datagrams
  std::array<std::uint64_t, message_kinds> lost{};   ///< to machines that were recorded, too
  std::vector<Election> elections;
  /// From a message's arrival, at its author's client when that was recorded, else at its home, to
  /// its acknowledgement there; sorted.
  std::vector<std::int64_t> acknowledged_us;
  /// From the end of a leader's process to the first view of another; sorted.
  std::vector<std::int64_t> failover_us;
};

/// Of a story in its order.
[[nodiscard]] Statistics statistics_of(const Draft& draft);

}  // namespace peal::trace
