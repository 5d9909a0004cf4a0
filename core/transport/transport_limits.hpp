// How much a transport keeps of what it cannot send or answer yet.
#pragma once

#include <cstddef>

#include "core/limits.hpp"
#include "core/time.hpp"

namespace peal::transport {

/// Messages that wait for a channel to one address; beyond, the oldest goes.
inline constexpr std::size_t waiting_messages_max = 128;
/// Addresses to which something waits; beyond, nothing more does.
inline constexpr std::size_t waiting_targets_max = limits::known_servers_max;
/// Handshakes in progress because of what was heard in clear; beyond, it is not heeded.
inline constexpr std::size_t hints_max = 32;
/// What is heard in clear leads to a handshake when the channel was silent for so long.
inline constexpr Duration silent_after = milliseconds(500);
/// What was said to all is said to a server that is met within this time, too.
inline constexpr Duration said_to_all_for = seconds(2);
/// Sessions of clients that one channel may speak for.
inline constexpr std::size_t sessions_of_a_channel_max = 64;

}  // namespace peal::transport
