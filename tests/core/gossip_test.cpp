// Gossip: whoever can reach each other, directly or through others, ends up with the same history.
#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/only_gossip.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

class Gossip : public testing::Test {
 protected:
  ~Gossip() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }
  [[nodiscard]] bool holds(std::uint64_t server, MessageId message) {
    return cluster[server].history().sessions().has(message);
  }
  /// An entry of a log that nobody here writes.
  [[nodiscard]] static SharedEntry foreign_entry() {
    Entry entry = test::entry_at(1, test::user(1), RegisterUser{"zoe"});
    entry.id.log = LogId{77};
    entry.message = {SessionId{50}, 1};
    return SharedEntry(entry);
  }
  Cluster cluster;
};

/// {1, 2} and {4, 5} cannot reach each other; 3 reaches all.
class Bridge : public Gossip {
 protected:
  Bridge() {
    cluster.start_all({1, 2, 3, 4, 5});
    EXPECT_TRUE(ann.settle("ann", lunch));
    EXPECT_TRUE(bob.settle("bob", lunch));
    cluster.cut({1, 2}, {4, 5});
    cluster.run(seconds(3));
  }
  Person ann{cluster, 1, 1};
  Person bob{cluster, 2, 5};
};

TEST_F(Bridge, LeavesEachHalfItsOwnLeader) {
  EXPECT_EQ(cluster[1].view().id.leader, ServerId{2});
  EXPECT_EQ(cluster[4].view().id.leader, ServerId{5});
}

TEST_F(Bridge, KeepsBothHalvesEqualWhileTheCutLasts) {
  Duration slowest;
  for (int i = 0; i < 100; ++i) {
    const MessageId one{ann.session(), ann.say(Post{lunch, "from ann " + std::to_string(i)})};
    const MessageId other{bob.session(), bob.say(Post{lunch, "from bob " + std::to_string(i)})};
    const Instant said = cluster.now();
    const auto everywhere = [&] {
      for (const std::uint64_t server : {1U, 2U, 3U, 4U, 5U})
        if (!holds(server, one) || !holds(server, other)) return false;
      return true;
    };
    ASSERT_TRUE(cluster.run_until(everywhere, seconds(3))) << "post " << i;
    slowest = std::max(slowest, cluster.now() - said);
    ann.acknowledge();
    bob.acknowledge();
    cluster.run(milliseconds(73 * (i % 7)));
  }

  // Simulated time: within a round of gossip and a heartbeat.
  EXPECT_LE(slowest, milliseconds(1'100));
}

TEST_F(Bridge, ReachesPeopleOnBothSidesWhileTheCutLasts) {
  ann.say(Post{lunch, "is anybody there?"});
  cluster.run(seconds(4));

  const auto texts = bob.texts();
  EXPECT_EQ(std::ranges::count(texts, "is anybody there?"), 1);
}

TEST_F(Gossip, LeaderFetchesWhatAMemberHeardElsewhereWithinAHeartbeatOrTwo) {
  cluster.start_all({1, 2, 3});
  const SharedEntry entry = foreign_entry();

  cluster.run(milliseconds(100));  // The view is acknowledged; gossip is due much later.

  cluster.receive(1, cluster.at(8), {ServerId{8}, 8}, Push{1, {}, {entry}});
  cluster.run(milliseconds(120));

  EXPECT_TRUE(cluster.marked(Mark::leader_pulled));
  for (const std::uint64_t server : {1U, 2U, 3U})
    EXPECT_TRUE(holds(server, entry->message)) << server;
}

TEST_F(Gossip, GoesToServersThatWereOnlyToldOf) {
  // 1 and 2 share views with 3 and never exchange a word.
  cluster.set_fate([](ServerId from, ServerId to, const Message&) {
    const bool between = from != ServerId{3} && to != ServerId{3};
    return between ? std::vector<Duration>{} : std::vector<Duration>{microseconds(100)};
  });
  cluster.start(3);
  cluster.run(seconds(1));
  cluster.start(1);
  cluster.start(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(5)));
  cluster.sent().clear();

  cluster.run(seconds(20));

  const auto sent = cluster.sent_of<Have>();
  EXPECT_TRUE(std::ranges::any_of(sent, [&](const auto& one) {
    return one.first.from == ServerId{1} && one.first.to == cluster.at(2);
  }));
}

TEST_F(Gossip, GoesToServersOfFormerViewsForLong) {
  cluster.start_all({1, 2, 3});
  cluster.cut({3}, {1, 2});
  cluster.run(seconds(120));
  cluster.sent().clear();

  cluster.run(seconds(5));

  const auto sent = cluster.sent_of<Have>();
  for (const std::uint64_t server : {1U, 2U})
    EXPECT_TRUE(std::ranges::any_of(sent, [&](const auto& one) {
      return one.first.from == ServerId{server} && one.first.to == cluster.at(3);
    })) << server;
}

TEST_F(Gossip, OfTheSilentTakesNoTurnOfTheLiving) {
  // 5 leads the one side, 4 the other; of 1 to 3 nothing is left but the memory.
  cluster.start_all({1, 2, 3, 4, 5});
  for (const std::uint64_t server : {1U, 2U, 3U}) cluster.crash(server, true);
  cluster.set_fate(test::only_gossip());
  cluster.run(seconds(15));
  ASSERT_EQ(cluster[4].view().members.size(), 1U);
  cluster.sent().clear();

  cluster.run(seconds(10));

  const auto sent = cluster.sent_of<Have>();
  const auto from_four_to_five = std::ranges::count_if(sent, [&](const auto& one) {
    return one.first.from == ServerId{4} && one.first.to == cluster.at(5) && !one.second.answer;
  });
  EXPECT_GE(from_four_to_five, 9);
}

TEST_F(Gossip, StaysWithinTheCluster) {
  cluster.start(1);
  cluster.start(2, [](ServerConfig& config) { config.cluster = "others"; });
  cluster.run(seconds(1));
  const SharedEntry entry = foreign_entry();
  cluster.receive(1, cluster.at(8), {ServerId{8}, 8}, Push{1, {}, {entry}});
  ASSERT_TRUE(holds(1, entry->message));

  cluster.run(seconds(30));

  EXPECT_FALSE(holds(2, entry->message));
}

TEST_F(Gossip, OfAServerWhoseClusterChangedIsDropped) {
  cluster.start(1);
  cluster.run(seconds(1));

  Have have;
  have.cluster = "others";
  have.held.advance({LogId{77}, 5});
  cluster.sent().clear();
  cluster.receive(1, cluster.at(8), {ServerId{8}, 8}, have);

  EXPECT_TRUE(cluster.sent_of<Have>().empty());
  EXPECT_TRUE(cluster.sent_of<Push>().empty());
}

}  // namespace
}  // namespace peal
