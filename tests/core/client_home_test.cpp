// How a client finds a home, keeps it, and finds another.
#include <set>

#include <gtest/gtest.h>

#include "core/client.hpp"
#include "tests/support/client_driver.hpp"
#include "tests/support/entries.hpp"

namespace peal {
namespace {

using test::ClientDriver;
using test::server_at;
using test::server_member;
using test::server_sender;
using test::view_of;

ClientConfig plain_config() {
  ClientConfig config;
  config.session = SessionId{77};
  config.user = test::user(0xaa);
  return config;
}

ClientConfig configured(std::vector<Endpoint> servers, bool pin = false) {
  ClientConfig config = plain_config();
  config.servers = std::move(servers);
  config.pin = pin;
  return config;
}

Announce announce_of(std::uint8_t server, const std::string& cluster = "peal") {
  return {cluster, {7, ServerId{3}}, server_member(server), server_member(3), 3};
}

TEST(ClientLooking, IsDueAtOnceAndProbesByBroadcast) {
  ClientDriver driver(plain_config());
  EXPECT_LE(driver.client().next_deadline(), driver.now());

  driver.step(Wake{});

  ASSERT_EQ(driver.all<Broadcast>().size(), 1U);
  EXPECT_EQ(std::get<Probe>(driver.all<Broadcast>()[0].message).cluster, "peal");
}

TEST(ClientLooking, KeepsProbingEverMoreRarely) {
  ClientDriver driver(plain_config());

  driver.pass(seconds(1));
  const auto early = driver.all<Broadcast>().size();
  driver.pass(seconds(60));
  driver.pass(seconds(10));
  const auto late = driver.all<Broadcast>().size();

  EXPECT_GE(early, 4U);
  EXPECT_GE(late, 9U);
  EXPECT_LE(late, 11U);
}

TEST(ClientLooking, AttachesToWhoAnnouncesItself) {
  ClientDriver driver(plain_config());
  driver.step(Wake{});

  driver.receive(2, announce_of(2));

  ASSERT_EQ(driver.sent<Attach>().size(), 1U);
  EXPECT_EQ(driver.sent<Attach>()[0].first, server_at(2));
  EXPECT_FALSE(driver.last_attach().resume);
  EXPECT_EQ(driver.last_attach().user, test::user(0xaa));
}

TEST(ClientLooking, IgnoresOtherClusters) {
  ClientDriver driver(plain_config());
  driver.step(Wake{});

  driver.receive(2, announce_of(2, "others"));

  EXPECT_TRUE(driver.sent<Attach>().empty());
}

TEST(ClientLooking, TriesConfiguredServersFirstInTheirOrder) {
  ClientDriver driver(configured({server_at(5), server_at(4)}));

  driver.step(Wake{});
  EXPECT_EQ(driver.last_attach_to(), server_at(5));
  EXPECT_TRUE(driver.all<Broadcast>().empty());

  driver.step(RefusedAt{server_at(5)});
  EXPECT_EQ(driver.last_attach_to(), server_at(4));

  driver.step(RefusedAt{server_at(4)});
  EXPECT_EQ(driver.all<Broadcast>().size(), 1U);
}

TEST(ClientLooking, TriesASilentServerThreeTimesThenTheNext) {
  ClientDriver driver(configured({server_at(5), server_at(4)}));

  driver.pass(seconds(1));

  const auto attaches = driver.sent<Attach>();
  ASSERT_GE(attaches.size(), 4U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(attaches[i].first, server_at(5));
  EXPECT_EQ(attaches[3].first, server_at(4));
  EXPECT_GT(attaches[3].second.attachment, attaches[2].second.attachment);
}

TEST(ClientLooking, PinnedClientSpeaksToNobodyElse) {
  ClientDriver driver(configured({server_at(5)}, true));

  driver.pass(seconds(5));
  for (const Send& send : driver.all<Send>()) EXPECT_EQ(send.to, server_at(5));
  EXPECT_TRUE(driver.all<Broadcast>().empty());

  const Endpoint before = driver.last_attach_to();
  driver.receive(2, announce_of(2));
  EXPECT_EQ(driver.last_attach_to(), before);
}

TEST(ClientLooking, PinnedClientComesBackToItsServer) {
  ClientDriver driver(configured({server_at(5)}, true));
  driver.pass(seconds(5));
  driver.pass(seconds(5));

  EXPECT_FALSE(driver.sent<Attach>().empty());
}

TEST(ClientLooking, TellsOnceThatNobodyAnswersAndKeepsTrying) {
  ClientDriver driver(plain_config());

  driver.pass(seconds(30));

  ASSERT_EQ(driver.all<Disconnected>().size(), 1U);
  EXPECT_EQ(driver.all<Disconnected>()[0].why, "no server of cluster 'peal' answers");
  EXPECT_GT(driver.all<Broadcast>().size(), 20U);
}

TEST(ClientLooking, SaysWhyTheLastServerRefused) {
  ClientDriver driver(configured({server_at(5)}));
  driver.step(Wake{});

  driver.receive(5, Detached{DetachReason::full});
  driver.pass(seconds(3));

  ASSERT_EQ(driver.all<Disconnected>().size(), 1U);
  EXPECT_EQ(driver.all<Disconnected>()[0].why,
            "no server of cluster 'peal' answers (the last one that did is full)");
}

TEST(ClientAttaching, TellsItsHome) {
  ClientDriver driver(plain_config());

  driver.settle(2, view_of(3));

  ASSERT_EQ(driver.all<Connected>().size(), 1U);
  const Connected connected = driver.all<Connected>()[0];
  EXPECT_EQ(connected.home, ServerId{2});
  EXPECT_EQ(connected.at, server_at(2));
  EXPECT_EQ(connected.name, "ann");
  EXPECT_EQ(connected.view, view_of(3));
  EXPECT_FALSE(connected.failed_over);
  EXPECT_TRUE(driver.client().attached());
}

TEST(ClientAttaching, IgnoresTheAnswerToAnEarlierTry) {
  ClientDriver driver(configured({server_at(5), server_at(4)}));
  driver.step(Wake{});
  const auto first = driver.last_attach().attachment;
  driver.step(RefusedAt{server_at(5)});

  driver.receive(5, Attached{first, view_of(3), ServerId{5}, "", {}});

  EXPECT_FALSE(driver.client().attached());
}

TEST(ClientAttaching, DoesNotStartAgainWhenTheAnswerComesTwice) {
  ClientDriver driver(plain_config());
  driver.settle(2, view_of(3));

  driver.accept(2, view_of(3));

  EXPECT_EQ(driver.effect_count(), 0U);
}

TEST(ClientAttaching, GoesOnWhenAServerIsFullAndLeavesItAloneForAWhile) {
  ClientDriver driver(configured({server_at(5), server_at(4)}));
  driver.step(Wake{});

  driver.receive(5, Detached{DetachReason::full});
  EXPECT_EQ(driver.last_attach_to(), server_at(4));
  driver.receive(4, Detached{DetachReason::full});

  driver.receive(5, announce_of(5));
  EXPECT_TRUE(driver.sent<Attach>().empty());
  driver.pass(milliseconds(300));
  driver.receive(5, announce_of(5));
  EXPECT_EQ(driver.sent<Attach>().size(), 1U);
}

TEST(ClientAttaching, TakesAnotherServerThatAnswersWhenTheOneAskedDoesNot) {
  ClientDriver driver(configured({server_at(5)}));
  driver.pass(milliseconds(100));  // Two tries.

  driver.receive(2, announce_of(2));

  EXPECT_EQ(driver.last_attach_to(), server_at(2));
}

class AtHome : public testing::Test {
 protected:
  AtHome() { driver.settle(2, view_of(3)); }
  ~AtHome() override { EXPECT_EQ(driver.deadlines_in_the_past(), 0); }
  ClientDriver driver{plain_config()};
};

TEST_F(AtHome, PingsAnIdleHomeEverySecond) {
  driver.pass(milliseconds(990));
  EXPECT_TRUE(driver.sent<Ping>().empty());

  driver.pass(milliseconds(20));
  ASSERT_EQ(driver.sent<Ping>().size(), 1U);
  EXPECT_EQ(driver.sent<Ping>()[0].first, server_at(2));

  driver.receive(2, Pong{driver.sent<Ping>()[0].second.sent, view_of(3).id});
  driver.pass(milliseconds(900));
  EXPECT_TRUE(driver.sent<Ping>().empty());
}

TEST_F(AtHome, LateAnswersToOldPingsMakeNobodyWaitLonger) {
  driver.pass(seconds(1));
  const Instant sent = driver.sent<Ping>().at(0).second.sent;
  driver.receive(2, Pong{sent, view_of(3).id});
  for (int i = 0; i < 30; ++i) {
    driver.pass(milliseconds(900));
    driver.receive(2, Pong{sent, view_of(3).id});  // Doubled, and long under way.
  }

  driver.pass(seconds(10));

  EXPECT_FALSE(driver.client().attached());
}

TEST_F(AtHome, PingsThreeTimesThenFailsOverAndTellsItsSuspicion) {
  driver.pass(milliseconds(1'305));
  EXPECT_EQ(driver.sent<Ping>().size(), 3U);
  const Endpoint next = driver.last_attach_to();
  EXPECT_TRUE(next == server_at(1) || next == server_at(3));
  EXPECT_TRUE(driver.last_attach().resume);
  EXPECT_FALSE(driver.client().attached());

  // Whichever is tried now answers.
  const std::uint8_t home = driver.last_attach_to().ip[15];
  driver.accept(home, view_of(3));

  ASSERT_EQ(driver.all<Connected>().size(), 1U);
  EXPECT_TRUE(driver.all<Connected>()[0].failed_over);
  EXPECT_EQ(driver.all<Mark>(), (std::vector<Mark>{Mark::client_failover}));
  ASSERT_EQ(driver.sent<Suspect>().size(), 1U);
  EXPECT_EQ(driver.sent<Suspect>()[0].first, server_at(home));
  EXPECT_EQ(driver.sent<Suspect>()[0].second.server, ServerId{2});
}

TEST_F(AtHome, StaysForAsLongAsItAnswers) {
  driver.pass(seconds(60), 2);

  EXPECT_EQ(driver.sent<Ping>().size(), 60U);
  EXPECT_TRUE(driver.client().attached());
}

TEST_F(AtHome, LeavesOneThatOnlyAnnouncesItselfAndOwesAnAnswer) {
  driver.step(Say{Ticket{1}, JoinRoom{RoomName{"#lunch"}}});
  for (int i = 0; i < 30; ++i) {
    driver.pass(milliseconds(100));
    driver.receive(2, announce_of(2));
  }

  EXPECT_FALSE(driver.client().attached());
}

TEST_F(AtHome, LeavesOneThatDeliversAndOwesAnAnswer) {
  driver.step(Say{Ticket{1}, JoinRoom{RoomName{"#lunch"}}});
  Deliver deliver{.attachment = driver.last_attach().attachment, .n = 0};
  for (int i = 0; i < 30; ++i) {
    driver.pass(milliseconds(100));
    ++deliver.n;
    driver.receive(2, deliver);
  }

  EXPECT_FALSE(driver.client().attached());
}

TEST_F(AtHome, NeverTriesTheSilentOneFirst) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    ClientConfig config = plain_config();
    config.seed = seed;
    ClientDriver other(config);
    other.settle(2, view_of(3));

    other.step(RefusedAt{server_at(2)});
    other.step(RefusedAt{server_at(2)});

    EXPECT_NE(other.last_attach_to(), server_at(2)) << seed;
    EXPECT_FALSE(other.client().attached());
  }
}

TEST_F(AtHome, LooksForOthersWhileTheServersThatItKnowsAreSilent) {
  driver.step(RefusedAt{server_at(2)});
  driver.step(RefusedAt{server_at(2)});
  driver.pass(milliseconds(60));
  ASSERT_EQ(driver.all<Broadcast>().size(), 1U);

  driver.receive(9, announce_of(9));
  EXPECT_EQ(driver.last_attach_to(), server_at(9));

  // It lives, so nobody else is asked for while it takes its time, and its own word is no news.
  driver.pass(milliseconds(60));
  EXPECT_TRUE(driver.all<Broadcast>().empty());
  const auto attachment = driver.last_attach().attachment;
  driver.receive(9, announce_of(9));
  EXPECT_EQ(driver.last_attach().attachment, attachment);
}

TEST_F(AtHome, SpreadsOverTheRemainingServers) {
  std::set<Endpoint> chosen;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    ClientConfig config = plain_config();
    config.seed = seed;
    ClientDriver other(config);
    other.settle(2, view_of(3));
    other.step(RefusedAt{server_at(2)});
    other.step(RefusedAt{server_at(2)});
    chosen.insert(other.last_attach_to());
  }

  EXPECT_EQ(chosen, (std::set<Endpoint>{server_at(1), server_at(3)}));
}

TEST_F(AtHome, PingsAtOnceWhenThePortRefuses) {
  driver.step(RefusedAt{server_at(2)});

  EXPECT_EQ(driver.sent<Ping>().size(), 1U);
  EXPECT_TRUE(driver.client().attached());
}

TEST_F(AtHome, ARefusedPingIsSilenceAtOnce) {
  driver.step(RefusedAt{server_at(2)});

  driver.step(RefusedAt{server_at(2)});

  EXPECT_EQ(driver.sent<Attach>().size(), 1U);
}

TEST_F(AtHome, AnAnswerAfterARefusalIsProofOfLife) {
  driver.step(RefusedAt{server_at(2)});
  driver.receive(2, Pong{driver.sent<Ping>()[0].second.sent, view_of(3).id});

  driver.step(RefusedAt{server_at(2)});

  EXPECT_TRUE(driver.client().attached());
}

TEST_F(AtHome, ARefusalOfAnotherAddressMeansNothing) {
  driver.step(RefusedAt{server_at(1)});
  driver.step(RefusedAt{server_at(1)});

  EXPECT_TRUE(driver.client().attached());
  EXPECT_EQ(driver.effect_count(), 0U);
}

TEST_F(AtHome, LeavesAHomeThatSaysGoodbyeWithoutSuspectingIt) {
  for (const auto reason : {DetachReason::leaving, DetachReason::disk_failed,
                            DetachReason::not_in_a_view, DetachReason::full}) {
    ClientDriver other(plain_config());
    other.settle(2, view_of(3));

    other.receive(2, Detached{reason});
    ASSERT_EQ(other.sent<Attach>().size(), 1U);
    EXPECT_NE(other.last_attach_to(), server_at(2));
    other.accept(other.last_attach_to().ip[15], view_of(3));

    EXPECT_TRUE(other.sent<Suspect>().empty());
    EXPECT_TRUE(other.client().attached());
  }
}

TEST_F(AtHome, AttachesAgainWhereItsSessionIsUnknown) {
  const auto before = driver.last_attach().attachment;

  driver.receive(2, Detached{DetachReason::unknown_session});

  EXPECT_EQ(driver.last_attach_to(), server_at(2));
  EXPECT_TRUE(driver.last_attach().resume);
  EXPECT_EQ(driver.last_attach().attachment, before + 1);
}

TEST_F(AtHome, AttachesAgainToAHomeThatWasStartedAgain) {
  driver.step(Received{server_at(2), {{ServerId{2}, 4711}, Pong{driver.now(), {}}}});

  EXPECT_EQ(driver.last_attach_to(), server_at(2));
  EXPECT_FALSE(driver.client().attached());
}

TEST_F(AtHome, DoesNotAnnounceASuspicionOfTheHomeThatItReturnsTo) {
  driver.pass(seconds(2));  // Silent: left.
  for (int i = 0; i < 50 && driver.last_attach_to() != server_at(2); ++i)
    driver.pass(milliseconds(100));
  ASSERT_EQ(driver.last_attach_to(), server_at(2));

  driver.accept(2, view_of(3));

  EXPECT_TRUE(driver.client().attached());
  EXPECT_TRUE(driver.sent<Suspect>().empty());
}

TEST_F(AtHome, SuspectsAtMostOncePerSecond) {
  const auto fail_over = [&] {
    const Endpoint at = driver.all<Connected>().at(0).at;
    driver.step(RefusedAt{at});
    driver.step(RefusedAt{at});
    driver.accept(driver.last_attach_to().ip[15], view_of(3));
    return driver.sent<Suspect>().size();
  };

  EXPECT_EQ(fail_over(), 1U);
  EXPECT_EQ(fail_over(), 0U);
}

TEST_F(AtHome, TellsTheViewThatItsHomeTells) {
  View smaller = view_of(2);
  smaller.id.number = 8;

  driver.receive(2, Servers{smaller});
  EXPECT_EQ(driver.all<ViewLearned>().size(), 1U);

  driver.receive(2, Servers{smaller});
  EXPECT_TRUE(driver.all<ViewLearned>().empty());
}

TEST_F(AtHome, FailsOverWithinTheLatestView) {
  View smaller{{8, ServerId{2}}, {server_member(2), server_member(9)}};
  driver.receive(2, Servers{smaller});

  driver.receive(2, Detached{DetachReason::leaving});

  EXPECT_EQ(driver.last_attach_to(), server_at(9));
}

TEST_F(AtHome, ListensToNoOtherServersViewsAndPresence) {
  driver.receive(3, Servers{view_of(1)});
  driver.receive(3, PresenceList{{}});

  EXPECT_EQ(driver.effect_count(), 0U);
}

TEST_F(AtHome, PassesPresenceOn) {
  const std::vector<OnlineUser> users = {{test::user(1), ServerId{2}, "ann"}};

  driver.receive(2, PresenceList{users});

  ASSERT_EQ(driver.all<OnlineChanged>().size(), 1U);
  EXPECT_EQ(driver.all<OnlineChanged>()[0].users, users);
}

TEST_F(AtHome, IgnoresWhatClientsSend) {
  driver.step(Received{server_at(2), {{ServerId{}, 99}, Detached{DetachReason::leaving}}});

  EXPECT_TRUE(driver.client().attached());
}

TEST_F(AtHome, ClosesWithADetach) {
  driver.step(Close{});

  ASSERT_EQ(driver.sent<Detach>().size(), 1U);
  EXPECT_EQ(driver.sent<Detach>()[0].first, server_at(2));
  EXPECT_EQ(driver.all<Closed>().size(), 1U);
  EXPECT_EQ(driver.client().next_deadline(), never);
}

TEST_F(AtHome, IsStillOnceClosed) {
  driver.step(Close{});

  driver.step(Close{});
  EXPECT_EQ(driver.effect_count(), 0U);
  driver.receive(2, Servers{view_of(1)});
  EXPECT_EQ(driver.effect_count(), 0U);
  driver.step(Say{Ticket{1}, JoinRoom{{"#a"}}});
  EXPECT_EQ(driver.all<QueueFull>().size(), 1U);
  driver.step(Ask{Ticket{2}, StatusQuery{}});
  EXPECT_EQ(driver.all<QueueFull>().size(), 1U);
}

TEST_F(AtHome, IsAValue) {
  Client copy = driver.client();
  EXPECT_EQ(copy, driver.client());
  EXPECT_EQ(copy.digest(driver.now()), driver.client().digest(driver.now()));

  driver.step(Say{Ticket{1}, JoinRoom{{"#a"}}});

  EXPECT_NE(copy, driver.client());
  EXPECT_NE(copy.digest(driver.now()), driver.client().digest(driver.now()));
}

TEST(ClientDigest, IsRelativeToTime) {
  // The same life, started at another time.
  const auto live = [](Instant start) {
    Client client(plain_config(), start);
    ClientEffects effects;
    client.step(start, {{}, Wake{}}, effects);
    client.step(start + milliseconds(1),
                {{}, Received{server_at(2), {server_sender(2), announce_of(2)}}}, effects);
    client.step(
        start + milliseconds(2),
        {{},
         Received{server_at(2), {server_sender(2), Attached{1, view_of(3), ServerId{2}, "", {}}}}},
        effects);
    client.step(start + milliseconds(3), {{}, Say{Ticket{1}, JoinRoom{{"#a"}}}}, effects);
    return client.digest(start + milliseconds(5));
  };

  EXPECT_EQ(live(Instant{0}), live(Instant{98'765'432}));
}

}  // namespace
}  // namespace peal
