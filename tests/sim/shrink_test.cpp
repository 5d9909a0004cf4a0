// Shrinking leaves what a broken promise needs, and nothing else.
#include "sim/shrink/shrink.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "sim/perform.hpp"
#include "sim/play.hpp"

namespace peal::sim {
namespace {

// A promise that nobody made: never are two servers down while somebody has an acknowledgement.
class NeverTwoDown : public Player {
 public:
  explicit NeverTwoDown(Play& play) : play_(play), player_(play.world().add_player(*this)) {
    called(0);
  }
  void called(std::uint32_t what) override {
    World& world = play_.world();
    std::size_t down = 0;
    for (std::size_t i = 0; i < world.servers(); ++i) down += world.server_up(i) ? 0 : 1;
    if (world.now_us() > 0 && down >= 2 && world.stats().acknowledged != 0)
      world.oracles().judge.broken(Oracle::bounded, "two servers are down", "");
    world.call_at(world.now_us() + 10'000, player_, what);
  }

 private:
  Play& play_;
  std::uint32_t player_;
};

RunResult perform_watched(const Script& script, const RunOptions& options) {
  std::optional<NeverTwoDown> watch;
  return perform(script, options, [&](Play& play) { watch.emplace(play); });
}

std::optional<BrokenRun> some_failure() {
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    BrokenRun failure;
    RunOptions options;
    options.servers = 3;
    options.people = 2;
    options.chaos_us = 10'000'000;
    options.script = &failure.script;
    (void)run(seed, options);
    const RunResult watched = perform_watched(failure.script, {});
    if (!watched.violation || watched.violation->what != "two servers are down") continue;
    failure.violation = *watched.violation;
    return failure;
  }
  return std::nullopt;
}

TEST(Shrink, LeavesTwoCrashesAndOneMessage) {
  const auto failure = some_failure();
  ASSERT_TRUE(failure);
  ShrinkOptions options;
  options.jobs = 2;
  options.perform = perform_watched;

  const auto shrunk = shrink(*failure, options);

  ASSERT_TRUE(shrunk);
  EXPECT_TRUE(shrunk->finished);
  const std::string text = print_scenario(shrunk->scenario);
  EXPECT_LE(shrunk->scenario.script.setup.servers.size(), 3U) << text;
  EXPECT_EQ(shrunk->scenario.script.setup.people, 1U) << text;
  EXPECT_LE(std::ranges::count(text, '\n'), 8) << text;
  // What is written down does the same.
  const Scenario read = parse_scenario(text);
  const RunResult again = perform_watched(read.script, {});
  ASSERT_TRUE(again.violation) << text;
  EXPECT_EQ(again.violation->what, "two servers are down");
}

TEST(Shrink, GivesTheSameForEveryNumberOfJobs) {
  const auto failure = some_failure();
  ASSERT_TRUE(failure);
  ShrinkOptions options;
  options.perform = perform_watched;
  options.jobs = 1;
  const auto one = shrink(*failure, options);
  options.jobs = 3;
  const auto three = shrink(*failure, options);

  ASSERT_TRUE(one && three);
  EXPECT_EQ(print_scenario(one->scenario), print_scenario(three->scenario));
}

TEST(Shrink, SaysSoWhenTheScriptBreaksNothing) {
  BrokenRun failure;
  RunOptions options;
  options.chaos_us = 2'000'000;
  options.script = &failure.script;
  (void)run(1, options);
  failure.violation = {Oracle::durability, "nothing of the kind", 0, ""};

  EXPECT_FALSE(shrink(failure, {}));
}

TEST(Shrink, OfASeedThatBreaksNothingIsNothing) { EXPECT_FALSE(broken_run_of(1, {})); }

}  // namespace
}  // namespace peal::sim
