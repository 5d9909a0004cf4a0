// Bytes that nobody honest sends are refused, with the reason, and cost no memory.
#include <array>
#include <ostream>

#include <gtest/gtest.h>

#include "core/codec/decoder.hpp"
#include "core/codec/encoder.hpp"
#include "core/codec/entry_codec.hpp"
#include "core/codec/message_fields.hpp"
#include "tests/codec/allocation_meter.hpp"
#include "tests/codec/crafted.hpp"

namespace peal::codec {

// GoogleTest looks for this name.
// NOLINTNEXTLINE(readability-identifier-naming)
void PrintTo(Defect defect, std::ostream* out) { *out << defect_name(defect); }

namespace {

using test::Crafted;
using test::kind_of;

/// A message that consists of exactly these bytes, after the byte for "plain".
Defect defect_of_bytes(std::initializer_list<std::uint8_t> bytes) {
  return Crafted().raw(bytes).defect();
}

TEST(HostileDatagram, WithoutBytesIsRefused) {
  EXPECT_EQ(std::get<Defect>(Decoder().decode({})), Defect::empty);
}

TEST(HostileDatagram, OfOnlyTheProtectionByteIsRefused) {
  EXPECT_EQ(std::get<Defect>(Decoder().decode(std::array<std::uint8_t, 1>{0})), Defect::empty);
}

TEST(HostileDatagram, OfUnknownProtectionIsRefused) {
  EXPECT_EQ(std::get<Defect>(Decoder().decode(std::array<std::uint8_t, 3>{7, 0x91, 1})),
            Defect::unknown_protection);
}

TEST(HostileDatagram, LongerThanADatagramMayBeIsRefused) {
  const std::vector<std::uint8_t> bytes(limits::datagram_bytes_max + 1);
  EXPECT_EQ(std::get<Defect>(Decoder().decode(bytes)), Defect::datagram_too_long);
}

TEST(HostileSizes, FourBillionElementsInFiveBytesAreRefused) {
  EXPECT_EQ(defect_of_bytes({0xdd, 0xff, 0xff, 0xff, 0xff}), Defect::too_many_elements);
}

TEST(HostileSizes, AMapIsRefused) {
  EXPECT_EQ(defect_of_bytes({0xdf, 0xff, 0xff, 0xff, 0xff}), Defect::foreign_element);
}

TEST(HostileSizes, FourGigabytesOfTextAreRefused) {
  EXPECT_EQ(defect_of_bytes({0x91, 0xdb, 0xff, 0xff, 0xff, 0xff}), Defect::truncated);
}

TEST(HostileSizes, FourGigabytesOfBytesAreRefused) {
  EXPECT_EQ(defect_of_bytes({0x91, 0xc6, 0xff, 0xff, 0xff, 0xff}), Defect::truncated);
}

TEST(HostileSizes, AnExtensionThatOverflowsItsLengthIsRefused) {
  // The parser itself notices only where std::size_t has 32 bits.
  EXPECT_NE(defect_of_bytes({0x91, 0xc9, 0xff, 0xff, 0xff, 0xff, 0x00}), Defect::none);
}

TEST(HostileSizes, MoreElementsThanBytesAreRefused) {
  EXPECT_EQ(defect_of_bytes({0x94, 0x01, 0x0b, 0x03}), Defect::too_many_elements);
}

TEST(HostileSizes, NestingIsRefusedAtItsLimit) {
  Crafted crafted = Crafted::message(kind_of<Ping>, 1);
  for (int i = 0; i < 1'000; ++i) crafted.array(1);
  EXPECT_EQ(crafted.number(0).defect(), Defect::too_deep);
}

TEST(HostileSizes, RefusalCostsNoMoreThanTheListOfElements) {
  // One of each: promised elements, promised text, nesting, and a message of empty arrays only.
  Crafted flood = Crafted::message(kind_of<Push>, 1'100);
  for (int i = 0; i < 1'100; ++i) flood.array(0);
  const std::vector<std::vector<std::uint8_t>> inputs = {
      {0xdd, 0xff, 0xff, 0xff, 0xff},
      {0x91, 0xdb, 0xff, 0xff, 0xff, 0xff},
      std::vector<std::uint8_t>(1'000, 0x9f),
      {flood.view().begin(), flood.view().end()}};
  Decoder decoder;
  const test::AllocationMeter meter;

  for (const auto& input : inputs)
    EXPECT_TRUE(std::holds_alternative<Defect>(decoder.decode_message(input)));

  EXPECT_LE(meter.bytes(), 4 * limits::datagram_bytes_max * sizeof(Token));
}

TEST(HostileSizes, ElementsOfASplitMessageAreLimited) {
  Crafted crafted = Crafted::message(kind_of<PresenceReport>, 1);
  crafted.array(200'000);
  for (int i = 0; i < 200'000; ++i) crafted.number(1);
  Decoder decoder;
  const test::AllocationMeter meter;

  EXPECT_EQ(std::get<Defect>(decoder.decode_message(crafted.view())), Defect::too_many_elements);

  EXPECT_LE(meter.bytes(), (tokens_max + 1) * sizeof(Token) + 1'024);
}

TEST(HostileElements, NilIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).raw({0xc0}).defect(), Defect::foreign_element);
}

TEST(HostileElements, AFloatIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).raw({0xca, 0, 0, 0, 0}).defect(),
            Defect::foreign_element);
}

TEST(HostileElements, ADoubleIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).raw({0xcb, 0, 0, 0, 0, 0, 0, 0, 0}).defect(),
            Defect::foreign_element);
}

TEST(HostileElements, AnExtensionIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).raw({0xd4, 1, 1}).defect(), Defect::foreign_element);
}

TEST(HostileElements, TheByteThatIsNoMsgpackIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).raw({0xc1}).defect(), Defect::foreign_element);
}

TEST(HostileElements, ANegativeCountIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<DeliverAck>, 2).number(1).negative(-1).defect(),
            Defect::wrong_type);
}

TEST(HostileElements, ANegativeInstantIsAccepted) {
  const Decoded decoded = Crafted::message(kind_of<Ping>, 1).negative(-5).decoded();
  EXPECT_EQ(std::get<Ping>(std::get<Packet>(decoded).message).sent, Instant{-5});
}

TEST(HostileElements, AnInstantBeyondItsTypeIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).number(1ULL << 63U).defect(), Defect::out_of_range);
}

TEST(HostileElements, AnInstantWhoseDifferencesOverflowIsRefused) {
  const auto limit = static_cast<std::uint64_t>(time_us_max);
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).number(limit).defect(), Defect::none);
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).number(limit + 1).defect(), Defect::out_of_range);
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).negative(-time_us_max).defect(), Defect::none);
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).negative(-time_us_max - 1).defect(),
            Defect::out_of_range);
}

TEST(HostileElements, TextInPlaceOfANumberIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).text("now").defect(), Defect::wrong_type);
}

TEST(HostileElements, ATooShortUserIdIsRefused) {
  Crafted crafted = Crafted::message(kind_of<PresenceReport>, 1);
  EXPECT_EQ(crafted.array(1).bytes(15).defect(), Defect::wrong_size);
}

TEST(HostileElements, AnUnknownReasonIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Detached>, 1).number(values_of<DetachReason>).defect(),
            Defect::out_of_range);
}

TEST(HostileElements, APortBeyondItsTypeIsRefused) {
  Crafted crafted = Crafted::message(kind_of<Probe>, 2);
  EXPECT_EQ(crafted.text("peal").array(2).bytes(4).number(65'536).defect(), Defect::out_of_range);
}

TEST(HostileElements, AnUnknownAlternativeIsRefused) {
  Crafted crafted = Crafted::message(kind_of<Query>, 3);
  EXPECT_EQ(crafted.number(1).array(1).number(99).array(0).defect(), Defect::out_of_range);
}

TEST(HostileElements, AnAlternativeWithoutNumberIsRefused) {
  Crafted crafted = Crafted::message(kind_of<Query>, 3);
  EXPECT_EQ(crafted.number(1).array(0).array(0).defect(), Defect::wrong_size);
}

TEST(HostileShapes, AMessageOfTooFewFieldsIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 0).defect(), Defect::wrong_size);
}

TEST(HostileShapes, AMessageOfTooManyFieldsIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 2).number(1).number(2).defect(), Defect::wrong_size);
}

TEST(HostileShapes, AMessageThatIsNoArrayIsRefused) {
  EXPECT_EQ(defect_of_bytes({0x07}), Defect::wrong_type);
}

TEST(HostileShapes, AnEmptyArrayIsRefused) {
  EXPECT_EQ(defect_of_bytes({0x90}), Defect::wrong_size);
}

TEST(HostileShapes, AVersionThatIsNoNumberIsRefused) {
  EXPECT_EQ(Crafted().array(2).text("1").number(0).defect(), Defect::wrong_type);
}

TEST(HostileShapes, BytesBehindAMessageAreRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Ping>, 1).number(1).number(2).defect(),
            Defect::trailing_bytes);
}

TEST(HostileShapes, HalfAPairIsRefused) {
  Crafted probe = Crafted::message(kind_of<Probe>, 2);
  EXPECT_EQ(probe.text("peal").array(1).bytes(4).defect(), Defect::wrong_size);
}

TEST(HostileShapes, ASenderWithoutRunIsRefused) {
  Crafted crafted;
  crafted.array(5).number(protocol_version).number(kind_of<Ping>).number(3).number(0).number(1);
  EXPECT_EQ(crafted.defect(), Defect::none_id);
}

TEST(HostileLimits, ATextBeyondItsLimitIsRefused) {
  const std::string name(limits::cluster_bytes_max + 1, 'x');
  EXPECT_EQ(Crafted::message(kind_of<Probe>, 2).text(name).array(0).defect(), Defect::too_long);
}

TEST(HostileLimits, ATextAtItsLimitIsAccepted) {
  const std::string name(limits::cluster_bytes_max, 'x');
  EXPECT_EQ(Crafted::message(kind_of<Probe>, 2).text(name).array(0).defect(), Defect::none);
}

TEST(HostileLimits, AListBeyondItsLimitIsRefused) {
  const auto items = static_cast<std::uint32_t>(limits::addresses_max + 1);
  Crafted crafted = Crafted::message(kind_of<Probe>, 2);
  crafted.text("peal").array(2 * items);
  for (std::uint32_t i = 0; i < items; ++i) crafted.bytes(4).number(7401);
  EXPECT_EQ(crafted.defect(), Defect::too_long);
}

TEST(HostileLimits, AHeartbeatWithMorePairsThanADeltaHasIsRefused) {
  const auto pairs = static_cast<std::uint32_t>(limits::delta_pairs_max + 1);
  Crafted crafted = Crafted::message(kind_of<Heartbeat>, 6);
  crafted.number(1).number(3).number(1).number(1).array(2 * pairs);
  for (std::uint32_t i = 1; i <= pairs; ++i) crafted.number(i).number(1);
  EXPECT_EQ(crafted.array(0).defect(), Defect::too_long);
}

TEST(HostileVectors, UnsortedLogsAreRefused) {
  Crafted crafted = Crafted::message(kind_of<Have>, 6);
  crafted.text("peal")
      .boolean(false)
      .array(4)
      .number(8)
      .number(1)
      .number(7)
      .number(1)
      .array(0)
      .array(0)
      .array(4)
      .number(0)
      .number(0)
      .number(0)
      .number(0);
  EXPECT_EQ(crafted.defect(), Defect::not_sorted);
}

TEST(HostileVectors, ALogTwiceIsRefused) {
  Crafted crafted = Crafted::message(kind_of<Have>, 6);
  crafted.text("peal")
      .boolean(false)
      .array(4)
      .number(7)
      .number(1)
      .number(7)
      .number(2)
      .array(0)
      .array(0)
      .array(4)
      .number(0)
      .number(0)
      .number(0)
      .number(0);
  EXPECT_EQ(crafted.defect(), Defect::not_sorted);
}

TEST(HostileVectors, ASeqOfNoneIsRefused) {
  Crafted crafted = Crafted::message(kind_of<Have>, 6);
  crafted.text("peal").boolean(false).array(2).number(7).number(0).array(0).array(0);
  crafted.array(4).number(0).number(0).number(0).number(0);
  EXPECT_EQ(crafted.defect(), Defect::none_id);
}

/// ViewChange of the view (1, leader) with these member ids, without addresses.
Crafted view_change(std::uint64_t leader, std::initializer_list<std::uint64_t> members) {
  Crafted crafted = Crafted::message(kind_of<ViewChange>, 1);
  crafted.array(3).number(1).number(leader).array(static_cast<std::uint32_t>(members.size()));
  for (const std::uint64_t id : members) crafted.array(3).number(id).number(id + 100).array(0);
  return crafted;
}

TEST(HostileViews, MembersInOrderAreAccepted) {
  EXPECT_EQ(view_change(5, {3, 5}).defect(), Defect::none);
}

TEST(HostileViews, UnsortedMembersAreRefused) {
  EXPECT_EQ(view_change(5, {5, 3}).defect(), Defect::not_sorted);
}

TEST(HostileViews, AMemberTwiceIsRefused) {
  EXPECT_EQ(view_change(5, {5, 5}).defect(), Defect::not_sorted);
}

TEST(HostileViews, ALeaderOutsideIsRefused) {
  EXPECT_EQ(view_change(4, {3, 5}).defect(), Defect::inconsistent);
}

TEST(HostileViews, AMemberWithoutIdIsRefused) {
  Crafted crafted = Crafted::message(kind_of<ViewChange>, 1);
  crafted.array(3).number(1).number(5).array(2).array(3).number(0).number(0).array(0);
  crafted.array(3).number(5).number(6).array(0);
  EXPECT_EQ(crafted.defect(), Defect::none_id);
}

TEST(HostileViews, AViewOfNoneIsRefusedWhereOneIsDue) {
  Crafted crafted = Crafted::message(kind_of<ViewChange>, 1);
  EXPECT_EQ(crafted.array(3).number(0).number(0).array(0).defect(), Defect::none_id);
}

TEST(HostileViews, ANumberWithoutLeaderIsRefused) {
  EXPECT_EQ(Crafted::message(kind_of<Leave>, 2).number(4).number(0).defect(), Defect::inconsistent);
}

/// Leave of the view (number, 4).
Crafted leave(std::uint64_t number) {
  Crafted crafted = Crafted::message(kind_of<Leave>, 2);
  crafted.number(number).number(4);
  return crafted;
}

TEST(HostileViews, ANumberWhoseSuccessorOverflowsIsRefused) {
  EXPECT_EQ(leave(limits::view_number_max).defect(), Defect::none);
  EXPECT_EQ(leave(limits::view_number_max + 1).defect(), Defect::out_of_range);
  EXPECT_EQ(leave(~std::uint64_t{0}).defect(), Defect::out_of_range);
}

/// Vote of candidate 5 in this round.
Crafted vote(std::uint64_t round) {
  Crafted crafted = Crafted::message(kind_of<Vote>, 5);
  crafted.number(round).number(0).number(5);
  crafted.array(1).array(3).number(5).number(6).array(0).array(0);
  return crafted;
}

TEST(HostileVotes, ARoundWhoseSuccessorOverflowsIsRefused) {
  EXPECT_EQ(vote(limits::view_number_max).defect(), Defect::none);
  EXPECT_EQ(vote(limits::view_number_max + 1).defect(), Defect::out_of_range);
  const std::uint64_t beyond = limits::view_number_max + 1;
  Crafted ack = Crafted::message(kind_of<VoteAck>, 3);
  EXPECT_EQ(ack.number(beyond).number(5).boolean(false).defect(), Defect::out_of_range);
  Crafted alive = Crafted::message(kind_of<LeaderAlive>, 3);
  EXPECT_EQ(alive.number(1).number(5).number(beyond).defect(), Defect::out_of_range);
}

/// Have with one pair in its first vector.
Crafted have(std::uint64_t seq) {
  Crafted crafted = Crafted::message(kind_of<Have>, 6);
  crafted.text("peal").boolean(false).array(2).number(7).number(seq).array(0).array(0);
  crafted.array(4).number(0).number(0).number(0).number(0);
  return crafted;
}

TEST(HostileLogs, ANumberThatNoLogReachesIsRefusedInAVector) {
  EXPECT_EQ(have(limits::seq_max).defect(), Defect::none);
  EXPECT_EQ(have(limits::seq_max + 1).defect(), Defect::out_of_range);
  EXPECT_EQ(have(~std::uint64_t{0}).defect(), Defect::out_of_range);
}

TEST(HostileLogs, NumberZeroIsRefusedInAVector) { EXPECT_EQ(have(0).defect(), Defect::none_id); }

/// Push of one entry.
Crafted push(std::uint64_t seq, std::uint64_t hlc, std::uint64_t ahead_ms = 0) {
  Crafted crafted = Crafted::message(kind_of<Push>, 3);
  crafted.number(1).array(0).array(1).array(9);
  crafted.number(7).number(seq).number(hlc).array(0).number(1).number(1).bytes(16);
  crafted.array(2).number(3).text("#lunch").number(ahead_ms);
  return crafted;
}

TEST(HostileElements, AWallTimeWhoseDifferencesOverflowIsRefused) {
  const auto ack = [](std::uint64_t wall_ms) {
    Crafted crafted = Crafted::message(kind_of<HeartbeatAck>, 6);
    return crafted.number(1).number(3).number(1).number(1).array(0).number(wall_ms).defect();
  };
  EXPECT_EQ(ack(std::uint64_t{1} << 49U), Defect::none);
  EXPECT_EQ(ack((std::uint64_t{1} << 49U) + 1), Defect::out_of_range);
}

TEST(HostileLogs, AnEntryWrittenBeforeTheFirstMillisecondIsRefused) {
  EXPECT_EQ(push(1, 7U << 16U, 7).defect(), Defect::none);
  EXPECT_EQ(push(1, 7U << 16U, 8).defect(), Defect::inconsistent);
  EXPECT_EQ(push(1, 7U << 16U, ~std::uint64_t{0}).defect(), Defect::inconsistent);
}

TEST(HostileLogs, AnEntryWithANumberThatNoLogReachesIsRefused) {
  EXPECT_EQ(push(1, 1).defect(), Defect::none);
  EXPECT_EQ(push(0, 1).defect(), Defect::none_id);
  EXPECT_EQ(push(~std::uint64_t{0}, 1).defect(), Defect::out_of_range);
}

TEST(HostileClocks, AnEntryOfATimeThatNoClockShowsIsRefused) {
  EXPECT_EQ(push(1, hlc_max.value).defect(), Defect::none);
  EXPECT_EQ(push(1, hlc_max.value + 1).defect(), Defect::out_of_range);
}

TEST(HostileClocks, AnAuthorWithATimeThatNoClockShowsIsRefused) {
  const auto submit = [](std::uint64_t hlc) {
    return Crafted::message(kind_of<Submit>, 4).number(1).number(hlc).array(0).array(0).defect();
  };
  EXPECT_EQ(submit(hlc_max.value), Defect::none);
  EXPECT_EQ(submit(~std::uint64_t{0}), Defect::out_of_range);
}

TEST(HostileVotes, APathThatDoesNotStartWithTheCandidateIsRefused) {
  Crafted crafted = Crafted::message(kind_of<Vote>, 5);
  crafted.number(2).number(0).number(5);
  crafted.array(1).array(3).number(4).number(6).array(0).array(0);
  EXPECT_EQ(crafted.defect(), Defect::inconsistent);
}

TEST(HostileRanges, ThatEndBeforeTheyStartAreRefused) {
  Crafted crafted = Crafted::message(kind_of<PushAck>, 2);
  EXPECT_EQ(crafted.array(2).number(5).number(4).array(0).defect(), Defect::inconsistent);
}

TEST(StrangeMessages, OfAnotherVersionAreToldApartFromMalformedOnes) {
  // Whatever follows version and kind is not looked at.
  const Decoded decoded = Crafted().array(3).number(2).number(7).raw({0xc1}).decoded();
  EXPECT_EQ(std::get<Unknown>(decoded), (Unknown{.version = 2, .kind = 7}));
}

TEST(StrangeMessages, OfAnUnknownKindAreToldApartFromMalformedOnes) {
  const Decoded decoded =
      Crafted().array(3).number(protocol_version).number(200).raw({0xc0}).decoded();
  EXPECT_EQ(std::get<Unknown>(decoded), (Unknown{.version = protocol_version, .kind = 200}));
}

TEST(StrangeEntries, OfAnotherFormatAreRefused) {
  Entry entry;
  entry.id = {LogId{1}, 1};
  entry.hlc = {1};
  entry.message = {SessionId{1}, 1};
  entry.author.bytes[0] = 1;
  std::vector<std::uint8_t> bytes;
  encode_entry(entry, bytes);
  ASSERT_TRUE(decode_entry(bytes).has_value());

  ++bytes[1];  // Behind the array's header.

  EXPECT_FALSE(decode_entry(bytes).has_value());
}

}  // namespace
}  // namespace peal::codec
