// Who a secure endpoint is, and how much it keeps.
#pragma once

#include <cstddef>
#include <optional>

#include "core/limits.hpp"
#include "core/secure/bytes.hpp"
#include "core/secure/cookie.hpp"
#include "core/secure/dh.hpp"
#include "core/secure/handshake_state.hpp"
#include "core/secure/padding.hpp"
#include "core/secure/wire.hpp"
#include "core/time.hpp"

namespace peal::secure {

/// A handshake datagram that is not answered is sent again after this, then after twice as long, up
/// to the maximum.
inline constexpr Duration resend_time_min = milliseconds(100);
inline constexpr Duration resend_time_max = seconds(2);
/// A handshake that takes longer is given up, by either side.
inline constexpr Duration handshake_time_max = seconds(10);
/// How often an Initiation is sent again at once for another cookie.
inline constexpr unsigned retries_max = 8;
/// A session on which nothing was opened for so long is forgotten.
inline constexpr Duration idle_time_max = seconds(180);
/// The session before the latest is forgotten when nothing was opened on it for so long.
inline constexpr Duration previous_session_time = seconds(10);
/// How often, at most, a peer that uses a session that is gone is shown one that is not.
inline constexpr Duration reminder_time = seconds(1);
/// Ephemeral keys that a driver should keep in stock: handshakes that may begin in one step.
inline constexpr std::size_t ephemerals_stocked = 16;

static_assert(resend_time_max < handshake_time_max);
static_assert(previous_session_time < idle_time_max);

struct SecureConfig {
  /// Our static key: our identity.
  KeyPair s;
  /// What servers of one cluster share. None: no channels between servers.
  std::optional<Psk> cluster_key;
  /// Others may begin handshakes with us. Clients begin theirs themselves.
  bool answers = true;
  /// What both sides must agree on besides, such as the cluster's name.
  Bytes prologue;
  CookieSecret cookie_secret;
  /// Drawn at random, so that those who see no datagrams do not guess numbers.
  SessionIndex first_index = 1;
  Padding padding = Padding::none;

  /// Handshakes that others began and have not finished; beyond, the oldest goes.
  std::size_t handshakes_per_address_max = 4;
  std::size_t handshakes_max = 1'024;
  /// Sessions and handshakes; beyond, no handshake begins.
  std::size_t sessions_max = limits::sessions_max + 4 * limits::known_servers_max;

  friend bool operator==(const SecureConfig&, const SecureConfig&) = default;
};

}  // namespace peal::secure
