// Decode; a fragment waits for the others; the whole is decoded again.
#include "core/codec/receiver.hpp"

#include <utility>

namespace peal::codec {

Reception Receiver::receive(Instant now, const Endpoint& from,
                            std::span<const std::uint8_t> datagram) {
  return take(now, from, decoder_.decode(datagram));
}

Reception Receiver::receive_message(Instant now, const Endpoint& from,
                                    std::span<const std::uint8_t> message) {
  return take(now, from, decoder_.decode_message(message));
}

std::uint64_t Receiver::count(Defect defect) const {
  return defects_.at(static_cast<std::size_t>(defect));
}

Reception Receiver::take(Instant now, const Endpoint& from, Decoded decoded) {
  if (auto* packet = std::get_if<Packet>(&decoded)) return Received{from, std::move(*packet)};
  if (const auto* defect = std::get_if<Defect>(&decoded)) return malformed(from, *defect);
  if (const auto* unknown = std::get_if<Unknown>(&decoded)) return unsupported(from, *unknown);
  const auto& fragment = std::get<Fragment>(decoded);
  const auto whole = reassembler_.add(now, from, fragment);
  if (!whole) return Incomplete{};
  return take_whole(from, fragment.sender, *whole);
}

/// A split message is of the sender that its fragments name, and no fragment itself.
Reception Receiver::take_whole(const Endpoint& from, const Sender& sender,
                               std::span<const std::uint8_t> message) {
  Decoded decoded = decoder_.decode_message(message);
  if (const auto* defect = std::get_if<Defect>(&decoded)) return malformed(from, *defect);
  if (const auto* unknown = std::get_if<Unknown>(&decoded)) return unsupported(from, *unknown);
  auto* packet = std::get_if<Packet>(&decoded);
  if (packet == nullptr || packet->sender != sender) return malformed(from, Defect::inconsistent);
  return Received{from, std::move(*packet)};
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
