// The datagrams that a handshake is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <variant>

#include "core/secure/bytes.hpp"
#include "core/secure/cipher_state.hpp"
#include "core/secure/cookie.hpp"
#include "core/secure/dh.hpp"
#include "core/secure/wire.hpp"

namespace peal::secure {

/// Who is at the other end, which decides on the protocol.
enum class ChannelKind : std::uint8_t {
  client = 1,  ///< a client and a server: Noise_XX
  server = 2,  ///< two servers that know the cluster's key: Noise_XXpsk3
};

/// First message of the handshake, from the initiator.
struct Initiation {
  ChannelKind kind = ChannelKind::client;
  SessionIndex sender = 0;
  /// What a Retry brought; all zero before.
  Cookie cookie{};
  Bytes noise;
  friend bool operator==(const Initiation&, const Initiation&) = default;
};

/// Instead of a Response, to an address that has not proven itself: ask again with this cookie.
struct Retry {
  SessionIndex receiver = 0;
  Cookie cookie{};
  friend bool operator==(const Retry&, const Retry&) = default;
};

/// Second message, from the responder.
struct Response {
  SessionIndex sender = 0;
  SessionIndex receiver = 0;
  Bytes noise;
  friend bool operator==(const Response&, const Response&) = default;
};

/// Third message, from the initiator.
struct Confirmation {
  SessionIndex receiver = 0;
  Bytes noise;
  friend bool operator==(const Confirmation&, const Confirmation&) = default;
};

using HandshakeDatagram = std::variant<Initiation, Retry, Response, Confirmation>;

/// Bytes of the first Noise message: a key, and with a pre-shared key the tag of nothing too.
[[nodiscard]] constexpr std::size_t first_noise_bytes(ChannelKind kind) {
  return dh_bytes + (kind == ChannelKind::server ? tag_bytes : 0);
}
inline constexpr std::size_t second_noise_bytes = dh_bytes + (dh_bytes + tag_bytes) + tag_bytes;
inline constexpr std::size_t third_noise_bytes = (dh_bytes + tag_bytes) + tag_bytes;

[[nodiscard]] constexpr std::size_t initiation_bytes(ChannelKind kind) {
  return 3 + 4 + cookie_bytes + first_noise_bytes(kind);
}
inline constexpr std::size_t retry_bytes = 2 + 4 + cookie_bytes;
inline constexpr std::size_t response_bytes = 2 + 4 + 4 + second_noise_bytes;
inline constexpr std::size_t confirmation_bytes = 2 + 4 + third_noise_bytes;

// The one answer to who has proven nothing is smaller than any question: nobody can aim more at
// another's address than they send themselves.
static_assert(retry_bytes < initiation_bytes(ChannelKind::client));

/// As one whole datagram; the Noise message is of the length above.
[[nodiscard]] Bytes encode(const HandshakeDatagram& datagram);
/// None: it is not exactly one of the datagrams above.
[[nodiscard]] std::optional<HandshakeDatagram> parse_handshake(View datagram);

}  // namespace peal::secure
