// What a hostile client or server says must neither move the clocks of a cluster nor end a server.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "core/hlc.hpp"
#include "core/limits.hpp"
#include "core/text_rules.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

const RoomName lunch{"#lunch"};
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
