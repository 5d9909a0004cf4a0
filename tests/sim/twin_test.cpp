// A second server of one id, in a simulated world without faults.
#include <cstddef>

#include <gtest/gtest.h>

#include "tests/sim/three_servers.hpp"

namespace peal::sim {
namespace {

constexpr std::size_t refused = static_cast<std::size_t>(Mark::join_refused_id_taken);

using Twins = ThreeServers;

TEST_F(Twins, IsRefusedAndEndsWhileTheOtherGoesOn) {
  world.start_twin(0, 1);

  EXPECT_TRUE(world.run_until(5'000'000)) << oracles.judge.violation()->what;

  EXPECT_FALSE(world.server_up(0));
  EXPECT_GT(stats.marks[refused], 0U);
  EXPECT_EQ(world.server(1).machine->view().members.size(), 2U);
}

TEST_F(Twins, IsNotTheServerInWhosePlaceItRuns) {
  world.start_twin(0, 1);

  EXPECT_TRUE(world.server_up(0));
  EXPECT_FALSE(world.snapshot()[0].up);
  EXPECT_FALSE(Convergence::one_view(world.snapshot()));
}

TEST_F(Twins, OracleBitesWhenItIsLetIn) {
  world.crash_server(1, false);
  ASSERT_TRUE(world.run_until(5'000'000));  // Nobody is there to object any more.

  world.start_twin(0, 1);
  (void)world.run_until(8'000'000);

  ASSERT_TRUE(oracles.judge.violation());
  EXPECT_EQ(oracles.judge.violation()->what, "a second server of one id was let in");
}

}  // namespace
}  // namespace peal::sim
