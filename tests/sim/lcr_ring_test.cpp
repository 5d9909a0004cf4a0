// The ring of votes alone: who wins, after how many votes, and when.
#include "sim/lcr_ring.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "sim/first_election.hpp"

namespace peal::sim {
namespace {

LcrOrder order_of(std::vector<std::uint64_t> ids, std::int64_t delay_us) {
  LcrOrder order;
  for (const std::uint64_t id : ids) order.ids.push_back(ServerId{id});
  order.delays_us.assign(ids.size(), delay_us);
  return order;
}

TEST(LcrRing, TakesTwiceTheServersInTheOrderOfIds) {
  const LcrOutcome outcome = LcrRing(5).elect(order_of({1, 2, 3, 4, 5}, 10));

  EXPECT_EQ(outcome.votes, 9U);
}

TEST(LcrRing, TakesTheMostVotesAgainstTheOrderOfIds) {
  const LcrOutcome outcome = LcrRing(5).elect(order_of({5, 4, 3, 2, 1}, 10));

  EXPECT_EQ(outcome.votes, 15U);
}

TEST(LcrRing, IsWonByTheHighestIdWhenItsVoteWasAllTheWayRound) {
  LcrOrder order = order_of({2, 4, 1, 3}, 0);
  order.delays_us = {100, 20, 3, 4'000};

  const LcrOutcome outcome = LcrRing(4).elect(order);

  EXPECT_EQ(outcome.winner, 1U);
  EXPECT_EQ(outcome.end_us, 4'123);
  // 2: 100; 4: 20, 23, 4023, 4123; 1: 3; 3: 4000, 4100.
  EXPECT_EQ(outcome.votes, 8U);
  EXPECT_EQ(outcome.arrivals_us, 100U + 20 + 23 + 4'023 + 4'123 + 3 + 4'000 + 4'100);
}

TEST(LcrRing, OfOneServerIsWonByItsOwnVote) {
  const LcrOutcome outcome = LcrRing(1).elect(order_of({1}, 7));

  EXPECT_EQ(outcome.votes, 1U);
  EXPECT_EQ(outcome.end_us, 7);
}

TEST(LcrRing, ForgetsTheElectionBefore) {
  LcrRing ring(3);
  const LcrOrder order = order_of({3, 1, 2}, 10);
  const LcrOutcome first = ring.elect(order);
  const Digest digest = ring.digest();

  const LcrOutcome second = ring.elect(order);

  EXPECT_EQ(second.votes, first.votes);
  EXPECT_EQ(second.end_us, first.end_us);
  EXPECT_EQ(second.arrivals_us, first.arrivals_us);
  EXPECT_NE(ring.digest(), digest);
}

TEST(LcrRing, IsDrawnWithEachIdOnceAndDelaysInTheirRange) {
  Prng prng(3);

  LcrOrder order = draw_lcr_order(64, prng);

  std::sort(order.ids.begin(), order.ids.end());
  for (std::size_t i = 0; i < 64; ++i) ASSERT_EQ(order.ids[i].value, i + 1);
  EXPECT_EQ(order.delays_us.size(), 64U);
  EXPECT_GE(*std::min_element(order.delays_us.begin(), order.delays_us.end()), 100);
  EXPECT_LE(*std::max_element(order.delays_us.begin(), order.delays_us.end()), 999);
}

TEST(FirstElection, EndsInOneViewOfAllAndTheSameEachTime) {
  const FirstElection first = first_election(5, 4);
  const FirstElection again = first_election(5, 4);

  EXPECT_FALSE(first.violation);
  EXPECT_GT(first.one_view_us, 0);
  EXPECT_GE(first.elections, 1U);
  EXPECT_EQ(first.digest, again.digest);
  EXPECT_NE(first.digest, first_election(6, 4).digest);
}

}  // namespace
}  // namespace peal::sim
