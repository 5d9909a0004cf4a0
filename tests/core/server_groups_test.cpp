// Posts to rooms by multicast: what the leader tells groups, and what homes withhold and repair.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/chat_state.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

using Texts = std::vector<std::string>;

class GroupsOfServers : public testing::Test {
 protected:
  GroupsOfServers() {
    cluster.start_all({1, 2, 3});
    EXPECT_TRUE(ann.settle("ann", lunch));
    EXPECT_TRUE(bob.settle("bob", lunch));
    EXPECT_TRUE(cat.settle("cat", {"#other"}));
    settle();
  }
  ~GroupsOfServers() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  void settle() {
    cluster.run(milliseconds(200));
    for (Person* person : {&ann, &bob, &cat}) person->acknowledge();
    cluster.run(milliseconds(200));
  }
  [[nodiscard]] std::vector<std::pair<Endpoint, GroupPost>> multicast() {
    std::vector<std::pair<Endpoint, GroupPost>> posts;
    for (const Multicast& one : cluster.multicasts())
      for (const GroupPost& post : std::get<GroupPosts>(one.message).posts)
        posts.emplace_back(one.group, post);
    return posts;
  }
  /// The latest list of rooms that a person was told.
  [[nodiscard]] Groups told(Person& person) {
    const auto lists = cluster.received<Groups>(person.session());
    return lists.empty() ? Groups{} : lists.back();
  }
  /// The person's client heard so many posts of its groups, the latest of them this one.
  void heard(Person& person, std::uint64_t arrived, std::vector<EntryId> shown = {}) {
    person.send(GroupAck{person.attachment(), told(person).n, true, arrived, std::move(shown)});
    cluster.run(milliseconds(1));
  }
  /// Posts by unicast that the client heard from its group as well.
  void earn_trust(Person& person) {
    for (int i = 0; i < 4; ++i) ann.say(Post{lunch, "warm"});
    settle();
    heard(person, 4);
    cluster.inbox(person.session()).clear();
    cluster.multicasts().clear();
  }
  [[nodiscard]] std::uint64_t counter(std::uint64_t server, const std::string& name) {
    cluster.inbox(ann.session()).clear();
    cluster.send(ann.session(), server, Query{99, StatusQuery{}, {}});
    cluster.run(milliseconds(5));
    for (const Answer& answer : cluster.received<Answer>(ann.session()))
      if (const auto* status = std::get_if<StatusAnswer>(&answer.body))
        for (const Counter& one : status->counters)
          if (one.name == name) return one.value;
    return 0;
  }

  Cluster cluster;
  Person ann{cluster, 1, 1};
  Person bob{cluster, 2, 2};
  Person cat{cluster, 3, 3};
};

TEST_F(GroupsOfServers, ClientIsToldTheRoomsOfItsUser) {
  EXPECT_EQ(told(bob).rooms, std::vector{lunch});
  EXPECT_EQ(told(cat).rooms, std::vector{RoomName{"#other"}});

  bob.say(JoinRoom{{"#other"}});
  cluster.run(milliseconds(200));

  EXPECT_EQ(told(bob).rooms, (std::vector{lunch, RoomName{"#other"}}));
}

TEST_F(GroupsOfServers, ListOfRoomsIsRepeatedUntilItIsAcknowledged) {
  cluster.inbox(bob.session()).clear();
  bob.send(Ping{cluster.now()});
  cluster.run(seconds(3));
  EXPECT_GE(cluster.received<Groups>(bob.session()).size(), 2U);

  bob.send(GroupAck{bob.attachment(), told(bob).n, true, 0, {}});
  cluster.run(milliseconds(5));
  cluster.inbox(bob.session()).clear();
  cluster.run(seconds(3));

  EXPECT_TRUE(cluster.received<Groups>(bob.session()).empty());
}

TEST_F(GroupsOfServers, NoMoreRoomsAreToldThanAClientCanListenTo) {
  for (std::size_t i = 0; i < limits::groups_max + 5; ++i)
    bob.say(JoinRoom{{"#room" + std::to_string(i)}});
  cluster.run(milliseconds(500));

  EXPECT_EQ(told(bob).rooms.size(), limits::groups_max);
}

TEST_F(GroupsOfServers, LeaderTellsTheGroupOfARoomOnceWhatIsStableThere) {
  cluster.multicasts().clear();
  const std::uint64_t n = ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(100));

  const auto posts = multicast();
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(posts[0].first, group_address(lunch));
  EXPECT_EQ(posts[0].second.delivery.message, (MessageId{ann.session(), n}));
  EXPECT_EQ(posts[0].second.delivery.author_name, "ann");
  ASSERT_TRUE(ann.accepted(n));
  EXPECT_EQ(posts[0].second.delivery.id, ann.accepted(n)->entry);
}

TEST_F(GroupsOfServers, DirectPostsAndRoomsOfOneAreNotMulticast) {
  cluster.multicasts().clear();
  ann.say(Post{bob.id(), "psst"});
  cat.say(Post{{RoomName{"#other"}}, "hello?"});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(multicast().empty());
}

TEST_F(GroupsOfServers, PostLongerThanADatagramGoesByUnicast) {
  earn_trust(bob);
  const std::string text(limits::batch_bytes, 'x');
  ann.say(Post{lunch, text});
  cluster.run(milliseconds(10));

  EXPECT_TRUE(multicast().empty());
  EXPECT_EQ(bob.texts(), Texts{text});
}

TEST_F(GroupsOfServers, WithoutTrustNothingIsWithheld) {
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(10));

  EXPECT_EQ(bob.texts(), Texts{"pizza?"});
}

TEST_F(GroupsOfServers, WhatTheClientHeardIsNotSentAgain) {
  earn_trust(bob);
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(10));
  ASSERT_EQ(multicast().size(), 1U);
  EXPECT_TRUE(bob.texts().empty());

  bob.send(GroupAck{bob.attachment(), 1, true, 5, {multicast()[0].second.delivery.id}});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(bob.texts().empty());
  EXPECT_GE(counter(2, "deliveries by multicast"), 1U);
}

TEST_F(GroupsOfServers, WhatTheClientHeardBeforeItsHomeKnewItIsNotSentAgain) {
  earn_trust(bob);
  const EntryId next{LogId{cluster.sender(3).run},
                     cluster[2].stable().at(LogId{cluster.sender(3).run}) + 1};
  bob.send(GroupAck{bob.attachment(), 1, true, 5, {next}});
  cluster.run(milliseconds(1));

  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(bob.texts().empty());
  EXPECT_TRUE(cluster.marked(Mark::group_shown_before_home));
}

TEST_F(GroupsOfServers, WhatTheClientDidNotHearIsSentAfterTheGrace) {
  earn_trust(bob);
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(15));
  EXPECT_TRUE(bob.texts().empty());

  cluster.run(milliseconds(15));

  EXPECT_EQ(bob.texts(), Texts{"pizza?"});
  EXPECT_TRUE(cluster.marked(Mark::group_post_repaired));
  EXPECT_EQ(counter(2, "deliveries repaired"), 1U);
}

TEST_F(GroupsOfServers, RepairsCostTheTrust) {
  earn_trust(bob);
  ann.say(Post{lunch, "missed"});
  settle();
  EXPECT_TRUE(cluster.marked(Mark::group_given_up));
  cluster.inbox(bob.session()).clear();

  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(10));

  EXPECT_EQ(bob.texts(), Texts{"pizza?"});
}

TEST_F(GroupsOfServers, WhatComesByUnicastTakesWhatIsWithheldAlong) {
  earn_trust(bob);
  ann.say(Post{lunch, "first"});
  cluster.run(milliseconds(5));
  EXPECT_TRUE(bob.texts().empty());

  ann.say(Post{bob.id(), "second"});
  cluster.run(milliseconds(5));

  EXPECT_EQ(bob.texts(), (Texts{"first", "second"}));
}

TEST_F(GroupsOfServers, BehindWhatDoesNotConcernTheClientNothingIsWithheld) {
  earn_trust(bob);
  cat.say(Post{{RoomName{"#other"}}, "elsewhere"});
  cluster.run(milliseconds(50));

  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(10));

  EXPECT_EQ(bob.texts(), Texts{"pizza?"});
}

TEST_F(GroupsOfServers, ClientThatDoesNotListenGetsEverythingAtOnce) {
  earn_trust(bob);
  bob.send(GroupAck{bob.attachment(), 1, false, 5, {}});
  cluster.run(milliseconds(1));

  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(10));

  EXPECT_EQ(bob.texts(), Texts{"pizza?"});
}

TEST_F(GroupsOfServers, PageHasWhatTheReaderHeardBeforeItsHomeDid) {
  earn_trust(bob);
  const std::uint64_t n = ann.say(Post{lunch, "pizza?"});
  ASSERT_TRUE(cluster.run_until([&] { return ann.accepted(n).has_value(); }, seconds(1)));
  const EntryId id = ann.accepted(n)->entry;

  cluster.send(bob.session(), 2, Query{1, HistoryQuery{lunch, std::nullopt, 5}, {id}});
  cluster.run(milliseconds(10));

  const auto answers = cluster.received<Answer>(bob.session());
  ASSERT_EQ(answers.size(), 1U);
  const auto* page = std::get_if<HistoryAnswer>(&answers[0].body);
  ASSERT_NE(page, nullptr);
  ASSERT_FALSE(page->items.empty());
  EXPECT_EQ(page->items[0].id, id);
}

TEST_F(GroupsOfServers, NoPageForAWhileToWhoSawWhatIsNotHere) {
  const EntryId elsewhere{LogId{4711}, 1};
  cluster.send(bob.session(), 2, Query{1, HistoryQuery{lunch, std::nullopt, 5}, {elsewhere}});
  cluster.run(milliseconds(10));
  EXPECT_TRUE(std::holds_alternative<Later>(cluster.received<Answer>(bob.session()).at(0).body));

  cluster.inbox(bob.session()).clear();
  cluster.run(seconds(2));
  cluster.send(bob.session(), 2, Query{1, HistoryQuery{lunch, std::nullopt, 5}, {elsewhere}});
  cluster.run(milliseconds(10));

  EXPECT_TRUE(
      std::holds_alternative<HistoryAnswer>(cluster.received<Answer>(bob.session()).at(0).body));
}

TEST_F(GroupsOfServers, DeliveriesSayThatNothingElseIsMissing) {
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(50));

  EXPECT_TRUE(cluster.received<Deliver>(bob.session()).back().direct);
}

TEST_F(GroupsOfServers, DeliveriesDoNotSaySoBeforeEverythingMissedIsSent) {
  const VersionVector cursor = bob.cursor();
  for (int i = 0; i < 30; ++i) ann.say(Post{lunch, std::string(300, 'x')});
  settle();
  cluster.inbox(bob.session()).clear();
  bob.attach_to(2, true, cursor);
  cluster.run(milliseconds(20));
  bob.acknowledge();
  cluster.run(milliseconds(20));

  const auto delivers = cluster.received<Deliver>(bob.session());
  ASSERT_GE(delivers.size(), 3U);
  for (std::size_t i = 0; i + 1 < delivers.size(); ++i) EXPECT_FALSE(delivers[i].direct) << i;
  EXPECT_TRUE(delivers.back().direct);
}

TEST_F(GroupsOfServers, DeliveriesDoNotSaySoBehindAGapThatWasNotTold) {
  const LogId log{4711};
  const auto entry = [&](std::uint64_t seq, const RoomName& room, std::vector<EntryId> deps) {
    Entry one = test::entry_at(cluster.wall().ms + seq, cat.id(), Post{room, "late"});
    one.id = {log, seq};
    one.message = {SessionId{99}, seq};
    one.deps = std::move(deps);
    return SharedEntry(std::move(one));
  };
  const auto push = [&](const SharedEntry& one) {
    cluster.receive(2, cluster.at(3), cluster.sender(3),
                    Push{1'000 + one->id.seq, {one->id}, {one}});
    cluster.run(seconds(3));
  };
  // The others do not hear of it, and what they write does not stand behind it.
  cluster.set_fate([](ServerId from, ServerId /*to*/, const Message& message) {
    const bool tells = from == ServerId{2} && (std::holds_alternative<Push>(message) ||
                                               std::holds_alternative<Have>(message));
    return tells ? std::vector<Duration>{} : std::vector{microseconds(100)};
  });
  push(entry(1, {"#other"}, {{LogId{815}, 3}}));
  ann.say(Post{bob.id(), "psst"});
  cluster.run(milliseconds(50));
  EXPECT_TRUE(cluster.received<Deliver>(bob.session()).back().items.back().gap == 0);
  EXPECT_FALSE(cluster.received<Deliver>(bob.session()).back().direct);

  bob.acknowledge();
  push(entry(2, lunch, {}));

  EXPECT_EQ(cluster.received<Deliver>(bob.session()).back().items.back().gap, 3U);
  EXPECT_TRUE(cluster.received<Deliver>(bob.session()).back().direct);
}

class NoGroupsOfServers : public testing::Test {};

TEST_F(NoGroupsOfServers, NothingIsMulticastOrTold) {
  Cluster cluster;
  Person ann{cluster, 1, 1};
  Person bob{cluster, 2, 1};
  cluster.start(1, [](ServerConfig& config) { config.multicast = false; });
  cluster.run(seconds(2));
  ASSERT_TRUE(ann.settle("ann", lunch));
  ASSERT_TRUE(bob.settle("bob", lunch));

  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(100));

  EXPECT_EQ(bob.texts(), Texts{"pizza?"});
  EXPECT_TRUE(cluster.multicasts().empty());
  EXPECT_TRUE(cluster.received<Groups>(bob.session()).empty());
}

}  // namespace
}  // namespace peal
