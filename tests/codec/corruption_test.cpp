// Damaged datagrams: a cut one is never accepted, a changed one never harms.
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/codec/decoder.hpp"
#include "core/codec/encoder.hpp"
#include "core/prng.hpp"
#include "tests/support/generators.hpp"

namespace peal {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes first_datagram(const Packet& packet) {
  codec::Encoder encoder;
  const auto datagrams = encoder.encode(packet);
  return {datagrams.front().begin(), datagrams.front().end()};
}

bool accepted(codec::Decoder& decoder, std::span<const std::uint8_t> datagram) {
  const codec::Decoded decoded = decoder.decode(datagram);
  return std::holds_alternative<Packet>(decoded) ||
         std::holds_alternative<codec::Fragment>(decoded);
}

RC_GTEST_PROP(CutDatagrams, AreRefusedAtEveryLength, ()) {
  const Bytes whole = first_datagram(*test::any_packet());
  codec::Decoder decoder;
  RC_ASSERT(accepted(decoder, whole));
  for (std::size_t length = 0; length < whole.size(); ++length)
    RC_ASSERT(!accepted(decoder, std::span(whole).first(length)));
}

RC_GTEST_PROP(LengthenedDatagrams, AreRefused, ()) {
  Bytes longer = first_datagram(*test::any_packet());
  longer.push_back(*rc::gen::arbitrary<std::uint8_t>());
  codec::Decoder decoder;
  RC_ASSERT(!accepted(decoder, longer));
}

/// What is accepted in spite of damage is a valid packet: it can be sent on.
RC_GTEST_PROP(DamagedDatagrams, AreRefusedOrValid, ()) {
  const Bytes whole = first_datagram(*test::any_packet());
  Prng prng(*rc::gen::arbitrary<std::uint64_t>());
  codec::Decoder decoder;
  codec::Encoder encoder;
  for (int round = 0; round < 100; ++round) {
    Bytes damaged = whole;
    for (std::uint64_t flips = 1 + prng.below(4); flips > 0; --flips)
      damaged[prng.below(damaged.size())] ^= static_cast<std::uint8_t>(1U << prng.below(8));
    codec::Decoded decoded = decoder.decode(damaged);
    const auto* packet = std::get_if<Packet>(&decoded);
    if (packet == nullptr) continue;
    const auto again = encoder.encode(*packet);
    if (again.size() != 1) continue;  // A shorter form of the same grew: split now.
    const codec::Decoded second = decoder.decode(again.front());
    RC_ASSERT(std::get<Packet>(second) == *packet);
  }
}

RC_GTEST_PROP(RandomBytes, AreRefusedOrValid, (const Bytes& bytes)) {
  codec::Decoder decoder;
  static_cast<void>(decoder.decode(bytes));
  static_cast<void>(decoder.decode_message(bytes));
}

}  // namespace
}  // namespace peal
