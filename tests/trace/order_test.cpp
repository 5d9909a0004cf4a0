// Steps of several clocks in one order, whatever their letters may be taken for.
#include "core/trace/order.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace peal::trace {
namespace {

constexpr std::uint64_t one = 1;
constexpr std::uint64_t other = 2;

/// Steps of two servers, each with its own clock and with letters to all.
class TwoClocks {
 public:
  TwoClocks() {
    for (const std::uint64_t server : {one, other}) {
      draft_.runs[server] = static_cast<Index>(draft_.story.lines.size());
      draft_.story.lines.push_back({"server " + std::to_string(server), ServerId{server}, server});
    }
  }
  Index sends(std::uint64_t server, std::int64_t at_us, std::uint64_t content) {
    const Index step = add_step(server, at_us);
    draft_.sent.push_back(letter(step, server, content));
    return step;
  }
  Index receives(std::uint64_t server, std::int64_t at_us, std::uint64_t from,
                 std::uint64_t content) {
    const Index step = add_step(server, at_us);
    draft_.received.push_back(letter(step, from, content));
    return step;
  }
  /// The step at which that one, numbered as it was added, is said to have left.
  [[nodiscard]] std::optional<Index> left(Index arrived) const {
    for (const Arrow& arrow : draft_.story.arrows)
      if (arrow.arrived != none && order_[arrow.arrived] == arrived && arrow.sent != none)
        return order_[arrow.sent];
    return std::nullopt;
  }
  const Story& in_order() {
    order_ = put_in_order(draft_);
    return draft_.story;
  }

 private:
  Index add_step(std::uint64_t server, std::int64_t at_us) {
    Step step;
    step.line = draft_.runs.at(server);
    step.clock_number = static_cast<std::uint32_t>(server);
    step.at_us = at_us;
    draft_.story.steps.push_back(step);
    return static_cast<Index>(draft_.story.steps.size() - 1);
  }
  static Letter letter(Index step, std::uint64_t from, std::uint64_t content) {
    Letter letter;
    letter.step = step;
    letter.sender = {ServerId{from}, from};
    letter.content = Digest{content, 0};
    return letter;
  }

  Draft draft_;
  std::vector<Index> order_;
};

void expect_nothing_arrives_before_it_left(const Story& story) {
  for (const Arrow& arrow : story.arrows) {
    if (arrow.sent != none) {
      EXPECT_LT(arrow.sent, arrow.arrived);  // None is the highest.
    }
  }
}

TEST(TraceOrder, OfLettersThatLookAlikeTheNearestIsMeant) {
  TwoClocks run;
  run.sends(one, 0, 7);
  const Index second = run.sends(one, 10'000, 7);
  run.sends(one, 20'000, 7);
  const Index arrived = run.receives(other, 10'400, one, 7);

  EXPECT_TRUE(run.in_order().notes.empty());
  EXPECT_EQ(run.left(arrived), second);
}

TEST(TraceOrder, AnAnswerTellsWhichOfTwoAlikeWasMeant) {
  // The answer has come before the letter that is nearest to what it answers leaves.
  TwoClocks run;
  const Index first = run.sends(one, 0, 7);
  const Index answered = run.receives(one, 1'500, other, 9);
  run.sends(one, 1'600, 7);
  const Index arrived = run.receives(other, 1'400, one, 7);
  const Index answer = run.sends(other, 1'410, 9);

  const Story& story = run.in_order();

  EXPECT_TRUE(story.notes.empty());
  expect_nothing_arrives_before_it_left(story);
  EXPECT_EQ(run.left(arrived), first);
  EXPECT_EQ(run.left(answered), answer);
}

TEST(TraceOrder, OfManyAlikeTheLatestThatCanBeIsMeant) {
  TwoClocks run;
  run.sends(one, 0, 7);
  const Index meant = run.sends(one, 700, 7);
  run.receives(one, 1'500, other, 9);
  for (const std::int64_t at_us : {1'600, 1'650, 1'700}) run.sends(one, at_us, 7);
  const Index arrived = run.receives(other, 1'680, one, 7);
  run.sends(other, 1'690, 9);

  const Story& story = run.in_order();

  EXPECT_TRUE(story.notes.empty());
  expect_nothing_arrives_before_it_left(story);
  EXPECT_EQ(run.left(arrived), meant);
}

TEST(TraceOrder, EachOfSeveralCirclesIsResolved) {
  TwoClocks run;
  std::vector<Index> firsts;
  std::vector<Index> arrivals;
  for (std::uint64_t i = 0; i < 5; ++i) {
    const auto at_us = static_cast<std::int64_t>(i * 100'000);
    const std::uint64_t content = 10 + 2 * i;
    firsts.push_back(run.sends(one, at_us, content));
    run.receives(one, at_us + 1'500, other, content + 1);
    run.sends(one, at_us + 1'600, content);
    arrivals.push_back(run.receives(other, at_us + 1'400, one, content));
    run.sends(other, at_us + 1'410, content + 1);
  }

  const Story& story = run.in_order();

  EXPECT_TRUE(story.notes.empty());
  expect_nothing_arrives_before_it_left(story);
  for (std::size_t i = 0; i < firsts.size(); ++i) EXPECT_EQ(run.left(arrivals[i]), firsts[i]) << i;
}

TEST(TraceOrder, WhatIsTakenForNoOtherIsKept) {
  // Between the clocks is a little left: the answer seems to have come before it was sent.
  TwoClocks run;
  const Index first = run.sends(one, 0, 7);
  const Index answered = run.receives(one, 1'500, other, 9);
  run.sends(one, 1'600, 7);
  const Index arrived = run.receives(other, 1'900, one, 7);
  const Index answer = run.sends(other, 1'910, 9);

  const Story& story = run.in_order();

  EXPECT_TRUE(story.notes.empty());
  expect_nothing_arrives_before_it_left(story);
  EXPECT_EQ(run.left(arrived), first);
  EXPECT_EQ(run.left(answered), answer);
}

TEST(TraceOrder, WhatCannotBeIsSaidAndAllStepsAreKept) {
  TwoClocks run;
  const Index to_cid = run.receives(one, 100, other, 9);
  run.sends(one, 200, 7);
  const Index to_other = run.receives(other, 100, one, 7);
  run.sends(other, 200, 9);

  const Story& story = run.in_order();

  ASSERT_EQ(story.notes.size(), 1U);
  EXPECT_NE(story.notes[0].find("received before they were sent"), std::string::npos);
  EXPECT_EQ(story.steps.size(), 4U);
  expect_nothing_arrives_before_it_left(story);
  EXPECT_NE(run.left(to_cid).has_value(), run.left(to_other).has_value());
}

}  // namespace
}  // namespace peal::trace
