// Channels between endpoints: how they begin, are renewed and end.
#include "core/secure/secure_endpoint.hpp"

#include <gtest/gtest.h>

#include "tests/secure/endpoints.hpp"

namespace peal::secure {
namespace {

using test::address;
using test::Host;
using test::Network;

constexpr auto client_kind = ChannelKind::client;
constexpr auto server_kind = ChannelKind::server;

TEST(SecureEndpoint, LetsAClientAndAServerTalkAndTellsEachWhoTheOtherIs) {
  Network network;
  Host& client = network.start(1, {.server = false});
  Host& server = network.start(2);

  network.open(1, 2, client_kind);
  network.run_for(milliseconds(5));

  ASSERT_EQ(client.ups.size(), 1U);
  ASSERT_EQ(server.ups.size(), 1U);
  EXPECT_EQ(client.ups[0].key, test::keypair(102).public_key);
  EXPECT_EQ(server.ups[0].key, test::keypair(101).public_key);
  EXPECT_EQ(server.ups[0].at, address(1));
  EXPECT_EQ(network.send(1, client.ups[0].channel, "question"), SendResult::sent);
  EXPECT_EQ(network.send(2, server.ups[0].channel, "answer"), SendResult::sent);
  network.run_for(milliseconds(5));
  EXPECT_EQ(server.opened, (std::multiset<std::string>{"question"}));
  EXPECT_EQ(client.opened, (std::multiset<std::string>{"answer"}));
  // Initiation, Retry, Initiation, Response, Confirmation, a sealed one each, and two messages.
  EXPECT_EQ(network.seen.size(), 9U);
  EXPECT_EQ(client.endpoint.drops(), SecureDrops{});
  EXPECT_EQ(server.endpoint.drops(), SecureDrops{.without_cookie = 1});
}

TEST(SecureEndpoint, LetsServersOfOneClusterTalk) {
  Network network;
  Host& a = network.start(1);
  Host& b = network.start(2);

  network.open(1, 2, server_kind);
  network.run_for(milliseconds(5));

  ASSERT_EQ(a.ups.size(), 1U);
  ASSERT_EQ(b.ups.size(), 1U);
  EXPECT_EQ(b.ups[0].kind, server_kind);
}

TEST(SecureEndpoint, IsNoPeerWithoutTheClustersKey) {
  Network network;
  Host& inside = network.start(1);
  Host& outside = network.start(2, {.cluster_key = 98});

  network.open(1, 2, server_kind);
  network.open(2, 1, server_kind);
  network.run_for(seconds(40));

  for (const Host* host : {&inside, &outside}) {
    EXPECT_TRUE(host->ups.empty());
    EXPECT_EQ(host->unreachables.size(), 1U);
    EXPECT_GT(host->endpoint.drops().not_authentic, 0U);
    EXPECT_EQ(host->endpoint.handshakes(), 0U);
  }
}

TEST(SecureEndpoint, OfAClientAnswersNobody) {
  Network network;
  Host& client = network.start(1, {.server = false});
  Host& other = network.start(2, {.server = false});

  network.open(2, 1, client_kind);
  network.run_for(seconds(20));

  EXPECT_EQ(other.unreachables, (std::vector{Unreachable{address(1), client_kind}}));
  EXPECT_GT(client.endpoint.drops().unwanted, 0U);
}

TEST(SecureEndpoint, SaysWhyItDoesNotBegin) {
  Network network;
  Host& client = network.start(1, {.server = false});
  SecureEffects effects;

  EXPECT_EQ(client.endpoint.open(network.now, address(2), server_kind, effects),
            OpenResult::no_cluster_key);
  EXPECT_EQ(client.endpoint.open(network.now, address(2), client_kind, effects), OpenResult::begun);
  EXPECT_EQ(client.endpoint.open(network.now, address(2), client_kind, effects),
            OpenResult::under_way);
  std::uint8_t host = 3;
  while (client.endpoint.open(network.now, address(host), client_kind, effects) ==
         OpenResult::begun)
    ++host;
  EXPECT_EQ(client.endpoint.ephemerals_wanted(), ephemerals_stocked);
  EXPECT_EQ(client.endpoint.open(network.now, address(host), client_kind, effects),
            OpenResult::no_ephemeral);
  EXPECT_EQ(client.endpoint.send(network.now, ChannelId{7}, {}, effects), SendResult::no_channel);
}

TEST(SecureEndpoint, GivesUpAfterTheTimeItNames) {
  Network network;
  Host& client = network.start(1, {.server = false});

  network.open(1, 2, client_kind);
  network.run_for(handshake_time_max - microseconds(1));
  EXPECT_TRUE(client.unreachables.empty());
  network.run_for(microseconds(1));

  EXPECT_EQ(client.unreachables.size(), 1U);
  EXPECT_EQ(client.endpoint.next_deadline(), never);
  // At 0, 100, 300, 700, 1,500, 3,100 ms, then every 2 s.
  EXPECT_EQ(network.seen.size(), 9U);
}

/// Initiation, Retry, Initiation, Response, Confirmation, the first sealed one: each, and each
/// pair.
TEST(SecureEndpoint, ComesUpWhicheverDatagramsAreLost) {
  for (std::size_t first = 0; first < 7; ++first)
    for (std::size_t second = first; second < 10; ++second) {
      Network network;
      Host& client = network.start(1, {.server = false});
      Host& server = network.start(2);
      network.lost = {first, second};

      network.open(1, 2, client_kind);
      network.run_for(seconds(1));

      ASSERT_EQ(client.ups.size(), 1U) << first << " " << second;
      EXPECT_EQ(server.ups.size(), 1U);
      EXPECT_EQ(client.endpoint.sessions(), 1U);
      EXPECT_EQ(server.endpoint.sessions(), 1U);
      EXPECT_EQ(server.endpoint.handshakes(), 0U);
    }
}

TEST(SecureEndpoint, ServersThatBeginAtOnceAgreeOnOneHandshake) {
  std::uint64_t crossed = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Network network(seed);
    Host& a = network.start(1, {.key = seed});
    Host& b = network.start(2, {.key = seed + 500});

    network.open(1, 2, server_kind);
    network.open(2, 1, server_kind);
    network.run_for(seconds(15));

    ASSERT_EQ(a.ups.size(), 1U);
    ASSERT_EQ(b.ups.size(), 1U);
    EXPECT_EQ(a.endpoint.sessions(), 1U);
    EXPECT_EQ(b.endpoint.sessions(), 1U);
    EXPECT_TRUE(a.unreachables.empty() && b.unreachables.empty());
    (void)network.send(1, a.ups[0].channel, "from a");
    (void)network.send(2, b.ups[0].channel, "from b");
    network.run_for(milliseconds(5));
    EXPECT_EQ(a.opened.count("from b"), 1U);
    EXPECT_EQ(b.opened.count("from a"), 1U);
    crossed += a.endpoint.drops().crossed + b.endpoint.drops().crossed;
  }
  EXPECT_GT(crossed, 0U);
}

TEST(SecureEndpoint, ComesBackOnTheSameChannelAfterThePeersRestart) {
  Network network;
  Host& client = network.start(1, {.server = false});
  network.start(2);
  network.open(1, 2, client_kind);
  network.run_for(milliseconds(5));
  const ChannelId channel = client.ups.at(0).channel;

  Host& restarted = network.start(2);
  (void)network.send(1, channel, "lost");
  network.run_for(milliseconds(5));
  EXPECT_EQ(restarted.endpoint.drops().unknown_session, 1U);
  network.open(1, 2, client_kind);
  network.run_for(milliseconds(5));
  (void)network.send(1, channel, "arrives");
  network.run_for(milliseconds(5));

  EXPECT_EQ(client.ups.size(), 1U);
  EXPECT_EQ(restarted.ups.size(), 1U);
  EXPECT_EQ(restarted.opened, (std::multiset<std::string>{"arrives"}));
}

TEST(SecureEndpoint, KeepsTheOldKeysUntilTheNewOnesAreConfirmed) {
  Network network;
  Host& a = network.start(1);
  Host& b = network.start(2);
  network.open(1, 2, server_kind);
  network.run_for(milliseconds(5));
  const ChannelId at_a = a.ups.at(0).channel;
  const ChannelId at_b = b.ups.at(0).channel;

  network.open(1, 2, server_kind);
  for (int i = 0; i < 100; ++i) {
    (void)network.send(1, at_a, "a" + std::to_string(i));
    (void)network.send(2, at_b, "b" + std::to_string(i));
    network.run_for(microseconds(10));
  }
  network.run_for(milliseconds(5));

  // None is lost, whichever keys it was under.
  EXPECT_EQ(a.opened.size(), 100U);
  EXPECT_EQ(b.opened.size(), 100U);
  EXPECT_EQ(a.ups.size(), 1U);
  EXPECT_EQ(b.ups.size(), 1U);
  EXPECT_EQ(a.endpoint.sessions(), 2U);
  network.run_for(previous_session_time + seconds(1));
  EXPECT_EQ(a.endpoint.sessions(), 1U);
  EXPECT_EQ(b.endpoint.sessions(), 1U);
}

/// The initiator gives up what its responder believes to have: the session before serves on.
TEST(SecureEndpoint, StaysWithTheSessionThatBothHaveWhenARenewalFails) {
  Network network;
  Host& a = network.start(1);
  Host& b = network.start(2);
  network.open(1, 2, server_kind);
  network.run_for(milliseconds(5));
  const std::size_t before = network.seen.size();
  network.open(1, 2, server_kind);
  // Of the renewal, whatever follows the Confirmation is lost on its way to the initiator.
  for (std::size_t i = before + 5; i < before + 60; ++i) network.lost.insert(i);
  network.run_for(handshake_time_max * 2 + seconds(1));
  network.lost.clear();

  EXPECT_EQ(network.send(1, a.ups.at(0).channel, "from a"), SendResult::sent);
  EXPECT_EQ(network.send(2, b.ups.at(0).channel, "from b"), SendResult::sent);
  network.run_for(milliseconds(5));

  EXPECT_EQ(a.opened, (std::multiset<std::string>{"from b"}));
  EXPECT_EQ(b.opened, (std::multiset<std::string>{"from a"}));
  EXPECT_EQ(a.endpoint.drops().expired, 1U);
  EXPECT_EQ(b.endpoint.sessions(), 1U);
}

/// 1 has a channel with 2, is started again, and begins anew.
Host& start_and_restart(Network& network) {
  network.start(1);
  network.start(2);
  network.open(1, 2, server_kind);
  network.run_for(milliseconds(5));
  Host& restarted = network.start(1);
  network.open(1, 2, server_kind);
  return restarted;
}

/// The restarted initiator's sign that it uses the new session is lost: it is shown again when the
/// responder goes on under the old one.
TEST(SecureEndpoint, IsRemindedOfTheSessionThatItsPeerHas) {
  Network network;
  Host& restarted = start_and_restart(network);
  Host& b = network.at(2);
  network.lost = {network.seen.size() + 5};
  network.run_for(milliseconds(5));
  ASSERT_EQ(restarted.ups.size(), 1U);

  for (const char* text : {"lost", "arrives", "arrives too"}) {
    (void)network.send(2, b.ups.at(0).channel, text);
    network.run_for(milliseconds(5));
  }

  EXPECT_EQ(restarted.opened, (std::multiset<std::string>{"arrives", "arrives too"}));
  EXPECT_EQ(restarted.endpoint.drops().unknown_session, 1U);
}

/// Each side has a session that the other has not: they find out by talking.
TEST(SecureEndpoint, BeginsAnewWithAPeerThatHasNoneOfItsSessions) {
  Network network;
  Host& a = start_and_restart(network);
  Host& b = network.at(2);
  // After the restarted server's Confirmation it hears the other one, which then hears nothing more
  // until it has forgotten the new session.
  const std::size_t before = network.seen.size();
  for (std::size_t i = before + 5; i < before + 100; ++i) network.lost.insert(i);
  network.run_for(handshake_time_max + seconds(1));
  network.lost.clear();
  ASSERT_EQ(a.ups.size(), 1U);
  ASSERT_EQ(b.endpoint.sessions(), 1U);

  for (int i = 0; i < 4; ++i) {
    (void)network.send(1, a.ups[0].channel, std::to_string(i));
    (void)network.send(2, b.ups.at(0).channel, std::to_string(i));
    network.run_for(reminder_time);
  }

  EXPECT_EQ(a.opened.count("3"), 1U);
  EXPECT_EQ(b.opened.count("3"), 1U);
  EXPECT_EQ(a.ups.size(), 1U);
  EXPECT_EQ(b.ups.size(), 1U);
}

/// Whoever asks to open meanwhile hears that one is under way, and is owed its end.
TEST(SecureEndpoint, TellsThatAHandshakeThatItBeganByItselfLedNowhere) {
  Network network;
  network.start(1);
  Host& b = network.start(2);
  network.open(1, 2, server_kind);
  network.run_for(milliseconds(5));
  network.hosts.erase(address(1));
  Bytes of_a_session_that_is_gone = {2, 9, 9, 9, 9};
  of_a_session_that_is_gone.resize(sealed_overhead_bytes);
  for (int i = 0; i < 2; ++i) {
    network.run_for(reminder_time);
    network.deliver({address(1), address(2), of_a_session_that_is_gone});
  }
  b.endpoint.close(b.ups.at(0).channel);

  SecureEffects effects;
  EXPECT_EQ(b.endpoint.open(network.now, address(1), server_kind, effects), OpenResult::under_way);
  network.run_for(handshake_time_max + seconds(1));

  EXPECT_EQ(b.unreachables, (std::vector{Unreachable{address(1), server_kind}}));
}

TEST(SecureEndpoint, TellsAnotherPersonAtTheSameAddressApart) {
  Network network;
  network.start(1, {.key = 7, .server = false});
  Host& server = network.start(2);
  network.open(1, 2, client_kind);
  network.run_for(milliseconds(5));
  Host& other = network.start(1, {.key = 8, .server = false});
  network.open(1, 2, client_kind);
  network.run_for(milliseconds(5));

  ASSERT_EQ(server.ups.size(), 2U);
  EXPECT_NE(server.ups[0].channel, server.ups[1].channel);
  (void)network.send(2, server.ups[0].channel, "for the first only");
  network.run_for(milliseconds(5));
  EXPECT_TRUE(other.opened.empty());
}

TEST(SecureEndpoint, ForgetsWhomItDoesNotHear) {
  Network network;
  Host& client = network.start(1, {.server = false});
  Host& server = network.start(2);
  network.open(1, 2, client_kind);
  network.run_for(milliseconds(5));
  network.run_for(idle_time_max - seconds(1));
  (void)network.send(1, client.ups.at(0).channel, "still here");
  network.run_for(idle_time_max - seconds(1));
  EXPECT_EQ(server.endpoint.channels(), 1U);

  network.run_for(seconds(2));

  EXPECT_EQ(server.downs, (std::vector{server.ups.at(0).channel}));
  EXPECT_EQ(server.endpoint.sessions(), 0U);
  EXPECT_EQ(client.endpoint.sessions(), 0U);
  EXPECT_EQ(server.endpoint.next_deadline(), never);
  EXPECT_EQ(network.send(2, server.ups[0].channel, ""), SendResult::no_channel);
}

TEST(SecureEndpoint, ForgetsAChannelThatIsClosed) {
  Network network;
  Host& client = network.start(1, {.server = false});
  Host& server = network.start(2);
  network.open(1, 2, client_kind);
  network.run_for(milliseconds(5));

  server.endpoint.close(server.ups.at(0).channel);
  (void)network.send(1, client.ups.at(0).channel, "nobody");
  network.run_for(milliseconds(5));

  EXPECT_TRUE(server.opened.empty());
  EXPECT_EQ(server.endpoint.sessions(), 0U);
  EXPECT_EQ(server.endpoint.drops().unknown_session, 1U);
}

TEST(SecureEndpoint, IsAValue) {
  Network network;
  Host& client = network.start(1, {.server = false});
  network.start(2);
  network.open(1, 2, client_kind);
  network.run_for(microseconds(150));
  const SecureEndpoint copy = client.endpoint;
  EXPECT_EQ(copy, client.endpoint);

  network.run_for(milliseconds(5));

  EXPECT_NE(copy, client.endpoint);
}

}  // namespace
}  // namespace peal::secure
