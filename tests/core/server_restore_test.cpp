// A disk that is older than it should be, or empty, forks no history: a process that starts writes
// to a log of its own, and gets what it lacks of others from those who have it.
#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

class Restore : public testing::Test {
 protected:
  Restore() {
    cluster.start_all({1, 2, 3});
    EXPECT_TRUE(ann.settle("ann", lunch));
  }
  ~Restore() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  void say(const std::string& text) {
    const std::uint64_t n = ann.say(Post{lunch, text});
    EXPECT_TRUE(cluster.run_until([&] { return ann.accepted(n).has_value(); }, seconds(5)));
  }
  /// The same id stands for the same entry on every disk.
  void expect_no_fork() {
    std::map<EntryId, SharedEntry> all;
    for (const std::uint64_t id : {1U, 2U, 3U})
      for (const auto& [entry_id, entry] : cluster.disk(id).entries)
        EXPECT_EQ(all.try_emplace(entry_id, entry).first->second, entry);
  }
  [[nodiscard]] std::size_t posts_on(std::uint64_t id) {
    std::size_t posts = 0;
    for (const auto& [entry_id, entry] : cluster.disk(id).entries)
      posts += std::holds_alternative<Post>(entry->body) ? 1 : 0;
    return posts;
  }

  Cluster cluster;
  Person ann{cluster, 1, 1};
};

TEST_F(Restore, AnOldSnapshotOfTheLeadersDiskForksNothing) {
  say("in the snapshot");
  cluster.run(seconds(1));
  const auto snapshot = cluster.disk(3).entries;
  say("after the snapshot");
  cluster.run(seconds(1));
  ASSERT_EQ(cluster.agreed_leader(), 3U);
  const LogId former = log_of(cluster[3].incarnation());
  const std::uint64_t former_end = cluster[1].held().at(former);
  cluster.crash(3);
  cluster.disk(3).entries = snapshot;
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 2; }, seconds(5)));

  cluster.start(3);
  ASSERT_TRUE(cluster.run_until(
      [&] { return cluster.agreed_leader() != 0 && cluster.histories_equal(); }, seconds(10)));
  say("after the restore");
  cluster.run(seconds(3));

  expect_no_fork();
  for (const std::uint64_t id : {1U, 2U, 3U}) {
    EXPECT_EQ(posts_on(id), 3U);
    EXPECT_EQ(cluster[id].held().at(former), former_end);  // Refilled, and never written again.
  }
  EXPECT_NE(log_of(cluster[3].incarnation()), former);
}

TEST_F(Restore, AnOldSnapshotThatServesAloneForksNothingEither) {
  say("in the snapshot");
  cluster.run(seconds(1));
  const auto snapshot = cluster.disk(3).entries;
  say("after the snapshot");
  cluster.run(seconds(1));
  cluster.crash(3);
  cluster.disk(3).entries = snapshot;
  cluster.cut({3}, {1, 2});
  cluster.start(3);
  cluster.run(seconds(3));
  ASSERT_EQ(cluster[3].role(), Role::leader);  // Of itself.
  Person bob(cluster, 2, 3);
  ASSERT_TRUE(bob.settle("bob", lunch));
  bob.say(Post{lunch, "alone"});
  say("on the other side");
  cluster.run(seconds(1));

  cluster.heal();
  ASSERT_TRUE(cluster.run_until(
      [&] { return cluster.agreed_leader() != 0 && cluster.histories_equal(); }, seconds(20)));
  cluster.run(seconds(3));

  expect_no_fork();
  for (const std::uint64_t id : {1U, 2U, 3U}) EXPECT_EQ(posts_on(id), 4U);
}

TEST_F(Restore, AWipedDiskIsFilledAgain) {
  say("one");
  say("two");
  cluster.run(seconds(1));
  cluster.crash(3);
  cluster.disk(3).entries.clear();

  cluster.start(3);
  ASSERT_TRUE(cluster.run_until(
      [&] { return cluster.agreed_leader() != 0 && cluster.histories_equal(); }, seconds(10)));
  say("three");
  cluster.run(seconds(3));

  expect_no_fork();
  EXPECT_EQ(posts_on(3), 3U);
}

}  // namespace
}  // namespace peal
