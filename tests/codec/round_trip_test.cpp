// What goes in comes out again: every kind of message, and stored entries.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/codec/encoder.hpp"
#include "core/codec/entry_codec.hpp"
#include "core/codec/receiver.hpp"
#include "tests/codec/somewhere.hpp"
#include "tests/support/generators.hpp"

namespace peal {
namespace {

using codec::somewhere;

/// The packet that comes out of one encoder and one receiver; nothing when something was refused.
std::optional<Packet> passed(const Packet& packet) {
  codec::Encoder encoder;
  codec::Receiver receiver;
  std::optional<Packet> out;
  for (const auto datagram : encoder.encode(packet)) {
    RC_ASSERT(!out);
    codec::Reception reception = receiver.receive(Instant{0}, somewhere, datagram);
    RC_ASSERT(!std::holds_alternative<Malformed>(reception));
    if (auto* received = std::get_if<Received>(&reception)) out = std::move(received->packet);
  }
  return out;
}

class EveryKind : public testing::TestWithParam<std::size_t> {};

TEST_P(EveryKind, ComesOutAsItWentIn) {
  EXPECT_TRUE(rc::check([&] {
    const Packet packet{*test::any_sender(), *test::any_message_of_kind(GetParam())};
    const auto out = passed(packet);
    RC_ASSERT(out.has_value());
    RC_ASSERT(out->message.index() == GetParam());
    RC_ASSERT(*out == packet);
  }));
}

INSTANTIATE_TEST_SUITE_P(Codec, EveryKind, testing::Range<std::size_t>(0, message_kinds),
                         [](const auto& kind) { return kind_name(kind.param); });

RC_GTEST_PROP(Datagrams, NeverExceedTheirLimit, ()) {
  codec::Encoder encoder;
  for (const auto datagram : encoder.encode(*test::any_packet()))
    RC_ASSERT(datagram.size() <= 1 + limits::message_bytes_max);
  RC_ASSERT(encoder.too_long() == 0U);
}

RC_GTEST_PROP(Datagrams, OfTheSamePacketAreTheSameWhateverWentBefore, ()) {
  const auto packet = *test::any_packet();
  codec::Encoder fresh;
  codec::Encoder used;
  const auto before = *test::any_packet();
  static_cast<void>(used.encode(before));

  const auto expected = fresh.encode(packet);
  const auto found = used.encode(packet);

  RC_ASSERT(found.size() == expected.size());
  if (found.size() != 1) return;  // Fragments carry the encoder's own count.
  RC_ASSERT(std::ranges::equal(found.front(), expected.front()));
}

RC_GTEST_PROP(StoredEntries, ComeOutAsTheyWentIn, ()) {
  const auto entry = *test::any_entry();
  std::vector<std::uint8_t> bytes;
  codec::encode_entry(entry, bytes);
  RC_ASSERT(codec::decode_entry(bytes) == std::optional(entry));
}

RC_GTEST_PROP(StoredEntries, AreAtMostAsLongAsTheirBound, ()) {
  const auto entry = *test::any_entry();
  std::vector<std::uint8_t> bytes;
  codec::encode_entry(entry, bytes);
  RC_ASSERT(bytes.size() <= encoded_bytes_max(entry));
}

RC_GTEST_PROP(StoredEntries, TruncatedAreRefused, ()) {
  const auto entry = *test::any_entry();
  std::vector<std::uint8_t> bytes;
  codec::encode_entry(entry, bytes);
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size()));
  RC_ASSERT(!codec::decode_entry(bytes).has_value());
}

}  // namespace
}  // namespace peal
