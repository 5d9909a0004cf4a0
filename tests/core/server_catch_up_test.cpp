// A server that lacks much is brought up to date before it becomes a member, by one other alone.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "core/limits.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

constexpr std::uint64_t entries = 6'000;

class CatchUpTest : public testing::Test {
 protected:
  CatchUpTest() {
    for (std::uint64_t seq = 1; seq <= entries; ++seq) {
      Entry entry;
      entry.id = {LogId{9}, seq};
      entry.hlc = {seq << 16U};
      entry.message = {SessionId{99}, seq};
      entry.author.bytes[0] = 9;
      entry.body = Post{lunch, "post " + std::to_string(seq)};
      history.emplace(entry.id, SharedEntry(entry));
    }
  }
  ~CatchUpTest() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  /// With little in memory, so that what is pushed comes from storage.
  static void forgetful(ServerConfig& config) { config.window_entries = 500; }
  void start_ring() {
    for (const std::uint64_t id : {2U, 3U}) {
      cluster.start(id);
      cluster.crash(id);
      cluster.disk(id).entries = history;
      cluster.start(id, forgetful);
    }
    ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(5)));
  }
  [[nodiscard]] bool joins(Duration within = seconds(20)) {
    return cluster.run_until(
        [&] { return cluster.agreed_leader() == 3 && cluster[3].view().members.size() == 3; },
        within);
  }
  [[nodiscard]] std::uint64_t held() { return cluster[1].held().count_beyond({}); }

  Cluster cluster;
  std::map<EntryId, SharedEntry> history;
};

TEST_F(CatchUpTest, ServerThatLacksMuchGetsEverythingBeforeItIsAMember) {
  start_ring();

  cluster.start(1, forgetful);

  ASSERT_TRUE(cluster.run_until([&] { return cluster[1].role() == Role::joining; }, seconds(2)));
  ASSERT_TRUE(joins());
  EXPECT_TRUE(cluster.run_until([&] { return cluster.histories_equal(); }, seconds(2)));
  EXPECT_EQ(cluster[1].role(), Role::member);
}

TEST_F(CatchUpTest, ItSaysHowFarItIs) {
  start_ring();
  cluster.set_fate([](ServerId /*from*/, ServerId /*to*/, const Message& /*message*/) {
    return std::vector<Duration>{milliseconds(25)};  // So that it takes a while.
  });
  cluster.start(1, forgetful);
  ASSERT_TRUE(joins());

  const auto told = cluster.notices_of<CatchingUp>();
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told.front().second.progress.of, entries);
  for (std::size_t i = 1; i < told.size(); ++i)
    EXPECT_GE(told[i].second.progress.held, told[i - 1].second.progress.held);
}

TEST_F(CatchUpTest, StatusOfAJoiningServerHasItsProgress) {
  start_ring();
  cluster.start(1, forgetful);
  ASSERT_TRUE(cluster.run_until([&] { return held() > entries / 4; }, seconds(10)));

  const SessionId asker{200};
  cluster.send(asker, 1, Query{1, StatusQuery{}});
  cluster.run(milliseconds(2));

  const auto status = std::get<StatusAnswer>(cluster.received<Answer>(asker).at(0).body);
  EXPECT_EQ(status.role, Role::joining);
  ASSERT_TRUE(status.joining.has_value());
  EXPECT_GT(status.joining->held, entries / 4);
  EXPECT_EQ(status.joining->of, entries);
}

TEST_F(CatchUpTest, OnlyTheLeaderDoesTheWork) {
  start_ring();
  cluster.start(1, forgetful);
  ASSERT_TRUE(cluster.run_until([&] { return held() > 0; }, seconds(5)));
  cluster.sent().clear();

  ASSERT_TRUE(joins());

  std::map<ServerId, std::size_t> pushed;
  for (const auto& [sent, push] : cluster.sent_of<Push>())
    if (sent.to == cluster.at(1)) pushed[sent.from] += push.entries.size();
  EXPECT_EQ(pushed[ServerId{2}], 0U);
  EXPECT_LE(pushed[ServerId{3}], entries + entries / 10);
}

TEST_F(CatchUpTest, InterruptedItGoesOnWhereItWas) {
  start_ring();
  cluster.start(1, forgetful);
  ASSERT_TRUE(cluster.run_until([&] { return held() > entries / 2; }, seconds(10)));

  cluster.crash(1);
  cluster.sent().clear();
  cluster.start(1, forgetful);

  EXPECT_GT(held(), entries / 4);
  ASSERT_TRUE(joins());
  std::size_t pushed = 0;
  for (const auto& [sent, push] : cluster.sent_of<Push>())
    if (sent.to == cluster.at(1)) pushed += push.entries.size();
  EXPECT_LT(pushed, entries * 3 / 4 + entries / 10);
}

TEST_F(CatchUpTest, AnotherLeaderGoesOnWhenTheFirstDies) {
  start_ring();
  cluster.start(1, forgetful);
  ASSERT_TRUE(cluster.run_until([&] { return held() > entries / 4; }, seconds(10)));

  cluster.crash(3);

  EXPECT_TRUE(cluster.run_until(
      [&] { return cluster.agreed_leader() == 2 && cluster[2].view().members.size() == 2; },
      seconds(20)));
  EXPECT_TRUE(cluster.run_until([&] { return cluster.histories_equal(); }, seconds(2)));
}

TEST_F(CatchUpTest, MemoryOfBothStaysBounded) {
  start_ring();
  cluster.start(1, forgetful);

  std::size_t most = 0;
  ASSERT_TRUE(cluster.run_until(
      [&] {
        most = std::max(most, cluster[3].history().entries_in_memory());
        return cluster[3].view().members.size() == 3;
      },
      seconds(20)));
  cluster.run(seconds(3));

  EXPECT_LE(most, 600U);
  EXPECT_LE(cluster[1].history().entries_in_memory(), 600U);
}

TEST_F(CatchUpTest, WhileSomebodyWaitsForAVerdictALearnerGetsLess) {
  start_ring();
  Person ann(cluster, 1, 3);
  ASSERT_TRUE(ann.settle("ann", lunch));
  cluster.start(1, forgetful);
  ASSERT_TRUE(cluster.run_until([&] { return held() > 2'000; }, seconds(5)));
  const auto pushes_within = [&](Duration time) {
    cluster.sent().clear();
    cluster.run(time);
    const auto pushes = cluster.sent_of<Push>();
    return std::ranges::count_if(pushes,
                                 [&](const auto& push) { return push.first.to == cluster.at(1); });
  };

  const auto quiet = pushes_within(milliseconds(20));
  cluster.disk(3).held = true;
  ann.say(Post{lunch, "hello"});
  cluster.run(milliseconds(1));
  const auto busy = pushes_within(milliseconds(20));

  EXPECT_GT(quiet, 2 * busy);
  EXPECT_GT(busy, 0);
}

}  // namespace
}  // namespace peal
