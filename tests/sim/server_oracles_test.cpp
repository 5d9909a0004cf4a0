// Oracles of servers bite when a history breaks their promise, and are silent when it does not.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/watched.hpp"

namespace peal::sim {
namespace {

using ConvergenceOracle = Watched;
using LeaderOracles = Watched;
using BoundedOracle = Watched;

TEST_F(ConvergenceOracle, BitesWhenTwoDisksDiffer) {
  Convergence::Entries on_a;
  Convergence::Entries on_b;
  const SharedEntry entry = post(log_a, 1, 10, {SessionId{1}, 1}, 1);
  on_a.emplace(entry->id, entry);
  on_b.emplace(entry->id, post(log_a, 1, 11, {SessionId{1}, 1}, 1));

  Convergence::disks(0, on_a, 1, on_b, oracles.judge);

  EXPECT_EQ(broken(), "two disks differ in the end");
}

TEST_F(ConvergenceOracle, BitesWhenThereAreTwoViewsAfterTheBound) {
  const Snapshot servers{{ServerId{1}, true, Role::leader, {2, ServerId{1}}, 0},
                         {ServerId{2}, true, Role::leader, {2, ServerId{2}}, 0}};

  oracles.convergence.look(servers, 1'999'999, 2'000'000, oracles.judge);
  EXPECT_EQ(broken(), "");
  oracles.convergence.look(servers, 2'000'000, 2'000'000, oracles.judge);

  EXPECT_EQ(broken(), "not one view within the bound after the heal");
}

TEST_F(ConvergenceOracle, BitesWhenAServerTellsAnotherTimeline) {
  const SharedEntry entry = post(log_a, 1, 10, {SessionId{1}, 1}, 1);

  Convergence::timelines(0, {entry->key()}, {}, oracles.judge);

  EXPECT_EQ(broken(), "a server tells another timeline than its disk holds");
}

TEST_F(ConvergenceOracle, TakesOneViewWithEqualDisksAndTimelines) {
  const Snapshot servers{{ServerId{1}, true, Role::member, {2, ServerId{2}}, 1},
                         {ServerId{2}, true, Role::leader, {2, ServerId{2}}, 1}};
  const SharedEntry entry = post(log_a, 1, 10, {SessionId{1}, 1}, 1);
  const SharedEntry same = post(log_a, 1, 10, {SessionId{1}, 1}, 1);

  oracles.convergence.look(servers, 2'000'000, 2'000'000, oracles.judge);
  Convergence::disks(0, {{entry->id, entry}}, 1, {{same->id, same}}, oracles.judge);
  Convergence::timelines(0, {entry->key()}, {delivery_of(*entry)}, oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_EQ(oracles.convergence.one_view_after_us(), 2'000'000);
  EXPECT_EQ(oracles.judge.checks(Oracle::convergence), 3U);
}

TEST_F(ConvergenceOracle, BitesWhenServersThatReachEachOtherDoNotShare) {
  const SharedEntry first = say(1, log_a, 1, 10);
  const SharedEntry second = say(1, log_a, 2, 11);
  for (const std::uint32_t server : {0U, 1U, 2U}) oracles.stored(server, *first);
  oracles.stored(0, *second);

  Convergence::spread(oracles.ledger, 1, 0b011, oracles.judge);  // The second one is too young.
  Convergence::spread(oracles.ledger, 2, 0b110, oracles.judge);  // Has nothing of the second.
  EXPECT_EQ(broken(), "");
  Convergence::spread(oracles.ledger, 2, 0b011, oracles.judge);

  EXPECT_EQ(broken(), "servers that reach each other do not have the same entries");
}

TEST_F(ConvergenceOracle, BitesWhenADiskEndsEarlier) {
  const SharedEntry entry = post(log_a, 1, 10, {SessionId{1}, 1}, 1);

  Convergence::disks(0, {{entry->id, entry}}, 1, {}, oracles.judge);

  EXPECT_EQ(broken(), "two disks differ in the end");
}

TEST_F(LeaderOracles, BiteWhenAStableGroupHasTwoLeaders) {
  const Snapshot servers{{ServerId{1}, true, Role::leader, {2, ServerId{1}}, 0},
                         {ServerId{2}, true, Role::leader, {2, ServerId{2}}, 0}};

  oracles.one_leader.look(servers, oracles.judge);

  EXPECT_EQ(broken(), "a stable connected group has not one leader");
}

TEST_F(LeaderOracles, BiteWhenAMemberFollowsSomebodyElse) {
  const Snapshot servers{{ServerId{1}, true, Role::member, {1, ServerId{7}}, 0},
                         {ServerId{2}, true, Role::leader, {2, ServerId{2}}, 0}};

  oracles.one_leader.look(servers, oracles.judge);

  EXPECT_EQ(broken(), "a server of a stable connected group does not follow its leader");
}

TEST_F(LeaderOracles, BiteWhenOneProcessGivesAnIdToTwoViews) {
  oracles.installed(ServerId{3}, View{{1, ServerId{3}}, {member(2, 12), member(3, 13)}});

  EXPECT_EQ(broken(), "one view id names two views");
}

TEST_F(LeaderOracles, TakeAnIdAgainFromARestartedLeader) {
  oracles.installed(ServerId{3}, View{{1, ServerId{3}}, {member(3, 99)}});

  EXPECT_EQ(broken(), "");
}

TEST_F(LeaderOracles, BiteWhenAVoteIsWonByALowerId) {
  oracles.installed(ServerId{2}, View{{5, ServerId{2}}, {member(2, 12), member(3, 13)}});

  EXPECT_EQ(broken(), "a vote was won by another than the highest id");
}

TEST_F(LeaderOracles, TakeOneLeaderThatEverybodyFollows) {
  const Snapshot servers{{ServerId{1}, true, Role::member, {2, ServerId{2}}, 0},
                         {ServerId{2}, true, Role::leader, {2, ServerId{2}}, 0}};

  oracles.one_leader.look(servers, oracles.judge);
  oracles.installed(ServerId{2}, View{{2, ServerId{2}}, {member(1, 11), member(2, 12)}});

  EXPECT_EQ(broken(), "");
  EXPECT_GT(oracles.judge.checks(Oracle::one_leader), 0U);
  EXPECT_GT(oracles.judge.checks(Oracle::lcr_winner), 0U);
}

TEST_F(LeaderOracles, BiteWhenAStableGroupHasNoLeader) {
  oracles.one_leader.look({{ServerId{1}, true, Role::looking, {}, 0}}, oracles.judge);

  EXPECT_EQ(broken(), "a stable connected group has not one leader");
}

TEST_F(LeaderOracles, TakeALeaderThatLetsAHigherIdJoin) {
  oracles.installed(ServerId{2}, View{{2, ServerId{2}}, {member(1, 11), member(2, 12)}});

  oracles.installed(ServerId{2},
                    View{{3, ServerId{2}}, {member(1, 11), member(2, 12), member(3, 14)}});

  EXPECT_EQ(broken(), "");
}

TEST_F(BoundedOracle, BitesWhenAQueueIsBeyondItsLimit) {
  oracles.bounded.look(0, "queue", 10, 10, oracles.judge);
  EXPECT_EQ(broken(), "");

  oracles.bounded.look(0, "queue", 11, 10, oracles.judge);

  EXPECT_EQ(broken(), "a queue is beyond its limit");
}

}  // namespace
}  // namespace peal::sim
