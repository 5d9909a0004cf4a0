// What a secure endpoint asks of its driver, and tells it.
#pragma once

#include <variant>
#include <vector>

#include "core/endpoint.hpp"
#include "core/ids.hpp"
#include "core/secure/bytes.hpp"
#include "core/secure/dh.hpp"
#include "core/secure/handshake_datagram.hpp"

namespace peal::secure {

/// One peer at one address, under whatever keys: one handshake may follow another unnoticed.
using ChannelId = Id<struct ChannelTag>;

/// Send this datagram.
struct Transmit {
  Endpoint to;
  Bytes datagram;
  friend bool operator==(const Transmit&, const Transmit&) = default;
};

/// The holder of this static key is at this address, and for servers knows the cluster's key.
struct ChannelUp {
  ChannelId channel;
  Endpoint at;
  ChannelKind kind = ChannelKind::client;
  PublicKey key;
  friend bool operator==(const ChannelUp&, const ChannelUp&) = default;
};

/// Nothing was heard there for idle_time_max. The id does not come again.
struct ChannelDown {
  ChannelId channel;
  friend bool operator==(const ChannelDown&, const ChannelDown&) = default;
};

/// A handshake led nowhere, whether open() began it or the endpoint by itself, and there is no
/// channel of this kind to that address either.
struct Unreachable {
  Endpoint at;
  ChannelKind kind = ChannelKind::client;
  friend bool operator==(const Unreachable&, const Unreachable&) = default;
};

/// The channel's peer sent this message, which was not opened before.
struct Opened {
  ChannelId channel;
  Bytes message;
  friend bool operator==(const Opened&, const Opened&) = default;
};

/// Somebody there, whom no channel of ours knows, sent under a session that is not there (any
/// more): perhaps a peer of our former process.
struct Unknown {
  Endpoint at;
  friend bool operator==(const Unknown&, const Unknown&) = default;
};

using SecureEffect = std::variant<Transmit, ChannelUp, ChannelDown, Unreachable, Opened, Unknown>;
/// In order; the driver empties and reuses it.
using SecureEffects = std::vector<SecureEffect>;

}  // namespace peal::secure
