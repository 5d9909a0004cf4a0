// Why a promise breaks: forks of a run, and the event at which they begin to agree with it.
#include "sim/inspect/causes.hpp"

#include <algorithm>
#include <cstdint>

#include <gtest/gtest.h>

#include "tests/support/promises.hpp"

namespace peal::sim {
namespace {

class Causes : public testing::Test {
 protected:
  Rerun rerun = run_with_promise(seed_that_breaks(drawn_at_6_s), drawn_at_6_s);
  Timeline timeline = read_timeline(rerun);
  // The first event from 6 s on: there it is drawn.
  std::uint64_t draw = timeline.event_at(5'999'999) + 1;
};

TEST(Rate, IntervalIsWilsons) {
  const Rate rate{.hits = 7, .trials = 20};

  EXPECT_NEAR(rate.low(), 0.1812, 0.0001);  // As in tables.
  EXPECT_NEAR(rate.high(), 0.5671, 0.0001);
}

TEST(Rate, FewTrialsProveLittle) {
  EXPECT_NEAR((Rate{.hits = 0, .trials = 10}.high()), 0.2775, 0.0001);
  EXPECT_EQ((Rate{.hits = 0, .trials = 10}.low()), 0);
  EXPECT_NEAR((Rate{.hits = 10, .trials = 10}.low()), 0.7225, 0.0001);
  EXPECT_EQ((Rate{.hits = 10, .trials = 10}.high()), 1);
  EXPECT_EQ(Rate{}.low(), 0);
  EXPECT_EQ(Rate{}.high(), 1);
}

TEST_F(Causes, ForksBehindTheDrawBreakTheSamePromise) {
  for (std::uint64_t salt = 1; salt <= 5; ++salt)
    EXPECT_TRUE(breaks_again(rerun, draw, salt, *timeline.result.violation));
}

TEST_F(Causes, ForksBeforeTheDrawMostlyDoNot) {
  Rate rate;
  for (std::uint64_t salt = 1; salt <= 40; ++salt)
    rate.add(breaks_again(rerun, draw - 1, salt, *timeline.result.violation));

  EXPECT_GT(rate.hits, 0U);
  EXPECT_LT(rate.high(), 0.6);
}

TEST_F(Causes, AnotherViolationIsNotTheSame) {
  Violation other = *timeline.result.violation;
  other.what = "another promise";
  EXPECT_FALSE(breaks_again(rerun, draw, 1, other));

  other = *timeline.result.violation;
  other.oracle = Oracle::fifo;
  EXPECT_FALSE(breaks_again(rerun, draw, 1, other));
}

TEST_F(Causes, TheJumpIsAtTheEventThatDecided) {
  const Cause cause = find_cause(rerun, timeline, {.runs_max = 400, .jobs = 2, .progress = {}});

  EXPECT_EQ(cause.jump.before, draw - 1);
  EXPECT_EQ(cause.jump.after, draw);
  EXPECT_TRUE(cause.jump.clear());
  EXPECT_EQ(cause.jump.high.hits, cause.jump.high.trials);
  EXPECT_LE(cause.forks, 400U);
  EXPECT_TRUE(std::ranges::is_sorted(cause.points, {}, &CausePoint::event));
}

TEST_F(Causes, WhatWasDrawnThereIsTold) {
  const std::vector<Decision> drawn = decisions_between(rerun, draw - 1, draw);

  EXPECT_EQ(std::ranges::count(drawn, Decision{{About::setup, 99}, 3}), 1);
}

TEST_F(Causes, AreTheSameWithAnyNumberOfJobs) {
  const CauseOptions one{.runs_max = 100, .jobs = 1, .progress = {}};
  const CauseOptions three{.runs_max = 100, .jobs = 3, .progress = {}};

  const Cause alone = find_cause(rerun, timeline, one);
  const Cause together = find_cause(rerun, timeline, three);

  EXPECT_EQ(alone.jump.after, together.jump.after);
  EXPECT_EQ(alone.jump.low, together.jump.low);
  ASSERT_EQ(alone.points.size(), together.points.size());
  for (std::size_t i = 0; i < alone.points.size(); ++i)
    EXPECT_EQ(alone.points[i].rate, together.points[i].rate);
}

TEST_F(Causes, ProgressCountsEveryFork) {
  std::uint64_t told = 0;
  const Cause cause = find_cause(
      rerun, timeline, {.runs_max = cause_runs_min, .jobs = 2, .progress = [&](std::uint64_t done) {
                          EXPECT_EQ(done, told + 1);
                          told = done;
                        }});

  EXPECT_EQ(cause.forks, told);
  EXPECT_LE(told, cause_runs_min);
}

TEST(CausesOfTheInevitable, AreNotClear) {
  const auto late = [] { return [](World& world) { return world.now_us() >= 8'000'000; }; };
  const Rerun rerun = run_with_promise(1, late);
  const Timeline timeline = read_timeline(rerun);

  const Cause cause = find_cause(rerun, timeline, {.runs_max = 60, .jobs = 2, .progress = {}});

  EXPECT_FALSE(cause.jump.clear());
  EXPECT_EQ(cause.points.front().rate.hits, cause.points.front().rate.trials);
}

TEST(CausesOfABudget, AreFoundForViolationsOfTheRunItself) {
  RunOptions options;
  options.servers = 3;
  options.chaos_us = 10'000'000;
  options.faults = false;
  options.events_max = 3'000;
  const Rerun rerun = run_of_seed(1, options);
  const Timeline timeline = read_timeline(rerun);
  ASSERT_TRUE(timeline.result.violation);

  const Cause cause = find_cause(rerun, timeline, {.runs_max = 40, .jobs = 1, .progress = {}});

  EXPECT_EQ(cause.points.back().event, timeline.last());
  EXPECT_EQ(cause.points.back().rate.hits, cause.points.back().rate.trials);
}

}  // namespace
}  // namespace peal::sim
