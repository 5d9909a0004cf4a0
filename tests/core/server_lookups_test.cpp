// Messages of sessions that nobody remembers: looked up on disk, and never written twice.
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

constexpr Duration disk_time = milliseconds(2);

/// Three servers that remember one session each; 3 leads. ann was here first, then bob.
class Lookups : public testing::Test {
 protected:
  explicit Lookups(std::size_t window = 1'000, std::size_t queue = limits::home_queue_max)
      : window_(window), queue_(queue) {
    for (const std::uint64_t id : {1U, 2U, 3U}) cluster.start(id, small());
    EXPECT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(5)));
    EXPECT_TRUE(ann.settle("ann", lunch));
    EXPECT_TRUE(bob.settle("bob", lunch));
    cluster.run(seconds(2));
    reads = cluster.reads();
  }
  ~Lookups() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  [[nodiscard]] std::function<void(ServerConfig&)> small() {
    return [this](ServerConfig& config) {
      config.sessions_remembered_max = 1;
      config.window_entries = window_;
      config.home_queue_max = queue_;
    };
  }
  [[nodiscard]] std::size_t copies_of_message(MessageId message) {
    return static_cast<std::size_t>(std::ranges::count_if(
        cluster.disk(3).entries,
        [&](const auto& stored) { return stored.second->message == message; }));
  }
  [[nodiscard]] bool verdict_of(Person& person, std::uint64_t n) {
    return cluster.run_until([&] { return person.verdict(n).has_value(); }, seconds(2));
  }

  Cluster cluster{{.disk_time = disk_time}};
  Person ann{cluster, 1, 3};
  Person bob{cluster, 2, 1};
  std::size_t reads = 0;

 private:
  std::size_t window_;
  std::size_t queue_;
};

TEST_F(Lookups, RememberTheSessionThatWroteLast) {
  const SessionTable& sessions = cluster[3].history().sessions();

  EXPECT_EQ(sessions.size(), 1U);
  EXPECT_TRUE(sessions.knows(bob.session()));
  EXPECT_FALSE(sessions.knows(ann.session()));
  EXPECT_EQ(reads, 0U);  // When bob came nobody had been forgotten.
}

TEST_F(Lookups, FindAMessageThatIsSentAgain) {
  cluster.inbox(ann.session()).clear();

  ann.submit(1);
  ASSERT_TRUE(verdict_of(ann, 1));

  EXPECT_TRUE(ann.accepted(1));
  EXPECT_EQ(cluster.reads(), reads + 1);
  EXPECT_TRUE(cluster.marked(Mark::session_looked_up));
  EXPECT_EQ(copies_of_message({ann.session(), 1}), 1U);
}

TEST_F(Lookups, GoOnWhereTheSessionStopped) {
  const auto n = ann.say(Post{lunch, "back again"});
  ASSERT_TRUE(verdict_of(ann, n));

  EXPECT_TRUE(ann.accepted(n));
  EXPECT_EQ(cluster.reads(), reads + 1);
  EXPECT_EQ(copies_of_message({ann.session(), n}), 1U);
  // Now bob is the one who is forgotten.
  EXPECT_TRUE(cluster[3].history().sessions().knows(ann.session()));
  EXPECT_FALSE(cluster[3].history().sessions().knows(bob.session()));
}

TEST_F(Lookups, TakeANewSessionIn) {
  Person cat(cluster, 3, 2);

  ASSERT_TRUE(cat.settle("cat", lunch));

  EXPECT_EQ(cluster.reads(), reads + 1);
}

TEST_F(Lookups, AskNothingForWhoIsRemembered) {
  const auto n = bob.say(Post{lunch, "still here"});
  ASSERT_TRUE(verdict_of(bob, n));

  EXPECT_EQ(cluster.reads(), reads);
}

TEST_F(Lookups, KeepTheOrderOfWhatWaits) {
  const auto first = ann.say(Post{lunch, "one"});
  for (const char* text : {"two", "three", "four"}) ann.say(Post{lunch, text});
  cluster.run(milliseconds(1));
  const auto other = bob.say(Post{lunch, "in between"});
  ASSERT_TRUE(verdict_of(ann, first + 3));
  ASSERT_TRUE(verdict_of(bob, other));

  EXPECT_EQ(cluster.reads(), reads + 1);
  for (std::uint64_t n = first; n < first + 3; ++n)
    EXPECT_LT(ann.accepted(n)->hlc, ann.accepted(n + 1)->hlc) << n;
  EXPECT_LT(bob.accepted(other)->hlc, ann.accepted(first)->hlc);  // He did not wait for her disk.
}

TEST_F(Lookups, ThatFailArePutOff) {
  cluster.inbox(ann.session()).clear();
  cluster.disk(3).reads_fail = true;
  ann.submit(2);
  ASSERT_TRUE(verdict_of(ann, 2));
  EXPECT_TRUE(std::holds_alternative<Later>(*ann.verdict(2)));

  cluster.inbox(ann.session()).clear();
  cluster.disk(3).reads_fail = false;
  ann.submit(2);
  ASSERT_TRUE(verdict_of(ann, 2));

  EXPECT_TRUE(ann.accepted(2));
  EXPECT_EQ(copies_of_message({ann.session(), 2}), 1U);
}

/// For two forwards there is room.
class FewLookups : public Lookups {
 protected:
  FewLookups() : Lookups(1'000, 2) {}
};

TEST_F(FewLookups, PutTheRestOff) {
  Person cat(cluster, 3, 1);
  Person dan(cluster, 4, 2);
  cat.attach();
  dan.attach();
  cluster.run(milliseconds(10));
  cat.say(RegisterUser{"cat"});
  cat.say(JoinRoom{lunch});
  cluster.run(microseconds(50));
  dan.say(RegisterUser{"dan"});
  ASSERT_TRUE(verdict_of(cat, 2));
  ASSERT_TRUE(verdict_of(dan, 1));

  EXPECT_TRUE(cat.accepted(1));
  EXPECT_TRUE(cat.accepted(2));
  EXPECT_TRUE(std::holds_alternative<Later>(*dan.verdict(1)));
}

TEST_F(Lookups, OfALeaderThatGoesAreAskedAgainByTheNextOne) {
  const auto n = bob.say(Post{lunch, "bob is remembered"});
  ASSERT_TRUE(verdict_of(bob, n));
  ann.move_to(2);
  cluster.run(milliseconds(5));
  const auto said = ann.say(Post{lunch, "who leads?"});
  cluster.run(milliseconds(1));  // Her home has passed it on; the disk of 3 has not answered.

  cluster.crash(3);
  ASSERT_TRUE(cluster.run_until([&] { return ann.accepted(said).has_value(); }, seconds(10)));

  std::size_t copies = 0;
  for (const auto& [id, entry] : cluster.disk(2).entries)
    copies += entry->message == MessageId{ann.session(), said} ? 1U : 0U;
  EXPECT_EQ(copies, 1U);
}

TEST_F(Lookups, AreNeededAfterARestartToo) {
  for (const std::uint64_t id : {1U, 2U, 3U}) cluster.crash(id);
  for (const std::uint64_t id : {1U, 2U, 3U}) cluster.start(id, small());
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(5)));
  reads = cluster.reads();
  ann.attach();
  cluster.run(milliseconds(10));
  cluster.inbox(ann.session()).clear();

  ann.submit(1);
  ASSERT_TRUE(verdict_of(ann, 1));

  EXPECT_TRUE(ann.accepted(1));
  EXPECT_GE(cluster.reads(), reads + 1);
  EXPECT_EQ(copies_of_message({ann.session(), 1}), 1U);
}

/// Nor is anything but the last entry in memory.
class LookupsOfOld : public Lookups {
 protected:
  LookupsOfOld() : Lookups(1) {}
};

TEST_F(LookupsOfOld, FindAMessageThatLeftMemoryLongAgo) {
  cluster.run(seconds(5));
  ASSERT_EQ(cluster[3].history().entries_in_memory(), 1U);
  cluster.inbox(ann.session()).clear();

  ann.submit(1);
  ASSERT_TRUE(verdict_of(ann, 1));

  EXPECT_TRUE(ann.accepted(1));
  EXPECT_EQ(copies_of_message({ann.session(), 1}), 1U);
}

}  // namespace
}  // namespace peal
