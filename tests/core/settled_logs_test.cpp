// Logs that ended long ago: compared in one line, and repaired like all others.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/limits.hpp"
#include "core/settled.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/entries.hpp"
#include "tests/support/only_gossip.hpp"

namespace peal {
namespace {

using test::Cluster;

constexpr std::uint64_t logs = 1'000;
constexpr std::uint64_t entries_in_log = 3;
constexpr std::size_t pair_bytes_max = 18;

/// Servers 1 and 2 in one view; both hold many logs of long ago.
class OldLogs : public testing::Test {
 protected:
  OldLogs() {
    for (const std::uint64_t id : {1U, 2U}) cluster.start(id, soon_old);
    EXPECT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 2; }, seconds(5)));
    Push push{1, {}, {}};
    for (std::uint64_t log = 1; log <= logs; ++log)
      for (std::uint64_t seq = 1; seq <= entries_in_log; ++seq)
        push.entries.push_back(entry({LogId{log}, seq}));
    cluster.receive(2, cluster.at(8), {ServerId{8}, 8}, push);
    cluster.run(seconds(5));
    EXPECT_TRUE(cluster.histories_equal());
    forget();
  }
  ~OldLogs() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  static void soon_old(ServerConfig& config) { config.settle_after = milliseconds(1); }
  [[nodiscard]] static SharedEntry entry(EntryId id) {
    Entry made = test::entry_at(id.seq, test::user(1), MarkRead{RoomName{"#a"}, {}});
    made.id = id;
    made.message = {SessionId{id.log.value + 1'000'000}, id.seq};
    return SharedEntry(made);
  }
  /// The newest entry decides what is old.
  void write_something_new(std::uint64_t server) {
    Entry made = test::entry_at(9'000'000, test::user(1), MarkRead{RoomName{"#a"}, {}});
    made.id = {LogId{logs + 1}, 1};
    cluster.receive(server, cluster.at(8), {ServerId{8}, 8}, Push{2, {}, {SharedEntry(made)}});
    cluster.run(seconds(3));
  }
  void forget() {
    cluster.sent().clear();
    cluster.marks().clear();
  }

  Cluster cluster;
};

TEST_F(OldLogs, AreNotNamedOneByOne) {
  write_something_new(2);
  forget();

  cluster.run(seconds(5));

  const auto said = cluster.sent_of<Have>();
  ASSERT_GE(said.size(), 8U);
  for (const auto& [sent, have] : said) {
    EXPECT_EQ(have.settled.count, logs);
    const std::size_t pairs = have.held.size() + have.durable.size() + have.stable.size();
    EXPECT_LT(200 + pair_bytes_max * pairs, limits::message_bytes_max);
  }
  EXPECT_TRUE(cluster.marked(Mark::settled_logs_equal));
  EXPECT_FALSE(cluster.marked(Mark::settled_logs_differ));
  EXPECT_FALSE(cluster.marked(Mark::gossip_pushed));
}

TEST_F(OldLogs, DoNotDelayWhatHeartbeatsTell) {
  write_something_new(2);
  forget();

  cluster.run(seconds(3));

  for (const auto& [sent, heartbeat] : cluster.sent_of<Heartbeat>())
    EXPECT_LE(heartbeat.stable.size(), 1U);
  for (const auto& [sent, ack] : cluster.sent_of<HeartbeatAck>()) EXPECT_LE(ack.durable.size(), 1U);
}

TEST_F(OldLogs, AreWholeAgainWhereTheEndOfOneIsMissing) {
  write_something_new(2);
  cluster.crash(1);
  cluster.disk(1).entries.erase({LogId{500}, entries_in_log});
  cluster.set_fate(test::only_gossip());
  cluster.run(seconds(2));
  forget();
  cluster.start(1, soon_old);
  ASSERT_EQ(cluster[1].held().at(LogId{500}), entries_in_log - 1);

  EXPECT_TRUE(cluster.run_until([&] { return cluster[1].held().at(LogId{500}) == entries_in_log; },
                                seconds(10)));
  EXPECT_TRUE(cluster.marked(Mark::settled_logs_differ));
  EXPECT_EQ(cluster[2].view().members.size(), 1U);
}

TEST_F(OldLogs, ThatOnlyTheOtherSideHoldsAreFetched) {
  write_something_new(2);
  cluster.crash(2);
  cluster.disk(2).entries.erase({LogId{500}, entries_in_log});
  cluster.disk(2).entries.erase({LogId{500}, entries_in_log - 1});
  cluster.set_fate(test::only_gossip());
  cluster.run(seconds(2));
  cluster.start(2, soon_old);

  EXPECT_TRUE(cluster.run_until([&] { return cluster.histories_equal(); }, seconds(10)));
}

/// One server and what it says to a datagram.
class OldLogsAlone : public OldLogs {
 protected:
  OldLogsAlone() {
    write_something_new(2);
    cluster.crash(1);
    cluster.run(seconds(2));
    forget();
  }
  [[nodiscard]] Have settled_have(std::uint64_t count) {
    const Hlc horizon = settled_before(cluster[2].history().newest(), milliseconds(1));
    VersionVector old = settled_logs(cluster[2].history(), cluster[2].stable(), horizon);
    Have have{"peal", false, {}, {}, {}, settled(old, horizon)};
    have.settled.count = count;
    have.held = have.durable = have.stable = cluster[2].held().without(old);
    return have;
  }
  [[nodiscard]] std::vector<Have> answers_to(const Have& have) {
    forget();
    cluster.receive(2, cluster.at(7), {ServerId{7}, 70}, have);
    std::vector<Have> answers;
    for (const auto& [sent, said] : cluster.sent_of<Have>()) answers.push_back(said);
    return answers;
  }
};

TEST_F(OldLogsAlone, ThatAreTheSameNeedNoWord) {
  EXPECT_TRUE(answers_to(settled_have(logs)).empty());
  EXPECT_TRUE(cluster.sent_of<Push>().empty());
}

TEST_F(OldLogsAlone, ThatDifferAreNamedInFull) {
  const auto answers = answers_to(settled_have(logs - 1));

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(answers[0].settled, (Settled{settled_have(0).settled.horizon, 0, {}}));
  EXPECT_EQ(answers[0].held, cluster[2].held());
  EXPECT_FALSE(answers[0].answer);
  EXPECT_TRUE(cluster.sent_of<Push>().empty());  // Who knows what it lacks?
}

TEST_F(OldLogsAlone, AnswerInFullToWhatIsInFull) {
  Have have{"peal", false, cluster[2].held(), {}, {}, {}};
  have.held.advance({LogId{logs + 7}, 1});

  const auto answers = answers_to(have);

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].answer);
  EXPECT_EQ(answers[0].settled, Settled{});
}

TEST_F(OldLogsAlone, AreSaidToBeStableToWhomThatIsNews) {
  Have have{"peal", false, cluster[2].held(), cluster[2].durable(), {}, {}};
  have.settled.horizon = settled_have(0).settled.horizon;

  const auto answers = answers_to(have);

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].answer);
  EXPECT_EQ(answers[0].settled, Settled{});
  EXPECT_EQ(answers[0].stable, cluster[2].stable());
}

TEST_F(OldLogsAlone, AnswerInShortToWhatIsInShort) {
  Have have = settled_have(logs);
  have.held.advance({LogId{logs + 7}, 1});

  const auto answers = answers_to(have);

  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(answers[0].answer);
  EXPECT_EQ(answers[0].settled, have.settled);
}

}  // namespace
}  // namespace peal
