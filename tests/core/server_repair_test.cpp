// An entry that rots on one disk is fetched from another server, and nobody sees a hole meanwhile.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/limits.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

class Repair : public testing::Test {
 protected:
  /// Servers with little in memory: the first posts are on their disks only.
  Repair() {
    for (const std::uint64_t id : {1U, 2U, 3U})
      cluster.start(id, [](ServerConfig& config) { config.window_entries = 2; });
    EXPECT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(5)));
    EXPECT_TRUE(ann.settle("ann", lunch));
    EXPECT_TRUE(bob.settle("bob", lunch));
    for (int i = 1; i <= 6; ++i) ann.say(Post{lunch, std::to_string(i)});
    cluster.run(seconds(3));
    bob.acknowledge();
    for (const auto& [id, entry] : cluster.disk(1).entries)
      if (std::holds_alternative<Post>(entry->body)) posts.push_back(id);
    EXPECT_EQ(posts.size(), 6U);
  }
  ~Repair() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  /// The answer to a question about the whole room; Later is none.
  [[nodiscard]] std::optional<HistoryAnswer> page(Person& person) {
    cluster.inbox(person.session()).clear();
    person.send(Query{++questions, HistoryQuery{lunch, std::nullopt, 100}, {}});
    cluster.run(milliseconds(2));
    for (const Answer& answer : cluster.received<Answer>(person.session()))
      if (const auto* found = std::get_if<HistoryAnswer>(&answer.body)) return *found;
    return std::nullopt;
  }
  [[nodiscard]] std::uint64_t counted(std::uint64_t server, const std::string& name) {
    Person asker(cluster, 9, server);
    cluster.inbox(asker.session()).clear();
    asker.send(Query{1, StatusQuery{}, {}});
    cluster.run(milliseconds(1));
    status = std::get<StatusAnswer>(cluster.received<Answer>(asker.session()).at(0).body);
    for (const Counter& counter : status.counters)
      if (counter.name == name) return counter.value;
    return 0;
  }

  Cluster cluster;
  Person ann{cluster, 1, 1};
  Person bob{cluster, 2, 2};
  std::vector<EntryId> posts;
  StatusAnswer status;
  std::uint64_t questions = 0;
};

TEST_F(Repair, ADamagedEntryIsFetchedFromAnotherServerAndWrittenAgain) {
  ASSERT_EQ(cluster[2].history().find(posts[0]), nullptr);
  cluster.disk(2).damaged = {posts[0]};

  EXPECT_EQ(page(bob), std::nullopt);  // Later, not a page with a hole.
  cluster.run(seconds(2));

  EXPECT_TRUE(cluster.disk(2).damaged.empty());
  EXPECT_EQ(page(bob)->items.size(), 6U);
  EXPECT_EQ(counted(2, "damaged entries found"), 1U);
  EXPECT_EQ(counted(2, "damaged entries healed"), 1U);
  EXPECT_EQ(status.trouble, "");
  ASSERT_EQ(cluster.notices_of<EntryDamaged>().size(), 1U);
  EXPECT_EQ(cluster.notices_of<EntryDamaged>()[0].first, ServerId{2});
  EXPECT_EQ(cluster.notices_of<EntryHealed>().size(), 1U);
}

TEST_F(Repair, WhatIsInMemoryIsWrittenAgainWithoutAsking) {
  ASSERT_NE(cluster[2].history().find(posts[5]), nullptr);
  cluster.disk(2).damaged = {posts[5]};
  cluster.set_fate([](ServerId, ServerId, const Message& message) {
    const bool lost = std::holds_alternative<Want>(message);
    return lost ? std::vector<Duration>{} : std::vector<Duration>{microseconds(100)};
  });

  EXPECT_EQ(page(bob), std::nullopt);

  EXPECT_TRUE(cluster.disk(2).damaged.empty());
  EXPECT_EQ(page(bob)->items.size(), 6U);
}

TEST_F(Repair, IsAskedForAgainUntilSomebodyHasIt) {
  cluster.disk(2).damaged = {posts[0], posts[1]};
  cluster.disk(3).damaged = {posts[0]};
  cluster.set_fate([](ServerId, ServerId, const Message& message) {
    const bool lost = std::holds_alternative<Found>(message);
    return lost ? std::vector<Duration>{} : std::vector<Duration>{microseconds(100)};
  });

  EXPECT_EQ(page(bob), std::nullopt);
  cluster.run(seconds(3));
  EXPECT_EQ(page(bob), std::nullopt);
  EXPECT_EQ(counted(2, "damaged entries found"), 2U);
  EXPECT_NE(status.trouble.find("other servers: 2"), std::string::npos) << status.trouble;
  cluster.heal();
  cluster.run(seconds(10));

  EXPECT_TRUE(cluster.disk(2).damaged.empty());
  EXPECT_TRUE(cluster.disk(3).damaged.empty());  // Found when it was asked for it.
  EXPECT_EQ(page(bob)->items.size(), 6U);
}

TEST_F(Repair, AServerThatNeedsADamagedEntryGetsItOnceItIsWhole) {
  cluster.start(4);
  cluster.disk(3).damaged = {posts[0], posts[2]};

  cluster.run(seconds(10));

  EXPECT_TRUE(cluster[4].durable().covers(posts.back()));
  EXPECT_TRUE(cluster.histories_equal());
}

TEST_F(Repair, ASessionThatResumesBehindADamagedEntryIsToldToReadTheHistory) {
  // Nobody can help.
  for (const std::uint64_t id : {1U, 2U, 3U}) cluster.disk(id).damaged = {posts[0]};
  Person cat(cluster, 3, 2);
  cat.attach_to(2, true, {});
  cluster.run(milliseconds(50));
  ASSERT_FALSE(cluster.received<Detached>(cat.session()).empty());

  cat.attach_to(2, true, {});
  cluster.run(milliseconds(50));

  const auto attached = cluster.received<Attached>(cat.session());
  ASSERT_FALSE(attached.empty());
  EXPECT_TRUE(attached.back().cursor.covers(posts[0]));
  ann.say(Post{lunch, "7"});
  cluster.run(milliseconds(100));
  EXPECT_EQ(cluster[2].stable().count_beyond(cluster[2].durable()), 0U);
}

TEST_F(Repair, ForeignEntriesInAnAnswerAreLeftAlone) {
  Entry forged = *cluster.disk(2).entries.at(posts[0]);
  forged.body = Post{lunch, "forged"};
  cluster.receive(2, cluster.at(3), cluster.sender(3), Found{{SharedEntry(forged)}});
  cluster.run(milliseconds(100));

  EXPECT_EQ(*cluster.disk(2).entries.at(posts[0]), *cluster.disk(1).entries.at(posts[0]));
  EXPECT_EQ(counted(2, "damaged entries healed"), 0U);
}

TEST_F(Repair, AServerWhoseDiskFailsNeitherAsksNorAnswers) {
  cluster.disk(2).trouble = DiskTrouble::failing;
  ann.say(Post{lunch, "7"});
  cluster.run(milliseconds(200));
  ASSERT_EQ(cluster[2].role(), Role::failed);
  cluster.sent().clear();

  cluster.receive(2, cluster.at(3), cluster.sender(3), Want{"peal", {posts[5]}});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(cluster.sent_of<Found>().empty());
}

}  // namespace
}  // namespace peal
