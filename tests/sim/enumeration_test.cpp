// Enumeration: every sequence of answers once, and all fates of the first votes of a start.
#include "sim/decisions/enumeration.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "core/message.hpp"
#include "sim/network.hpp"
#include "sim/run.hpp"
#include "sim/summary.hpp"

namespace peal::sim {
namespace {

constexpr Choice fate{About::fate, 3, 0, 1};
constexpr Choice latency{About::latency, 3, 0, 1};
constexpr Choice crash_time{About::fault, 1};

Tried fates_only(const Choice& choice, std::uint64_t /*alternatives*/) {
  return {choice.about == About::fate ? 2U : 0U};
}

std::vector<std::uint64_t> answers(const Enumeration& all) {
  std::vector<std::uint64_t> values;
  for (const Enumeration::Step& step : all.steps()) values.push_back(step.answer);
  return values;
}

TEST(Enumeration, GivesEverySequenceOfAnswersOnce) {
  Enumeration all({.select = fates_only, .first = 3});
  std::vector<std::vector<std::uint64_t>> seen;

  do {
    Chooser chooser(all, 7);
    for (int i = 0; i < 5; ++i) (void)chooser.choose(fate, 4);
    seen.push_back(answers(all));
  } while (all.next());

  EXPECT_TRUE(all.exhausted());
  EXPECT_EQ(
      seen,
      (std::vector<std::vector<std::uint64_t>>{
          {0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {0, 1, 1}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}, {1, 1, 1}}));
}

TEST(Enumeration, FollowsQuestionsThatDependOnAnswers) {
  Enumeration all({.select = fates_only, .first = 10});
  std::vector<std::vector<std::uint64_t>> seen;

  // Whatever is lost is sent again, up to three times.
  do {
    Chooser chooser(all);
    for (int sent = 0; sent < 3 && chooser.choose(fate, 2) == 1;) ++sent;
    seen.push_back(answers(all));
  } while (all.next());

  EXPECT_EQ(seen, (std::vector<std::vector<std::uint64_t>>{{0}, {1, 0}, {1, 1, 0}, {1, 1, 1}}));
}

TEST(Enumeration, LeavesTheRestToTheSeed) {
  Enumeration all({.select = fates_only, .first = 2});

  do {
    Chooser seed(7);
    Chooser chooser(all, 7);
    for (int i = 0; i < 10; ++i) {
      ASSERT_EQ(chooser.choose(latency, 1'000), seed.choose(latency, 1'000));
      const std::uint64_t own = seed.choose(fate, 4);
      const std::uint64_t answer = chooser.choose(fate, 4);
      ASSERT_TRUE(i < 2 || answer == own) << i;
    }
  } while (all.next());
}

TEST(Enumeration, OrAnswersTheRestCalmly) {
  Enumeration all({.select = fates_only, .first = 1, .seed_answers_rest = false});
  Chooser chooser(all, 7);

  EXPECT_EQ(chooser.choose(latency, 1'000'000), 0U);
  EXPECT_EQ(chooser.choose({About::person}, 1'000'000), 999'999U);
  EXPECT_NE(chooser.identity({About::session}), chooser.identity({About::session}));
}

TEST(Enumeration, TriesAnswersThatAreApart) {
  const auto both_ends = [](const Choice& choice, std::uint64_t alternatives) {
    return choice == crash_time ? Tried{2, alternatives - 1} : Tried{};
  };
  Enumeration all({.select = both_ends, .first = 1});
  std::vector<std::uint64_t> seen;

  do {
    Chooser chooser(all);
    seen.push_back(chooser.choose(crash_time, 5'000'000));
  } while (all.next());

  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 4'999'999}));
}

TEST(Enumeration, OfWhatIsNeverAskedIsOneRun) {
  Enumeration all({.select = fates_only});
  Chooser chooser(all);
  (void)chooser.choose(latency, 10);

  EXPECT_FALSE(all.exhausted());
  EXPECT_FALSE(all.next());
  EXPECT_TRUE(all.exhausted());
}

TEST(Enumeration, InsistsOnWhatItWillAnswer) {
  Enumeration all({.select = fates_only, .first = 1});
  Chooser chooser(all, 7);

  EXPECT_TRUE(chooser.insists(fate));
  EXPECT_FALSE(chooser.insists(latency));
  (void)chooser.choose(fate, 4);
  EXPECT_FALSE(chooser.insists(fate));
}

TEST(Enumeration, BeginsWhereItIsTold) {
  Enumeration all({.select = fates_only, .first = 3, .from = {1, 1}});
  std::vector<std::vector<std::uint64_t>> seen;

  do {
    Chooser chooser(all);
    for (int i = 0; i < 3; ++i) (void)chooser.choose(fate, 2);
    seen.push_back(answers(all));
  } while (all.next());

  EXPECT_EQ(seen, (std::vector<std::vector<std::uint64_t>>{{1, 1, 0}, {1, 1, 1}}));
  EXPECT_FALSE(all.misfit());
}

TEST(Enumeration, NoticesABeginningThatIsNone) {
  Enumeration all({.select = fates_only, .first = 3, .from = {1, 2}});
  Chooser chooser(all);
  for (int i = 0; i < 3; ++i) (void)chooser.choose(fate, 4);

  EXPECT_EQ(all.misfit(), 1U);
}

// --- The whole simulated world

std::uint8_t kind_of(const Message& message) { return static_cast<std::uint8_t>(message.index()); }

/// Arrives, lost, twice: of the votes, of their acknowledgements, or of both.
Enumeration fates_of(std::vector<std::uint8_t> kinds, std::size_t first) {
  return Enumeration({.select =
                          [kinds = std::move(kinds)](const Choice& choice, std::uint64_t) {
                            const bool chosen = choice.about == About::fate &&
                                                std::ranges::count(kinds, choice.detail) != 0;
                            return Tried{chosen ? 3U : 0U};
                          },
                      .first = first});
}

/// Three servers start, somebody talks for two seconds, and in the end every promise is judged.
RunOptions a_start() {
  RunOptions options;
  options.servers = 3;
  options.people = 1;
  options.chaos_us = 2'000'000;
  options.faults = false;
  return options;
}

struct Seen {
  std::uint64_t runs = 0;
  std::set<Digest> digests;
  std::set<std::vector<std::uint64_t>> ways;
  std::uint64_t lost = 0;
  std::uint64_t twice = 0;
};

Seen all_runs(Enumeration& all, std::size_t first) {
  RunOptions options = a_start();
  options.source = &all;
  Seen seen;
  do {
    const RunResult result = run(1, options);
    EXPECT_FALSE(result.violation) << to_text(result);
    EXPECT_GT(result.stats.acknowledged, 0U);
    EXPECT_EQ(all.steps().size(), first);
    ++seen.runs;
    seen.digests.insert(result.digest);
    seen.ways.insert(answers(all));
    seen.lost += result.stats.lost;
    seen.twice += result.stats.twice;
  } while (all.next());
  return seen;
}

void expect_all_fates(std::vector<std::uint8_t> kinds, std::size_t first) {
  Enumeration all = fates_of(std::move(kinds), first);

  const Seen seen = all_runs(all, first);

  // Three fates for each of them, and each is that of a third of all datagrams.
  const auto runs = static_cast<std::uint64_t>(std::pow(3, first));
  EXPECT_EQ(seen.runs, runs);
  EXPECT_EQ(seen.ways.size(), runs);
  EXPECT_EQ(seen.digests.size(), runs) << "no two runs are the same";
  EXPECT_EQ(seen.lost, runs / 3 * first);
  EXPECT_EQ(seen.twice, runs / 3 * first);
}

TEST(Enumeration, OfAllFatesOfTheFirstVotesOfAStartBreaksNoPromise) {
  expect_all_fates({kind_of(Vote{}), kind_of(VoteAck{})}, 6);
}

TEST(Enumeration, OfAllFatesOfTheFirstAcknowledgementsOfVotesBreaksNoPromise) {
  expect_all_fates({kind_of(VoteAck{})}, 4);
}

TEST(Enumeration, OfAllFatesOfTheFirstMessagesOfAPersonBreaksNoPromise) {
  expect_all_fates({kind_of(Submit{}), kind_of(Push{})}, 5);
}

TEST(Enumeration, WithEveryDatagramArrivingIsTheRunOfTheSeed) {
  Enumeration all = fates_of({kind_of(Vote{})}, 3);
  RunOptions options = a_start();
  const RunResult seeds = run(1, options);
  options.source = &all;

  EXPECT_EQ(run(1, options).digest, seeds.digest);
}

}  // namespace
}  // namespace peal::sim
