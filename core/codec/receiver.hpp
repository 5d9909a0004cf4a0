// Datagrams to what a machine is told about them: decoding and reassembly in one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <variant>

#include "core/codec/decoder.hpp"
#include "core/codec/defect.hpp"
#include "core/codec/reassembler.hpp"
#include "core/event.hpp"
#include "core/time.hpp"

namespace peal::codec {

/// A fragment of a message whose other fragments are still missing.
struct Incomplete {};

/// For a server, what is not Incomplete is an event as it is. A client takes Received only.
using Reception = std::variant<Incomplete, Received, Malformed>;

/// One per socket or secure channel.
class Receiver {
 public:
  /// A whole plain datagram. now never goes back.
  [[nodiscard]] Reception receive(Instant now, const Endpoint& from,
                                  std::span<const std::uint8_t> datagram);
  /// A message without protection byte, as a secure channel opens it.
  [[nodiscard]] Reception receive_message(Instant now, const Endpoint& from,
                                          std::span<const std::uint8_t> message);

  /// How many datagrams and reassembled messages had this defect.
  [[nodiscard]] std::uint64_t count(Defect defect) const;
  /// How many were of a version or kind that is not ours.
  [[nodiscard]] std::uint64_t unknown() const { return unknown_; }
  [[nodiscard]] const Reassembler& reassembler() const { return reassembler_; }

 private:
  using Decode = std::optional<NoPacket> (Decoder::*)(Packet&, std::span<const std::uint8_t>);
  Reception take(Decode decode, Instant now, const Endpoint& from,
                 std::span<const std::uint8_t> bytes);
  Reception take_other(Instant now, const Endpoint& from, const NoPacket& other);
  Reception take_whole(const Endpoint& from, const Sender& sender,
                       std::span<const std::uint8_t> message);
  Reception malformed(const Endpoint& from, Defect defect);
  Reception unsupported(const Endpoint& from, const Unknown& unknown);

  Decoder decoder_;
  Reassembler reassembler_;
  std::array<std::uint64_t, defect_count> defects_{};
  std::uint64_t unknown_ = 0;
};

}  // namespace peal::codec
