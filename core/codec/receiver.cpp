// Decode; a fragment waits for the others; the whole is decoded again.
#include "core/codec/receiver.hpp"

#include <utility>

namespace peal::codec {

Reception Receiver::receive(Instant now, const Endpoint& from,
                            std::span<const std::uint8_t> datagram) {
  return take(&Decoder::decode_into, now, from, datagram);
}

Reception Receiver::receive_message(Instant now, const Endpoint& from,
                                    std::span<const std::uint8_t> message) {
  return take(&Decoder::decode_message_into, now, from, message);
}

std::uint64_t Receiver::count(Defect defect) const {
  return defects_.at(static_cast<std::size_t>(defect));
}

/// One variable for every way out, so that a packet is built where the caller wants it.
Reception Receiver::take(Decode decode, Instant now, const Endpoint& from,
                         std::span<const std::uint8_t> bytes) {
  Reception reception(std::in_place_type<Received>, from);
  if (const auto other = (decoder_.*decode)(std::get<Received>(reception).packet, bytes))
    reception = take_other(now, from, *other);
  return reception;
}

Reception Receiver::take_other(Instant now, const Endpoint& from, const NoPacket& other) {
  if (const auto* defect = std::get_if<Defect>(&other)) return malformed(from, *defect);
  if (const auto* unknown = std::get_if<Unknown>(&other)) return unsupported(from, *unknown);
  const auto& fragment = std::get<Fragment>(other);
  const auto whole = reassembler_.add(now, from, fragment);
  if (!whole) return Incomplete{};
  return take_whole(from, fragment.sender, *whole);
}

/// A split message is of the sender that its fragments name, and no fragment itself.
Reception Receiver::take_whole(const Endpoint& from, const Sender& sender,
                               std::span<const std::uint8_t> message) {
  Received received{from, {}};
  if (const auto other = decoder_.decode_message_into(received.packet, message)) {
    if (const auto* defect = std::get_if<Defect>(&*other)) return malformed(from, *defect);
    if (const auto* unknown = std::get_if<Unknown>(&*other)) return unsupported(from, *unknown);
    return malformed(from, Defect::inconsistent);
  }
  if (received.packet.sender != sender) return malformed(from, Defect::inconsistent);
  return received;
}

Reception Receiver::malformed(const Endpoint& from, Defect defect) {
  ++defects_.at(static_cast<std::size_t>(defect));
  return Malformed{.from = from};
}

Reception Receiver::unsupported(const Endpoint& from, const Unknown& unknown) {
  ++unknown_;
  return Malformed{
      .from = from, .unsupported = true, .version = unknown.version, .kind = unknown.kind};
}

}  // namespace peal::codec
