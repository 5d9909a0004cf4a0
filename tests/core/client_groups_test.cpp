// What a client does with posts that multicast groups bring.
#include <gtest/gtest.h>

#include "core/chat_state.hpp"
#include "core/client.hpp"
#include "core/limits.hpp"
#include "tests/support/client_driver.hpp"
#include "tests/support/entries.hpp"
#include "tests/support/lunch.hpp"

namespace peal {
namespace {

using test::ClientDriver;
using test::server_at;
using test::server_sender;
using test::view_of;

using Numbers = std::vector<std::uint64_t>;

// Server 3 leads and writes this log.
const LogId log{server_sender(3).run};

Delivery post_at(std::uint64_t seq, const RoomName& room = lunch) {
  Delivery item;
  item.id = {log, seq};
  item.hlc = Hlc{seq};
  item.message = {SessionId{5}, seq};
  item.author = test::user(0xbb);
  item.body = Post{room, std::to_string(seq)};
  return item;
}

class GroupsOfAClient : public testing::Test {
 protected:
  explicit GroupsOfAClient(bool multicast = true) : driver(config(multicast)) {
    driver.settle(2, view_of(3));
    driver.receive(2, Groups{attachment(), 1, {lunch}});
  }

  static ClientConfig config(bool multicast) {
    ClientConfig config;
    config.session = SessionId{77};
    config.user = test::user(0xaa);
    config.multicast = multicast;
    return config;
  }
  [[nodiscard]] std::uint64_t attachment() const { return driver.last_attach().attachment; }
  /// From the home, server 2.
  void deliver(std::uint64_t n, std::vector<Delivery> items, bool direct = true) {
    std::vector<EntryId> cursor;
    for (const Delivery& item : items) cursor.push_back(item.id);
    driver.receive(2, Deliver{attachment(), n, cursor, std::move(items), direct});
    collect();
  }
  /// From a leader, to the group.
  void hear(std::vector<GroupPost> posts, std::uint8_t leader = 3,
            const std::string& cluster = "peal") {
    driver.receive(leader, GroupPosts{cluster, std::move(posts)});
    collect();
  }
  void collect() {
    for (const Arrived& arrived : driver.all<Arrived>()) shown.push_back(arrived.delivery.id.seq);
  }
  [[nodiscard]] std::vector<GroupAck> acks_within(Duration time) {
    driver.pass(time, 2);
    std::vector<GroupAck> acks;
    for (const auto& [to, ack] : driver.sent<GroupAck>()) acks.push_back(ack);
    return acks;
  }

  ClientDriver driver;
  Numbers shown;
};

class NoGroupsOfAClient : public GroupsOfAClient {
 protected:
  NoGroupsOfAClient() : GroupsOfAClient(false) {}
};

TEST_F(GroupsOfAClient, AreJoinedAsTheHomeSaysAndAcknowledgedAtOnce) {
  driver.receive(2, Groups{attachment(), 2, {lunch, {"#other"}}});

  const auto joins = driver.all<JoinGroups>();
  ASSERT_EQ(joins.size(), 1U);
  EXPECT_EQ(joins[0].groups, (std::vector{group_address(lunch), group_address({"#other"})}));
  ASSERT_EQ(driver.sent<GroupAck>().size(), 1U);
  EXPECT_EQ(driver.sent<GroupAck>()[0],
            std::pair(server_at(2), GroupAck{attachment(), 2, true, 0, {}}));
}

TEST_F(GroupsOfAClient, OldListChangesNothing) {
  driver.receive(2, Groups{attachment(), 2, {{"#other"}}});

  driver.receive(2, Groups{attachment(), 1, {lunch}});

  EXPECT_TRUE(driver.all<JoinGroups>().empty());
  EXPECT_EQ(driver.sent<GroupAck>().at(0).second.groups, 2U);
}

TEST_F(NoGroupsOfAClient, AreDeclinedAndNeverHeard) {
  driver.receive(2, Groups{attachment(), 2, {lunch}});
  EXPECT_TRUE(driver.all<JoinGroups>().empty());
  EXPECT_FALSE(driver.sent<GroupAck>().at(0).second.listening);

  deliver(1, {post_at(1)});
  hear({{post_at(2), {}}});

  EXPECT_EQ(shown, Numbers{1});
}

TEST_F(GroupsOfAClient, ShowTheNextPostAtOnce) {
  deliver(1, {post_at(1)});

  hear({{post_at(2), {}}, {post_at(3), {}}});

  EXPECT_EQ(shown, (Numbers{1, 2, 3}));
  EXPECT_EQ(driver.client().cursor().at(log), 3U);
}

TEST_F(GroupsOfAClient, ShowNothingBeforeTheHomeSaysThatNothingElseIsMissing) {
  deliver(1, {post_at(1)}, false);
  hear({{post_at(2), {}}});
  EXPECT_EQ(shown, Numbers{1});

  driver.receive(2, Deliver{attachment(), 2, {}, {}, true});
  collect();

  EXPECT_EQ(shown, (Numbers{1, 2}));
}

TEST_F(GroupsOfAClient, KeepAPostUntilItsPredecessorIsShown) {
  deliver(1, {post_at(1)});
  hear({{post_at(3), {}}});
  EXPECT_EQ(shown, Numbers{1});

  deliver(2, {post_at(2)});

  EXPECT_EQ(shown, (Numbers{1, 2, 3}));
}

TEST_F(GroupsOfAClient, KeepAPostUntilItsDependenciesAreCovered) {
  deliver(1, {post_at(1)});
  const EntryId elsewhere{LogId{9}, 4};
  hear({{post_at(2), {elsewhere}}});
  EXPECT_EQ(shown, Numbers{1});

  driver.receive(2, Deliver{attachment(), 2, {elsewhere}, {}, true});
  collect();

  EXPECT_EQ(shown, (Numbers{1, 2}));
}

TEST_F(GroupsOfAClient, BringNothingTwice) {
  deliver(1, {post_at(1)});
  hear({{post_at(2), {}}});
  hear({{post_at(2), {}}});
  deliver(2, {post_at(2), post_at(3)});

  EXPECT_EQ(shown, (Numbers{1, 2, 3}));
}

TEST_F(GroupsOfAClient, BringNothingOfOthersThanTheLeaderOfTheHomesView) {
  deliver(1, {post_at(1)});
  hear({{post_at(2), {}}}, 1);
  hear({{post_at(2), {}}}, 3, "another");
  GroupPost of_another_log{post_at(1), {}};
  of_another_log.delivery.id = {LogId{8}, 1};
  hear({of_another_log});

  EXPECT_EQ(shown, Numbers{1});
}

TEST_F(GroupsOfAClient, BringNothingOfARoomThatTheUserLeft) {
  Delivery leave = post_at(2);
  leave.author = test::user(0xaa);
  leave.body = LeaveRoom{lunch};
  deliver(1, {post_at(1), leave});

  hear({{post_at(3), {}}});

  EXPECT_EQ(shown, (Numbers{1, 2}));
}

TEST_F(GroupsOfAClient, AreAcknowledgedOnceForManyPosts) {
  deliver(1, {post_at(1)});
  hear({{post_at(2), {}}});
  hear({{post_at(3), {}}});
  EXPECT_TRUE(driver.sent<GroupAck>().empty());

  const auto acks = acks_within(milliseconds(10));

  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0], (GroupAck{attachment(), 1, true, 2, {{log, 3}}}));
}

TEST_F(GroupsOfAClient, AreAcknowledgedWhenUnicastWasFaster) {
  deliver(1, {post_at(1), post_at(2)});
  hear({{post_at(2), {}}});

  const auto acks = acks_within(milliseconds(10));

  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0], (GroupAck{attachment(), 1, true, 1, {}}));
}

TEST_F(GroupsOfAClient, CopyOfADatagramSaysNothingNew) {
  deliver(1, {post_at(1)});
  hear({{post_at(2), {}}});
  static_cast<void>(acks_within(milliseconds(10)));
  hear({{post_at(2), {}}});

  EXPECT_TRUE(acks_within(milliseconds(50)).empty());
}

TEST_F(GroupsOfAClient, WhatTheyBroughtIsBeforeWhateverTheAuthorWrites) {
  deliver(1, {post_at(1)});
  hear({{post_at(2), {}}});

  driver.step(Say{Ticket{1}, Post{lunch, "answer"}});

  ASSERT_EQ(driver.sent<Submit>().size(), 1U);
  EXPECT_EQ(driver.sent<Submit>()[0].second.seen, (std::vector{EntryId{log, 2}}));
  EXPECT_EQ(driver.sent<Submit>()[0].second.hlc, Hlc{2});
}

TEST_F(GroupsOfAClient, QuestionsNameWhatTheyBroughtWhenTheQuestionWasPut) {
  deliver(1, {post_at(1)});
  hear({{post_at(2), {}}});
  driver.step(Ask{Ticket{1}, HistoryQuery{lunch, std::nullopt, 5}});
  ASSERT_EQ(driver.sent<Query>().size(), 1U);
  EXPECT_EQ(driver.sent<Query>()[0].second.seen, (std::vector{EntryId{log, 2}}));

  hear({{post_at(3), {}}});
  driver.pass(milliseconds(150), 2);

  ASSERT_FALSE(driver.sent<Query>().empty());
  EXPECT_EQ(driver.sent<Query>()[0].second.seen, (std::vector{EntryId{log, 2}}));
}

TEST_F(GroupsOfAClient, ResumingGoesOnBehindWhatTheyBrought) {
  deliver(1, {post_at(1)});
  hear({{post_at(2), {}}});

  driver.receive(2, Detached{DetachReason::unknown_session});

  EXPECT_EQ(driver.last_attach().cursor.at(log), 2U);
  EXPECT_TRUE(driver.last_attach().resume);
}

TEST_F(GroupsOfAClient, AreHeardAgainOnlyWhenTheNewHomeSaysSo) {
  deliver(1, {post_at(1)});
  driver.receive(2, Detached{DetachReason::unknown_session});
  driver.accept(2, view_of(3), driver.client().cursor());

  hear({{post_at(2), {}}});

  EXPECT_EQ(shown, Numbers{1});
}

TEST_F(GroupsOfAClient, KeepNoMorePostsThanTheLimit) {
  deliver(1, {post_at(1)});
  for (std::uint64_t seq = 3; seq < 3 + limits::group_posts_held_max + 10; ++seq)
    hear({{post_at(seq), {}}});

  deliver(2, {post_at(2)});

  EXPECT_EQ(shown.back(), 2 + limits::group_posts_held_max);
}

}  // namespace
}  // namespace peal
