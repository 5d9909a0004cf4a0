// The simulated network: fates, latencies, partitions.
#include "sim/network.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace peal::sim {
namespace {

TEST(Network, LosesDoublesAndCorruptsAsOftenAsTheWeatherSays) {
  Network network(2);
  network.set_weather(
      {.lost_per_million = 100'000, .twice_per_million = 50'000, .corrupted_per_million = 20'000});
  Chooser chooser(1);
  std::array<int, 4> fates{};

  for (int i = 0; i < 100'000; ++i)
    ++fates[static_cast<std::size_t>(network.fate(chooser, 0, 0, 1, 0))];

  EXPECT_NEAR(fates[static_cast<std::size_t>(Fate::lost)], 10'000, 500);
  EXPECT_NEAR(fates[static_cast<std::size_t>(Fate::twice)], 5'000, 400);
  EXPECT_NEAR(fates[static_cast<std::size_t>(Fate::corrupted)], 2'000, 300);
}

TEST(Network, LatencyHasALeastValueASpreadAndATail) {
  Network network(2);
  network.set_weather(
      {.latency_min_us = 100, .jitter_us = 1'000, .tail_us = 100'000, .tail_per_million = 10'000});
  Chooser chooser(1);
  std::vector<std::int64_t> latencies;

  for (int i = 0; i < 100'000; ++i) latencies.push_back(network.latency_us(chooser, 0, 0, 1, 0));
  std::ranges::sort(latencies);

  EXPECT_GE(latencies.front(), 100);
  EXPECT_LE(latencies[98'000], 1'100);
  EXPECT_GT(latencies[99'900], 10'000);
  EXPECT_LE(latencies.back(), 101'100);
}

TEST(Network, SplitsBetweenSidesOnly) {
  Network network(4);
  const std::array<std::uint8_t, 4> sides{0, 0, 1, 1};

  network.split(sides);

  EXPECT_FALSE(network.blocked(0, 1));
  EXPECT_TRUE(network.blocked(1, 2));
  EXPECT_TRUE(network.blocked(2, 1));
  EXPECT_FALSE(network.blocked(2, 3));
  EXPECT_FALSE(network.whole(0));
}

TEST(Network, HasCutsUntilItHeals) {
  Network network(2);
  EXPECT_FALSE(network.cuts());

  network.cut(0, 1);
  EXPECT_TRUE(network.cuts());

  network.heal();
  EXPECT_FALSE(network.cuts());
}

TEST(Network, KnowsAtAnyTimeWhetherItsCutsArePartitions) {
  Network network(3);
  EXPECT_TRUE(network.is_partition());

  network.split(std::array<std::uint8_t, 3>{0, 0, 1});
  EXPECT_TRUE(network.is_partition());
  network.cut(0, 1);
  EXPECT_FALSE(network.is_partition());
  network.heal();
  EXPECT_TRUE(network.is_partition());
  network.split(std::array<std::uint8_t, 3>{0, 0, 1});
  network.bridge(0);
  EXPECT_FALSE(network.is_partition());
}

TEST(Network, ABridgeHearsBothSides) {
  Network network(3);
  const std::array<std::uint8_t, 3> sides{0, 0, 1};

  network.split(sides);
  network.bridge(0);

  EXPECT_FALSE(network.blocked(0, 2));
  EXPECT_FALSE(network.blocked(2, 0));
  EXPECT_TRUE(network.blocked(1, 2));
}

TEST(Network, CutsOneDirectionOnly) {
  Network network(2);

  network.cut(0, 1);

  EXPECT_TRUE(network.blocked(0, 1));
  EXPECT_FALSE(network.blocked(1, 0));
}

TEST(Network, ACloggedLinkDeliversAllAtOnceLater) {
  Network network(2);
  network.set_weather({.latency_min_us = 10, .jitter_us = 0, .tail_per_million = 0});
  Chooser chooser(1);

  network.clog_until(0, 1, 5'000);

  EXPECT_EQ(1'000 + network.latency_us(chooser, 1'000, 0, 1, 0), 5'010);
  EXPECT_EQ(4'000 + network.latency_us(chooser, 4'000, 0, 1, 0), 5'010);
  EXPECT_EQ(network.latency_us(chooser, 6'000, 0, 1, 0), 10);
}

TEST(Network, DatagramsOfALaggingLinkTakeLongerAndOvertakeEachOther) {
  Network network(2);
  network.set_weather({.latency_min_us = 10, .jitter_us = 0, .tail_per_million = 0});
  Chooser chooser(1);
  network.lag_until(0, 1, 10'000, 5'000);
  std::vector<std::int64_t> arrivals;

  for (std::int64_t now = 0; now < 1'000; now += 10)
    arrivals.push_back(now + network.latency_us(chooser, now, 0, 1, 0));

  EXPECT_FALSE(std::ranges::is_sorted(arrivals));
  EXPECT_GT(std::ranges::max(arrivals), 5'000);
  EXPECT_LE(std::ranges::max(arrivals), 990 + 10'010);
  EXPECT_EQ(network.latency_us(chooser, 0, 1, 0, 0), 10);
  EXPECT_EQ(network.latency_us(chooser, 5'000, 0, 1, 0), 10);
}

TEST(Network, DatagramsWaitForThoseBeforeThemAndForTheirOwnBytes) {
  Network network(2);
  network.set_weather({.width = {.bytes_per_s = 1'000'000, .queue_bytes = 10'000}});

  EXPECT_EQ(network.enqueue(0, 0, 1, 1'000), 1'000);
  EXPECT_EQ(network.enqueue(0, 0, 1, 500), 1'500);
  EXPECT_EQ(network.enqueue(600, 0, 1, 100), 1'000);
  // The other direction is another way, and what is sent is gone.
  EXPECT_EQ(network.enqueue(600, 1, 0, 100), 100);
  EXPECT_EQ(network.enqueue(50'000, 0, 1, 100), 100);
}

TEST(Network, ADatagramThatFindsNoRoomToWaitIsLostAndTakesNone) {
  Network network(2);
  network.set_weather({.width = {.bytes_per_s = 1'000'000, .queue_bytes = 2'000}});

  EXPECT_EQ(network.enqueue(0, 0, 1, 1'000), 1'000);
  EXPECT_EQ(network.enqueue(0, 0, 1, 1'001), std::nullopt);
  EXPECT_EQ(network.enqueue(0, 0, 1, 1'000), 2'000);
  EXPECT_EQ(network.enqueue(0, 0, 1, 1), std::nullopt);
  EXPECT_EQ(network.enqueue(1'000, 0, 1, 1'000), 2'000);
}

TEST(Network, ALinkIsNarrowForAWhileAndAsWideAsTheWeatherSaysAfterwards) {
  Network network(2);
  network.narrow_until(0, 1, {.bytes_per_s = 1'000, .queue_bytes = 500}, 1'000'000);

  EXPECT_EQ(network.enqueue(0, 0, 1, 100), 100'000);
  EXPECT_EQ(network.enqueue(0, 0, 1, 501), std::nullopt);
  EXPECT_EQ(network.enqueue(0, 1, 0, 501), 0);
  EXPECT_FALSE(network.whole(999'999));
  EXPECT_TRUE(network.whole(1'000'000));
  EXPECT_EQ(network.enqueue(1'000'000, 0, 1, 501), 0);
}

TEST(Network, WhatANarrowLinkHasNotSentWhenItIsWideAgainLeavesThen) {
  Network network(2);
  network.narrow_until(0, 1, {.bytes_per_s = 1'000, .queue_bytes = 10'000}, 1'000'000);
  EXPECT_EQ(network.enqueue(0, 0, 1, 900), 900'000);
  EXPECT_EQ(network.enqueue(0, 0, 1, 5'100), 1'000'040) << "100 bytes, and 5,000 at full width";
  EXPECT_EQ(network.enqueue(0, 0, 1, 4'001), std::nullopt) << "6,000 wait";
  EXPECT_EQ(network.enqueue(0, 0, 1, 4'000), 1'000'072);

  network.set_weather({.width = {.bytes_per_s = 10'000, .queue_bytes = 10'000}});
  network.narrow_until(1, 0, {.bytes_per_s = 1'000, .queue_bytes = 10'000}, 1'000'000);
  EXPECT_EQ(network.enqueue(0, 1, 0, 2'000), 1'100'000);
}

TEST(Network, IsWholeAfterTheHeal) {
  Network network(4);
  network.cut(0, 1);
  network.lose_until(1, 2, 1'000);
  network.clog_until(2, 0, 1'000);
  network.lag_until(2, 3, 100, 1'000);
  network.narrow_until(3, 0, {.bytes_per_s = 1, .queue_bytes = 1}, 1'000);
  EXPECT_FALSE(network.whole(0));

  network.heal();

  EXPECT_TRUE(network.whole(0));
}

TEST(Network, EachTroubleOfALinkIsNotWhole) {
  for (int trouble = 0; trouble < 4; ++trouble) {
    Network network(2);
    if (trouble == 0) network.lose_until(0, 1, 10);
    if (trouble == 1) network.lag_until(0, 1, 1, 10);
    if (trouble == 2) network.narrow_until(0, 1, {.bytes_per_s = 1}, 10);
    if (trouble == 3) network.clog_until(0, 1, 10);

    EXPECT_FALSE(network.whole(9)) << trouble;
    EXPECT_TRUE(network.whole(10)) << trouble;
  }
}

}  // namespace
}  // namespace peal::sim
