// Attackers who see every datagram, and may replay, alter and invent them.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/secure/endpoints.hpp"

namespace peal::secure {
namespace {

using test::address;
using test::Host;
using test::Network;

/// From an address that has not proven itself, whatever it sends: what comes back, by what it sent.
void expect_no_amplification(SecureEndpoint& victim, Instant now, const Bytes& datagram) {
  SecureEffects effects;
  victim.receive(now, address(66), datagram, effects);
  std::size_t answered = 0;
  for (const SecureEffect& effect : effects)
    if (const auto* transmit = std::get_if<Transmit>(&effect))
      answered += transmit->datagram.size();
  EXPECT_LT(answered, std::max<std::size_t>(datagram.size(), 1));
}

TEST(AnUnprovenAddress, GetsNoAnswerThatIsAsLongAsItsQuestion) {
  Network network;
  Host& server = network.start(2);
  network.start(1);
  network.open(1, 2, ChannelKind::server);
  network.run_for(milliseconds(5));
  (void)network.send(1, network.at(1).ups.at(0).channel, "text");
  network.run_for(milliseconds(5));
  const std::size_t handshakes = server.endpoint.handshakes();

  // Every datagram that there is, and each cut off anywhere, from an address that is new.
  Cookie cookie;
  cookie.fill(7);
  network.seen.push_back({{}, {}, encode(Initiation{.cookie = cookie, .noise = Bytes(32, 9)})});
  for (const auto& datagram : network.seen)
    for (std::size_t n = 0; n <= datagram.bytes.size(); ++n) {
      const View cut = View(datagram.bytes).first(n);
      expect_no_amplification(server.endpoint, network.now, {cut.begin(), cut.end()});
    }

  // Nor is anything kept.
  EXPECT_EQ(server.endpoint.handshakes(), handshakes);
  EXPECT_EQ(server.endpoint.sessions(), 1U);
}

TEST(AttackerWhoReplays, GetsNothingOpenedTwiceAndNoChannel) {
  Network network;
  Host& client = network.start(1, {.server = false});
  Host& server = network.start(2);
  network.open(1, 2, ChannelKind::client);
  network.run_for(milliseconds(5));
  for (int i = 0; i < 5; ++i) (void)network.send(1, client.ups.at(0).channel, std::to_string(i));
  network.run_for(milliseconds(5));
  const auto seen = network.seen;

  for (int round = 0; round < 3; ++round) {
    for (const auto& datagram : seen) network.inject(datagram);
    for (auto datagram : seen) {
      datagram.from = address(66);
      network.inject(datagram);
    }
    network.run_for(seconds(1));
  }

  EXPECT_EQ(server.opened, (std::multiset<std::string>{"0", "1", "2", "3", "4"}));
  EXPECT_EQ(server.ups.size(), 1U);
  EXPECT_EQ(client.ups.size(), 1U);
  EXPECT_EQ(server.endpoint.sessions(), 1U);
  // The channel still works.
  (void)network.send(1, client.ups[0].channel, "after");
  (void)network.send(2, server.ups[0].channel, "back");
  network.run_for(milliseconds(5));
  EXPECT_EQ(server.opened.count("after"), 1U);
  EXPECT_EQ(client.opened.count("back"), 1U);
}

/// Every datagram comes first from another address, then from the right one.
TEST(AttackerElsewhere, CannotTakePartInAHandshakeOrSession) {
  Network network;
  Host& client = network.start(1, {.server = false});
  Host& server = network.start(2);
  network.open(1, 2, ChannelKind::client);
  std::size_t copied = 0;
  const auto run_copying = [&] {
    // A step is shorter than any datagram takes, so that the copies overtake.
    for (int i = 0; i < 100; ++i) {
      for (; copied < network.seen.size(); ++copied) {
        Network::Datagram copy = network.seen[copied];
        copy.from = address(66);
        network.deliver(copy);
      }
      network.run_for(microseconds(1));
    }
  };
  for (int i = 0; i < 10; ++i) run_copying();

  ASSERT_EQ(client.ups.size(), 1U);
  ASSERT_EQ(server.ups.size(), 1U);
  EXPECT_EQ(server.ups[0].at, address(1));
  (void)network.send(1, client.ups[0].channel, "text");
  for (int i = 0; i < 3; ++i) run_copying();
  EXPECT_EQ(server.opened.count("text"), 1U);
  // Retry, Response and the first sealed one; Confirmation and two sealed ones.
  EXPECT_EQ(client.endpoint.drops().wrong_address, 3U);
  EXPECT_EQ(server.endpoint.drops().wrong_address, 3U);
}

TEST(AttackerWhoReflects, GetsNoChannel) {
  Network network;
  Host& a = network.start(1);
  network.open(1, 2, ChannelKind::server);
  for (int i = 0; i < 50; ++i) {
    // All that a sends to host 2 comes back as if from host 2.
    const auto seen = network.seen;
    for (const auto& datagram : seen) network.inject({address(2), address(1), datagram.bytes});
    network.run_for(milliseconds(300));
  }

  EXPECT_TRUE(a.ups.empty());
  EXPECT_EQ(a.unreachables.size(), 1U);
  EXPECT_GT(a.endpoint.drops().reflected, 0U);
}

TEST(AttackerWithManyHandshakes, PushesOutTheirOwnFirst) {
  Network network;
  Host& server = network.start(2);
  for (int i = 0; i < 20; ++i) {
    // Begins anew without ever confirming.
    network.start(1, {.server = false});
    network.open(1, 2, ChannelKind::client);
    network.run_for(microseconds(250));
  }
  network.start(1, {.server = false});
  network.run_for(milliseconds(5));
  EXPECT_LE(server.endpoint.handshakes(), 4U);

  Host& other = network.start(3, {.server = false});
  network.open(3, 2, ChannelKind::client);
  network.run_for(milliseconds(5));

  EXPECT_EQ(other.ups.size(), 1U);
  network.run_for(handshake_time_max);
  EXPECT_EQ(server.endpoint.handshakes(), 0U);
}

TEST(SecureLimits, HoldForSessionsAndHandshakes) {
  SecureConfig config{.s = test::keypair(1),
                      .cookie_secret = test::secret(2),
                      .handshakes_max = 3,
                      .sessions_max = 5};
  SecureEndpoint server(config);
  SecureEffects effects;
  Instant now{1'000'000'000};
  const CookieJar jar(test::secret(2));
  std::uint64_t number = 0;
  for (std::uint8_t host = 1; host < 50; ++host) {
    while (server.ephemerals_wanted() > 0) server.stock(test::secret(++number));
    Bytes noise(32);
    noise[0] = host;
    const Initiation initiation{
        .sender = host, .cookie = jar.make(now, address(host)), .noise = noise};
    server.receive(now, address(host), encode(initiation), effects);
    EXPECT_LE(server.handshakes(), 3U);
    now = now + milliseconds(1);
  }
  EXPECT_EQ(server.handshakes(), 3U);
  EXPECT_EQ(server.drops().evicted, 46U);

  // What we begin ourselves counts too, and then there is room for nobody.
  for (std::uint8_t host = 1; host < 3; ++host)
    EXPECT_EQ(server.open(now, address(host), ChannelKind::client, effects), OpenResult::begun);
  EXPECT_EQ(server.open(now, address(9), ChannelKind::client, effects), OpenResult::full);
}

TEST(AttackerWhoInventsCrossingHandshakes, DelaysOursOnceAndNoMore) {
  Network network;
  Host& a = network.start(1);
  network.start(2);
  network.weather.lost_percent = 100;
  network.open(1, 2, ChannelKind::client);
  network.weather.lost_percent = 0;
  // The attacker has seen a cookie of host 2's and sends from its address.
  const Cookie cookie = CookieJar(test::secret(1'000)).make(network.now, address(2));
  for (std::uint32_t i = 0; i < 50; ++i) {
    const Initiation highest{.sender = i, .cookie = cookie, .noise = Bytes(32, 0xff)};
    network.inject({address(2), address(1), encode(highest)});
    network.run_for(milliseconds(50));
  }

  EXPECT_EQ(a.ups.size(), 1U);
}

/// A copy of an endpoint that is told the same does the same.
RC_GTEST_PROP(SecureEndpoints, AreDeterministicValues, ()) {
  Network network(*rc::gen::arbitrary<std::uint64_t>());
  network.weather = {.lost_percent = 10, .repeated_percent = 20, .delay_max = milliseconds(50)};
  network.start(1);
  Host& b = network.start(2);
  SecureEndpoint copy = b.endpoint;
  network.twin = &copy;
  network.twin_at = address(2);
  for (int i = 0; i < 20; ++i) {
    network.open(1, 2, ChannelKind::server);
    if (!network.at(1).ups.empty()) (void)network.send(1, network.at(1).ups[0].channel, "text");
    network.run_for(milliseconds(150));
    RC_ASSERT(copy == b.endpoint);
  }
}

/// In bad weather, with an attacker who repeats and alters everything: what was sent arrives at
/// most once and unaltered, and with the weather gone everything works.
RC_GTEST_PROP(Channels, StandBadWeatherAndAttackers, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Network network(seed);
  Prng prng(seed + 1);
  network.weather = {
      .lost_percent = prng.below(40), .repeated_percent = 20, .delay_max = milliseconds(20)};
  const bool servers = prng.below(2) == 0;
  const ChannelKind kind = servers ? ChannelKind::server : ChannelKind::client;
  Host& a = network.start(1, {.server = servers});
  Host& b = network.start(2);
  std::multiset<std::string> sent;
  network.open(1, 2, kind);
  if (servers) network.open(2, 1, kind);

  for (int i = 0; i < 150; ++i) {
    if (prng.below(40) == 0) network.open(1, 2, kind);
    if (servers && prng.below(40) == 0) network.open(2, 1, kind);
    const std::string text = std::to_string(i);
    if (!a.ups.empty() && prng.below(2) == 0) {
      (void)network.send(1, a.ups.back().channel, "a" + text);
      sent.insert("a" + text);
    }
    if (!b.ups.empty() && prng.below(2) == 0) {
      (void)network.send(2, b.ups.back().channel, "b" + text);
      sent.insert("b" + text);
    }
    auto datagram = network.seen[prng.below(network.seen.size())];
    if (prng.below(2) == 0)
      datagram.bytes[prng.below(datagram.bytes.size())] ^=
          static_cast<std::uint8_t>(1U << prng.below(8));
    if (prng.below(4) == 0) datagram.from = address(66);
    network.inject(datagram);
    network.run_for(milliseconds(static_cast<std::int64_t>(prng.below(200))));
  }
  for (const Host* host : {&a, &b})
    for (const std::string& text : host->opened) {
      RC_ASSERT(host->opened.count(text) == 1U);
      RC_ASSERT(sent.contains(text));
      RC_ASSERT(text.front() == (host == &a ? 'b' : 'a'));
    }

  network.weather = {};
  // Twice, as a handshake that began before may be under way and come to nothing.
  for (int i = 0; i < 2; ++i) {
    network.open(1, 2, kind);
    network.run_for(handshake_time_max * 2);
  }
  RC_ASSERT(a.ups.size() == 1U && b.ups.size() == 1U);
  // Should each have only sessions that the other has not: talking alone repairs it.
  for (int i = 0; i < 5; ++i) {
    (void)network.send(1, a.ups.back().channel, "hello");
    (void)network.send(2, b.ups.back().channel, "hello");
    network.run_for(reminder_time + milliseconds(1));
  }
  (void)network.send(1, a.ups.back().channel, "at last");
  (void)network.send(2, b.ups.back().channel, "at last");
  network.run_for(milliseconds(5));
  RC_ASSERT(a.opened.count("at last") == 1U);
  RC_ASSERT(b.opened.count("at last") == 1U);
  network.run_for(handshake_time_max);
  RC_ASSERT(a.endpoint.handshakes() == 0U && b.endpoint.handshakes() == 0U);
}

}  // namespace
}  // namespace peal::secure
