// The chooser: equal seeds, other ones, and what a source may say.
#include "sim/chooser.hpp"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace peal::sim {
namespace {

constexpr Choice of_link{About::latency, 3, 1, 2};
constexpr Choice of_fault{About::fault, 1};

TEST(Chooser, AnswersAlikeFromTheSameSeed) {
  Chooser one(7);
  Chooser two(7);

  for (int i = 0; i < 1'000; ++i)
    ASSERT_EQ(one.choose(of_link, 1'000), two.choose(of_link, 1'000)) << i;
}

TEST(Chooser, AnswersDifferentlyFromAnotherSeed) {
  Chooser one(7);
  Chooser two(8);
  int same = 0;

  for (int i = 0; i < 1'000; ++i)
    same += one.choose(of_link, 1'000'000) == two.choose(of_link, 1'000'000) ? 1 : 0;

  EXPECT_LT(same, 10);
}

TEST(Chooser, WhatIsDrawnForOneMatterDoesNotChangeAnother) {
  Chooser one(7);
  Chooser two(7);

  for (int i = 0; i < 2'000; ++i) {
    const auto other = static_cast<std::uint16_t>(i);  // Many matters: the streams grow.
    (void)two.choose({About::fault, 1, other, other}, 10);
    ASSERT_EQ(one.choose(of_link, 1'000'000), two.choose(of_link, 1'000'000)) << i;
  }
}

TEST(Chooser, MattersThatDifferInOneFieldHaveStreamsOfTheirOwn) {
  Chooser chooser(7);
  std::set<std::uint64_t> seen;

  for (const Choice& choice :
       {of_link, Choice{About::fate, 3, 1, 2}, Choice{About::latency, 4, 1, 2},
        Choice{About::latency, 3, 2, 2}, Choice{About::latency, 3, 1, 1}})
    seen.insert(chooser.choose(choice, std::uint64_t{1} << 32U));

  EXPECT_EQ(seen.size(), 5U);
}

TEST(Chooser, DivergesFromOneMomentOn) {
  Chooser one(7);
  Chooser two(7);
  ASSERT_EQ(one.choose(of_link, 1'000'000), two.choose(of_link, 1'000'000));

  two.diverge(1);
  int same = 0;
  for (int i = 0; i < 100; ++i)
    same += one.choose(of_link, 1'000'000) == two.choose(of_link, 1'000'000) ? 1 : 0;
  EXPECT_LT(same, 3);

  two.diverge(0);
  EXPECT_EQ(one.choose(of_link, 1'000'000), two.choose(of_link, 1'000'000));
}

TEST(Chooser, StaysBelowTheAlternatives) {
  Chooser chooser(1);
  std::set<std::uint64_t> seen;

  for (int i = 0; i < 1'000; ++i) seen.insert(chooser.choose(of_fault, 7));

  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(Chooser, ChancesComeAsOftenAsTheyShould) {
  Chooser chooser(2);
  int hits = 0;

  for (int i = 0; i < 100'000; ++i) hits += chooser.chance(of_fault, 250'000) ? 1 : 0;

  EXPECT_NEAR(hits, 25'000, 1'000);
}

TEST(Chooser, WhatNeverHappensIsNoDecision) {
  Chooser chooser(2);
  std::vector<Decision> record;
  chooser.record_into(&record);

  EXPECT_FALSE(chooser.chance(of_fault, 0));

  EXPECT_TRUE(record.empty());
}

TEST(Chooser, PicksInProportionToTheWeights) {
  Chooser chooser(3);
  const std::array<std::uint32_t, 3> weights{0, 3, 1};
  std::array<int, 3> picked{};

  for (int i = 0; i < 40'000; ++i) ++picked.at(chooser.pick(of_fault, weights));

  EXPECT_EQ(picked[0], 0);
  EXPECT_NEAR(picked[1], 30'000, 1'000);
}

TEST(Chooser, IdentitiesAreNeverZeroAndDiffer) {
  Chooser chooser(4);
  std::set<std::uint64_t> seen;

  for (int i = 0; i < 1'000; ++i) seen.insert(chooser.identity({About::session}));

  EXPECT_EQ(seen.size(), 1'000U);
  EXPECT_FALSE(seen.contains(0));
}

/// Lets the seed's answers stand, but for faults, and remembers what it saw.
class OnlyFaults : public Source {
 public:
  std::uint64_t answer(const Choice& /*choice*/, std::uint64_t alternatives) override {
    return alternatives - 1;
  }
  std::uint64_t instead_of(std::uint64_t seeds, const Choice& choice,
                           std::uint64_t alternatives) override {
    seen.push_back(seeds);
    return choice.about == About::fault ? answer(choice, alternatives) : seeds;
  }
  std::vector<std::uint64_t> seen;
};

TEST(Chooser, ShowsASourceWhatTheSeedSays) {
  Chooser seed(7);
  OnlyFaults source;
  Chooser chooser(source, 7);
  const std::array<std::uint32_t, 3> weights{5, 3, 1};

  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = seed.choose(of_link, 1'000);
    const bool yes = seed.chance(of_link, 300'000);
    const std::size_t index = seed.pick(of_link, weights);

    ASSERT_EQ(chooser.choose(of_link, 1'000), number);
    ASSERT_EQ(chooser.chance(of_link, 300'000), yes);
    ASSERT_EQ(chooser.pick(of_link, weights), index);
  }
}

TEST(Chooser, WhatASourceDecidesMovesNoAnswerOfTheSeed) {
  Chooser seed(7);
  OnlyFaults source;
  Chooser chooser(source, 7);

  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = seed.choose(of_fault, 10);
    ASSERT_EQ(chooser.choose(of_fault, 10), 9U);
    ASSERT_EQ(source.seen.back(), number);
    ASSERT_EQ(chooser.choose(of_link, 1'000), seed.choose(of_link, 1'000));
  }
}

TEST(Chooser, TakesDownWhatTheSourceSaid) {
  OnlyFaults source;
  Chooser chooser(source, 7);
  std::vector<Decision> record;
  chooser.record_into(&record);

  (void)chooser.choose(of_fault, 10);

  EXPECT_EQ(record, (std::vector<Decision>{{of_fault, 9}}));
}

TEST(Chooser, InsistsOnNothingWithoutASource) {
  Chooser chooser(7);
  OnlyFaults source;

  EXPECT_FALSE(chooser.insists(of_link));
  EXPECT_FALSE(Chooser(source, 7).insists(of_link));
}

}  // namespace
}  // namespace peal::sim
