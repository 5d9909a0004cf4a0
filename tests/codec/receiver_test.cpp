// What a machine is told about a datagram.
#include "core/codec/receiver.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/codec/encoder.hpp"
#include "core/codec/wire.hpp"
#include "tests/codec/crafted.hpp"
#include "tests/codec/somewhere.hpp"

namespace peal::codec {
namespace {

using test::Crafted;
using test::kind_of;

constexpr Sender server_three{.server = ServerId{3}, .run = 9};

TEST(Receiver, TellsThePacketAndWhereItCameFrom) {
  Encoder encoder;
  Receiver receiver;
  const Packet ping{server_three, Ping{Instant{5}}};

  const Reception reception = receiver.receive(Instant{0}, somewhere, encoder.encode(ping).front());

  EXPECT_EQ(std::get<Received>(reception).from, somewhere);
  EXPECT_EQ(std::get<Received>(reception).packet, ping);
}

TEST(Receiver, CountsMalformedDatagramsByDefect) {
  Receiver receiver;
  const std::array<std::uint8_t, 2> nil{0x00, 0xc0};

  const Reception reception = receiver.receive(Instant{0}, somewhere, nil);

  EXPECT_FALSE(std::get<Malformed>(reception).unsupported);
  EXPECT_EQ(std::get<Malformed>(reception).from, somewhere);
  EXPECT_EQ(receiver.count(Defect::foreign_element), 1U);
  EXPECT_EQ(receiver.count(Defect::truncated), 0U);
}

TEST(Receiver, TellsVersionAndKindOfWhatItDoesNotKnow) {
  Receiver receiver;
  Crafted crafted;
  crafted.array(2).number(2).number(77);

  const auto reception = receiver.receive_message(Instant{0}, somewhere, crafted.view());

  const auto& malformed = std::get<Malformed>(reception);
  EXPECT_TRUE(malformed.unsupported);
  EXPECT_EQ(malformed.version, 2U);
  EXPECT_EQ(malformed.kind, 77U);
  EXPECT_EQ(receiver.unknown(), 1U);
}

/// A message cut into fragments that name this sender, whatever the message itself says.
Reception in_fragments(std::span<const std::uint8_t> message, std::uint64_t run) {
  Receiver receiver;
  Reception last;
  const auto count = (message.size() + chunk_bytes - 1) / chunk_bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const auto chunk =
        message.subspan(i * chunk_bytes, std::min(chunk_bytes, message.size() - i * chunk_bytes));
    Crafted crafted;
    crafted.array(8).number(protocol_version).number(fragment_kind).number(3).number(run);
    crafted.number(1).number(i).number(count).bytes(chunk);
    last = receiver.receive_message(Instant{0}, somewhere, crafted.view());
  }
  return last;
}

TEST(Receiver, RefusesASplitMessageOfAnotherSender) {
  Crafted crafted = Crafted::message(kind_of<PresenceReport>, 1);
  crafted.array(100);
  for (int i = 0; i < 100; ++i) crafted.bytes(16);

  EXPECT_TRUE(std::holds_alternative<Received>(in_fragments(crafted.view(), 9)));
  EXPECT_TRUE(std::holds_alternative<Malformed>(in_fragments(crafted.view(), 8)));
}

TEST(Receiver, RefusesAFragmentInsideOfFragments) {
  Crafted inner;
  inner.array(8).number(protocol_version).number(fragment_kind).number(3).number(9);
  inner.number(1).number(0).number(2).bytes(chunk_bytes);
  EXPECT_TRUE(std::holds_alternative<Malformed>(in_fragments(inner.view(), 9)));
}

}  // namespace
}  // namespace peal::codec
