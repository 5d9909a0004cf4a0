// Campaigns of seeds: every promise holds without exception.
#include "sim/campaign.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/run.hpp"
#include "sim/summary.hpp"

namespace peal::sim {
namespace {

// Long runs take 2,000 seeds, 200 with sanitizers; others enough to show that they still do.
#ifdef PEAL_SIM_SEEDS
constexpr std::uint64_t seeds = PEAL_SIM_SEEDS;
#else
constexpr std::uint64_t seeds = 24;
#endif

std::vector<Fault> every_fault() {
  std::vector<Fault> all;
  for (std::size_t i = 0; i < fault_count; ++i) all.push_back(static_cast<Fault>(i));
  return all;
}

CampaignOptions campaign(std::vector<Fault> faults_off) {
  CampaignOptions options;
  options.last = seeds;
  options.jobs = 2;
  options.run.faults_off = std::move(faults_off);
  return options;
}

TEST(Campaign, EveryPromiseHoldsUnderLossDelayDuplicationReorderingAndCorruption) {
  std::string first;

  const Campaign result = run_campaign(campaign(every_fault()), [&](const RunResult& run) {
    if (run.violation && first.empty()) first = to_text(run);
  });

  EXPECT_EQ(result.violations, 0U) << first;
  EXPECT_EQ(result.oracles_that_checked_nothing(), std::vector<std::string>{});
}

TEST(Campaign, EveryPromiseHoldsUnderTheFullChaos) {
  std::string first;

  const Campaign result = run_campaign(campaign({}), [&](const RunResult& run) {
    if (run.violation && first.empty()) first = to_text(run);
  });

  EXPECT_EQ(result.violations, 0U) << first;
  EXPECT_EQ(result.oracles_that_checked_nothing(), std::vector<std::string>{});
}

TEST(Run, GivesTheSameDigestForTheSameSeed) {
  const RunResult once = run(7, {});

  const RunResult again = run(7, {});

  EXPECT_EQ(once.digest, again.digest);
  EXPECT_EQ(once.stats.events, again.stats.events);
}

TEST(Run, GivesAnotherDigestForAnotherSeed) { EXPECT_NE(run(7, {}).digest, run(8, {}).digest); }

TEST(Run, GivesTheSameDigestFromItsRecordedDecisions) {
  std::vector<Decision> decisions;
  RunOptions recording;
  recording.record = &decisions;
  const RunResult recorded = run(11, recording);

  Replay source(decisions);
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
