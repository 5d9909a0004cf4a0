// Ranges of seeds: every seed belongs to one shard, and what is written is read again.
#include "sim/seeds.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace peal::sim {
namespace {

std::vector<std::uint64_t> seeds_of(const SeedRange& range) {
  std::vector<std::uint64_t> seeds;
  for (std::uint64_t seed = range.first; seeds.size() < range.count(); seed += range.step)
    seeds.push_back(seed);
  return seeds;
}

std::vector<std::string> texts(const std::vector<SeedRange>& ranges) {
  std::vector<std::string> out;
  for (const SeedRange& range : ranges) out.push_back(to_text(range));
  return out;
}

TEST(Shards, HaveEverySeedOnce) {
  for (std::uint64_t of = 1; of <= 12; ++of) {
    const SeedRange range{5, 14};
    std::vector<int> times(20);

    for (std::uint64_t index = 1; index <= of; ++index)
      if (const auto shard = shard_of(range, index, of))
        for (const std::uint64_t seed : seeds_of(*shard)) ++times.at(seed);

    for (std::uint64_t seed = 0; seed < times.size(); ++seed)
      EXPECT_EQ(times[seed], range.contains(seed) ? 1 : 0) << seed << " of " << of;
  }
}

TEST(Shards, AreWhatTheRestOfDivisionSays) {
  const auto second = shard_of({1, 10}, 2, 4);

  EXPECT_EQ(second, (SeedRange{2, 10, 4}));
}

TEST(Shards, BeyondTheSeedsAreNone) { EXPECT_EQ(shard_of({1, 3}, 4, 5), std::nullopt); }

TEST(Shards, OfTheLastSeedsDoNotBeginAgain) {
  const auto shard = shard_of({UINT64_MAX - 3, UINT64_MAX}, 2, 3);

  EXPECT_EQ(shard, (SeedRange{UINT64_MAX - 2, UINT64_MAX - 2, 3}));
}

TEST(Shards, ThatAreAllThereBecomeTheirRange) {
  for (std::uint64_t of = 1; of <= 12; ++of) {
    std::vector<SeedRange> shards;
    for (std::uint64_t index = of; index >= 1; --index)
      if (const auto shard = shard_of({5, 14}, index, of)) shards.push_back(*shard);

    EXPECT_EQ(joined(shards), (std::vector<SeedRange>{{5, 14}})) << of;
  }
}

TEST(Shards, StayApartWhileOneIsMissing) {
  EXPECT_EQ(joined({{1, 9, 4}, {2, 10, 4}, {4, 8, 4}}).size(), 3U);
}

TEST(SeedRanges, SideBySideAreOne) {
  EXPECT_EQ(joined({{11, 20}, {1, 10}, {30, 40}}), (std::vector<SeedRange>{{1, 20}, {30, 40}}));
}

TEST(SeedRanges, AreReadAsTheyWereWritten) {
  for (const SeedRange& range :
       {SeedRange{7, 7}, SeedRange{1, 2'000}, SeedRange{1, 9, 4}, SeedRange{0, UINT64_MAX}})
    EXPECT_EQ(parse_seed_range(to_text(range)), range) << to_text(range);
}

TEST(SeedRanges, ThatMakeNoSenseAreNone) {
  for (const char* text : {"", "..", "1..", "..2", "2..1", "1..2..3", "-1..2", "1 ..2", "many",
                           "1..4 step 2", "1..4 step 0", "1..4 step", "1..18446744073709551616"})
    EXPECT_EQ(parse_seed_range(text), std::nullopt) << text;
}

TEST(SeedSet, HoldsWhatWasAdded) {
  SeedSet set;
  set.add({1, 9, 4});
  set.add(2);
  set.add(SeedRange{UINT64_MAX - 1, UINT64_MAX});

  for (const std::uint64_t seed : {1ULL, 2ULL, 5ULL, 9ULL, UINT64_MAX - 1ULL, 0ULL + UINT64_MAX})
    EXPECT_TRUE(set.contains(seed)) << seed;
  for (const std::uint64_t seed : {0ULL, 3ULL, 4ULL, 6ULL, 10ULL, UINT64_MAX - 2ULL})
    EXPECT_FALSE(set.contains(seed)) << seed;
  EXPECT_EQ(set.count(), 6U);
}

TEST(SeedSet, HoldsARangeWhenItHoldsAllOfIt) {
  SeedSet set;
  set.add({1, 9, 4});
  set.add({20, 30});

  EXPECT_TRUE(set.contains(SeedRange{1, 9, 4}));
  EXPECT_TRUE(set.contains(SeedRange{20, 30}));
  EXPECT_TRUE(set.contains(SeedRange{21, 29, 2}));
  EXPECT_FALSE(set.contains(SeedRange{1, 13, 4}));
  EXPECT_FALSE(set.contains(SeedRange{20, 31}));
  EXPECT_FALSE(set.contains(SeedRange{0, 5}));
}

TEST(SeedSet, IsTheSameInWhateverOrderItWasFilled) {
  SeedSet up;
  for (std::uint64_t seed = 0; seed <= 20; ++seed) up.add(seed);
  SeedSet down;
  for (std::uint64_t seed = 20; seed >= 1; --seed) down.add(seed);
  down.add(std::uint64_t{0});

  EXPECT_EQ(up, down);
  EXPECT_EQ(texts(up.ranges()), std::vector<std::string>{"0..20"});
}

TEST(SeedSet, OfAShardIsOneRange) {
  SeedSet set;
  for (std::uint64_t seed = 3; seed <= 3'000; seed += 16) set.add(seed);

  EXPECT_EQ(texts(set.ranges()), std::vector<std::string>{"3..2995 step 16"});
}

TEST(SeedSet, OfThreeShardsOfFourIsThreeRanges) {
  SeedSet set;
  for (const std::uint64_t index : {1U, 2U, 4U}) set.add(*shard_of({0, 399}, index, 4));

  const std::vector<SeedRange> ranges = set.ranges();

  SeedSet again;
  for (const SeedRange& range : ranges) again.add(range);
  EXPECT_EQ(again, set);
  EXPECT_LE(ranges.size(), 5U);
}

TEST(SeedSet, TellsWhichSeedAnotherHasToo) {
  SeedSet one;
  one.add({1, 100});
  SeedSet other;
  other.add({101, 200});
  EXPECT_EQ(one.common(other), std::nullopt);

  other.add(std::uint64_t{42});

  EXPECT_EQ(one.common(other), 42U);
  EXPECT_EQ(other.common(one), 42U);
}

}  // namespace
}  // namespace peal::sim
