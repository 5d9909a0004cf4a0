// Long messages travel in pieces, and the pieces cost no more than their limits.
#include <algorithm>
#include <optional>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/codec/encoder.hpp"
#include "core/codec/reassembler.hpp"
#include "core/codec/receiver.hpp"
#include "core/codec/wire.hpp"
#include "core/prng.hpp"
#include "tests/codec/somewhere.hpp"
#include "tests/support/generators.hpp"

namespace peal::codec {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Sender session_nine{.server = {}, .run = 9};

Packet long_post(std::size_t text_bytes, char filling = 'x') {
  const Post post{RoomName{"#lunch"}, std::string(text_bytes, filling)};
  return {session_nine, Submit{.oldest = 1, .hlc = {}, .items = {{.n = 1, .body = post}}}};
}

std::vector<Bytes> datagrams_of(Encoder& encoder, const Packet& packet) {
  std::vector<Bytes> copies;
  for (const auto datagram : encoder.encode(packet))
    copies.emplace_back(datagram.begin(), datagram.end());
  return copies;
}

/// All packets that come out of these datagrams, received a millisecond apart.
std::vector<Packet> received(Receiver& receiver, const std::vector<Bytes>& datagrams) {
  std::vector<Packet> packets;
  Instant now{0};
  for (const Bytes& datagram : datagrams) {
    now = now + milliseconds(1);
    Reception reception = receiver.receive(now, somewhere, datagram);
    if (auto* one = std::get_if<Received>(&reception)) packets.push_back(std::move(one->packet));
  }
  return packets;
}

/// A fragment of which only the header matters; chunk has to outlive it.
Fragment piece(std::uint64_t number, std::uint32_t index, std::uint32_t count, const Bytes& chunk) {
  return {.sender = session_nine, .number = number, .index = index, .count = count, .chunk = chunk};
}

TEST(Splitting, LeavesAMessageWholeThatFits) {
  Encoder encoder;
  EXPECT_EQ(datagrams_of(encoder, long_post(1'200)).size(), 1U);
}

TEST(Splitting, StartsOneByteBeyondTheLimit) {
  Encoder encoder;
  const std::size_t around = datagrams_of(encoder, long_post(1'000)).front().size() - 1 - 1'000;
  const std::size_t fits = limits::message_bytes_max - around;

  EXPECT_EQ(datagrams_of(encoder, long_post(fits)).size(), 1U);
  EXPECT_EQ(datagrams_of(encoder, long_post(fits + 1)).size(), 2U);
}

TEST(Splitting, NumbersEachMessage) {
  Encoder encoder;
  Decoder decoder;
  for (std::uint64_t expected = 1; expected <= 3; ++expected) {
    for (const Bytes& datagram : datagrams_of(encoder, long_post(4'000)))
      EXPECT_EQ(std::get<Fragment>(decoder.decode(datagram)).number, expected);
  }
}

TEST(Splitting, RefusesWhatIsLongerThanAllFragments) {
  Answer answer{.n = 1, .body = HistoryAnswer{}};
  auto& items = std::get<HistoryAnswer>(answer.body).items;
  items.resize(50);
  for (Delivery& item : items)
    item.body = Post{RoomName{"#lunch"}, std::string(limits::text_bytes_max, 'x')};
  Encoder encoder;

  EXPECT_TRUE(encoder.encode(session_nine, answer).empty());
  EXPECT_EQ(encoder.too_long(), 1U);
}

TEST(Splitting, CarriesWhatTheLongestListsMayHold) {
  PresenceList presence;
  presence.users.resize(limits::presence_max);
  for (OnlineUser& user : presence.users) {
    user.user.bytes.fill(0xff);
    user.home = {~std::uint64_t{0}};
    user.name.assign(limits::displayed_name_bytes_max, 'x');
  }
  Have have;
  for (std::uint64_t i = 1; i <= limits::logs_max; ++i)
    have.held.advance({LogId{~std::uint64_t{0} - i}, limits::seq_max});
  have.durable = have.stable = have.held;
  Encoder encoder;
  Receiver receiver;

  EXPECT_EQ(received(receiver, datagrams_of(encoder, {session_nine, presence})).size(), 1U);
  EXPECT_EQ(received(receiver, datagrams_of(encoder, {session_nine, have})).size(), 1U);
}

RC_GTEST_PROP(Reassembly, SurvivesReorderingAndDuplication, ()) {
  Prng prng(*rc::gen::arbitrary<std::uint64_t>());
  Encoder encoder;
  std::vector<Bytes> datagrams;
  std::vector<Packet> sent;
  // Half of what a source may have under way: the other half is for what duplicates start anew.
  for (std::size_t i = 0; i < partials_per_source_max / 2; ++i) {
    sent.push_back(long_post(1'400 + prng.below(14'000), static_cast<char>('a' + i)));
    for (Bytes& datagram : datagrams_of(encoder, sent.back())) {
      if (prng.below(4) == 0) datagrams.push_back(datagram);
      datagrams.push_back(std::move(datagram));
    }
  }
  for (std::size_t i = datagrams.size(); i > 1; --i)
    std::swap(datagrams[i - 1], datagrams[prng.below(i)]);
  Receiver receiver;

  const std::vector<Packet> packets = received(receiver, datagrams);

  // Late duplicates may even bring a message twice.
  RC_ASSERT(receiver.reassembler().drops().evicted == 0U);
  for (const Packet& packet : packets) RC_ASSERT(std::ranges::count(sent, packet) == 1);
  for (const Packet& packet : sent) RC_ASSERT(std::ranges::count(packets, packet) >= 1);
}

RC_GTEST_PROP(Reassembly, GivesNothingWhenAFragmentIsLost, ()) {
  Encoder encoder;
  std::vector<Bytes> datagrams =
      datagrams_of(encoder, long_post(*rc::gen::inRange<std::size_t>(1'400, 16'000)));
  const auto lost = *rc::gen::inRange<std::size_t>(0, datagrams.size());
  datagrams.erase(datagrams.begin() + static_cast<std::ptrdiff_t>(lost));
  Receiver receiver;

  RC_ASSERT(received(receiver, datagrams).empty());
  RC_ASSERT(receiver.reassembler().partials() == 1U);
}

RC_GTEST_PROP(Reassembly, IsTheSameForTheSameCalls, ()) {
  Prng prng(*rc::gen::arbitrary<std::uint64_t>());
  const Bytes chunk(chunk_bytes, 7);
  Reassembler one;
  Reassembler two;
  Instant now{0};
  for (int i = 0; i < 300; ++i) {
    now = now + milliseconds(static_cast<std::int64_t>(prng.below(50)));
    const auto count = static_cast<std::uint32_t>(2 + prng.below(3));
    const Fragment fragment =
        piece(1 + prng.below(20), static_cast<std::uint32_t>(prng.below(count)), count, chunk);
    RC_ASSERT(one.add(now, somewhere, fragment) == two.add(now, somewhere, fragment));
    RC_ASSERT(one.partials() <= partials_per_source_max);
  }
  RC_ASSERT(one == two);
}

TEST(Reassembly, KeepsSendersBehindOneAddressApart) {
  const Bytes chunk(chunk_bytes, 7);
  Fragment first = piece(1, 0, 2, chunk);
  Fragment second = piece(1, 1, 2, chunk);
  second.sender.run = 10;
  Reassembler reassembler;

  EXPECT_FALSE(reassembler.add(Instant{0}, somewhere, first));
  EXPECT_FALSE(reassembler.add(Instant{0}, somewhere, second));
  EXPECT_EQ(reassembler.partials(), 2U);
}

TEST(Reassembly, ForgetsWhatIsNotFinishedInTime) {
  const Bytes chunk(chunk_bytes, 7);
  Reassembler reassembler;
  EXPECT_FALSE(reassembler.add(Instant{0}, somewhere, piece(1, 0, 2, chunk)));

  const Instant late = Instant{0} + reassembly_time_max;
  EXPECT_FALSE(reassembler.add(late, somewhere, piece(1, 1, 2, chunk)));

  EXPECT_EQ(reassembler.drops().expired, 1U);
  EXPECT_EQ(reassembler.partials(), 1U);
}

TEST(Reassembly, DropsTheOldestOfASourceForANewOne) {
  const Bytes chunk(chunk_bytes, 7);
  Reassembler reassembler;
  for (std::uint64_t number = 1; number <= partials_per_source_max + 1; ++number)
    EXPECT_FALSE(reassembler.add(Instant{0}, somewhere, piece(number, 0, 2, chunk)));

  EXPECT_EQ(reassembler.drops().evicted, 1U);
  EXPECT_TRUE(reassembler.add(Instant{0}, somewhere, piece(2, 1, 2, chunk)).has_value());
  EXPECT_FALSE(reassembler.add(Instant{0}, somewhere, piece(1, 1, 2, chunk)).has_value());
}

TEST(Reassembly, NeverHoldsMoreThanItsLimit) {
  const Bytes chunk(chunk_bytes, 7);
  Reassembler reassembler;
  std::size_t most = 0;
  for (std::uint16_t port = 1; port <= 2'000; ++port) {
    const Endpoint from = ipv4_endpoint(192, 0, 2, 1, port);
    for (std::uint32_t index = 0; index < 4; ++index)
      EXPECT_FALSE(
          reassembler.add(Instant{0}, from, piece(1, index, limits::fragments_max, chunk)));
    most = std::max(most, reassembler.bytes());
  }

  EXPECT_LE(most, reassembly_bytes_max);
  EXPECT_GT(reassembler.drops().evicted, 0U);
}

TEST(Reassembly, DropsAFragmentOfAnotherCount) {
  const Bytes chunk(chunk_bytes, 7);
  Reassembler reassembler;
  EXPECT_FALSE(reassembler.add(Instant{0}, somewhere, piece(1, 0, 3, chunk)));
  EXPECT_FALSE(reassembler.add(Instant{0}, somewhere, piece(1, 1, 2, chunk)));
  EXPECT_EQ(reassembler.drops().inconsistent, 1U);
}

TEST(Reassembly, HoldsNothingAfterTheLastFragment) {
  Encoder encoder;
  Receiver receiver;
  EXPECT_EQ(received(receiver, datagrams_of(encoder, long_post(16'000))).size(), 1U);
  EXPECT_EQ(receiver.reassembler().bytes(), 0U);
  EXPECT_EQ(receiver.reassembler().partials(), 0U);
}

}  // namespace
}  // namespace peal::codec
