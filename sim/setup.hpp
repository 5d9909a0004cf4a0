// What a run begins with, and everything that is done in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/config.hpp"
#include "sim/action.hpp"
#include "sim/network.hpp"

namespace peal::sim {

struct Setup {
  std::vector<ServerId> servers;  ///< by place
  std::size_t people = 0;
  std::vector<std::size_t> later;  ///< servers that do not start by themselves
  Weather weather;
  std::vector<std::size_t> deaf_to_groups;  ///< people whom no multicast reaches
  std::int64_t wall_spread_ms = 0;
  std::int64_t wake_late_us = 0;  ///< so long after deadlines machines are woken, at most
  /// Windows, limits and periods of every server.
  ServerConfig tuning;
  friend bool operator==(const Setup&, const Setup&) = default;
};

/// A whole run as a list: with the same seed for the network it is the same run again.
struct Script {
  std::uint64_t seed = 0;  ///< of everything that actions leave open: delays, losses, identities
  Setup setup;
  std::vector<TimedAction> actions;  ///< in the order of time
  /// From then on everything must settle, and every promise is judged in the end; -1: the run ends
  /// at `until_us` instead.
  std::int64_t settle_at_us = -1;
  std::int64_t until_us = 0;
  friend bool operator==(const Script&, const Script&) = default;
};

}  // namespace peal::sim
