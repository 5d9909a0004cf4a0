// Heartbeats, suspicion and voting: one test per sentence of sections 7 and 8 of the design.
#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

Member member(std::uint64_t id) {
  return {ServerId{id},
          Incarnation{id * 1'000},
          {ipv4_endpoint(10, 0, 0, static_cast<std::uint8_t>(id), 7401)}};
}
Sender sender_of(const Member& one) { return {one.id, one.incarnation.value}; }

/// One looking server, and votes that the test sends.
class Voter : public testing::Test {
 protected:
  Voter() {
    cluster.start(3);
    cluster.run(milliseconds(1));
    cluster.sent().clear();
  }
  void receive(const Member& from, Message message) {
    cluster.receive(3, from.addresses[0], sender_of(from), std::move(message));
  }
  Cluster cluster;
};

TEST_F(Voter, PassesAHigherCandidateOnWithItselfInThePath) {
  const Vote vote{4, VoteReason::startup, ServerId{5}, {member(5)}, {member(4), member(5)}};

  receive(member(5), vote);

  const auto votes = cluster.sent_of<Vote>();
  ASSERT_EQ(votes.size(), 1U);
  EXPECT_EQ(votes[0].first.to, member(4).addresses[0]);
  EXPECT_EQ(votes[0].second.candidate, ServerId{5});
  ASSERT_EQ(votes[0].second.path.size(), 2U);
  EXPECT_EQ(votes[0].second.path[1].id, ServerId{3});
}

TEST_F(Voter, AcknowledgesEachHop) {
  receive(member(5), Vote{4, VoteReason::startup, ServerId{5}, {member(5)}, {}});

  const auto acks = cluster.sent_of<VoteAck>();
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0].second.round, 4U);
  EXPECT_EQ(acks[0].second.candidate, ServerId{5});
}

TEST_F(Voter, SwallowsALowerCandidateAndSendsItsOwnVoteOnce) {
  receive(member(2), Vote{4, VoteReason::startup, ServerId{2}, {member(2)}, {member(4)}});

  auto votes = cluster.sent_of<Vote>();
  ASSERT_EQ(votes.size(), 1U);
  EXPECT_EQ(votes[0].second.candidate, ServerId{3});
  EXPECT_EQ(votes[0].second.path.size(), 1U);

  cluster.sent().clear();
  receive(member(1), Vote{4, VoteReason::startup, ServerId{1}, {member(1)}, {member(4)}});
  EXPECT_TRUE(cluster.sent_of<Vote>().empty());
}

TEST_F(Voter, LeadsWhenItsOwnVoteComesHomeWithThePathAsMembership) {
  receive(member(2), Vote{4, VoteReason::startup, ServerId{2}, {member(2)}, {member(4)}});
  Vote home = cluster.sent_of<Vote>().at(0).second;
  home.path.push_back(member(2));

  receive(member(2), home);

  EXPECT_EQ(cluster[3].role(), Role::leader);
  EXPECT_EQ(cluster[3].view().id, (ViewId{4, ServerId{3}}));
  ASSERT_EQ(cluster[3].view().members.size(), 2U);
  EXPECT_EQ(cluster[3].view().members[0].id, ServerId{2});
}

TEST_F(Voter, DoesNotLeadByAVoteThatItNeverSent) {
  const Member self{ServerId{3}, cluster[3].incarnation(), {cluster.at(3)}};

  receive(member(2), Vote{4, VoteReason::startup, ServerId{3}, {self, member(2)}, {}});

  EXPECT_EQ(cluster[3].role(), Role::looking);
}

TEST_F(Voter, SkipsASuccessorThatDoesNotAcknowledgeThreeTries) {
  receive(member(5),
          Vote{4, VoteReason::startup, ServerId{5}, {member(5)}, {member(4), member(5)}});

  cluster.run(milliseconds(200));

  std::size_t to_dead = 0;
  std::size_t to_next = 0;
  for (const auto& [sent, vote] : cluster.sent_of<Vote>()) {
    if (vote.candidate != ServerId{5}) continue;
    to_dead += sent.to == member(4).addresses[0] ? 1U : 0U;
    to_next += sent.to == member(5).addresses[0] ? 1U : 0U;
  }
  EXPECT_EQ(to_dead, 3U);
  EXPECT_GE(to_next, 1U);
  EXPECT_TRUE(cluster.marked(Mark::vote_skipped_one));
}

TEST_F(Voter, SkipsASuccessorWhosePortRefusesAtOnce) {
  receive(member(4), Probe{"peal", member(4).addresses});
  receive(member(5),
          Vote{4, VoteReason::startup, ServerId{5}, {member(5)}, {member(4), member(5)}});

  cluster.step(3, RefusedAt{member(4).addresses[0]});

  const auto votes = cluster.sent_of<Vote>();
  ASSERT_EQ(votes.size(), 2U);
  EXPECT_EQ(votes[1].first.to, member(5).addresses[0]);
}

TEST_F(Voter, NeverLeadsTwoViewsOfOneNumber) {
  cluster.run(seconds(1));
  receive(member(2), Join{"peal", member(2), {}});
  cluster.run(milliseconds(10));
  const std::uint64_t led = cluster[3].view().id.number;
  ASSERT_GE(led, 2U);
  cluster.disk(3).trouble = DiskTrouble::full;
  Person ann(cluster, 1, 3);
  ann.attach();
  ann.say(RegisterUser{"ann"});
  cluster.run(milliseconds(50));
  ASSERT_EQ(cluster[3].role(), Role::failed);
  cluster.disk(3).trouble.reset();
  ASSERT_TRUE(cluster.run_until([&] { return cluster[3].role() == Role::looking; }, seconds(9)));
  Member self = member(3);
  self.incarnation = cluster[3].incarnation();
  receive(member(2), ViewChange{View{{1, ServerId{2}}, {member(1), member(2), self}}});
  ASSERT_EQ(cluster[3].view().id, (ViewId{1, ServerId{2}}));
  cluster.sent().clear();

  receive(member(1), Vote{2, VoteReason::leave, ServerId{1}, {member(1)}, {}});

  const auto votes = cluster.sent_of<Vote>();
  ASSERT_FALSE(votes.empty());
  EXPECT_GT(votes[0].second.round, led);
}

TEST_F(Voter, MisformedVotesAreDropped) {
  receive(member(5), Vote{4, VoteReason::startup, ServerId{5}, {}, {}});
  receive(member(5), Vote{4, VoteReason::startup, ServerId{5}, {member(4)}, {}});
  receive(member(5), Vote{4, VoteReason::startup, ServerId{4}, {member(4)}, {}});

  EXPECT_TRUE(cluster.sent_of<Vote>().empty());
}

class Ring : public testing::Test {
 protected:
  Ring() { cluster.start_all({1, 2, 3, 4, 5}); }
  ~Ring() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }
  [[nodiscard]] bool agree_on(std::uint64_t leader, Duration within = seconds(2)) {
    return cluster.run_until([&] { return cluster.agreed_leader() == leader; }, within);
  }
  Cluster cluster;
};

TEST_F(Ring, LeaderSendsEachMemberAHeartbeatEvery50Ms) {
  cluster.run(milliseconds(60));
  cluster.sent().clear();

  cluster.run(seconds(1));

  std::map<Endpoint, int> heartbeats;
  for (const auto& [sent, heartbeat] : cluster.sent_of<Heartbeat>()) {
    EXPECT_EQ(sent.from, ServerId{5});
    ++heartbeats[sent.to];
  }
  ASSERT_EQ(heartbeats.size(), 4U);
  for (const auto& [to, count] : heartbeats) EXPECT_EQ(count, 20);
}

TEST_F(Ring, HealthyLeaderIsNeverReplaced) {
  cluster.notices().clear();

  cluster.run(seconds(60));

  EXPECT_TRUE(cluster.notices().empty());
}

TEST_F(Ring, KilledLeaderIsReplacedByTheHighestOfTheOthers) {
  cluster.crash(5);

  EXPECT_TRUE(agree_on(4));
}

TEST_F(Ring, SilentLeaderIsReplacedByTheHighestOfTheOthers) {
  cluster.crash(5, true);

  EXPECT_TRUE(agree_on(4));
}

TEST_F(Ring, LeaderThatWasPausedIsMissedAsFastTheNextTime) {
  // Whatever it gets meanwhile it answers at the end of its pause.
  const Instant resumed = cluster.now() + seconds(2);
  cluster.set_fate([&](ServerId from, ServerId to, const Message&) -> std::vector<Duration> {
    if (from == ServerId{5} && cluster.now() < resumed) return {};
    if (to == ServerId{5} && cluster.now() < resumed) return {resumed - cluster.now()};
    return {microseconds(100)};
  });
  cluster.run(milliseconds(2'001));
  cluster.heal();
  ASSERT_TRUE(agree_on(5, seconds(5)));
  cluster.run(seconds(5));

  cluster.crash(5, true);

  EXPECT_TRUE(agree_on(4, milliseconds(600)));
}

TEST_F(Ring, TwoThatDieAtOnceAreBothSkipped) {
  cluster.crash(5, true);
  cluster.crash(4, true);

  EXPECT_TRUE(agree_on(3, seconds(4)));
}

TEST_F(Ring, SuspicionIsSharedWithAllMembers) {
  cluster.crash(5, true);
  ASSERT_TRUE(agree_on(4));

  std::set<Endpoint> told;
  for (const auto& [sent, suspect] : cluster.sent_of<Suspect>())
    if (suspect.server == ServerId{5}) told.insert(sent.to);
  EXPECT_GE(told.size(), 3U);
}

TEST_F(Ring, OneServerWithABadLinkCannotUnseatAHealthyLeader) {
  const auto server_two_alone = [](ServerId from, ServerId to, const Message&) {
    const bool bad =
        (from == ServerId{2} && to == ServerId{5}) || (from == ServerId{5} && to == ServerId{2});
    return bad ? std::vector<Duration>{} : std::vector<Duration>{microseconds(100)};
  };
  cluster.run(seconds(1));
  cluster.notices().clear();
  cluster.set_fate(server_two_alone);

  cluster.run(seconds(10));

  for (const auto& [id, installed] : cluster.notices_of<ViewInstalled>())
    if (id != ServerId{2}) {
      EXPECT_EQ(installed.view.id.leader, ServerId{5});
    }
  EXPECT_EQ(cluster[5].role(), Role::leader);
  EXPECT_EQ(cluster[2].role(), Role::leader);
  cluster.heal();
  EXPECT_TRUE(agree_on(5, seconds(40)));
}

TEST_F(Ring, MemberThatTheLeaderAnswersSaysSo) {
  cluster.run(seconds(1));
  cluster.receive(3, cluster.at(2), cluster.sender(2), Suspect{ServerId{5}, cluster[3].view().id});

  cluster.run(milliseconds(5));

  bool told = false;
  for (const auto& [sent, alive] : cluster.sent_of<LeaderAlive>())
    told |= sent.from == ServerId{3} && sent.to == cluster.at(2);
  EXPECT_TRUE(told);
}

TEST_F(Ring, VoteOfASettledRoundIsAnsweredWithTheView) {
  cluster.sent().clear();
  const Member two{ServerId{2}, cluster[2].incarnation(), {cluster.at(2)}};

  cluster.receive(3, cluster.at(2), cluster.sender(2),
                  Vote{cluster[3].view().id.number, VoteReason::silence, two.id, {two}, {}});

  const auto answers = cluster.sent_of<ViewChange>();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].second.view, cluster[3].view());
}

TEST_F(Ring, ClientsSuspicionMakesItsHomePingTheLeader) {
  Person ann(cluster, 1, 2);
  ASSERT_TRUE(ann.settle("ann", {"#a"}));
  cluster.crash(5, true);
  cluster.sent().clear();

  ann.send(Suspect{ServerId{5}, {}});
  cluster.run(microseconds(200));

  const auto pings = cluster.sent_of<Ping>();
  ASSERT_FALSE(pings.empty());
  EXPECT_EQ(pings[0].first.from, ServerId{2});
  EXPECT_EQ(pings[0].first.to, cluster.at(5));
}

TEST_F(Ring, ClientsSuspicionIsHeardOncePerSecond) {
  Person ann(cluster, 1, 2);
  ASSERT_TRUE(ann.settle("ann", {"#a"}));
  ann.send(Suspect{ServerId{5}, {}});
  cluster.run(milliseconds(5));
  cluster.sent().clear();

  ann.send(Suspect{ServerId{5}, {}});
  cluster.run(milliseconds(5));

  EXPECT_TRUE(cluster.sent_of<Ping>().empty());
}

TEST_F(Ring, StrangersCannotRaiseSuspicion) {
  cluster.run(seconds(1));
  cluster.sent().clear();

  cluster.send(SessionId{99}, 3, Suspect{ServerId{5}, cluster[3].view().id});
  cluster.receive(3, ipv4_endpoint(10, 0, 9, 9, 1), {ServerId{77}, 5},
                  Suspect{ServerId{5}, cluster[3].view().id});
  cluster.run(milliseconds(1));

  EXPECT_TRUE(cluster.sent_of<Ping>().empty());
}

TEST_F(Ring, VoteMessagesOfARingInOrderAreAtTheBest) {
  // Servers that start one vote each, all at once, in a ring of 5: between 2n-1 and n(n+1)/2.
  Cluster fresh;
  fresh.start_all({1, 2, 3, 4, 5});

  const auto votes = fresh.sent_of<Vote>().size();

  EXPECT_GE(votes, 9U);
  EXPECT_LE(votes, 15U);
}

}  // namespace
}  // namespace peal
