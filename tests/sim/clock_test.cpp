// The clocks of simulated hosts.
#include "sim/clock.hpp"

#include <gtest/gtest.h>

namespace peal::sim {
namespace {

TEST(Clock, RunsWithTheWorldFromItsOwnOrigin) {
  const Clock clock(Instant{1'000}, 50);

  EXPECT_EQ(clock.local(500).us, 1'500);
  EXPECT_EQ(clock.world_when(Instant{1'500}), 500);
  EXPECT_EQ(clock.wall(7'000).ms, 57);
}

TEST(Clock, GainsWhatItDriftsFromThenOn) {
  Clock clock(Instant{0}, 0);
  clock.drift(1'000'000, 1'000);

  EXPECT_EQ(clock.local(1'000'000).us, 1'000'000);
  EXPECT_EQ(clock.local(2'000'000).us, 2'001'000);
}

TEST(Clock, TellsTheFirstTimeAtWhichADeadlineHasCome) {
  for (const std::int32_t ppm : {-500, -1, 0, 1, 333, 500}) {
    Clock clock(Instant{12'345}, 0);
    clock.drift(77'777, ppm);
    for (std::int64_t ahead = 1; ahead < 2'000'000; ahead = ahead * 3 + 1) {
      const Instant deadline{clock.local(77'777).us + ahead};
      const std::int64_t when = clock.world_when(deadline);
      ASSERT_GE(clock.local(when), deadline) << ppm << " " << ahead;
      ASSERT_LT(clock.local(when - 1), deadline) << ppm << " " << ahead;
    }
  }
}

TEST(Clock, NeverGoesBackWhenItsDriftChanges) {
  Clock clock(Instant{0}, 0);
  Instant last = clock.local(0);
  for (std::int64_t now = 0; now < 10'000; ++now) {
    if (now % 100 == 0) clock.drift(now, now % 200 == 0 ? 500 : -500);
    ASSERT_GE(clock.local(now), last);
    last = clock.local(now);
  }
}

TEST(Clock, JumpsItsWallOnly) {
  Clock clock(Instant{0}, 0);
  clock.jump_wall(-60'000);

  EXPECT_EQ(clock.wall(1'000'000).ms, -59'000);
  EXPECT_EQ(clock.local(1'000'000).us, 1'000'000);
}

TEST(Clock, SleepsWithItsHostWhileTheWallGoesOn) {
  Clock clock(Instant{5'000'000}, 1'000);

  clock.sleep(2'000'000, 9'000'000);

  EXPECT_EQ(clock.local(2'000'000), Instant{7'000'000});
  EXPECT_EQ(clock.local(9'000'000), Instant{7'000'000});
  EXPECT_EQ(clock.local(9'500'000), Instant{7'500'000});
  EXPECT_EQ(clock.world_when(Instant{7'000'001}), 9'000'001);
  EXPECT_EQ(clock.wall(9'000'000), WallTime{10'000});
}

TEST(Clock, StepsForwardAndItsWallDoesNot) {
  Clock clock(Instant{1'000}, 50);
  clock.drift(0, 500'000);

  clock.step(2'000, 5'000'000);

  EXPECT_EQ(clock.local(2'000), Instant{5'004'000});
  EXPECT_EQ(clock.local(4'000), Instant{5'007'000});
  EXPECT_EQ(clock.world_when(Instant{5'007'000}), 4'000);
  EXPECT_EQ(clock.wall(4'000), WallTime{54});
}

TEST(Clock, StepsInItsSleepToo) {
  Clock clock(Instant{0}, 0);
  clock.sleep(2'000'000, 9'000'000);

  clock.step(3'000'000, 500);

  EXPECT_EQ(clock.local(9'000'000), Instant{2'000'500});
  EXPECT_EQ(clock.local(9'000'001), Instant{2'000'501});
}

TEST(Clock, IsWokenEarly) {
  Clock clock(Instant{0}, 0);
  clock.sleep(2'000'000, 9'000'000);

  clock.wake(3'000'000);

  EXPECT_EQ(clock.local(4'000'000), Instant{3'000'000});
}

}  // namespace
}  // namespace peal::sim
