// Splits of every shape heal: one view within 2 s, one history within the bound, over many seeds.
#include <algorithm>
#include <bit>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "sim/heal.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t bound_us = 2'000'000;  // DESIGN sections 6 and 9.
constexpr std::uint64_t seeds = 8;

std::string told(const HealResult& result) {
  return std::string(shape_name(result.shape)) + ", seed " + std::to_string(result.seed);
}

void expect_healed(const HealResult& result) {
  EXPECT_FALSE(result.violation) << told(result) << ": " << result.violation->what << ": "
                                 << result.violation->detail;
  EXPECT_TRUE(result.one_view_us >= 0 && result.one_view_us <= bound_us)
      << told(result) << ": one view after " << result.one_view_us << " us";
  EXPECT_TRUE(result.equal_us >= 0 && result.equal_us <= bound_us)
      << told(result) << ": equal after " << result.equal_us << " us";
}

class EveryShape : public testing::TestWithParam<Shape> {};

TEST_P(EveryShape, HealsWithinTheBound) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    HealOptions options;
    options.servers = 2 + seed;
    options.shape = GetParam();

    expect_healed(heal(seed, options));
  }
}

TEST_P(EveryShape, HealsWhileServersComeBackOneByOne) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    HealOptions options;
    options.shape = GetParam();
    options.stage_us = static_cast<std::int64_t>(seed) * 40'000;

    expect_healed(heal(100 + seed, options));
  }
}

TEST_P(EveryShape, HealsWhileAServerCrashes) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    HealOptions options;
    options.shape = GetParam();
    options.crash_at_heal = true;

    const HealResult result = heal(200 + seed, options);

    EXPECT_FALSE(result.violation) << told(result) << ": " << result.violation->what;
    EXPECT_TRUE(result.one_view_us >= 0 && result.one_view_us <= bound_us)
        << told(result) << ": one view after " << result.one_view_us << " us";
    EXPECT_GE(result.equal_us, 0) << told(result);
  }
}

/// Tries to merge that led to nothing wait longer and longer: the heal must not wait for them.
TEST_P(EveryShape, HealsAtOnceAfterMinutes) {
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    HealOptions options;
    options.shape = GetParam();
    options.cut_us = 180'000'000;

    expect_healed(heal(300 + seed, options));
  }
}

/// Connectivity that stays partial must not change the view again and again.
TEST_P(EveryShape, DoesNotFlapWhileItLasts) {
  if (GetParam() == Shape::flapping) GTEST_SKIP() << "the network itself flaps";
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    HealOptions options;
    options.shape = GetParam();
    options.cut_us = 120'000'000;

    const HealResult result = heal(400 + seed, options);

    EXPECT_LE(result.installed, 30U) << told(result);
  }
}

INSTANTIATE_TEST_SUITE_P(Merge, EveryShape,
                         testing::Values(Shape::halves, Shape::arcs, Shape::isolated,
                                         Shape::scattered, Shape::deaf, Shape::mute, Shape::one_way,
                                         Shape::link, Shape::bridge, Shape::flapping,
                                         Shape::clogged),
                         [](const auto& shape) {
                           std::string name = shape_name(shape.param);
                           std::ranges::replace(name, ' ', '_');
                           return name;
                         });

TEST(Arcs, EveryPartitionOfARingOfSevenHeals) {
  constexpr std::uint64_t servers = 7;
  std::uint64_t partitions = 0;
  for (std::uint64_t breaks = 0; breaks < (1U << servers); ++breaks) {
    if (std::popcount(breaks) < 2) continue;  // One break leaves the ring in one piece.
    HealOptions options;
    options.servers = servers;
    options.shape = Shape::arcs;
    options.breaks = breaks;
    options.cut_us = 4'000'000;

    const HealResult result = heal(breaks, options);

    ++partitions;
    expect_healed(result);
    EXPECT_EQ(result.views_before, static_cast<std::uint64_t>(std::popcount(breaks)))
        << told(result);
  }
  EXPECT_EQ(partitions, 120U);
}

TEST(Arcs, BreaksBehindServersMakeArcs) {
  const Hosts hosts{{2, 0, 1, 3}, 4};  // The ring in order of ids.
  Chooser chooser(1);

  // Broken behind the first and the third of the ring: {0, 1} and {3, 2}.
  const Sides sides = arcs_of(hosts, 0b0101, chooser, {});

  EXPECT_EQ(sides[0], sides[1]);
  EXPECT_EQ(sides[2], sides[3]);
  EXPECT_NE(sides[0], sides[2]);
}

TEST(Heal, GivesTheSameResultForTheSameSeed) {
  HealOptions options;
  options.shape = Shape::bridge;
  const HealResult once = heal(5, options);

  const HealResult again = heal(5, options);

  EXPECT_EQ(once.one_view_us, again.one_view_us);
  EXPECT_EQ(once.equal_us, again.equal_us);
  EXPECT_EQ(once.acknowledged, again.acknowledged);
}

TEST(Heal, PeopleTalkOnEverySideOfASplit) {
  HealOptions options;
  options.shape = Shape::scattered;

  const HealResult result = heal(1, options);

  EXPECT_EQ(result.views_before, 7U);
  EXPECT_GT(result.missing, 100U);
}

}  // namespace
}  // namespace peal::sim
