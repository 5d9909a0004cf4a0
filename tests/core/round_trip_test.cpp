// Estimates of round trips and arrivals.
#include "core/round_trip.hpp"

#include <gtest/gtest.h>

namespace peal {
namespace {

TEST(RoundTrip, WaitsAFixedTimeBeforeItKnowsAnything) {
  const RoundTrip trip;

  EXPECT_FALSE(trip.known());
  EXPECT_EQ(trip.timeout(milliseconds(10), milliseconds(200)), RoundTrip::unknown);
  EXPECT_EQ(trip.timeout(milliseconds(10), milliseconds(20)), milliseconds(20));
  EXPECT_EQ(trip.timeout(milliseconds(100), milliseconds(200)), milliseconds(100));
}

TEST(RoundTrip, TakesTheFirstSampleAsItIs) {
  RoundTrip trip;

  trip.sample(milliseconds(8));

  EXPECT_EQ(trip.smoothed(), milliseconds(8));
  // RFC 6298 (2.2): SRTT + 4 x R/2.
  EXPECT_EQ(trip.timeout(milliseconds(1), seconds(1)), milliseconds(24));
}

TEST(RoundTrip, FollowsRfc6298) {
  RoundTrip trip;
  trip.sample(microseconds(8'000));

  trip.sample(microseconds(16'000));

  // SRTT = 7/8 x 8 + 1/8 x 16 = 9 ms; RTTVAR = 3/4 x 4 + 1/4 x 8 = 5 ms; RTO = 9 + 20 ms.
  EXPECT_EQ(trip.smoothed(), milliseconds(9));
  EXPECT_EQ(trip.timeout(milliseconds(1), seconds(1)), milliseconds(29));
}

TEST(RoundTrip, SettlesOnASteadyRoundTrip) {
  RoundTrip trip;
  trip.sample(milliseconds(50));

  for (int i = 0; i < 200; ++i) trip.sample(milliseconds(2));

  EXPECT_LE(trip.smoothed(), microseconds(2'010));
  EXPECT_LE(trip.timeout(microseconds(0), seconds(1)), microseconds(2'050));
}

TEST(RoundTrip, StaysWithinFloorAndCeiling) {
  RoundTrip trip;
  trip.sample(microseconds(50));
  EXPECT_EQ(trip.timeout(milliseconds(10), milliseconds(200)), milliseconds(10));

  trip.sample(seconds(5));
  EXPECT_EQ(trip.timeout(milliseconds(10), milliseconds(200)), milliseconds(200));
}

TEST(RoundTrip, TakesNonsenseAsNothingOrAMinute) {
  RoundTrip trip;
  trip.sample(microseconds(-5));
  EXPECT_EQ(trip.smoothed(), microseconds(0));

  RoundTrip slow;
  slow.sample(seconds(1'000'000));
  EXPECT_EQ(slow.smoothed(), seconds(60));
}

ArrivalTimes arrivals(int count, Duration early, Duration late) {
  ArrivalTimes times;
  Instant now{0};
  times.arrived(now);
  for (int i = 0; i < count; ++i) {
    now = now + (i % 2 == 0 ? early : late);
    times.arrived(now);
  }
  return times;
}

TEST(ArrivalTimes, WaitsThreeIntervalsBeforeItKnowsEnough) {
  const auto times = arrivals(7, milliseconds(50), milliseconds(50));

  EXPECT_EQ(times.suspect_after(milliseconds(50)), milliseconds(150));
}

TEST(ArrivalTimes, WaitsOneAndAHalfIntervalsForASteadyPeer) {
  const auto times = arrivals(8, milliseconds(50), milliseconds(50));

  EXPECT_EQ(times.suspect_after(milliseconds(50)), milliseconds(75));
}

TEST(ArrivalTimes, WaitsEightDeviationsBeyondTheMean) {
  // 40 and 60 ms in turn: mean 50 ms, deviation 10 ms.
  const auto times = arrivals(64, milliseconds(40), milliseconds(60));

  EXPECT_NEAR(static_cast<double>(times.suspect_after(milliseconds(50)).us), 130'000, 1'000);
}

TEST(ArrivalTimes, ForgetsOnePauseWithinAFewWindows) {
  ArrivalTimes times;
  Instant now{0};
  for (int i = 0; i < 64; ++i) times.arrived(now = now + milliseconds(50));
  times.arrived(now = now + seconds(30));
  EXPECT_LE(times.suspect_after(milliseconds(50)), seconds(2));

  for (int i = 0; i < 64 * 8; ++i) times.arrived(now = now + milliseconds(50));

  EXPECT_LE(times.suspect_after(milliseconds(50)), milliseconds(80));
}

TEST(ArrivalTimes, ResetForgetsEverything) {
  auto times = arrivals(20, milliseconds(10), milliseconds(90));

  times.reset();

  EXPECT_EQ(times, ArrivalTimes{});
}

TEST(ArrivalTimes, EqualStatesAtDifferentTimesHaveEqualDigests) {
  auto digest_at = [](Instant start) {
    ArrivalTimes times;
    times.arrived(start);
    times.arrived(start + milliseconds(50));
    Hasher hasher;
    times.mix_into(hasher, start + milliseconds(70));
    return hasher.digest();
  };

  EXPECT_EQ(digest_at(Instant{0}), digest_at(Instant{123'456'789}));
}

TEST(IntegerSqrt, IsTheFloorOfTheRoot) {
  for (const std::int64_t n : {0L, 1L, 2L, 3L, 4L, 8L, 9L, 99L, 100L, 1'000'000'000'000L}) {
    const std::int64_t root = integer_sqrt(n);
    EXPECT_LE(root * root, n);
    EXPECT_GT((root + 1) * (root + 1), n);
  }
  EXPECT_EQ(integer_sqrt(-1), 0);
  EXPECT_EQ(integer_sqrt(std::numeric_limits<std::int64_t>::max()), 3'037'000'499L);
}

}  // namespace
}  // namespace peal
