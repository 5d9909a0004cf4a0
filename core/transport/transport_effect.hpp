// What a transport asks of its driver, and tells the machine behind it.
#pragma once

#include <variant>
#include <vector>

#include "core/event.hpp"
#include "core/secure/bytes.hpp"
#include "core/secure/secure_effect.hpp"

namespace peal::transport {

using secure::Transmit;

/// Send this datagram by all ways of discovery.
struct TransmitToAll {
  secure::Bytes datagram;
  friend bool operator==(const TransmitToAll&, const TransmitToAll&) = default;
};

/// Received: from an authenticated peer, who may say that. Malformed: from one, but no message.
/// RefusedAt: what the machine calls the address where nobody listens.
using TransportEffect = std::variant<Transmit, TransmitToAll, Received, Malformed, RefusedAt>;
/// In order; the driver empties and reuses it.
using TransportEffects = std::vector<TransportEffect>;

}  // namespace peal::transport
