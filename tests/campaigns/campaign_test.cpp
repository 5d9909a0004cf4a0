// Campaigns of seeds: every promise holds without exception.
#include "sim/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/summary.hpp"
#include "tests/sim/short_runs.hpp"

namespace peal::sim {
namespace {

// Long runs take 3,000 seeds, 100 with sanitizers, and a quarter of them where nothing but the
// weather strikes, which chaos has too; others enough to show that they still do.
constexpr std::uint64_t few_seeds = 24;
#ifdef PEAL_CAMPAIGN_SEEDS
constexpr std::uint64_t seeds = PEAL_CAMPAIGN_SEEDS;
#else
constexpr std::uint64_t seeds = few_seeds;
#endif

CampaignOptions campaign(const Faults& faults, std::uint64_t count) {
  CampaignOptions options;
  options.seeds = {{1, count}};
  options.jobs = 2;
  options.run.which_faults = faults;
  return options;
}

Faults nothing_strikes() {
  Faults faults;
  faults.strikes.fill(0);
  return faults;
}

TEST(Campaign, EveryPromiseHoldsUnderLossDelayDuplicationReorderingAndCorruption) {
  std::string first;

  const Totals result = run_campaign(campaign(nothing_strikes(), std::max(few_seeds, seeds / 4)),
                                     [&](const RunResult& run, auto&) {
                                       if (run.violation && first.empty()) first = to_text(run);
                                     });

  EXPECT_EQ(result.violations, 0U) << first;
  EXPECT_EQ(result.oracles_that_checked_nothing(), std::vector<std::string>{});
}

TEST(Campaign, EveryPromiseHoldsUnderTheFullChaos) {
  std::string first;

  const Totals result = run_campaign(campaign(Faults{}, seeds), [&](const RunResult& run, auto&) {
    if (run.violation && first.empty()) first = to_text(run);
  });

  EXPECT_EQ(result.violations, 0U) << first;
  EXPECT_EQ(result.oracles_that_checked_nothing(), std::vector<std::string>{});
}

TEST(CampaignOfShortRuns, TellsTheRunsInTheOrderOfTheirSeeds) {
  CampaignOptions options = short_campaign({{5, 9}, {1, 3, 2}});
  options.jobs = 3;
  std::vector<std::uint64_t> told;

  run_campaign(options, [&](const RunResult& run, auto&) { told.push_back(run.seed); });

  EXPECT_EQ(told, (std::vector<std::uint64_t>{5, 6, 7, 8, 9, 1, 3}));
}

TEST(CampaignOfShortRuns, EndsWithTheLastOfAllSeeds) {
  const Totals totals = run_campaign(short_campaign({{UINT64_MAX - 1, UINT64_MAX}}), {});

  EXPECT_EQ(totals.runs, 2U);
}

TEST(CampaignOfShortRuns, LeavesOutWhatIsDone) {
  SeedSet done;
  done.add({2, 4});
  CampaignOptions options = short_campaign({{1, 5}});
  options.done = &done;

  const Totals totals = run_campaign(options, {});

  EXPECT_EQ(totals.runs, 2U);
  EXPECT_TRUE(totals.done.contains(1) && totals.done.contains(5));
}

TEST(CampaignOfShortRuns, GroupsFailuresByOracleAndCause) {
  const Totals totals = run_campaign(failing_campaign({{1, 30}}), {});

  EXPECT_EQ(totals.violations, 30U);
  ASSERT_EQ(totals.causes.size(), 1U);
  const auto& [name, cause] = *totals.causes.begin();
  EXPECT_EQ(name, CauseName(Oracle::bounded, "the run has more events than its budget"));
  EXPECT_EQ(cause.count, 30U);
  ASSERT_EQ(cause.first.size(), failures_kept);
  EXPECT_EQ(cause.first.begin()->first, 1U);
  EXPECT_EQ(cause.first.rbegin()->first, failures_kept);
}

TEST(CampaignOfShortRuns, FailsARunThatTakesTooLong) {
  std::atomic<std::int64_t> us = 0;
  CampaignOptions options = short_campaign({{1, 2}});
  options.run.people = 8;
  options.run.chaos_us = 30'000'000;
  options.clock = [&us] { return us += 1'000'000; };
  options.run_us_max = 500'000;

  const Totals totals = run_campaign(options, {});

  EXPECT_EQ(totals.violations, 2U);
  ASSERT_EQ(totals.causes.size(), 1U);
  EXPECT_EQ(totals.causes.begin()->first, CauseName(Oracle::bounded, gave_up));
}

TEST(CampaignOfShortRuns, KnowsTheSlowestSeed) {
  // A clock that goes on when it is asked: for each run once before it and once after it.
  std::int64_t us = 0;
  std::int64_t step = 0;
  CampaignOptions options = short_campaign({{1, 5}});
  options.jobs = 1;
  options.clock = [&] { return us += step; };

  const Totals totals =
      run_campaign(options, [&](const RunResult& run, auto&) { step = run.seed == 3 ? 50 : 7; });

  EXPECT_EQ(totals.slowest.seed, 4U);
  EXPECT_EQ(totals.slowest.took_us, 50);
  EXPECT_GT(totals.slowest.events, 0U);
}

TEST(CampaignOfShortRuns, EndsWhenWhoeverIsToldHasEnough) {
  const auto throws = [](const RunResult&, const Totals&) { throw std::runtime_error("enough"); };

  EXPECT_THROW(run_campaign(short_campaign({{1, 1'000'000}}), throws), std::runtime_error);
}

}  // namespace
}  // namespace peal::sim
