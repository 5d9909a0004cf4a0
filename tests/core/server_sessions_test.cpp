// Sessions of clients at their home: one test per sentence of section 10 of the design.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

using Texts = std::vector<std::string>;

class Sessions : public testing::Test {
 protected:
  Sessions() {
    cluster.start_all({1, 2, 3});
    EXPECT_TRUE(ann.settle("ann", lunch));
    EXPECT_TRUE(bob.settle("bob", lunch));
    EXPECT_TRUE(cat.settle("cat", {"#other"}));
    cluster.run(milliseconds(100));
  }
  ~Sessions() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }
  template <class T>
  [[nodiscard]] T answer_to(Person& person, Question question) {
    cluster.inbox(person.session()).clear();
    person.send(Query{++questions, std::move(question)});
    cluster.run(milliseconds(5));
    const auto answers = cluster.received<Answer>(person.session());
    EXPECT_EQ(answers.size(), 1U);
    if (answers.empty() || !std::holds_alternative<T>(answers[0].body)) {
      ADD_FAILURE() << "another answer";
      return T{};
    }
    EXPECT_EQ(answers[0].n, questions);
    return std::get<T>(answers[0].body);
  }
  Cluster cluster;
  Person ann{cluster, 1, 1};
  Person bob{cluster, 2, 2};
  Person cat{cluster, 3, 3};
  std::uint64_t questions = 0;
};

TEST_F(Sessions, RoomPostIsDeliveredToItsMembersOnly) {
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(100));

  EXPECT_EQ(bob.texts(), Texts{"pizza?"});
  EXPECT_EQ(ann.texts(), Texts{"pizza?"});
  EXPECT_TRUE(cat.texts().empty());
}

TEST_F(Sessions, DirectPostIsDeliveredToBothUsersOnly) {
  ann.say(Post{cat.id(), "psst"});
  cluster.run(milliseconds(100));

  EXPECT_EQ(ann.texts(), Texts{"psst"});
  EXPECT_EQ(cat.texts(), Texts{"psst"});
  EXPECT_TRUE(bob.texts().empty());
}

TEST_F(Sessions, DeliveryNamesItsAuthor) {
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(100));

  EXPECT_EQ(bob.deliveries().back().author_name, "ann");
  EXPECT_EQ(bob.deliveries().back().author, ann.id());
}

TEST_F(Sessions, PostsOfOneAuthorArriveInTheirOrder) {
  Texts said;
  for (int i = 0; i < 100; ++i) {
    said.push_back(std::to_string(i));
    ann.say(Post{lunch, said.back()});
    bob.acknowledge();
    cluster.run(microseconds(300));
  }
  cluster.run(milliseconds(200));

  EXPECT_EQ(bob.texts(), said);
}

TEST_F(Sessions, DeliveryIsRepeatedUntilAcknowledged) {
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(500));
  const auto before = cluster.received<Deliver>(bob.session()).size();
  EXPECT_GT(before, 2U);

  bob.acknowledge();
  cluster.run(milliseconds(5));
  cluster.inbox(bob.session()).clear();
  cluster.run(milliseconds(500));

  EXPECT_TRUE(cluster.received<Deliver>(bob.session()).empty());
}

/// Else another home would look at it again, with the rooms of then.
TEST_F(Sessions, EveryDeliverCoversWhatWasPassedOverBeforeIt) {
  bob.acknowledge();
  cat.say(Post{RoomName{"#other"}, "of no concern"});
  cluster.run(milliseconds(100));
  cluster.crash(3);  // What follows is in another log.
  cluster.run(seconds(2));
  ann.move_to(2);
  cluster.run(milliseconds(20));
  cluster.inbox(bob.session()).clear();
  const std::string big(1'000, 'x');
  cluster.disk(2).held = true;
  Submit together = Person::submission(3, Post{lunch, big});
  together.items.push_back({4, Post{lunch, big}});
  ann.send(together);
  cluster.run(milliseconds(20));
  bob.say(JoinRoom{{"#other"}});
  cluster.run(milliseconds(20));
  cluster.release_disk(2);
  cluster.run(milliseconds(100));
  const auto delivers = cluster.received<Deliver>(bob.session());
  ASSERT_GE(delivers.size(), 2U);
  ASSERT_EQ(delivers[0].items.size(), 1U);

  bob.attach_to(1, true, VersionVector(delivers[0].cursor));
  cluster.run(milliseconds(200));

  const Texts texts = bob.texts();
  EXPECT_EQ(std::ranges::count(texts, big), 3);
  EXPECT_EQ(std::ranges::count(texts, "of no concern"), 0);
}

/// What waits to be sent together with more is not told yet.
TEST_F(Sessions, GapIsToldThoughDeliveriesBeforeItAreUnderWay) {
  for (int i = 0; i < 6; ++i) {
    ann.say(Post{lunch, std::to_string(i)});
    cluster.run(milliseconds(20));
  }
  Entry late = test::entry_at(cluster.wall().ms, ann.id(), Post{lunch, "late"});
  late.id = {LogId{4711}, 1};
  late.message = {SessionId{99}, 1};
  late.deps = {{LogId{815}, 3}};
  const SharedEntry entry(std::move(late));
  cluster.receive(2, cluster.at(3), cluster.sender(3), Push{1'000, {entry->id}, {entry}});
  cluster.run(seconds(3));
  ASSERT_TRUE(cluster.marked(Mark::gap_delivered));
  while (bob.texts().size() < 7 && cluster.now() < Instant{60'000'000}) {
    bob.acknowledge();
    cluster.run(milliseconds(100));
  }

  EXPECT_EQ(bob.texts().back(), "late");
  EXPECT_EQ(bob.deliveries().back().gap, 3U);
}

TEST_F(Sessions, RestartedHomeTellsOfGapsBehindWhatIsNotInItsMemory) {
  cluster.set_fate([](ServerId from, ServerId /*to*/, const Message& message) {
    const bool tells = from == ServerId{2} && (std::holds_alternative<Push>(message) ||
                                               std::holds_alternative<Have>(message));
    return tells ? std::vector<Duration>{} : std::vector{microseconds(100)};
  });
  Entry late = test::entry_at(cluster.wall().ms, ann.id(), Post{lunch, "late"});
  late.id = {LogId{4711}, 1};
  late.message = {SessionId{99}, 1};
  late.deps = {{LogId{815}, 3}};
  const SharedEntry entry(std::move(late));
  cluster.receive(2, cluster.at(3), cluster.sender(3), Push{1'000, {entry->id}, {entry}});
  cluster.run(seconds(3));
  ann.say(Post{lunch, "later"});
  cluster.run(seconds(1));
  for (const std::uint64_t id : {1U, 2U, 3U}) cluster.crash(id);
  cluster.start(2, [](ServerConfig& config) { config.window_entries = 1; });
  ASSERT_TRUE(cluster.run_until([&] { return cluster[2].role() == Role::leader; }, seconds(2)));
  cluster.run(seconds(3));

  bob.attach();
  cluster.inbox(bob.session()).clear();
  bob.say(Post{lunch, "latest"});
  cluster.run(milliseconds(100));

  ASSERT_EQ(bob.texts(), Texts{"latest"});
  EXPECT_EQ(bob.deliveries().back().gap, 3U);
}

TEST_F(Sessions, AnotherHomeGoesOnFromTheCursor) {
  ann.say(Post{lunch, "one"});
  cluster.run(milliseconds(100));
  cluster.crash(2, true);
  ann.say(Post{lunch, "two"});
  cluster.run(seconds(1));

  bob.move_to(3);
  cluster.run(milliseconds(100));

  EXPECT_EQ(bob.texts(), (Texts{"one", "two"}));
  EXPECT_TRUE(cluster.marked(Mark::session_resumed));
}

TEST_F(Sessions, WithoutResumeDeliveryStartsNow) {
  ann.say(Post{lunch, "one"});
  cluster.run(milliseconds(100));
  bob.acknowledge();  // Else the former home repeats it.
  cluster.run(milliseconds(5));
  cluster.inbox(bob.session()).clear();

  bob.attach_to(3, false, {});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(bob.texts().empty());
}

TEST_F(Sessions, AtARestartedHomeDeliveryStartsBehindWhatItHeld) {
  ann.say(Post{lunch, "old"});
  cluster.run(milliseconds(100));
  cluster.crash(1);
  cluster.run(seconds(1));
  cluster.start(1);
  ASSERT_TRUE(cluster.run_until([&] { return cluster[1].role() == Role::member; }, seconds(2)));
  cluster.inbox(ann.session()).clear();

  ann.attach();
  cluster.run(milliseconds(500));
  EXPECT_TRUE(ann.texts().empty());

  bob.say(Post{lunch, "new"});
  cluster.run(milliseconds(100));
  EXPECT_EQ(ann.texts(), Texts{"new"});
}

TEST_F(Sessions, WhoFellBehindIsNotSentAgainWhatAFormerHomeLookedAt) {
  Cluster small;
  small.start(1, [](ServerConfig& config) { config.delivery_queue_max = 1; });
  ASSERT_TRUE(small.run_until([&] { return small.agreed_leader() == 1; }, seconds(2)));
  Person dog(small, 4, 1);
  ASSERT_TRUE(dog.settle("dog", lunch));
  const EntryId elsewhere{LogId{99}, 5};

  dog.attach_to(1, true, VersionVector(std::vector{elsewhere}));
  small.run(milliseconds(5));

  EXPECT_TRUE(small.marked(Mark::session_fell_behind));
  EXPECT_TRUE(small.received<Attached>(dog.session()).back().cursor.covers(elsewhere));
}

TEST_F(Sessions, SameAttachAgainIsAnsweredAndChangesNothing) {
  ann.say(Post{lunch, "one"});
  cluster.run(milliseconds(100));
  bob.acknowledge();
  cluster.run(milliseconds(5));
  cluster.inbox(bob.session()).clear();

  bob.send(Attach{bob.attachment(), "peal", bob.id(), false, {}});
  ann.say(Post{lunch, "two"});
  cluster.run(milliseconds(100));

  EXPECT_EQ(cluster.received<Attached>(bob.session()).size(), 1U);
  ASSERT_FALSE(cluster.received<Deliver>(bob.session()).empty());
  EXPECT_GT(cluster.received<Deliver>(bob.session())[0].n, 1U);
}

TEST_F(Sessions, LateCopyOfAnEarlierAttachIsIgnored) {
  bob.move_to(2);
  cluster.run(milliseconds(5));
  cluster.inbox(bob.session()).clear();

  bob.send(Attach{bob.attachment() - 1, "peal", bob.id(), false, {}});
  cluster.run(milliseconds(5));

  EXPECT_TRUE(cluster.received<Attached>(bob.session()).empty());
}

TEST_F(Sessions, SessionThatALateAttachMadeEndsWhenItsClientIsFurther) {
  cat.attach_to(3, false, {});
  cluster.run(milliseconds(5));
  cluster.inbox(cat.session()).clear();

  cat.send(DeliverAck{cat.attachment() + 1, 0});
  cluster.run(milliseconds(5));

  const auto detached = cluster.received<Detached>(cat.session());
  ASSERT_EQ(detached.size(), 1U);
  EXPECT_EQ(detached.front().reason, DetachReason::unknown_session);
}

TEST_F(Sessions, NewAttachCountsDeliveriesFromOne) {
  ann.say(Post{lunch, "one"});
  cluster.run(milliseconds(100));
  bob.acknowledge();
  bob.move_to(2);
  cluster.run(milliseconds(5));
  cluster.inbox(bob.session()).clear();

  ann.say(Post{lunch, "two"});
  cluster.run(milliseconds(25));

  ASSERT_FALSE(cluster.received<Deliver>(bob.session()).empty());
  EXPECT_EQ(cluster.received<Deliver>(bob.session())[0].n, 1U);
  EXPECT_EQ(cluster.received<Deliver>(bob.session())[0].attachment, bob.attachment());
}

TEST_F(Sessions, UnknownSessionIsToldSo) {
  Person stranger(cluster, 9, 1);

  stranger.say(Post{lunch, "hello"});
  cluster.run(milliseconds(5));

  ASSERT_FALSE(cluster.received<Detached>(stranger.session()).empty());
  EXPECT_EQ(cluster.received<Detached>(stranger.session())[0].reason,
            DetachReason::unknown_session);
}

TEST_F(Sessions, OfAnotherClusterAreNotTaken) {
  cluster.send(SessionId{9}, 1, Attach{1, "others", test::user(9), false, {}});
  cluster.run(milliseconds(5));

  EXPECT_TRUE(cluster.received<Attached>(SessionId{9}).empty());
}

TEST_F(Sessions, SilentSessionEnds) {
  cluster.inbox(ann.session()).clear();
  cluster.run(seconds(12));

  ann.say(Post{lunch, "hello"});
  cluster.run(milliseconds(5));

  ASSERT_FALSE(cluster.received<Detached>(ann.session()).empty());
}

TEST_F(Sessions, SessionThatPingsStays) {
  for (int i = 0; i < 15; ++i) {
    ann.send(Ping{cluster.now()});
    cluster.run(seconds(1));
  }

  const auto n = ann.say(Post{lunch, "hello"});
  cluster.run(milliseconds(50));

  EXPECT_TRUE(ann.accepted(n).has_value());
}

TEST_F(Sessions, LearnOfEveryNewView) {
  cluster.inbox(ann.session()).clear();

  cluster.start(4);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(3)));
  cluster.run(milliseconds(5));

  ASSERT_FALSE(cluster.received<Servers>(ann.session()).empty());
  EXPECT_EQ(cluster.received<Servers>(ann.session()).back().view, cluster[1].view());
}

TEST_F(Sessions, UsersOnLineArePublishedToAll) {
  cluster.run(seconds(1));

  const auto lists = cluster.received<PresenceList>(ann.session());

  ASSERT_FALSE(lists.empty());
  std::vector<std::pair<std::string, std::uint64_t>> names;
  for (const OnlineUser& user : lists.back().users) names.emplace_back(user.name, user.home.value);
  std::ranges::sort(names);
  EXPECT_EQ(names, (std::vector<std::pair<std::string, std::uint64_t>>{
                       {"ann", 1}, {"bob", 2}, {"cat", 3}}));
}

TEST_F(Sessions, UserThatLogsOutLeavesTheList) {
  cluster.run(seconds(1));

  cat.send(Detach{});
  cluster.run(seconds(1));

  const auto list = cluster.received<PresenceList>(ann.session()).back().users;
  EXPECT_TRUE(
      std::ranges::none_of(list, [&](const OnlineUser& user) { return user.user == cat.id(); }));
}

TEST_F(Sessions, RoomsAreListedWithMembersAndGroup) {
  const auto answer = answer_to<RoomsAnswer>(ann, RoomsQuery{});

  ASSERT_EQ(answer.rooms.size(), 2U);
  EXPECT_EQ(answer.rooms[0].name, lunch);
  EXPECT_EQ(answer.rooms[0].members, 2U);
  EXPECT_EQ(answer.rooms[0].group, group_address(lunch));
  EXPECT_FALSE(answer.more);
}

TEST_F(Sessions, UsersAreFoundByDisplayedName) {
  EXPECT_EQ(answer_to<FindUserAnswer>(ann, FindUserQuery{"bob"}).user, bob.id());
  EXPECT_FALSE(answer_to<FindUserAnswer>(ann, FindUserQuery{"nobody"}).user);
}

TEST_F(Sessions, HistoryComesPageByPageLatestFirst) {
  for (int i = 1; i <= 5; ++i) ann.say(Post{lunch, std::to_string(i)});
  cluster.run(milliseconds(200));

  const auto first = answer_to<HistoryAnswer>(bob, HistoryQuery{lunch, std::nullopt, 2});
  const auto second = answer_to<HistoryAnswer>(bob, HistoryQuery{lunch, first.next, 2});
  const auto third = answer_to<HistoryAnswer>(bob, HistoryQuery{lunch, second.next, 2});

  const auto texts = [](const HistoryAnswer& page) {
    Texts all;
    for (const Delivery& item : page.items) all.push_back(std::get<Post>(item.body).text);
    return all;
  };
  EXPECT_EQ(texts(first), (Texts{"5", "4"}));
  EXPECT_EQ(texts(second), (Texts{"3", "2"}));
  EXPECT_EQ(texts(third), (Texts{"1"}));
  EXPECT_TRUE(first.more);
  EXPECT_FALSE(third.more);
}

TEST_F(Sessions, HistoryHoldsWhatItsReaderWasShownElsewhere) {
  // Server 1 holds the post, and has not learned that it is stable.
  cluster.set_fate([&](ServerId, ServerId to, const Message& message) {
    const auto* push = std::get_if<Push>(&message);
    const bool says_stable =
        std::holds_alternative<Heartbeat>(message) || (push != nullptr && push->n == 0);
    if (to == ServerId{1} && says_stable) return std::vector<Duration>{};
    return std::vector<Duration>{microseconds(100)};
  });
  ann.say(Post{lunch, "one"});
  cluster.run(milliseconds(20));
  ASSERT_EQ(bob.texts(), (Texts{"one"}));
  ASSERT_TRUE(cluster[1].durable().covers(bob.cursor()));
  ASSERT_FALSE(cluster[1].stable().covers(bob.cursor()));

  bob.move_to(1);

  EXPECT_EQ(answer_to<HistoryAnswer>(bob, HistoryQuery{lunch, std::nullopt, 9}).items.size(), 1U);
  EXPECT_EQ(answer_to<HistoryAnswer>(ann, HistoryQuery{lunch, std::nullopt, 9}).items.size(), 0U);
}

TEST_F(Sessions, HistoryWaitsForWhatItsReaderWasShownElsewhere) {
  VersionVector more = bob.cursor();
  more.advance({LogId{99}, 1});
  bob.attach_to(1, true, more);

  const HistoryQuery query{lunch, std::nullopt, 9};
  EXPECT_EQ(answer_to<Later>(bob, query), Later{});
  cluster.run(seconds(2));

  // The other side of a split may have it: what is here can be read all the same.
  EXPECT_FALSE(answer_to<HistoryAnswer>(bob, query).more);
}

// A stranger may be one who was at its former self, whose disk is lost.
TEST_F(Sessions, RestartedHomeGivesStrangersNoPageWithoutWhatItHolds) {
  cluster.run(seconds(2));
  ann.say(Post{lunch, "one"});
  cluster.run(milliseconds(100));
  cluster.crash(2);
  cluster.disk(2).entries.clear();
  cluster.run(seconds(1));
  cluster.start(2);
  Person stranger(cluster, 9, 2);
  std::size_t pages = 0;
  for (int i = 0; i < 5'000 && pages < 10; ++i) {
    cluster.run(microseconds(200));
    const bool holds = std::ranges::any_of(cluster.disk(2).entries, [](const auto& item) {
      return std::holds_alternative<Post>(item.second->body);
    });
    if (!holds) continue;
    stranger.send(Query{1, HistoryQuery{lunch, std::nullopt, 9}});
    cluster.run(microseconds(500));
    for (const Answer& answer : cluster.received<Answer>(stranger.session())) {
      const auto* page = std::get_if<HistoryAnswer>(&answer.body);
      if (page == nullptr) continue;
      ++pages;
      EXPECT_EQ(page->items.size(), 1U);
    }
    cluster.inbox(stranger.session()).clear();
  }
  EXPECT_GT(pages, 0U);
}

TEST_F(Sessions, WipedServerGivesStrangersNoPageBeforeItHasWhatIsStable) {
  for (int i = 0; i < 300; ++i) {
    ann.say(Post{lunch, std::to_string(i)});
    if (i % 50 == 0) cluster.run(milliseconds(50));
  }
  cluster.run(milliseconds(500));
  cluster.crash(2);
  cluster.disk(2).entries.clear();
  cluster.run(seconds(1));
  cluster.start(2);
  Person stranger(cluster, 9, 2);
  std::size_t pages = 0;
  for (int i = 0; i < 15'000 && pages < 10; ++i) {
    stranger.send(Query{1, HistoryQuery{lunch, std::nullopt, 9}});
    cluster.run(microseconds(200));
    for (const Answer& answer : cluster.received<Answer>(stranger.session())) {
      EXPECT_FALSE(std::holds_alternative<QueryRefused>(answer.body));
      const auto* page = std::get_if<HistoryAnswer>(&answer.body);
      if (page == nullptr) continue;
      ++pages;
      ASSERT_FALSE(page->items.empty());
      EXPECT_EQ(std::get<Post>(page->items[0].body).text, "299");
    }
    cluster.inbox(stranger.session()).clear();
  }
  EXPECT_GT(pages, 0U);
}

TEST_F(Sessions, DirectConversationIsReadByItsUsersOnly) {
  ann.say(Post{cat.id(), "psst"});
  cluster.run(milliseconds(100));

  EXPECT_EQ(answer_to<HistoryAnswer>(cat, HistoryQuery{ann.id(), std::nullopt, 10}).items.size(),
            1U);
  EXPECT_TRUE(
      answer_to<HistoryAnswer>(bob, HistoryQuery{ann.id(), std::nullopt, 10}).items.empty());
  Person stranger(cluster, 9, 1);
  EXPECT_EQ(answer_to<QueryRefused>(stranger, HistoryQuery{ann.id(), std::nullopt, 10}).reason,
            RejectReason::not_registered);
}

TEST_F(Sessions, PrivateRoomIsListedToAndReadByItsMembersOnly) {
  ann.say(SetPrivacy{lunch, true});
  ann.say(Post{lunch, "secret"});
  cluster.run(milliseconds(100));

  EXPECT_EQ(answer_to<HistoryAnswer>(bob, HistoryQuery{lunch, std::nullopt, 10}).items.size(), 1U);
  EXPECT_EQ(answer_to<QueryRefused>(cat, HistoryQuery{lunch, std::nullopt, 10}).reason,
            RejectReason::not_invited);
  Person stranger(cluster, 9, 1);
  EXPECT_EQ(answer_to<QueryRefused>(stranger, HistoryQuery{lunch, std::nullopt, 10}).reason,
            RejectReason::not_invited);
  EXPECT_EQ(answer_to<RoomsAnswer>(bob, RoomsQuery{}).rooms.size(), 2U);
  EXPECT_EQ(answer_to<RoomsAnswer>(cat, RoomsQuery{}).rooms.size(), 1U);
  EXPECT_EQ(answer_to<RoomsAnswer>(stranger, RoomsQuery{}).rooms.size(), 1U);
}

TEST_F(Sessions, ConversationsComeWithTheirReadMarkers) {
  ann.say(Post{bob.id(), "psst"});
  cluster.run(milliseconds(100));
  const auto read = answer_to<HistoryAnswer>(bob, HistoryQuery{ann.id(), std::nullopt, 1}).items;
  ASSERT_EQ(read.size(), 1U);
  const EntryKey key{read.front().hlc, read.front().id};
  bob.say(MarkRead{ann.id(), key});
  cluster.run(milliseconds(100));

  const auto answer = answer_to<ConversationsAnswer>(bob, ConversationsQuery{});

  ASSERT_EQ(answer.conversations.size(), 2U);
  EXPECT_EQ(answer.conversations[0].with, Destination{lunch});
  EXPECT_EQ(answer.conversations[0].read_upto, EntryKey{});
  EXPECT_EQ(answer.conversations[1].with, Destination{ann.id()});
  EXPECT_EQ(answer.conversations[1].name, "ann");
  EXPECT_EQ(answer.conversations[1].read_upto, key);
  EXPECT_FALSE(answer.more);
  Person stranger(cluster, 9, 1);
  EXPECT_EQ(answer_to<QueryRefused>(stranger, ConversationsQuery{}).reason,
            RejectReason::not_registered);
}

TEST_F(Sessions, EditsAndReactionsStandInTheTimelineOfTheirPost) {
  const auto n = ann.say(Post{lunch, "piza?"});
  cluster.run(milliseconds(100));
  ann.say(EditPost{lunch, {ann.session(), n}, "pizza?"});
  bob.say(React{lunch, {ann.session(), n}, "+1"});
  cluster.run(milliseconds(100));

  const auto page = answer_to<HistoryAnswer>(bob, HistoryQuery{lunch, std::nullopt, 10});

  EXPECT_EQ(page.items.size(), 3U);
}

TEST_F(Sessions, StatusNamesEveryServerAndWhatItHolds) {
  const auto status = answer_to<StatusAnswer>(ann, StatusQuery{});

  EXPECT_EQ(status.cluster, "peal");
  EXPECT_EQ(status.self, ServerId{1});
  EXPECT_EQ(status.role, Role::member);
  EXPECT_EQ(status.servers.size(), 3U);
  EXPECT_EQ(status.users, 3U);
  EXPECT_EQ(status.rooms, 2U);
  EXPECT_EQ(status.history, cluster[3].history().digest());
  EXPECT_EQ(status.trouble, "");
}

TEST_F(Sessions, PeersAreNotAskedAboutClientMatters) {
  cluster.sent().clear();
  const Sender peer = cluster.sender(2);

  cluster.receive(1, cluster.at(2), peer, Attach{1, "peal", test::user(9), false, {}});
  cluster.receive(1, cluster.at(2), peer, Person::submission(1, Post{lunch, "x"}));
  cluster.receive(1, cluster.at(2), peer, Detached{DetachReason::leaving});
  cluster.send(SessionId{9}, 1, Heartbeat{cluster[1].view().id, 1, {}, {}});
  cluster.send(SessionId{9}, 1, ViewChange{cluster[1].view()});
  cluster.run(milliseconds(1));

  EXPECT_TRUE(cluster.sent_of<Attached>().empty());
  EXPECT_TRUE(cluster.sent_of<HeartbeatAck>().empty());
  EXPECT_TRUE(cluster.sent_of<ViewAck>().empty());
}

}  // namespace
}  // namespace peal
