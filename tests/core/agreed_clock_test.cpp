// The clock that most servers agree on, with clocks that are wrong, jump and stand still.
#include "core/agreed_clock.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace peal {
namespace {

constexpr std::int64_t hour_ms = 60 * 60 * 1'000;
constexpr std::int64_t year_ms = 365 * 24 * hour_ms;
constexpr WallTime noon{1'700'000'000'000};
constexpr Instant start{5'000'000};
constexpr ServerId two{2};
constexpr ServerId three{3};
const std::vector<Member> three_members = {
    {ServerId{1}, Incarnation{1}, {}}, {two, Incarnation{2}, {}}, {three, Incarnation{3}, {}}};

WallTime later(WallTime at, std::int64_t ms) { return {at.ms + ms}; }

/// A leader with two members whose clocks are right.
class OfThree : public testing::Test {
 protected:
  OfThree() { clock.set_members(three_members); }
  void measure(WallTime own, std::int64_t second = 0, std::int64_t third = 0) {
    clock.measured(two, later(noon, second), own);
    clock.measured(three, later(noon, third), own);
  }
  AgreedClock clock;
};

TEST(AgreedClock, AloneBelievesItself) {
  const AgreedClock clock;

  EXPECT_EQ(clock.time(noon), noon);
  EXPECT_EQ(clock.own_skew_ms(), 0);
}

TEST_F(OfThree, BelievesItselfWithinASecondOfTheOthers) {
  measure(noon, 900, 800);

  EXPECT_EQ(clock.time(noon), noon);
  EXPECT_EQ(clock.own_skew_ms(), 0);
}

TEST_F(OfThree, WritesTheTimeOfMostWhenItsOwnClockIsAYearAhead) {
  const WallTime own = later(noon, year_ms);

  measure(own, 0, 40);

  EXPECT_EQ(clock.time(own), later(noon, 40));
  EXPECT_EQ(clock.own_skew_ms(), year_ms - 40);
  EXPECT_EQ(clock.skew_ms(two), -40);
}

TEST_F(OfThree, OutvotesOneMemberWhoseClockIsAYearAhead) {
  measure(noon, year_ms, 5);

  EXPECT_EQ(clock.time(noon), noon);
  EXPECT_EQ(clock.skew_ms(two), year_ms);
  EXPECT_EQ(clock.own_skew_ms(), 0);
}

TEST_F(OfThree, TellsMembersHowFarOffTheyAreOnceTwoOthersAreKnown) {
  clock.measured(two, later(noon, hour_ms), noon);
  EXPECT_EQ(clock.told_to(two), std::nullopt);

  clock.measured(three, noon, noon);

  EXPECT_EQ(clock.told_to(two), milliseconds(hour_ms));
  EXPECT_EQ(clock.told_to(three), milliseconds(0));
}

TEST_F(OfThree, IsWorthAWordOnceAndAgainWhenItWasRight) {
  EXPECT_FALSE(clock.worth_a_word(two, 1'000));
  EXPECT_TRUE(clock.worth_a_word(two, -1'001));
  EXPECT_FALSE(clock.worth_a_word(two, -5'000));
  EXPECT_FALSE(clock.worth_a_word(two, 900));
  EXPECT_FALSE(clock.worth_a_word(two, 1'100));
  EXPECT_FALSE(clock.worth_a_word(two, 100));
  EXPECT_TRUE(clock.worth_a_word(two, 1'100));
}

TEST_F(OfThree, GoesOnSteadilyWhenItsOwnClockJumps) {
  ASSERT_FALSE(clock.passes(start, noon));
  measure(noon);

  const WallTime own = later(noon, hour_ms + 10);
  EXPECT_TRUE(clock.passes(start + milliseconds(10), own));

  EXPECT_EQ(clock.time(own), later(noon, 10));
}

TEST_F(OfThree, GoesOnSteadilyWhenItsOwnClockJumpsBack) {
  ASSERT_FALSE(clock.passes(start, noon));
  measure(noon);

  const WallTime own = later(noon, -hour_ms);
  EXPECT_TRUE(clock.passes(start, own));

  EXPECT_EQ(clock.time(own), noon);
}

TEST(AgreedClock, OfTwoNeitherIsBelieved) {
  AgreedClock clock;
  clock.set_members(std::vector<Member>(three_members.begin(), three_members.begin() + 2));

  clock.measured(two, later(noon, year_ms), noon);

  EXPECT_EQ(clock.time(noon), noon);
  EXPECT_EQ(clock.told_to(two), std::nullopt);
  EXPECT_EQ(clock.skew_ms(two), year_ms);
}

TEST_F(OfThree, RemembersHowFarOffItIsWhenItIsAlone) {
  const WallTime own = later(noon, year_ms);
  measure(own);

  clock.set_members({});

  EXPECT_EQ(clock.time(own), noon);
  EXPECT_EQ(clock.skew_ms(two), 0);
}

TEST(AgreedClock, MemberRemembersWhatTheLeaderTold) {
  AgreedClock clock;
  const WallTime own = later(noon, year_ms);

  clock.told(year_ms);

  EXPECT_EQ(clock.time(later(own, 700)), later(noon, 700));
}

TEST(AgreedClock, AloneForgetsWhatItLearnedWhenItsClockIsSet) {
  AgreedClock clock;
  const WallTime own = later(noon, year_ms);
  ASSERT_FALSE(clock.passes(start, own));
  clock.told(year_ms);

  EXPECT_TRUE(clock.passes(start + milliseconds(100), later(noon, 100)));

  EXPECT_EQ(clock.time(later(noon, 100)), later(noon, 100));
}

TEST(AgreedClock, AloneBelievesTheWallAfterTheHostSlept) {
  AgreedClock clock;
  ASSERT_FALSE(clock.passes(start, noon));

  // The monotonic clock stood still meanwhile.
  EXPECT_TRUE(clock.passes(start + milliseconds(1), later(noon, 8 * hour_ms)));

  EXPECT_EQ(clock.time(later(noon, 8 * hour_ms)), later(noon, 8 * hour_ms));
}

TEST(AgreedClock, DriftIsNoJump) {
  AgreedClock clock;
  for (std::int64_t ms = 0; ms < 3'600'000; ms += 50)
    EXPECT_FALSE(clock.passes(start + milliseconds(ms), later(noon, ms + ms / 2'000)));
}

TEST(AgreedClock, EqualStatesHaveEqualDigests) {
  AgreedClock one;
  AgreedClock other;
  (void)one.passes(start, noon);
  (void)other.passes(start + seconds(9), noon);
  const auto digest = [](const AgreedClock& clock, Instant now) {
    Hasher hasher;
    clock.mix_into(hasher, now);
    return hasher.digest();
  };

  EXPECT_EQ(digest(one, start + seconds(1)), digest(other, start + seconds(10)));
  one.told(hour_ms);
  EXPECT_NE(digest(one, start + seconds(1)), digest(other, start + seconds(10)));
}

}  // namespace
}  // namespace peal
