// Servers whose wall clocks are wrong: what they write stays in causal order and is dated sensibly.
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

constexpr std::int64_t hour_ms = 60 * 60 * 1'000;
constexpr std::int64_t year_ms = 365 * 24 * hour_ms;

class WrongClocks : public testing::Test {
 protected:
  ~WrongClocks() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  /// Servers 1 to 3, 3 leads and its clock is wrong from the start.
  void start_with_clock_of_leader(std::int64_t ahead_ms) {
    cluster.set_clock(3, ahead_ms);
    cluster.start_all({1, 2, 3});
  }
  /// Says it and gives the entry.
  [[nodiscard]] Entry post(Person& author, const std::string& text, std::uint64_t at) {
    const auto n = author.say(Post{lunch, text});
    EXPECT_TRUE(cluster.run_until([&] { return author.accepted(n).has_value(); }, seconds(2)));
    author.acknowledge();
    for (const auto& [id, entry] : cluster.disk(at).entries)
      if (entry->message == MessageId{author.session(), n}) return *entry;
    ADD_FAILURE() << text << " is not on the disk of " << at;
    return {};
  }
  [[nodiscard]] std::int64_t off_ms(WallTime time) const {
    return std::abs(time.ms - cluster.wall().ms);
  }
  [[nodiscard]] std::int64_t skew_ms(std::uint64_t asked, std::uint64_t of) {
    const SessionId asker{99};
    cluster.inbox(asker).clear();
    cluster.send(asker, asked, Query{1, StatusQuery{}});
    cluster.run(milliseconds(1));
    for (const Answer& answer : cluster.received<Answer>(asker))
      for (const ServerStatus& one : std::get<StatusAnswer>(answer.body).servers)
        if (one.member.id == ServerId{of}) return one.skew.us / 1'000;
    return -1;
  }

  Cluster cluster;
  Person ann{cluster, 1, 1};
};

TEST_F(WrongClocks, LeaderAYearAheadWritesTheTimeOfMost) {
  start_with_clock_of_leader(year_ms);
  ASSERT_TRUE(ann.settle("ann", lunch));

  const Entry entry = post(ann, "pizza?", 1);

  EXPECT_LE(off_ms(entry.written()), 100);
  EXPECT_LE(off_ms(entry.hlc.wall()), 100);
}

TEST_F(WrongClocks, NotEvenTheFirstEntryOfALeaderAYearAheadIsStampedWrong) {
  cluster.set_clock(3, year_ms);
  Person early{cluster, 2, 3};
  for (const std::uint64_t server : {1U, 2U, 3U}) cluster.start(server);
  ASSERT_TRUE(cluster.run_until([&] { return cluster[3].role() == Role::leader; }, seconds(5)));
  early.attach();
  early.say(RegisterUser{"bob"});
  cluster.run(seconds(1));

  ASSERT_FALSE(cluster.disk(1).entries.empty());
  EXPECT_LE(cluster.disk(1).entries.begin()->second->hlc.wall().ms, cluster.wall().ms);
}

TEST_F(WrongClocks, LeaderAnHourBehindWritesTheTimeOfMost) {
  start_with_clock_of_leader(-hour_ms);
  ASSERT_TRUE(ann.settle("ann", lunch));

  EXPECT_LE(off_ms(post(ann, "pizza?", 1).written()), 100);
}

TEST_F(WrongClocks, LeaderWhoseClockJumpsGoesOnSteadily) {
  start_with_clock_of_leader(0);
  ASSERT_TRUE(ann.settle("ann", lunch));
  const Entry before = post(ann, "pizza?", 1);

  for (const std::int64_t ahead : {year_ms, -year_ms, hour_ms, std::int64_t{0}}) {
    cluster.set_clock(3, ahead);
    const Entry after = post(ann, "or soup?", 1);
    EXPECT_LE(off_ms(after.written()), 100) << ahead;
    EXPECT_LE(off_ms(after.hlc.wall()), 100) << ahead;
    EXPECT_GT(after.hlc, before.hlc);
    cluster.run(milliseconds(200));
    EXPECT_LE(off_ms(post(ann, "soup.", 1).written()), 100) << ahead;
  }
}

TEST_F(WrongClocks, MemberAYearAheadThatIsCutOffRemembersTheTimeOfMost) {
  cluster.set_clock(1, year_ms);
  cluster.start_all({1, 2, 3});
  ASSERT_TRUE(ann.settle("ann", lunch));
  cluster.run(milliseconds(200));
  cluster.cut({1}, {2, 3});
  ASSERT_TRUE(cluster.run_until([&] { return cluster[1].role() == Role::leader; }, seconds(5)));

  const Entry alone = post(ann, "is anybody there?", 1);

  EXPECT_LE(off_ms(alone.written()), 100);
  EXPECT_LE(off_ms(alone.hlc.wall()), 100);
}

TEST_F(WrongClocks, WhatWasWrittenAYearAheadAloneIsHistoryAndWhatFollowsStandsBehindItWithItsTime) {
  cluster.set_clock(9, year_ms);
  cluster.start(9);
  cluster.run(seconds(1));
  Person bob{cluster, 2, 9};
  ASSERT_TRUE(bob.settle("bob", lunch));
  const Entry alone = post(bob, "hello from next year", 9);
  EXPECT_GT(alone.hlc.wall().ms, cluster.wall().ms + year_ms / 2);

  for (const std::uint64_t server : {1U, 2U, 3U}) cluster.start(server);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 9; }, seconds(5)));
  cluster.run(seconds(2));
  ASSERT_TRUE(ann.settle("ann", lunch));
  const Entry later = post(ann, "hello from today", 1);

  for (const std::uint64_t server : {1U, 2U, 3U}) {
    ASSERT_TRUE(cluster.disk(server).entries.contains(alone.id)) << server;
    EXPECT_EQ(*cluster.disk(server).entries.at(alone.id), alone) << server;
  }
  EXPECT_GT(later.hlc, alone.hlc);
  EXPECT_LE(off_ms(later.written()), 100);
}

TEST_F(WrongClocks, AuthorWhoSawAnEntryThatTheLeaderLacksIsFollowedHoweverFar) {
  cluster.start_all({1, 2, 3});
  ASSERT_TRUE(ann.settle("ann", lunch));
  const Hlc seen{static_cast<std::uint64_t>(cluster.wall().ms + year_ms) << 16U};

  Submit submit = Person::submission(3, Post{lunch, "as you said over there"});
  submit.hlc = seen;
  submit.seen = {{LogId{77}, 1}};
  ann.send(submit);
  cluster.run(milliseconds(20));

  ASSERT_TRUE(ann.accepted(3).has_value());
  EXPECT_GT(ann.accepted(3)->hlc, seen);
  for (const auto& [id, entry] : cluster.disk(1).entries)
    EXPECT_LE(off_ms(entry->written()), 1'000);
}

TEST_F(WrongClocks, StatusSaysWhoseClockIsOff) {
  cluster.set_clock(2, -hour_ms);
  cluster.start_all({1, 2, 3});
  cluster.run(milliseconds(200));

  EXPECT_NEAR(static_cast<double>(skew_ms(3, 2)), -hour_ms, 100);
  EXPECT_NEAR(static_cast<double>(skew_ms(3, 1)), 0, 100);
  EXPECT_EQ(skew_ms(3, 3), 0);
  EXPECT_NEAR(static_cast<double>(skew_ms(2, 2)), -hour_ms, 100);
}

TEST_F(WrongClocks, StatusSaysThatTheLeadersOwnClockIsOff) {
  start_with_clock_of_leader(hour_ms);
  cluster.run(milliseconds(200));

  EXPECT_NEAR(static_cast<double>(skew_ms(3, 3)), hour_ms, 100);
  EXPECT_NEAR(static_cast<double>(skew_ms(3, 1)), 0, 100);
}

TEST_F(WrongClocks, AreToldOnceByTheLeaderAndByTheServerItself) {
  cluster.start_all({1, 2, 3});
  cluster.run(seconds(1));
  cluster.set_clock(2, 5'000);
  cluster.run(seconds(10));

  const auto told = cluster.notices_of<ClockSkewed>();
  ASSERT_EQ(told.size(), 2U);
  for (const auto& [by, skewed] : told) {
    EXPECT_EQ(skewed.server, ServerId{2});
    EXPECT_NEAR(static_cast<double>(skewed.ahead.us), 5'000'000, 100'000);
  }
  EXPECT_NE(told[0].first, told[1].first);
}

}  // namespace
}  // namespace peal
