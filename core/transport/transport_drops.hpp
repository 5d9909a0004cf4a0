// What a transport dropped, and why; what its channels dropped is counted there.
#pragma once

#include <compare>
#include <cstdint>

namespace peal::transport {

struct TransportDrops {
  std::uint64_t in_clear = 0;        ///< plain datagrams that are no discovery of this cluster
  std::uint64_t hints = 0;           ///< discovery, while hints_max handshakes were in progress
  std::uint64_t not_entitled = 0;    ///< messages that such a peer may not send
  std::uint64_t another_user = 0;    ///< of a user or a session whose key the peer does not have
  std::uint64_t sessions = 0;        ///< of more than sessions_of_a_channel_max sessions
  std::uint64_t waited_in_vain = 0;  ///< no channel came about, or too much was waiting for it
  std::uint64_t gone = 0;            ///< to a client whose channel has ended
  std::uint64_t to_groups = 0;       ///< to multicast groups, which have no keys
  friend auto operator<=>(const TransportDrops&, const TransportDrops&) = default;
};

}  // namespace peal::transport
