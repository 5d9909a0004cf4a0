// Datagrams to packets. Whatever the bytes are, nothing beyond the limits is allocated.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "core/codec/defect.hpp"
#include "core/codec/tokens.hpp"
#include "core/message.hpp"

namespace peal::codec {

/// One piece of a message that was split. chunk lies in the decoded datagram.
struct Fragment {
  Sender sender;
  std::uint64_t number = 0;             ///< the sender's own number for the message, from 1
  std::uint32_t index = 0;              ///< below count
  std::uint32_t count = 0;              ///< from 2 to limits::fragments_max
  std::span<const std::uint8_t> chunk;  ///< chunk_bytes long; the last one 1 to chunk_bytes
};
/// Well-formed as far as can be told, but of a version or kind that is not ours.
struct Unknown {
  std::uint64_t version = 0;
  std::uint64_t kind = 0;
  friend bool operator==(const Unknown&, const Unknown&) = default;
};

using Decoded = std::variant<Packet, Fragment, Unknown, Defect>;
/// What came instead of a packet.
using NoPacket = std::variant<Fragment, Unknown, Defect>;

/// Reuses its list of tokens, at most tokens_max of them; otherwise has no state.
class Decoder {
 public:
  /// A whole datagram, its first byte included.
  [[nodiscard]] Decoded decode(std::span<const std::uint8_t> datagram);
  /// A message without that byte, as it comes out of reassembly or of a secure channel. A fragment
  /// is one, too.
  [[nodiscard]] Decoded decode_message(std::span<const std::uint8_t> message);

  /// The same, with the packet built where the caller wants it, which must be an empty one: moving
  /// it there would take longer than reading a heartbeat. Nothing: it is there.
  [[nodiscard]] std::optional<NoPacket> decode_into(Packet& packet,
                                                    std::span<const std::uint8_t> datagram);
  [[nodiscard]] std::optional<NoPacket> decode_message_into(Packet& packet,
                                                            std::span<const std::uint8_t> message);

 private:
  Tokenizer tokenizer_;
};

}  // namespace peal::codec
