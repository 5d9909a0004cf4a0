// Multicast groups in the simulated world: who hears them, and what people see because of them.
#include <gtest/gtest.h>

#include "sim/network.hpp"
#include "sim/run.hpp"

namespace peal::sim {
namespace {

std::uint64_t marked(const RunResult& result, Mark mark) {
  return result.stats.marks[static_cast<std::size_t>(mark)];
}

TEST(GroupsOfTheNetwork, ReachNobodyWhoseNetworkDropsThem) {
  Network network(3);
  Chooser chooser(1);
  network.set_deaf_to_groups(2, true);

  EXPECT_TRUE(network.multicast_reaches(chooser, 0, 1, 0));
  EXPECT_FALSE(network.multicast_reaches(chooser, 0, 2, 0));
}

TEST(GroupsOfTheNetwork, AreLostAsOftenAsTheWeatherSays) {
  Network network(2);
  network.set_weather({.group_lost_per_million = 200'000});
  Chooser chooser(1);
  int reached = 0;

  for (int i = 0; i < 100'000; ++i) reached += network.multicast_reaches(chooser, 0, 1, 0) ? 1 : 0;

  EXPECT_NEAR(reached, 80'000, 1'000);
}

TEST(GroupsOfARun, BringPostsInAGoodNetwork) {
  RunOptions options;
  options.faults = false;
  options.servers = 3;
  options.people = 10;

  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const RunResult result = run(seed, options);

    EXPECT_FALSE(result.violation) << seed;
    EXPECT_GT(marked(result, Mark::group_post_shown), 0U) << seed;
    EXPECT_EQ(marked(result, Mark::group_given_up), 0U) << seed;
  }
}

TEST(GroupsOfARun, AreRepairedInABadOne) {
  std::uint64_t shown = 0;
  std::uint64_t repaired = 0;
  std::uint64_t given_up = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const RunResult result = run(seed, {});
    EXPECT_FALSE(result.violation) << "seed " << seed;
    shown += marked(result, Mark::group_post_shown);
    repaired += marked(result, Mark::group_post_repaired);
    given_up += marked(result, Mark::group_given_up);
  }

  EXPECT_GT(shown, 0U);
  EXPECT_GT(repaired, 0U);
  EXPECT_GT(given_up, 0U);
}

}  // namespace
}  // namespace peal::sim
