// One run of a seed: the same each time, another for another seed.
#include "sim/run.hpp"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "sim/decisions/replay.hpp"
#include "sim/summary.hpp"

namespace peal::sim {
namespace {

TEST(Run, GivesTheSameDigestForTheSameSeed) {
  const RunResult once = run(7, {});

  const RunResult again = run(7, {});

  EXPECT_EQ(once.digest, again.digest);
  EXPECT_EQ(once.stats.events, again.stats.events);
}

TEST(Run, GivesAnotherDigestForAnotherSeed) { EXPECT_NE(run(7, {}).digest, run(8, {}).digest); }

TEST(Run, GivesAnotherDigestWhenAnythingLeaksIntoTheServers) {
  RunOptions leaking;
  std::uint64_t address = 0;
  leaking.leak = [&] { return address; };
  const Digest without = run(7, leaking).digest;

  address = 0x1000;

  EXPECT_EQ(without, run(7, {}).digest);
  EXPECT_NE(without, run(7, leaking).digest);
}

TEST(Run, GivesTheSameDigestFromItsRecordedDecisions) {
  std::vector<Decision> decisions;
  RunOptions recording;
  recording.record = &decisions;
  const RunResult recorded = run(11, recording);

  Replay source(decisions, Replay::Rule::by_key);
  RunOptions replaying;
  replaying.source = &source;
  const RunResult replayed = run(11, replaying);

  EXPECT_EQ(recorded.digest, replayed.digest);
}

TEST(Run, DeliversAndAcknowledgesWithoutFaults) {
  RunOptions calm;
  calm.servers = 3;
  calm.faults = false;

  const RunResult result = run(1, calm);

  EXPECT_FALSE(result.violation) << to_text(result);
  EXPECT_GT(result.stats.acknowledged, 0U);
  EXPECT_EQ(result.elections, 1U);
}

}  // namespace
}  // namespace peal::sim
