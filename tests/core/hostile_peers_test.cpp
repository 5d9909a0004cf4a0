// What a hostile client or server says must neither move the clocks of a cluster nor end a server.
#include <algorithm>
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "core/hlc.hpp"
#include "core/limits.hpp"
#include "core/text_rules.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

constexpr std::int64_t hour_ms = 60 * 60 * 1'000;

Hlc at_ms(std::int64_t ms) { return Hlc{static_cast<std::uint64_t>(ms) << 16U}; }

/// Three servers, 3 leads; ann is at 1, in #lunch.
class HostilePeers : public testing::Test {
 protected:
  HostilePeers() {
    cluster.start_all({1, 2, 3});
    EXPECT_TRUE(ann.settle("ann", lunch));
  }
  ~HostilePeers() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  /// A post that a server made up.
  [[nodiscard]] SharedEntry forged(EntryId id, Hlc hlc) const {
    Entry entry;
    entry.id = id;
    entry.hlc = hlc;
    entry.message = {SessionId{50}, id.seq};
    entry.author = ann.id();
    entry.body = Post{lunch, "forged"};
    return SharedEntry(entry);
  }

  /// Ann posts and says that she saw something of this time; the time stamp that her post gets.
  Hlc post_having_seen(std::uint64_t n, Hlc seen) {
    Submit submit = Person::submission(n, Post{lunch, "post " + std::to_string(n)});
    submit.hlc = seen;
    ann.send(submit);
    cluster.run(milliseconds(10));
    EXPECT_TRUE(ann.accepted(n).has_value());
    return ann.accepted(n).value_or(Accepted{}).hlc;
  }
  std::uint64_t counter(std::uint64_t server, const std::string& name) {
    const SessionId asker{99};
    cluster.inbox(asker).clear();
    cluster.send(asker, server, Query{1, StatusQuery{}});
    cluster.run(milliseconds(1));
    for (const Answer& answer : cluster.received<Answer>(asker))
      for (const Counter& one : std::get<StatusAnswer>(answer.body).counters)
        if (one.name == name) return one.value;
    return 0;
  }

  Cluster cluster;
  Person ann{cluster, 1, 1};
  const std::int64_t wall_ms = cluster.wall().ms;
};

TEST_F(HostilePeers, AuthorWhoSawTheNextHourIsFollowed) {
  const Hlc seen = at_ms(wall_ms + hour_ms);

  EXPECT_GT(post_having_seen(3, seen), seen);

  EXPECT_EQ(counter(3, "clocks of authors refused"), 0U);
}

TEST_F(HostilePeers, AuthorWhoSawTheFarFutureTakesNoClockWithIt) {
  const Hlc post = post_having_seen(3, at_ms(wall_ms + 25 * hour_ms));

  EXPECT_LT(post.wall().ms, wall_ms + hour_ms);
  EXPECT_EQ(counter(3, "clocks of authors refused"), 1U);
}

TEST_F(HostilePeers, AuthorWhoSawTheEndOfTimeIsAccepted) {
  const Hlc first = post_having_seen(3, Hlc{~std::uint64_t{0}});
  const Hlc second = post_having_seen(4, Hlc{~std::uint64_t{0} - 1});

  EXPECT_GT(second, first);
  EXPECT_LT(second.wall().ms, wall_ms + hour_ms);
}

TEST_F(HostilePeers, EntryOfTheFarFutureStaysAsItIsAndWhatFollowsStandsBehindIt) {
  Entry entry;
  entry.id = {LogId{77}, 1};
  entry.hlc = at_ms(wall_ms + 400 * hour_ms);
  entry.message = {SessionId{50}, 1};
  entry.author = ann.id();
  entry.body = Post{lunch, "from the future"};
  cluster.receive(3, cluster.at(2), cluster.sender(2), Push{1'000, {}, {SharedEntry(entry)}});
  cluster.run(seconds(3));

  const Hlc next = post_having_seen(3, Hlc{});

  EXPECT_GT(next, entry.hlc);
  for (const std::uint64_t server : {1U, 2U, 3U}) {
    ASSERT_TRUE(cluster.disk(server).entries.contains(entry.id)) << server;
    EXPECT_EQ(*cluster.disk(server).entries.at(entry.id), entry) << server;
  }
  EXPECT_EQ(counter(3, "entries far ahead of the clock"), 1U);
}

TEST_F(HostilePeers, NobodyElseWritesIntoALog) {
  const LogId own = log_of(cluster[3].incarnation());
  const EntryId next{own, cluster[3].held().at(own) + 1};
  cluster.receive(3, cluster.at(2), cluster.sender(2),
                  Push{1'000, {}, {forged(next, at_ms(wall_ms))}});
  cluster.run(milliseconds(50));

  EXPECT_FALSE(cluster[3].held().covers(next));
  EXPECT_EQ(counter(3, "entries of others for our own log"), 1U);
  const auto n = ann.say(Post{lunch, "mine"});
  cluster.run(milliseconds(50));
  ASSERT_TRUE(ann.accepted(n).has_value());
  EXPECT_EQ(ann.accepted(n)->entry, next);
  EXPECT_TRUE(cluster.histories_equal());
}

TEST_F(HostilePeers, EntriesAheadOfAHoleAreKeptWithinALimitAndHoldUpNobody) {
  std::uint64_t push = 1'000;
  for (std::uint64_t seq = 2; seq < limits::early_entries_max + 1'000;) {
    Push ahead{push++, {}, {}};
    for (int i = 0; i < 100; ++i)
      ahead.entries.push_back(forged({LogId{77}, seq++}, at_ms(wall_ms)));
    cluster.receive(3, cluster.at(2), cluster.sender(2), std::move(ahead));
  }
  cluster.run(milliseconds(50));

  EXPECT_EQ(cluster[3].history().early_entries(), limits::early_entries_max);
  EXPECT_GT(counter(3, "entries dropped ahead of a hole"), 0U);
  EXPECT_EQ(cluster[3].held().at(LogId{77}), 0U);
  const auto n = ann.say(Post{lunch, "still here"});
  cluster.run(milliseconds(50));
  EXPECT_TRUE(ann.accepted(n).has_value());
}

TEST_F(HostilePeers, DependenciesThatNobodyHasHoldAnEntryUpForAWhileOnly) {
  Entry entry = *forged({LogId{77}, 1}, at_ms(wall_ms));
  for (std::uint64_t log = 1'000; log < 1'000 + limits::logs_max; ++log)
    entry.deps.push_back({LogId{log}, limits::seq_max});
  cluster.receive(3, cluster.at(2), cluster.sender(2), Push{1'000, {}, {SharedEntry(entry)}});
  const auto n = ann.say(Post{lunch, "meanwhile"});
  cluster.run(milliseconds(50));
  EXPECT_TRUE(ann.accepted(n).has_value()) << "acknowledging waits for disks only";

  cluster.run(seconds(5));

  const auto texts = ann.texts();
  EXPECT_EQ(std::ranges::count(texts, "meanwhile"), 1);
  EXPECT_EQ(std::ranges::count(texts, "forged"), 1);
}

TEST_F(HostilePeers, VectorsOfWhatNobodyWroteChangeNothing) {
  VersionVector impossible;
  for (std::uint64_t log = 1; log <= 100; ++log) impossible.advance({LogId{log}, limits::seq_max});
  impossible.advance({log_of(cluster[3].incarnation()), limits::seq_max});
  const VersionVector held = cluster[3].held();
  for (const bool answer : {false, true})
    cluster.receive(3, cluster.at(2), cluster.sender(2),
                    Have{"peal", answer, impossible, impossible, impossible});
  cluster.run(milliseconds(500));

  EXPECT_EQ(cluster[3].held(), held);
  EXPECT_TRUE(held.covers(cluster[3].durable()));
  EXPECT_EQ(counter(3, "claims of what nobody wrote"), 2U);
  const auto n = ann.say(Post{lunch, "as before"});
  cluster.run(milliseconds(50));
  EXPECT_TRUE(ann.accepted(n).has_value());
  EXPECT_TRUE(cluster.histories_equal());
}

TEST_F(HostilePeers, ClientThatLiesAboutItsCursorHarmsItselfOnly) {
  Person eve(cluster, 5, 2);
  Person bob(cluster, 6, 2);
  EXPECT_TRUE(eve.settle("eve", lunch));
  EXPECT_TRUE(bob.settle("bob", lunch));
  VersionVector all;
  for (const EntryId pair : cluster[2].held().pairs()) all.advance({pair.log, limits::seq_max});
  eve.attach_to(2, true, all);
  cluster.run(milliseconds(50));
  const auto n = ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(ann.accepted(n).has_value());
  EXPECT_EQ(bob.texts(), std::vector<std::string>{"pizza?"});
  EXPECT_TRUE(eve.texts().empty());
}

TEST_F(HostilePeers, JoiningAgainAndAgainWritesNothing) {
  cluster.run(milliseconds(50));
  const VersionVector held = cluster[3].held();
  for (int i = 0; i < 200; ++i) {
    ann.say(JoinRoom{lunch});
    cluster.run(milliseconds(5));
  }

  EXPECT_EQ(cluster[3].held(), held);
}

TEST_F(HostilePeers, OldMessageIdsThatAreRepeatedBecomeNothingNew) {
  const auto n = ann.say(Post{lunch, "once"});
  cluster.run(milliseconds(50));
  const VersionVector held = cluster[3].held();
  for (std::uint64_t old = 1; old <= n; ++old) {
    Submit again = Person::submission(old, Post{lunch, "again"});
    again.oldest = 1;
    ann.send(again);
  }
  cluster.run(milliseconds(100));

  EXPECT_EQ(cluster[3].held(), held);
  EXPECT_EQ(std::ranges::count(ann.texts(), "again"), 0);
}

TEST_F(HostilePeers, WhatADiskSaysAtLengthLeavesRoomForTheAdvice) {
  cluster.disk(2).trouble = DiskTrouble::failing;
  cluster.disk(2).reason = "";
  while (cluster.disk(2).reason.size() < 5'000) cluster.disk(2).reason += "\u00e4";
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(10));

  const SessionId asker{99};
  cluster.send(asker, 2, Query{1, StatusQuery{}});
  cluster.run(milliseconds(1));

  ASSERT_EQ(cluster.received<Answer>(asker).size(), 1U);
  const std::string trouble =
      std::get<StatusAnswer>(cluster.received<Answer>(asker)[0].body).trouble;
  EXPECT_LE(trouble.size(), limits::detail_bytes_max);
  EXPECT_TRUE(valid_utf8(trouble));
  EXPECT_TRUE(trouble.ends_with("check the disk of the data directory")) << trouble;
}

}  // namespace
}  // namespace peal
