// What is wrong with one host for a while, in a simulated world without other faults: its disk, its
// speed, its clock; and an operator who gives it up.
#include <cstddef>
#include <cstdint>

#include <gtest/gtest.h>

#include "sim/stage.hpp"
#include "sim/world.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t second = 1'000'000;

class Troubles : public testing::Test {
 protected:
  Troubles() {
    for (std::size_t server = 0; server < world.servers(); ++server) world.start_server(server);
    stage.perform(Come{.person = 0, .knows = 0});
    stage.say(0, RegisterUser{"ann"});
    run_for(3 * second);
    EXPECT_TRUE(Convergence::one_view(world.snapshot()));
    EXPECT_EQ(stats.acknowledged, 1U);
  }

  void run_for(std::int64_t us) {
    EXPECT_TRUE(world.run_until(world.now_us() + us)) << oracles.judge.violation()->what;
  }
  void speak() { stage.say(0, Post{user_of(0), "note"}); }
  [[nodiscard]] std::uint64_t marked(Mark mark) const {
    return stats.marks[static_cast<std::size_t>(mark)];
  }
  [[nodiscard]] Role role(std::size_t server) const { return world.server(server).machine->role(); }
  [[nodiscard]] std::size_t stored(std::size_t server) const {
    return world.entries_on_disk(server);
  }
  void trouble_disks(DiskState state, std::int64_t by_us = 0) {
    for (std::size_t server = 0; server < world.servers(); ++server)
      stage.perform(SetDisk{server, state, by_us});
  }
  WorldConfig config{.servers = {ServerId{1}, ServerId{2}, ServerId{3}}, .clients = 1};
  Chooser chooser{7};
  Oracles oracles{config.servers};
  Stats stats;
  World world{config, chooser, oracles, stats};
  Stage stage{world, 1};
};

TEST_F(Troubles, AHangingDiskDoesNothingBeforeItWorksAgain) {
  const std::size_t before = stored(2);
  stage.perform(SetDisk{2, DiskState::hanging});
  speak();

  run_for(2 * second);
  EXPECT_EQ(stored(2), before);
  EXPECT_EQ(stored(1), before + 1);
  EXPECT_TRUE(world.server(2).disk.writing());
  EXPECT_EQ(role(2), Role::leader);

  stage.perform(SetDisk{2, DiskState::works});
  run_for(second / 10);
  EXPECT_EQ(stored(2), before + 1);
  EXPECT_FALSE(world.server(2).disk.writing());
  EXPECT_EQ(marked(Mark::disk_slow), 0U);
}

TEST_F(Troubles, ADiskThatHangsForTooLongHasFailedUntilItWorksAgain) {
  stage.perform(SetDisk{2, DiskState::hanging});
  speak();

  run_for(7 * second);
  EXPECT_EQ(role(2), Role::failed);
  EXPECT_EQ(marked(Mark::disk_slow), 1U);
  EXPECT_EQ(stats.acknowledged, 2U);

  stage.perform(SetDisk{2, DiskState::works});
  run_for(6 * second);
  EXPECT_TRUE(Convergence::one_view(world.snapshot()));
  EXPECT_EQ(stored(2), stored(1));
}

TEST_F(Troubles, ASlowDiskKeepsItsServerAndCostsTime) {
  trouble_disks(DiskState::slow, 2 * second);
  for (int i = 0; i < 5; ++i) speak();

  run_for(second / 100);
  EXPECT_EQ(stats.acknowledged, 1U);

  run_for(5 * second);
  EXPECT_EQ(stats.acknowledged, 6U);
  EXPECT_EQ(marked(Mark::disk_failed), 0U);
}

TEST_F(Troubles, ADiskThatCannotBeReadIsWrittenTo) {
  trouble_disks(DiskState::unreadable);
  speak();
  run_for(second);

  EXPECT_EQ(stats.acknowledged, 2U);
  EXPECT_EQ(marked(Mark::disk_failed), 0U);
}

TEST_F(Troubles, ADiskThatGivesNothingBackStartsNoServer) {
  for (const DiskState state : {DiskState::unreadable, DiskState::hanging}) {
    stage.perform(SetDisk{1, state});
    stage.perform(CrashServer{1});

    EXPECT_FALSE(stage.perform(StartServer{1}));
    EXPECT_FALSE(stage.perform(StartTwin{1, 2}));
    EXPECT_FALSE(world.server_up(1));
    EXPECT_FALSE(world.twin(1));

    stage.perform(SetDisk{1, DiskState::works});
    EXPECT_TRUE(stage.perform(StartServer{1}));
    run_for(second);
  }
}

TEST_F(Troubles, ASlowHostDoesOneThingAfterTheOther) {
  const std::uint64_t overflowed = stats.overflowed;
  stage.perform(SlowHost{world.place_of_server(1), 300'000, 3 * second});

  run_for(2 * second);
  const Process& slow = world.process(world.place_of_server(1));
  EXPECT_GT(slow.busy_until_us, world.now_us());
  EXPECT_LE(slow.busy_until_us, world.now_us() + slow_backlog_us_max + 3 * second);
  EXPECT_GT(stats.overflowed, overflowed);
  EXPECT_EQ(world.process(world.place_of_server(0)).busy_until_us, 0);

  run_for(5 * second);
  EXPECT_LT(slow.busy_until_us, world.now_us());
  EXPECT_TRUE(Convergence::one_view(world.snapshot()));
}

TEST_F(Troubles, AHostThatIsALittleSlowKeepsUp) {
  const std::uint64_t view = world.server(0).machine->view().id.number;
  stage.perform(SlowHost{world.place_of_server(2), 1'000, 4 * second});
  speak();

  run_for(5 * second);
  EXPECT_EQ(stats.acknowledged, 2U);
  EXPECT_EQ(stats.overflowed, 0U);
  EXPECT_EQ(world.server(0).machine->view().id.number, view);
}

TEST_F(Troubles, AClockThatStepsForwardIsAllThatChanges) {
  const Place place = world.place_of_server(0);
  const Instant before = world.process(place).clock.local(world.now_us());
  stage.perform(StepClock{place, 30 * second});
  EXPECT_EQ(world.process(place).clock.local(world.now_us()).us - before.us, 30 * second);
  speak();

  run_for(3 * second);
  EXPECT_EQ(stats.acknowledged, 2U);
  EXPECT_TRUE(Convergence::one_view(world.snapshot()));
}

TEST_F(Troubles, AServerThatIsDownForLongIsForgottenWhenAnOperatorSaysSo) {
  stage.perform(CrashServer{0, true});
  stage.perform(RemoveServer{2, 0});
  run_for(second);
  EXPECT_EQ(marked(Mark::server_forgotten), 0U);

  run_for(6 * second);
  EXPECT_TRUE(stage.perform(RemoveServer{2, 0}));
  EXPECT_EQ(marked(Mark::server_forgotten), 1U);
  EXPECT_FALSE(stage.perform(RemoveServer{0, 2}));

  stage.perform(StartServer{0});
  run_for(4 * second);
  EXPECT_TRUE(Convergence::one_view(world.snapshot()));
}

TEST_F(Troubles, AllOfThemAreOverAfterTheHeal) {
  trouble_disks(DiskState::hanging);
  stage.perform(SlowHost{world.place_of_server(1), 50'000, 100 * second});
  stage.perform(LagLinks{{{0, 1}}, second, 100 * second});
  stage.perform(NarrowLinks{{{1, 0}}, {.bytes_per_s = 1'000, .queue_bytes = 1'500}, 100 * second});
  speak();
  run_for(8 * second);
  EXPECT_EQ(stage.calm_since_us(), world.now_us());

  stage.perform(HealAll{});
  run_for(3 * second);
  EXPECT_EQ(stats.acknowledged, 2U);
  EXPECT_TRUE(Convergence::one_view(world.snapshot()));
  EXPECT_TRUE(stage.whole());
  EXPECT_EQ(stage.calm_since_us(), stage.healed_at_us());
}

TEST_F(Troubles, NothingIsPromisedWhileADiskCannotBeRead) {
  stage.perform(SetDisk{1, DiskState::unreadable});
  run_for(second);
  EXPECT_EQ(stage.calm_since_us(), world.now_us());

  stage.perform(StandStill{});
  EXPECT_EQ(world.server(1).disk_state, DiskState::works);
  run_for(second);
  EXPECT_EQ(stage.calm_since_us(), world.now_us() - second);
}

}  // namespace
}  // namespace peal::sim
