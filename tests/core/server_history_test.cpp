// History, replication and submissions: one test per sentence of section 9 of the design.
#include <algorithm>

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Disk;
using test::Person;

/// Three servers, 3 leads; ann is at 1, bob at 2, both in #lunch.
class Replication : public testing::Test {
 protected:
  Replication() {
    cluster.start_all({1, 2, 3});
    EXPECT_TRUE(ann.settle("ann", lunch));
    EXPECT_TRUE(bob.settle("bob", lunch));
  }
  ~Replication() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }
  [[nodiscard]] std::size_t copies_of_message(std::uint64_t server, MessageId message) {
    std::size_t copies = 0;
    for (const auto& [id, entry] : cluster.disk(server).entries)
      copies += entry->message == message ? 1U : 0U;
    return copies;
  }
  Cluster cluster;
  Person ann{cluster, 1, 1};
  Person bob{cluster, 2, 2};
};

TEST_F(Replication, SubmissionReachesEveryDisk) {
  const auto n = ann.say(Post{lunch, "pizza?"});

  cluster.run(milliseconds(50));

  for (const std::uint64_t server : {1U, 2U, 3U})
    EXPECT_EQ(copies_of_message(server, {ann.session(), n}), 1U) << server;
}

TEST_F(Replication, HoldsSubmittedBackUntilAMajorityIsDurable) {
  cluster.disk(1).held = true;
  cluster.disk(2).held = true;
  const auto n = ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(100));
  EXPECT_FALSE(ann.verdict(n).has_value());

  cluster.release_disk(2);
  cluster.run(milliseconds(10));

  ASSERT_TRUE(ann.accepted(n).has_value());
  EXPECT_EQ(ann.accepted(n)->copies, 2U);
}

TEST_F(Replication, HoldsTheVerdictBackUntilTheLeadersOwnDiskHasIt) {
  cluster.disk(3).held = true;

  const auto n = ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(10));

  EXPECT_FALSE(ann.accepted(n).has_value());
  EXPECT_EQ(copies_of_message(3, {ann.session(), n}), 0U);
}

TEST_F(Replication, AcknowledgementNamesTheViewAndTheEntry) {
  const auto n = ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(10));

  const auto accepted = ann.accepted(n);

  ASSERT_TRUE(accepted.has_value());
  EXPECT_EQ(accepted->view, cluster[3].view().id);
  EXPECT_EQ(accepted->entry.log, log_of(cluster[3].incarnation()));
}

TEST_F(Replication, MembersAcknowledgeOnlyWhatIsOnTheirDisks) {
  cluster.disk(1).held = true;
  cluster.sent().clear();

  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(15));

  for (const auto& [sent, ack] : cluster.sent_of<PushAck>()) EXPECT_NE(sent.from, ServerId{1});
  EXPECT_FALSE(cluster.sent_of<PushAck>().empty());
}

TEST_F(Replication, OnlyStableEntriesAreDelivered) {
  cluster.disk(1).held = true;
  cluster.disk(3).held = true;
  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(200));
  EXPECT_TRUE(bob.texts().empty());

  cluster.release_disk(3);
  cluster.run(milliseconds(100));

  EXPECT_EQ(bob.texts(), std::vector<std::string>{"pizza?"});
}

TEST_F(Replication, MessageSubmittedTwiceBecomesOneEntry) {
  const auto n = ann.say(Post{lunch, "pizza?"});
  ann.submit(n);
  cluster.run(milliseconds(50));
  ann.submit(n);
  cluster.run(milliseconds(50));

  EXPECT_EQ(copies_of_message(3, {ann.session(), n}), 1U);
  EXPECT_TRUE(ann.accepted(n).has_value());
}

TEST_F(Replication, MessageSubmittedAgainAfterAFailoverBecomesOneEntry) {
  const auto n = ann.say(Post{lunch, "pizza?"});
  ASSERT_TRUE(
      cluster.run_until([&] { return copies_of_message(2, {ann.session(), n}) == 1; }, seconds(1)));
  cluster.crash(3);

  ann.move_to(2);
  cluster.run(milliseconds(1));
  ann.submit(n);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 2; }, seconds(3)));
  cluster.run(milliseconds(100));

  EXPECT_EQ(copies_of_message(2, {ann.session(), n}), 1U);
  EXPECT_TRUE(ann.accepted(n).has_value());
}

TEST_F(Replication, MessagesAheadOfTheirTurnWaitForThoseBefore) {
  const auto first = ann.say(Post{lunch, "one"});
  const auto second = ann.say(Post{lunch, "two"});
  // As if the first had been lost: the leader hears of the second only.
  cluster.run(milliseconds(50));
  Person cat(cluster, 3, 1);
  ASSERT_TRUE(cat.settle("cat", lunch));
  cat.send(Person::submission(4, Post{lunch, "four"}));
  cluster.run(milliseconds(50));
  EXPECT_FALSE(cat.verdict(4).has_value());

  cat.send(Person::submission(3, Post{lunch, "three"}));
  cluster.run(milliseconds(50));

  EXPECT_TRUE(cat.accepted(3).has_value());
  ASSERT_TRUE(cat.accepted(4).has_value());
  EXPECT_LT(cat.accepted(3)->entry.seq, cat.accepted(4)->entry.seq);
  EXPECT_LT(ann.accepted(first)->entry.seq, ann.accepted(second)->entry.seq);
}

TEST_F(Replication, EarlierMessageTakesThePlaceOfALaterOneInAFullHome) {
  Cluster small;
  small.start(1, [](ServerConfig& config) { config.home_queue_max = 2; });
  ASSERT_TRUE(small.run_until([&] { return small.agreed_leader() == 1; }, seconds(2)));
  Person cat(small, 3, 1);
  ASSERT_TRUE(cat.settle("cat", lunch));
  // As if the third had been lost: those behind it fill the home and wait for it.
  for (const std::uint64_t n : {4U, 5U, 6U})
    cat.send(Person::submission(n, Post{lunch, std::to_string(n)}));
  small.run(milliseconds(10));
  EXPECT_TRUE(std::holds_alternative<Later>(cat.verdict(6).value()));

  cat.send(Person::submission(3, Post{lunch, "3"}));
  small.run(milliseconds(10));

  EXPECT_TRUE(cat.accepted(3).has_value());
}

TEST_F(Replication, EverySessionHasRoomForOneMessageInAFullHome) {
  Cluster small;
  small.start(1, [](ServerConfig& config) { config.home_queue_max = 2; });
  ASSERT_TRUE(small.run_until([&] { return small.agreed_leader() == 1; }, seconds(2)));
  Person cat(small, 3, 1);
  Person dog(small, 4, 1);
  ASSERT_TRUE(cat.settle("cat", lunch));
  ASSERT_TRUE(dog.settle("dog", lunch));
  for (const std::uint64_t n : {4U, 5U})
    cat.send(Person::submission(n, Post{lunch, "waits for the third, which never comes"}));
  small.run(milliseconds(10));

  const auto n = dog.say(Post{lunch, "woof"});
  small.run(milliseconds(10));

  EXPECT_TRUE(dog.accepted(n).has_value());
}

TEST_F(Replication, RefusalSaysWhy) {
  const auto n = ann.say(Post{RoomName{"#nowhere"}, "hello"});
  cluster.run(milliseconds(10));

  ASSERT_TRUE(ann.verdict(n).has_value());
  EXPECT_EQ(std::get<Refusal>(*ann.verdict(n)).reason, RejectReason::no_such_room);
}

TEST_F(Replication, PostsOfOthersAreNotEditedOrDeleted) {
  const auto n = ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(50));
  const MessageId post{ann.session(), n};
  const auto edit = bob.say(EditPost{lunch, post, "soup!"});
  const auto removal = bob.say(DeletePost{lunch, post});
  const auto own = ann.say(EditPost{lunch, post, "pizza!"});
  cluster.run(milliseconds(50));

  for (const auto said : {edit, removal}) {
    ASSERT_TRUE(bob.verdict(said).has_value());
    EXPECT_EQ(std::get<Refusal>(*bob.verdict(said)).reason, RejectReason::not_yours);
  }
  EXPECT_TRUE(ann.accepted(own).has_value());
}

TEST_F(Replication, WhoHasSeenWhatIsMissingHereIsNotToldThatTheyAreNobody) {
  Person cat(cluster, 9, 1);
  cat.attach();
  Submit submit = Person::submission(1, Post{lunch, "where is everybody?"});
  submit.seen = {{LogId{99}, 7}};  // Of the other side of a split, where she registered and joined.

  cat.send(submit);
  cluster.run(milliseconds(20));

  EXPECT_TRUE(cat.accepted(1).has_value());
}

TEST_F(Replication, BadFormIsRefusedWhateverIsMissing) {
  Person cat(cluster, 9, 1);
  cat.attach();
  Submit submit = Person::submission(1, Post{lunch, ""});
  submit.seen = {{LogId{99}, 7}};

  cat.send(submit);
  cluster.run(milliseconds(20));

  EXPECT_FALSE(cat.accepted(1).has_value());
  EXPECT_TRUE(cat.verdict(1).has_value());
}

// The leader that refused it ended before the author heard so; entries that follow what is in no
// log here wait for their predecessors, and say nothing about this author's.
TEST_F(Replication, RefusalIsRepeatedWhileOthersWaitForPredecessors) {
  const auto refused = bob.say(Post{RoomName{"#nowhere"}, "hello"});
  const auto taken = bob.say(Post{lunch, "hello"});
  ASSERT_TRUE(cluster.run_until([&] { return bob.accepted(taken).has_value(); }, seconds(2)));
  cluster.crash(3);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 2; }, seconds(3)));
  cluster.run(seconds(3));
  Submit submit = Person::submission(3, Post{lunch, "what did you see?"});
  submit.seen = {{LogId{99}, 7}};
  ann.send(submit);
  ASSERT_TRUE(cluster.run_until([&] { return ann.accepted(3).has_value(); }, seconds(1)));
  cluster.inbox(bob.session()).clear();

  bob.submit(refused);
  cluster.run(milliseconds(20));

  ASSERT_TRUE(bob.verdict(refused).has_value());
  EXPECT_EQ(std::get<Refusal>(*bob.verdict(refused)).reason, RejectReason::no_such_room);
}

TEST_F(Replication, WhatIsSoAlreadyNeedsNoEntry) {
  cluster.run(seconds(1));
  const auto n = ann.say(JoinRoom{lunch});
  cluster.run(milliseconds(10));

  ASSERT_TRUE(ann.accepted(n).has_value());
  EXPECT_EQ(ann.accepted(n)->entry.seq, 0U);
}

TEST_F(Replication, LostPushesAreRepeated) {
  Prng prng(7);
  cluster.set_fate([&](ServerId, ServerId, const Message& message) {
    const bool push =
        std::holds_alternative<Push>(message) || std::holds_alternative<PushAck>(message);
    if (push && prng.below(3) == 0) return std::vector<Duration>{};
    return std::vector<Duration>{microseconds(100)};
  });
  for (int i = 0; i < 100; ++i) {
    ann.say(Post{lunch, "message " + std::to_string(i)});
    cluster.run(milliseconds(2));
  }

  EXPECT_TRUE(cluster.run_until([&] { return cluster.histories_equal(); }, seconds(5)));
  EXPECT_EQ(cluster[1].held().count_beyond({}), 104U);
}

TEST_F(Replication, EntriesThatArriveTwiceAndOutOfOrderCountOnce) {
  Prng prng(7);
  cluster.set_fate([&](ServerId, ServerId, const Message&) {
    std::vector<Duration> copies;
    for (std::uint64_t i = 0; i <= prng.below(2); ++i)
      copies.push_back(microseconds(static_cast<std::int64_t>(100 + prng.below(5'000))));
    return copies;
  });
  for (int i = 0; i < 50; ++i) {
    ann.say(Post{lunch, std::to_string(i)});
    bob.acknowledge();
    cluster.run(milliseconds(5));
  }
  cluster.heal();
  cluster.run(seconds(3));

  EXPECT_TRUE(cluster.histories_equal());
  EXPECT_EQ(bob.texts().size(), 50U);
}

TEST_F(Replication, RestartedServerGetsWhatItMissed) {
  cluster.crash(1);
  for (int i = 0; i < 20; ++i) bob.say(Post{lunch, std::to_string(i)});
  cluster.run(seconds(1));

  cluster.start(1);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(3)));

  EXPECT_TRUE(cluster.run_until([&] { return cluster.histories_equal(); }, seconds(2)));
}

TEST_F(Replication, WipedServerIsRefilled) {
  cluster.crash(1);
  cluster.disk(1) = Disk{};

  cluster.start(1);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(3)));

  EXPECT_TRUE(cluster.run_until([&] { return cluster.histories_equal(); }, seconds(2)));
  EXPECT_EQ(cluster[1].history().chat(), cluster[3].history().chat());
  cluster.run(milliseconds(100));
  EXPECT_EQ(cluster.disk(1).entries.size(), cluster.disk(3).entries.size());
}

TEST_F(Replication, OldEntriesAreReadBackFromStorageForWhoLacksThem) {
  Cluster small;
  const auto tiny = [](ServerConfig& config) { config.window_entries = 8; };
  for (const std::uint64_t id : {1U, 2U, 3U}) small.start(id, tiny);
  ASSERT_TRUE(small.run_until([&] { return small.agreed_leader() == 3; }, seconds(5)));
  Person cat(small, 3, 3);
  ASSERT_TRUE(cat.settle("cat", lunch));
  for (int i = 0; i < 60; ++i) {
    cat.say(Post{lunch, std::to_string(i)});
    small.run(milliseconds(1));
  }
  small.run(seconds(3));
  small.crash(1);
  small.disk(1) = Disk{};
  small.run(seconds(1));

  small.start(1, tiny);

  EXPECT_TRUE(small.run_until([&] { return small.agreed_leader() == 3 && small.histories_equal(); },
                              seconds(5)));
  EXPECT_TRUE(small.marked(Mark::push_read_from_storage));
}

TEST_F(Replication, LateCopyOfAnOldMessageIsNoNewsToWhoCameMeanwhile) {
  Cluster small;
  for (const std::uint64_t id : {1U, 2U, 3U})
    small.start(id, [](ServerConfig& config) { config.window_entries = 8; });
  ASSERT_TRUE(small.run_until([&] { return small.agreed_leader() == 3; }, seconds(5)));
  Person cat(small, 3, 3);
  ASSERT_TRUE(cat.settle("cat", lunch));
  const MessageId old{cat.session(), cat.say(Post{lunch, "old"})};
  for (int i = 0; i < 60; ++i) {
    cat.say(Post{lunch, "newer"});
    small.run(milliseconds(1));
  }
  small.run(seconds(3));
  Person dan(small, 4, 1);
  ASSERT_TRUE(dan.settle("dan", lunch));

  // The other side of a split had accepted it as well.
  Entry copy = test::entry_at(small.wall().ms, cat.id(), Post{lunch, "old"});
  copy.id = {LogId{4711}, 1};
  copy.message = old;
  small.receive(3, small.at(2), small.sender(2), Push{1'000, {copy.id}, {SharedEntry(copy)}});
  cat.say(Post{lunch, "newest"});
  small.run(seconds(1));

  ASSERT_TRUE(small[1].history().held().covers(copy.id));
  EXPECT_EQ(dan.texts(), std::vector<std::string>{"newest"});
}

TEST_F(Replication, HalvesConvergeByteForByte) {
  cluster.cut({1}, {2, 3});
  ASSERT_TRUE(cluster.run_until([&] { return cluster[1].role() == Role::leader; }, seconds(3)));
  const auto here = ann.say(Post{lunch, "here"});
  const auto there = bob.say(Post{lunch, "there"});
  ASSERT_TRUE(
      cluster.run_until([&] { return ann.accepted(here) && bob.accepted(there); }, seconds(2)));
  EXPECT_EQ(ann.accepted(here)->copies, 1U);

  cluster.heal();

  EXPECT_TRUE(cluster.run_until(
      [&] { return cluster.agreed_leader() == 3 && cluster.histories_equal(); }, seconds(4)));
  EXPECT_EQ(cluster[1].history().chat(), cluster[3].history().chat());
}

TEST_F(Replication, SameMessageInTwoLogsCollapsesToTheSmallestKey) {
  cluster.cut({1}, {2, 3});
  ASSERT_TRUE(cluster.run_until([&] { return cluster[1].role() == Role::leader; }, seconds(3)));
  const auto n = ann.say(Post{lunch, "twice"});
  ASSERT_TRUE(cluster.run_until([&] { return ann.accepted(n).has_value(); }, seconds(2)));
  ann.attach_to(2, false, {});
  cluster.run(milliseconds(5));
  ann.submit(n);
  ASSERT_TRUE(
      cluster.run_until([&] { return copies_of_message(2, {ann.session(), n}) == 1; }, seconds(2)));
  cluster.heal();
  ASSERT_TRUE(cluster.run_until(
      [&] { return cluster.agreed_leader() == 3 && cluster.histories_equal(); }, seconds(4)));
  cluster.run(seconds(3));
  ASSERT_EQ(copies_of_message(1, {ann.session(), n}), 2U);

  for (const std::uint64_t server : {1U, 2U, 3U}) {
    Person reader(cluster, 10 + server, server);
    reader.send(Query{1, HistoryQuery{lunch, std::nullopt, 50}});
    cluster.run(milliseconds(5));
    const auto answers = cluster.received<Answer>(reader.session());
    ASSERT_EQ(answers.size(), 1U);
    const auto& page = std::get<HistoryAnswer>(answers[0].body);
    const auto count = std::ranges::count_if(page.items, [&](const Delivery& item) {
      return item.message == MessageId{ann.session(), n};
    });
    EXPECT_EQ(count, 1) << server;
  }
}

TEST_F(Replication, EntryNamesWhatItsLeaderHeldAndItsAuthorHadSeen) {
  cluster.crash(3);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 2; }, seconds(3)));
  const auto n = bob.say(Post{lunch, "after"});
  ASSERT_TRUE(cluster.run_until([&] { return bob.accepted(n).has_value(); }, seconds(2)));

  const SharedEntry* entry = cluster[2].history().find(bob.accepted(n)->entry);

  ASSERT_NE(entry, nullptr);
  ASSERT_FALSE((*entry)->deps.empty());
  EXPECT_EQ((*entry)->deps[0].seq, cluster[2].held().at((*entry)->deps[0].log));
}

TEST_F(Replication, EntryNamesWhatItsAuthorSawElsewhereThoughItsHomeHoldsItMeanwhile) {
  Entry elsewhere;
  elsewhere.id = {LogId{77}, 1};
  elsewhere.hlc = Hlc{static_cast<std::uint64_t>(cluster.wall().ms) << 16U};
  elsewhere.message = {SessionId{50}, 1};
  elsewhere.author = bob.id();
  elsewhere.body = Post{lunch, "from the other side"};
  cluster.set_fate([](ServerId, ServerId, const Message& message) {
    const auto* push = std::get_if<Push>(&message);
    const bool late = push != nullptr && std::ranges::any_of(push->entries, [](const auto& entry) {
                        return entry->id.log == LogId{77};
                      });
    return late ? std::vector<Duration>{} : std::vector{microseconds(100)};
  });
  cluster.receive(1, cluster.at(2), cluster.sender(2), Push{1'000, {}, {SharedEntry(elsewhere)}});
  cluster.run(milliseconds(10));
  ASSERT_TRUE(cluster[1].durable().covers(elsewhere.id));
  ASSERT_FALSE(cluster[3].held().covers(elsewhere.id));
  VersionVector cursor = ann.cursor();
  cursor.advance(elsewhere.id);
  ann.attach_to(1, true, cursor);
  cluster.run(milliseconds(10));

  const auto n = ann.say(Post{lunch, "so I heard"});
  cluster.run(milliseconds(10));

  ASSERT_TRUE(ann.accepted(n).has_value());
  const auto& deps = cluster.disk(3).entries.at(ann.accepted(n)->entry)->deps;
  EXPECT_EQ(std::ranges::count(deps, elsewhere.id), 1);
}

TEST_F(Replication, ServerWithAFailedDiskSaysSoAndLeavesTheView) {
  cluster.disk(1).trouble = DiskTrouble::full;
  bob.say(Post{lunch, "pizza?"});

  ASSERT_TRUE(cluster.run_until([&] { return cluster[3].view().members.size() == 2; }, seconds(2)));

  EXPECT_EQ(cluster[1].role(), Role::failed);
  ASSERT_FALSE(cluster.received<Detached>(ann.session()).empty());
  EXPECT_EQ(cluster.received<Detached>(ann.session())[0].reason, DetachReason::disk_failed);
  EXPECT_EQ(cluster.notices_of<DiskFailed>().size(), 1U);
  ann.send(Query{1, StatusQuery{}});
  cluster.run(milliseconds(2));
  const auto answers = cluster.received<Answer>(ann.session());
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(std::get<StatusAnswer>(answers[0].body).trouble,
            "the disk says no; make room on the disk of the data directory");
}

TEST_F(Replication, ServerWhoseDiskWorksAgainComesBack) {
  cluster.disk(1).trouble = DiskTrouble::full;
  bob.say(Post{lunch, "pizza?"});
  ASSERT_TRUE(cluster.run_until([&] { return cluster[1].role() == Role::failed; }, seconds(2)));

  cluster.disk(1).trouble.reset();

  EXPECT_TRUE(cluster.run_until(
      [&] { return cluster.agreed_leader() == 3 && cluster.histories_equal(); }, seconds(8)));
  EXPECT_TRUE(cluster.marked(Mark::disk_healed));
}

TEST_F(Replication, MemberWithAFailedDiskSaysGoodbyeUntilItIsHeard) {
  std::size_t goodbyes = 0;
  cluster.set_fate([&](ServerId from, ServerId, const Message& message) {
    const bool lost =
        from == ServerId{1} && std::holds_alternative<Leave>(message) && ++goodbyes <= 3;
    return lost ? std::vector<Duration>{} : std::vector{microseconds(100)};
  });
  cluster.disk(1).trouble = DiskTrouble::failing;
  ann.say(Post{lunch, "pizza?"});

  EXPECT_TRUE(cluster.run_until([&] { return cluster[3].view().members.size() == 2; }, seconds(1)));
  EXPECT_EQ(goodbyes, 4U);
}

TEST_F(Replication, LeaderWithAFailedDiskIsReplaced) {
  cluster.disk(3).trouble = DiskTrouble::failing;
  const auto n = ann.say(Post{lunch, "pizza?"});

  EXPECT_TRUE(cluster.run_until([&] { return cluster[2].role() == Role::leader; }, seconds(3)));
  EXPECT_TRUE(cluster.run_until([&] { return ann.accepted(n).has_value(); }, seconds(3)));
}

TEST_F(Replication, NothingAcknowledgedIsLostWithTheLeader) {
  std::vector<std::uint64_t> acknowledged;
  for (int i = 0; i < 30; ++i) {
    const auto n = ann.say(Post{lunch, std::to_string(i)});
    cluster.run(microseconds(150));
    if (ann.accepted(n)) acknowledged.push_back(n);
  }
  for (std::uint64_t n = 3; n <= 32; ++n)
    if (ann.accepted(n)) acknowledged.push_back(n);
  ASSERT_FALSE(acknowledged.empty());

  cluster.crash(3);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 2; }, seconds(3)));
  cluster.run(seconds(1));

  for (const std::uint64_t n : acknowledged)
    EXPECT_TRUE(cluster[2].history().sessions().has({ann.session(), n})) << n;
}

TEST_F(Replication, CopiedServerIsEqualAndDigestsAlike) {
  const Server copy = cluster[3];

  EXPECT_EQ(copy, cluster[3]);
  EXPECT_EQ(copy.digest(cluster.now()), cluster[3].digest(cluster.now()));

  ann.say(Post{lunch, "pizza?"});
  cluster.run(milliseconds(5));
  EXPECT_NE(copy, cluster[3]);
  EXPECT_NE(copy.digest(cluster.now()), cluster[3].digest(cluster.now()));
}

}  // namespace
}  // namespace peal
