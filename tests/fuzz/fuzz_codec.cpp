// Any bytes as a message and as a stored entry: refused, or the same again after another round.
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "core/check.hpp"
#include "core/codec/decoder.hpp"
#include "core/codec/encoder.hpp"
#include "core/codec/entry_codec.hpp"
#include "core/codec/receiver.hpp"

namespace peal {
namespace {

const Endpoint somewhere = ipv4_endpoint(192, 0, 2, 1, 7401);

void message_round_trip(std::span<const std::uint8_t> bytes) {
  codec::Decoder decoder;
  const codec::Decoded decoded = decoder.decode_message(bytes);
  const auto* packet = std::get_if<Packet>(&decoded);
  if (packet == nullptr) return;
  codec::Encoder encoder;
  codec::Receiver receiver;
  const auto datagrams = encoder.encode(*packet);
  CHECK(!datagrams.empty());
  for (const auto datagram : datagrams) {
    const codec::Reception reception = receiver.receive(Instant{0}, somewhere, datagram);
    if (datagram.data() != datagrams.back().data()) {
      CHECK(std::holds_alternative<codec::Incomplete>(reception));
    } else {
      CHECK(std::get<Received>(reception).packet == *packet);
    }
  }
}

void entry_round_trip(std::span<const std::uint8_t> bytes) {
  const auto entry = codec::decode_entry(bytes);
  if (!entry) return;
  std::vector<std::uint8_t> again;
  codec::encode_entry(*entry, again);
  CHECK(again.size() <= encoded_bytes_max(*entry));
  CHECK(codec::decode_entry(again) == entry);
}

}  // namespace
}  // namespace peal

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  peal::message_round_trip({data, size});
  peal::entry_round_trip({data, size});
  return 0;
}
