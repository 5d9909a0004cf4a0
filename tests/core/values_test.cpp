// Identities, clocks, vectors, ranges and digests: the small values that everything is made of.
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/digest.hpp"
#include "core/endpoint.hpp"
#include "core/entry.hpp"
#include "core/hlc.hpp"
#include "core/ids.hpp"
#include "core/log_digest.hpp"
#include "core/mark.hpp"
#include "core/message.hpp"
#include "core/prng.hpp"
#include "core/ranges.hpp"
#include "core/version_vector.hpp"
#include "tests/support/entries.hpp"

namespace peal {
namespace {

TEST(Ids, ZeroMeansNone) {
  EXPECT_FALSE(ServerId{});
  EXPECT_TRUE(ServerId{1});
  EXPECT_FALSE(UserId{});
  EXPECT_FALSE((EntryId{LogId{7}, 0}));
}

TEST(Ids, ViewsAreOrderedByNumberThenLeader) {
  EXPECT_LT((ViewId{1, ServerId{9}}), (ViewId{2, ServerId{1}}));
  EXPECT_LT((ViewId{2, ServerId{1}}), (ViewId{2, ServerId{9}}));
}

TEST(Ids, TimelineOrderIsByClockThenLogThenSeq) {
  const EntryKey early{Hlc{1}, {LogId{9}, 9}};
  const EntryKey late{Hlc{2}, {LogId{1}, 1}};
  const EntryKey later_log{Hlc{2}, {LogId{2}, 1}};

  EXPECT_LT(early, late);
  EXPECT_LT(late, later_log);
}

TEST(HybridClock, KeepsNearWallTime) {
  HybridClock clock;

  const Hlc stamp = clock.tick(WallTime{1'000});

  EXPECT_EQ(stamp.wall(), WallTime{1'000});
}

TEST(HybridClock, NeverGivesAStampTwice) {
  HybridClock clock;
  Hlc before = clock.tick(WallTime{1'000});

  for (const std::int64_t wall : {1'000, 999, 0, -5, 1'000}) {
    const Hlc next = clock.tick(WallTime{wall});
    EXPECT_GT(next, before);
    before = next;
  }
}

TEST(HybridClock, IsAfterAllThatItSaw) {
  HybridClock clock;
  clock.saw(Hlc{std::uint64_t{5'000} << 16U});

  EXPECT_GT(clock.tick(WallTime{1'000}), (Hlc{std::uint64_t{5'000} << 16U}));
}

TEST(HybridClock, CarriesAFullCounterIntoTheMilliseconds) {
  HybridClock clock;
  clock.saw(Hlc{(std::uint64_t{1'000} << 16U) | 0xffffU});

  EXPECT_EQ(clock.tick(WallTime{1'000}).wall(), WallTime{1'001});
}

TEST(HybridClock, FollowsAnEntryHoweverFarItIsAhead) {
  HybridClock clock;
  const Hlc entry{std::uint64_t{40} * HybridClock::claim_ahead_max_ms << 16U};

  clock.saw(entry);

  EXPECT_GT(clock.tick(WallTime{1'000}), entry);
}

TEST(HybridClock, FollowsAClaimUpToADayAheadOfTheWall) {
  HybridClock clock;
  const WallTime wall{1'000'000};
  const std::int64_t day_ahead = wall.ms + HybridClock::claim_ahead_max_ms;
  const Hlc claim{static_cast<std::uint64_t>(day_ahead) << 16U};

  EXPECT_TRUE(clock.saw_claim(claim, wall));

  EXPECT_GT(clock.tick(wall), claim);
}

TEST(HybridClock, RefusesAClaimBeyondADayAheadOfTheWall) {
  HybridClock clock;
  const WallTime wall{1'000'000};
  const std::int64_t beyond = wall.ms + HybridClock::claim_ahead_max_ms + 1;

  EXPECT_FALSE(clock.saw_claim(Hlc{static_cast<std::uint64_t>(beyond) << 16U}, wall));
  EXPECT_FALSE(clock.saw_claim(Hlc{~std::uint64_t{0}}, wall));

  EXPECT_EQ(clock.tick(wall).wall(), wall);
}

TEST(HybridClock, TakesAClaimThatItIsBeyondAlready) {
  HybridClock clock;
  const Hlc entry{std::uint64_t{40} * HybridClock::claim_ahead_max_ms << 16U};
  clock.saw(entry);

  EXPECT_TRUE(clock.saw_claim(entry, WallTime{1'000}));
}

TEST(HybridClock, NeverWraps) {
  for (const std::uint64_t other : {~std::uint64_t{0}, ~std::uint64_t{0} - 1, hlc_max.value}) {
    HybridClock clock;
    const Hlc before = clock.tick(WallTime{1'000});
    clock.saw(Hlc{other});

    const Hlc after = clock.tick(WallTime{std::numeric_limits<std::int64_t>::max()});

    EXPECT_GT(after, before);
    EXPECT_GT(clock.tick(WallTime{0}), after);
    EXPECT_LT(clock.last(), hlc_max);
  }
}

TEST(VersionVector, AbsentLogCountsAsNothing) {
  const VersionVector vector;

  EXPECT_EQ(vector.at(LogId{1}), 0U);
  EXPECT_FALSE(vector.covers(EntryId{LogId{1}, 1}));
}

TEST(VersionVector, NeverKeepsSeqZero) {
  VersionVector vector;

  EXPECT_FALSE(vector.advance({LogId{1}, 0}));

  EXPECT_TRUE(vector.empty());
}

TEST(VersionVector, NeverGoesBack) {
  VersionVector vector;
  EXPECT_TRUE(vector.advance({LogId{1}, 5}));

  EXPECT_FALSE(vector.advance({LogId{1}, 3}));

  EXPECT_EQ(vector.at(LogId{1}), 5U);
}

TEST(VersionVector, CountsWhatTheOtherLacks) {
  VersionVector mine;
  mine.advance({LogId{1}, 5});
  mine.advance({LogId{2}, 2});
  VersionVector other;
  other.advance({LogId{1}, 3});
  other.advance({LogId{3}, 9});

  EXPECT_EQ(mine.count_beyond(other), 4U);
  EXPECT_EQ(mine.beyond(other), (std::vector<EntryId>{{LogId{1}, 5}, {LogId{2}, 2}}));
}

TEST(VersionVector, ConcurrentVectorsCoverNeitherWay) {
  VersionVector a;
  a.advance({LogId{1}, 1});
  VersionVector b;
  b.advance({LogId{2}, 1});

  EXPECT_FALSE(a.covers(b));
  EXPECT_FALSE(b.covers(a));
}

TEST(Ranges, JoinsNeighbours) {
  Ranges ranges;
  for (const std::uint64_t n : {1U, 3U, 5U, 2U, 4U}) EXPECT_TRUE(add_to_ranges(ranges, n));

  EXPECT_EQ(ranges, (Ranges{{1, 5}}));
}

TEST(Ranges, TakesANumberOnce) {
  Ranges ranges{{2, 4}};

  EXPECT_FALSE(add_to_ranges(ranges, 3));

  EXPECT_TRUE(in_ranges(ranges, 2));
  EXPECT_FALSE(in_ranges(ranges, 5));
  EXPECT_EQ(highest_in(ranges), 4U);
  EXPECT_EQ(highest_in({}), 0U);
}

TEST(Hasher, TellsTextsApartByLengthAndPlace) {
  const auto of = [](auto... parts) {
    Hasher hasher;
    (hasher.add(std::string_view(parts)), ...);
    return hasher.digest();
  };

  EXPECT_NE(of("ab", "c"), of("a", "bc"));
  EXPECT_NE(of("", "a"), of("a", ""));
  EXPECT_EQ(of("ab", "c"), of("ab", "c"));
}

TEST(Hasher, GivesTheSameOnEveryPlatform) {
  Hasher hasher;
  hasher.add(1).add("peal");

  const Digest digest = hasher.digest();

  // Digests are written into traces: a change of these breaks the replay of every recording.
  EXPECT_EQ(digest.high, 0x9915202a559aa432U);
  EXPECT_EQ(digest.low, 0x2f6c8f5234eac738U);
}

TEST(Entry, EachFieldChangesItsDigest) {
  const Entry plain = test::entry_at(3, test::user(1), Post{RoomName{"#a"}, "hi"});
  std::vector<Entry> others(9, plain);
  others[0].id.log = LogId{2};
  others[1].id.seq = 4;
  others[2].hlc = Hlc{1};
  others[3].deps = {{LogId{3}, 1}};
  others[4].message.n = 77;
  others[5].message.session = SessionId{77};
  others[6].author = test::user(2);
  others[7].body = Post{RoomName{"#a"}, "ho"};
  others[8].body = Post{test::user(1), "hi"};

  for (std::size_t i = 0; i < others.size(); ++i)
    EXPECT_NE(digest_of(others[i]), digest_of(plain)) << i;
}

TEST(LogDigest, DependsOnEveryEntry) {
  const SharedEntry one(test::entry_at(1, test::user(1), JoinRoom{{"#a"}}));
  const SharedEntry two(test::entry_at(2, test::user(1), LeaveRoom{{"#a"}}));

  EXPECT_NE(log_digest(log_digest({}, one), two), log_digest({}, two));
}

TEST(Prng, RepeatsItselfFromASeed) {
  Prng a(42);
  Prng b(42);

  EXPECT_EQ(a.next(), b.next());
  EXPECT_EQ(a, b);
  EXPECT_NE(a.next(), Prng(43).next());
}

TEST(Endpoint, KnowsLoopbackOfBothFamilies) {
  Endpoint six;
  six.ip[15] = 1;

  EXPECT_TRUE(ipv4_endpoint(127, 0, 0, 1, 7401).is_loopback());
  EXPECT_TRUE(six.is_loopback());
  EXPECT_FALSE(ipv4_endpoint(192, 168, 0, 1, 7401).is_loopback());
  EXPECT_FALSE(Endpoint{}.is_loopback());
}

TEST(Names, EveryKindAndMarkHasAWordOfItsOwn) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < message_kinds; ++i) words.emplace_back(kind_name(i));
  for (std::size_t i = 0; i < mark_count; ++i) words.emplace_back(mark_name(static_cast<Mark>(i)));

  std::ranges::sort(words);

  EXPECT_EQ(std::ranges::adjacent_find(words), words.end());
  EXPECT_STREQ(kind_name(Message{Unsupported{}}), "Unsupported");
}

}  // namespace
}  // namespace peal
