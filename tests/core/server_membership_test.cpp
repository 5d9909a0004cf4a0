// Discovery and membership: one test per sentence of sections 5 and 6 of the design.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "core/limits.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

const Endpoint elsewhere = ipv4_endpoint(10, 0, 9, 9, 7401);

class Discovery : public testing::Test {
 protected:
  ~Discovery() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }
  Cluster cluster;
};

TEST_F(Discovery, ServerIsDueAtOnceAndProbesByBroadcast) {
  cluster.start(1);
  EXPECT_LE(cluster[1].next_deadline(), cluster.now());

  cluster.run(milliseconds(1));

  EXPECT_FALSE(cluster.sent_of<Probe>().empty());
  EXPECT_EQ(cluster[1].role(), Role::looking);
}

TEST_F(Discovery, ServerAloneLeadsAloneWhenNobodyAnswers) {
  cluster.start(1);

  cluster.run(milliseconds(599));
  EXPECT_EQ(cluster[1].role(), Role::looking);
  cluster.run(milliseconds(2));

  EXPECT_EQ(cluster[1].role(), Role::leader);
  EXPECT_EQ(cluster[1].view().members.size(), 1U);
}

TEST_F(Discovery, ServersStartedTogetherHoldOneElection) {
  cluster.start_all({1, 2, 3, 4, 5});

  std::set<ViewId> views;
  for (const auto& [id, installed] : cluster.notices_of<ViewInstalled>())
    views.insert(installed.view.id);
  EXPECT_EQ(views.size(), 1U);
  EXPECT_EQ(cluster.agreed_leader(), 5U);
}

TEST_F(Discovery, ServersOfOtherClustersAreStrangers) {
  cluster.start(1);
  cluster.start(2, [](ServerConfig& config) { config.cluster = "others"; });

  cluster.run(seconds(5));

  EXPECT_EQ(cluster[1].view().members.size(), 1U);
  EXPECT_EQ(cluster[2].view().members.size(), 1U);
}

TEST_F(Discovery, AnnounceMakesANewcomerJoinWithoutAVote) {
  cluster.start_all({3, 5});
  cluster.notices().clear();

  cluster.start(9);

  EXPECT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() != 0; }, seconds(1)));
  EXPECT_EQ(cluster.agreed_leader(), 5U);
  EXPECT_TRUE(cluster.notices_of<VoteStarted>().empty());
}

TEST_F(Discovery, AnyServerInAViewAnswersAClientsProbe) {
  cluster.start_all({1, 2});
  const SessionId client{9};

  cluster.send(client, 1, Probe{"peal", {}});
  cluster.run(milliseconds(1));

  ASSERT_EQ(cluster.received<Announce>(client).size(), 1U);
  EXPECT_EQ(cluster.received<Announce>(client)[0].self.id, ServerId{1});
  EXPECT_EQ(cluster.received<Announce>(client)[0].leader.id, ServerId{2});
}

TEST_F(Discovery, LookingServerAnswersNoClient) {
  cluster.start(1);
  const SessionId client{9};

  cluster.send(client, 1, Probe{"peal", {}});
  cluster.run(milliseconds(1));

  EXPECT_TRUE(cluster.received<Announce>(client).empty());
}

TEST_F(Discovery, NewcomerWithTheIdOfALiveServerIsRefusedAndToldTheAddressOfTheOther) {
  cluster.start_all({1, 2});
  cluster.sent().clear();

  const Member twin{ServerId{1}, Incarnation{4711}, {elsewhere}};
  cluster.receive(2, elsewhere, {twin.id, twin.incarnation.value}, Join{"peal", twin, {}});

  const auto answers = cluster.sent_of<JoinAnswer>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].first.to, elsewhere);
  EXPECT_EQ(answers[0].second.outcome, JoinOutcome::id_taken);
  EXPECT_EQ(answers[0].second.other.addresses, std::vector<Endpoint>{cluster.at(1)});
}

TEST_F(Discovery, OfMoreLookingServersThanAViewHoldsTheHighestAreInAndTheOthersSayThatItIsFull) {
  const std::uint64_t servers = limits::members_max + 3;
  for (std::uint64_t id = 1; id <= servers; ++id) cluster.start(id);
  cluster.run(seconds(4));

  EXPECT_EQ(cluster[servers].view().members.size(), limits::members_max);
  EXPECT_EQ(cluster[servers].view().members.front().id, ServerId{4});
  std::set<ServerId> told;
  for (const auto& [id, notice] : cluster.notices_of<ClusterFull>()) told.insert(id);
  EXPECT_EQ(told, (std::set<ServerId>{ServerId{1}, ServerId{2}, ServerId{3}}));
  for (const std::uint64_t id : {1U, 2U, 3U}) EXPECT_EQ(cluster[id].role(), Role::looking) << id;
}

TEST_F(Discovery, ServerThatFoundTheClusterFullComesInWhenAnotherLeaves) {
  const std::uint64_t servers = limits::members_max + 1;
  for (std::uint64_t id = 1; id <= servers; ++id) cluster.start(id);
  cluster.run(seconds(4));
  ASSERT_EQ(cluster[1].role(), Role::looking);

  cluster.stop(7);

  EXPECT_TRUE(cluster.run_until([&] { return cluster[1].role() == Role::member; }, seconds(2)));
}

TEST_F(Discovery, ServerThatFoundTheClusterFullLeadsAloneWhenTheClusterIsGone) {
  cluster.start(1);
  const Member other{ServerId{2}, Incarnation{5}, {elsewhere}};
  cluster.receive(1, elsewhere, {other.id, 5}, JoinAnswer{JoinOutcome::cluster_full, other, 0});
  const SessionId asker{99};
  cluster.send(asker, 1, Query{1, StatusQuery{}});
  cluster.run(milliseconds(1));
  ASSERT_EQ(cluster.received<Answer>(asker).size(), 1U);
  const auto answer = std::get<StatusAnswer>(cluster.received<Answer>(asker)[0].body);
  EXPECT_NE(answer.trouble.find("has 64 servers already"), std::string::npos) << answer.trouble;

  cluster.run(seconds(4));

  EXPECT_EQ(cluster[1].role(), Role::leader);
}

TEST_F(Discovery, SecondServerOfAnIdMakesMembersDeafToNobody) {
  cluster.start_all({1, 2, 3});
  // Members hear little of each other.
  cluster.cut({1}, {2});
  cluster.run(seconds(2));
  cluster.heal();
  const Incarnation twin{4711};
  cluster.receive(2, elsewhere, {ServerId{1}, twin.value}, Probe{"peal", {elsewhere}});
  cluster.sent().clear();

  cluster.receive(2, cluster.at(1), cluster.sender(1), Ping{cluster.now()});

  const auto pongs = cluster.sent_of<Pong>();
  ASSERT_EQ(pongs.size(), 1U);
  EXPECT_EQ(pongs[0].first.to, cluster.at(1));
}

TEST_F(Discovery, ServerWhoseIdWasTakenByMistakeIsHeardAgainOnceTheOtherIsSilent) {
  cluster.start(2);
  cluster.run(seconds(2));
  const Sender first{ServerId{1}, 11};
  const Sender twin{ServerId{1}, 4711};
  cluster.receive(2, cluster.at(1), first, Ping{cluster.now()});
  cluster.run(seconds(1));
  cluster.receive(2, elsewhere, twin, Probe{"peal", {elsewhere}});
  cluster.sent().clear();
  cluster.receive(2, cluster.at(1), first, Ping{cluster.now()});
  EXPECT_TRUE(cluster.sent_of<Pong>().empty());  // A late word, for all that is known.

  cluster.run(seconds(1));
  cluster.sent().clear();
  cluster.receive(2, cluster.at(1), first, Ping{cluster.now()});
  EXPECT_TRUE(cluster.sent_of<Pong>().empty());
  ASSERT_EQ(cluster.sent_of<Ping>().size(), 1U);  // Does it answer now?
  cluster.receive(2, cluster.at(1), first, Pong{cluster.sent_of<Ping>()[0].second.sent, {}});
  cluster.receive(2, cluster.at(1), first, Ping{cluster.now()});

  EXPECT_EQ(cluster.sent_of<Pong>().size(), 1U);
}

TEST_F(Discovery, LookingServerThatIsToldThatItsIdIsTakenSaysSo) {
  cluster.start(1);
  const Member other{ServerId{1}, Incarnation{4711}, {elsewhere}};

  cluster.receive(1, cluster.at(2), {ServerId{2}, 5}, JoinAnswer{JoinOutcome::id_taken, other, 0});

  ASSERT_EQ(cluster.notices_of<IdTaken>().size(), 1U);
  EXPECT_EQ(cluster.notices_of<IdTaken>()[0].second.by, elsewhere);
}

TEST_F(Discovery, MemberDoesNotGiveUpItsIdToATwin) {
  cluster.start_all({1, 2});

  cluster.receive(1, elsewhere, {ServerId{1}, 4711}, Probe{"peal", {elsewhere}});

  EXPECT_TRUE(cluster.notices_of<IdTaken>().empty());
  EXPECT_EQ(cluster[1].role(), Role::member);
}

class Membership : public testing::Test {
 protected:
  Membership() { cluster.start_all({1, 2, 3}); }
  ~Membership() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }
  [[nodiscard]] bool agree_on(std::uint64_t leader, Duration within = seconds(2)) {
    return cluster.run_until([&] { return cluster.agreed_leader() == leader; }, within);
  }
  Cluster cluster;
};

TEST_F(Membership, ChangeGivesAHigherNumber) {
  const ViewId before = cluster[3].view().id;

  cluster.start(7);
  ASSERT_TRUE(agree_on(3));

  EXPECT_GT(cluster[3].view().id.number, before.number);
}

TEST_F(Membership, MembersAcceptOnlyAHigherView) {
  const View now = cluster[1].view();
  View old = now;
  old.id.number -= 1;

  cluster.receive(1, cluster.at(3), cluster.sender(3), ViewChange{old});

  EXPECT_EQ(cluster[1].view(), now);
}

TEST_F(Membership, ViewIsNotTakenFromWhoDoesNotLeadIt) {
  View forged = cluster[1].view();
  forged.id.number += 10;

  cluster.receive(1, cluster.at(2), cluster.sender(2), ViewChange{forged});

  EXPECT_NE(cluster[1].view().id, forged.id);
}

TEST_F(Membership, WhoMissedAViewGetsItAgain) {
  int lost = 0;
  cluster.set_fate([&](ServerId, ServerId to, const Message& message) {
    if (to == ServerId{1} && std::holds_alternative<ViewChange>(message) && lost++ < 2)
      return std::vector<Duration>{};
    return std::vector<Duration>{microseconds(100)};
  });

  cluster.start(7);

  EXPECT_TRUE(agree_on(3));
  EXPECT_GE(lost, 2);
}

TEST_F(Membership, MemberThatHearsOfALaterViewOfItsLeaderAsksForIt) {
  const View view = cluster[3].view();
  const Member leader = view.members.back();
  cluster.sent().clear();

  cluster.receive(1, cluster.at(3), cluster.sender(3),
                  Announce{"peal", {view.id.number + 2, view.id.leader}, leader, leader, 2});

  ASSERT_EQ(cluster.sent_of<Ping>().size(), 1U);
  EXPECT_EQ(cluster.sent_of<Ping>()[0].first.to, cluster.at(3));
}

TEST_F(Membership, MemberLeftOutOfALaterViewComesBackThoughItsLeaderIsHeard) {
  // Of the view without it, and of its heartbeats' end, this member hears nothing but
  // announcements.
  cluster.set_fate([&](ServerId, ServerId to, const Message& message) {
    if (to == ServerId{1} && !std::holds_alternative<Announce>(message))
      return std::vector<Duration>{};
    return std::vector<Duration>{microseconds(100)};
  });
  cluster.stop(2);
  cluster.run(milliseconds(200));
  cluster.crash(2);

  cluster.heal();

  EXPECT_TRUE(agree_on(3));
}

TEST_F(Membership, MemberThatLeftAViewAndAsksAgainGetsAHigherOne) {
  cluster.run(milliseconds(10));  // It has acknowledged the view.
  const ViewId before = cluster[3].view().id;

  cluster.receive(3, cluster.at(1), cluster.sender(1),
                  Join{"peal", cluster[3].view().members.front(), {}});

  EXPECT_GT(cluster[3].view().id, before);
  EXPECT_EQ(cluster[3].view().members.size(), 3U);
}

TEST_F(Membership, RestartedServerReplacesItsFormerSelf) {
  const Incarnation before = cluster[1].incarnation();
  cluster.crash(1);
  cluster.run(milliseconds(5));

  cluster.start(1);

  ASSERT_TRUE(agree_on(3));
  EXPECT_NE(cluster[1].incarnation(), before);
}

TEST_F(Membership, CleanLeaveRemovesAtOnce) {
  cluster.stop(1);

  EXPECT_TRUE(
      cluster.run_until([&] { return cluster[3].view().members.size() == 2; }, milliseconds(10)));
  cluster.run(seconds(1));
  ASSERT_EQ(cluster.notices_of<Left>().size(), 1U);
  EXPECT_EQ(cluster.notices_of<Left>()[0].first, ServerId{1});
  EXPECT_EQ(cluster[1].role(), Role::leaving);
}

TEST_F(Membership, LeaderThatLeavesIsReplacedByTheNextHighest) {
  cluster.stop(3);

  EXPECT_TRUE(
      cluster.run_until([&] { return cluster[2].role() == Role::leader; }, milliseconds(100)));
  EXPECT_TRUE(cluster.run_until([&] { return !cluster.notices_of<Left>().empty(); }, seconds(2)));
  cluster.crash(3);
  EXPECT_TRUE(agree_on(2));
}

TEST_F(Membership, SilentMemberIsRemoved) {
  cluster.crash(1, true);

  EXPECT_TRUE(agree_on(3));
  EXPECT_TRUE(cluster.marked(Mark::member_removed_silent));
}

TEST_F(Membership, PausedMemberJoinsAgain) {
  cluster.cut({1}, {2, 3});
  ASSERT_TRUE(cluster.run_until([&] { return cluster[3].view().members.size() == 2; }, seconds(2)));

  cluster.heal();

  EXPECT_TRUE(agree_on(3, seconds(4)));
}

TEST_F(Membership, HalvesServeApartAndMergeUnderTheHighest) {
  cluster.start(4);
  cluster.start(5);
  ASSERT_TRUE(agree_on(3, seconds(5)));
  cluster.cut({1, 2, 4}, {3, 5});
  ASSERT_TRUE(cluster.run_until(
      [&] { return cluster[4].role() == Role::leader && cluster[4].view().members.size() == 3; },
      seconds(5)));
  ASSERT_TRUE(cluster.run_until([&] { return cluster[3].view().members.size() == 2; }, seconds(5)));

  cluster.heal();

  EXPECT_TRUE(agree_on(5, seconds(5)));
  EXPECT_TRUE(cluster.marked(Mark::merge_proposed));
}

TEST_F(Membership, MergeVoteThatAViewOvertookIsHeldAgainAboveIt) {
  cluster.cut({1, 2}, {3});
  ASSERT_TRUE(cluster.run_until([&] { return cluster[2].role() == Role::leader; }, seconds(5)));
  cluster.receive(3, cluster.at(2), cluster.sender(2), Merge{cluster[2].view()});
  ASSERT_FALSE(cluster.sent_of<Vote>().empty());
  const std::uint64_t round = cluster.sent_of<Vote>().back().second.round;

  cluster.receive(3, cluster.at(1), cluster.sender(1),
                  ViewChange{{{round, ServerId{2}}, cluster[2].view().members}});

  const Vote again = cluster.sent_of<Vote>().back().second;
  EXPECT_EQ(again.candidate, ServerId{3});
  EXPECT_EQ(again.reason, VoteReason::merge);
  EXPECT_GT(again.round, round);
  EXPECT_EQ(again.proposal.size(), 3U);
}

TEST_F(Membership, LateWordOfAFormerSelfDoesNotMakeAMemberAStranger) {
  const ViewId before = cluster[3].view().id;
  const Member former{ServerId{1}, Incarnation{4711}, {cluster.at(1)}};
  cluster.receive(3, cluster.at(1), {ServerId{1}, 4711},
                  Announce{"peal", {1, ServerId{1}}, former, former, 1});

  cluster.run(seconds(2));

  EXPECT_EQ(cluster[3].view().id, before);
  EXPECT_EQ(cluster.agreed_leader(), 3U);
}

TEST_F(Membership, ServerThatWasTakenForItsFormerSelfIsHeardAgain) {
  cluster.cut({1}, {2, 3});
  cluster.run(seconds(3));
  const Member former{ServerId{3}, Incarnation{4711}, {cluster.at(3)}};
  cluster.receive(1, cluster.at(3), {ServerId{3}, 4711},
                  Announce{"peal", {1, ServerId{3}}, former, former, 1});
  cluster.run(seconds(1));

  cluster.heal();

  EXPECT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(2)));
}

TEST_F(Membership, LateProbeOfTheLeaderDoesNotEndItsView) {
  const ViewId before = cluster[1].view().id;
  cluster.receive(1, cluster.at(3), cluster.sender(3), Probe{"peal", {cluster.at(3)}});

  cluster.run(seconds(2));

  EXPECT_EQ(cluster[1].view().id, before);
  EXPECT_EQ(cluster.agreed_leader(), 3U);
}

TEST_F(Membership, MemberWhoseLeaderFollowsSomebodyElseLooksForAView) {
  cluster.crash(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(5)));
  const Instant asked_before = cluster.now() - seconds(10);
  cluster.run(milliseconds(10));
  // Its views before ours may have had lower numbers, and those after ours as well: after a while
  // without a view a server takes any.
  const ViewId lower{cluster[1].view().id.number - 1, ServerId{2}};

  cluster.receive(1, cluster.at(3), cluster.sender(3), Pong{asked_before, lower});
  EXPECT_EQ(cluster[1].role(), Role::member);
  cluster.receive(1, cluster.at(3), cluster.sender(3), Pong{cluster.now(), lower});
  EXPECT_EQ(cluster[1].role(), Role::looking);
}

TEST_F(Membership, MergeVoteOutlivesALowerView) {
  const View before = cluster[2].view();
  const std::uint64_t round = before.id.number + 2;
  cluster.set_fate([](ServerId, ServerId, const Message&) { return std::vector<Duration>{}; });
  cluster.receive(2, cluster.at(1), cluster.sender(1),
                  Vote{round, VoteReason::merge, ServerId{1}, {before.members[0]}, before.members});
  ASSERT_EQ(cluster.sent_of<Vote>().back().second.candidate, ServerId{2});
  cluster.receive(2, cluster.at(3), cluster.sender(3),
                  ViewChange{{{round - 1, ServerId{3}}, before.members}});
  ASSERT_EQ(cluster[2].view().id.number, round - 1);

  cluster.receive(2, cluster.at(1), cluster.sender(1),
                  Vote{round,
                       VoteReason::merge,
                       ServerId{2},
                       {before.members[1], before.members[0]},
                       before.members});

  EXPECT_EQ(cluster[2].role(), Role::leader);
  EXPECT_EQ(cluster[2].view().id.number, round);
}

TEST_F(Membership, MergeVoteOfASettledRoundIsAnsweredToItsCandidateToo) {
  const std::uint64_t round = cluster[1].view().id.number;
  const Member stranger{ServerId{8}, Incarnation{80}, {ipv4_endpoint(10, 0, 0, 8, 7401)}};
  const Vote vote{
      round, VoteReason::merge, stranger.id, {stranger, cluster[2].view().members[1]}, {}};
  cluster.sent().clear();

  cluster.receive(1, cluster.at(2), cluster.sender(2), vote);

  std::vector<Endpoint> told;
  for (const auto& [sent, change] : cluster.sent_of<ViewChange>()) told.push_back(sent.to);
  EXPECT_EQ(told, (std::vector{cluster.at(2), stranger.addresses[0]}));
}

TEST(MergeBackoff, CountsOnlyVotesOverThatOtherView) {
  Cluster cluster;
  cluster.start_all({1});
  const auto member = [](std::uint64_t id) {
    return Member{ServerId{id},
                  Incarnation{id * 10},
                  {ipv4_endpoint(10, 0, 0, static_cast<std::uint8_t>(id), 7401)}};
  };
  const auto announce = [&](std::uint64_t id) {
    cluster.receive(1, member(id).addresses[0], {ServerId{id}, id * 10},
                    Announce{"peal", {5, ServerId{id}}, member(id), member(id), 1});
  };
  const auto proposals_to = [&](std::uint64_t id) {
    std::size_t count = 0;
    for (const auto& [sent, merge] : cluster.sent_of<Merge>())
      count += sent.to == member(id).addresses[0] ? 1U : 0U;
    return count;
  };

  announce(3);
  // The other leader, 2, votes over its view and ours, and it does not come home.
  cluster.receive(1, member(2).addresses[0], {ServerId{2}, 20},
                  Vote{9,
                       VoteReason::merge,
                       ServerId{2},
                       {member(2)},
                       {cluster[1].view().members[0], member(2)}});
  cluster.run(milliseconds(700));
  announce(3);
  cluster.run(milliseconds(500));
  announce(3);

  EXPECT_EQ(proposals_to(3), 3U);
}

TEST_F(Membership, BothHalvesServeUntilTheNewViewArrives) {
  Person ann(cluster, 1, 1);
  Person bob(cluster, 2, 3);
  cluster.cut({1, 2}, {3});
  ASSERT_TRUE(cluster.run_until([&] { return cluster[2].role() == Role::leader; }, seconds(5)));

  EXPECT_TRUE(ann.settle("ann", {"#a"}));
  EXPECT_TRUE(bob.settle("bob", {"#a"}));
  cluster.heal();
  EXPECT_TRUE(agree_on(3, seconds(5)));

  EXPECT_TRUE(cluster.run_until([&] { return cluster.histories_equal(); }, seconds(2)));
  EXPECT_EQ(cluster[1].history().chat().members_of({"#a"}).size(), 2U);
}

TEST_F(Membership, StoppedServerAnswersThatItLeaves) {
  Person ann(cluster, 1, 1);
  ASSERT_TRUE(ann.settle("ann", {"#a"}));

  cluster.stop(1);
  cluster.run(milliseconds(1));

  const auto detached = cluster.received<Detached>(ann.session());
  ASSERT_FALSE(detached.empty());
  EXPECT_EQ(detached[0].reason, DetachReason::leaving);
}

}  // namespace
}  // namespace peal
