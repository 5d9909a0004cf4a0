// Servers and clients behind their transports: they talk as without, and nobody else does.
#include "core/transport/transport.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/secure/identity.hpp"
#include "tests/transport/lan.hpp"

namespace peal::transport::test {
namespace {

bool contains(const Bytes& bytes, std::string_view text) {
  return std::search(bytes.begin(), bytes.end(), text.begin(), text.end()) != bytes.end();
}

void join(Lan& lan, std::uint8_t host, const std::string& name) {
  lan.say(host, RegisterUser{name});
  lan.say(host, JoinRoom{lunch()});
}

bool has_shown(Lan& lan, std::uint8_t host, const std::string& text) {
  const auto posts = lan.posts_shown(host);
  return std::ranges::find(posts, text) != posts.end();
}

/// Three servers in one view, ann and bob in a room.
void expect_lunch(Lan& lan) {
  for (const std::uint8_t server : three_servers) lan.start_server(server);
  ASSERT_TRUE(lan.run_until([&] { return lan.in_one_view({1, 2, 3}); }, seconds(20)));
  lan.start_client(ann);
  lan.start_client(bob);
  join(lan, ann, "ann");
  join(lan, bob, "bob");
  lan.run(seconds(2));
  lan.say(ann, Post{lunch(), "pizza at noon?"});
  ASSERT_TRUE(lan.run_until([&] { return has_shown(lan, bob, "pizza at noon?"); }, seconds(20)));
}

TEST(Transport, LetsServersFindEachOtherAndPeopleChat) {
  Lan lan;

  expect_lunch(lan);

  for (const std::uint8_t host : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}, ann, bob}) {
    const TransportDrops& drops = lan[host].transport.drops();
    EXPECT_EQ(drops.not_entitled + drops.another_user + drops.sessions + drops.gone, 0U);
  }
}

TEST(Transport, ShowsNobodyWhatIsSaid) {
  Lan lan;

  expect_lunch(lan);

  std::size_t in_clear = 0;
  codec::Receiver anyone;
  for (const Datagram& datagram : lan.seen) {
    EXPECT_FALSE(contains(datagram.bytes, "pizza"));
    if (datagram.bytes.front() != 0) continue;
    ++in_clear;
    const codec::Reception heard = anyone.receive(lan.now(), datagram.from, datagram.bytes);
    const Message& message = std::get<Received>(heard).packet.message;
    EXPECT_TRUE(std::holds_alternative<Probe>(message) ||
                std::holds_alternative<Announce>(message));
  }
  EXPECT_GT(in_clear, 0U);
}

TEST(Transport, GetsThroughLossRepetitionAndReordering) {
  Lan lan(3);
  lan.weather = {.lost_percent = 15, .repeated_percent = 15, .delay_max = milliseconds(5)};

  expect_lunch(lan);
}

TEST(Transport, ServersWithoutTheKeyAreIgnored) {
  Lan lan;
  lan.start_server(1);
  lan.start_server(2);
  lan.start_server(3, {.cluster_key = 98});

  ASSERT_TRUE(lan.run_until([&] { return lan.in_one_view({1, 2}); }, seconds(20)));
  lan.run(seconds(20));

  EXPECT_TRUE(lan.in_one_view({1, 2}));
  EXPECT_TRUE(lan.in_one_view({3}));
}

TEST(Transport, AServerThatWasRestartedIsBackSoon) {
  Lan lan;
  expect_lunch(lan);

  lan.stop(1);
  lan.run(milliseconds(20));
  lan.start_server(1);

  EXPECT_TRUE(lan.run_until([&] { return lan.in_one_view({1, 2, 3}); }, seconds(5)));
}

TEST(Transport, WhoDidNotHearOfARestartIsToldWhenItSpeaks) {
  Lan lan;
  expect_lunch(lan);
  lan.start_server(2);
  const Instant later = lan.now() + silent_after;
  TransportEffects said;
  lan[1].transport.send(later, address(2), Ping{}, said);
  ASSERT_EQ(said.size(), 1U);

  TransportEffects answer;
  lan[2].transport.receive(later, address(1), std::get<Transmit>(said[0]).datagram, answer);
  ASSERT_EQ(answer.size(), 1U);
  TransportEffects begun;
  lan[1].transport.receive(later, address(2), std::get<Transmit>(answer[0]).datagram, begun);

  ASSERT_EQ(begun.size(), 1U);
  EXPECT_EQ(std::get<Transmit>(begun[0]).to, address(2));
  EXPECT_EQ(std::get<Transmit>(begun[0]).datagram.front(), 1);  // Of a handshake.
}

TEST(Transport, WhoHasNotTheKeyOfAUserIsNotThatUser) {
  Lan lan;
  expect_lunch(lan);
  const std::uint64_t anns_key = 100U + ann;
  lan.start_client(eve, {.says_user = anns_key});
  lan.say(eve, Post{lunch(), "from eve"});

  lan.run(seconds(20));

  EXPECT_FALSE(lan[eve].client->attached());
  EXPECT_FALSE(has_shown(lan, bob, "from eve"));
  std::uint64_t noticed = 0;
  for (const std::uint8_t server : three_servers)
    noticed += lan[server].transport.drops().another_user;
  EXPECT_GT(noticed, 0U);
}

TEST(Transport, NobodySpeaksInTheSessionOfAnother) {
  // Session numbers are no secret: every delivery says whose message it is.
  Lan lan;
  lan.start_server(1);
  lan.start_client(ann);
  join(lan, ann, "ann");
  lan.run(seconds(2));
  ASSERT_TRUE(lan[ann].client->attached());

  lan.start_client(eve, {.session = SessionId{5'000U + ann}});
  lan.say(eve, Post{lunch(), "from eve"});
  lan.run(seconds(5));

  EXPECT_FALSE(lan[eve].client->attached());
  EXPECT_TRUE(lan[ann].client->attached());
  EXPECT_FALSE(has_shown(lan, ann, "from eve"));
  EXPECT_GT(lan[1].transport.drops().another_user, 0U);
}

TEST(Transport, WhoTakesOverAnAddressGetsNothingOfWhoWasThere) {
  Lan lan;
  lan.start_server(1);
  lan.start_client(ann);
  lan.start_client(bob);
  join(lan, ann, "ann");
  join(lan, bob, "bob");
  lan.run(seconds(2));

  lan.start_client(bob, {.key = 100U + eve, .session = SessionId{77}});
  lan.run(milliseconds(300));
  lan.say(ann, Post{lunch(), "for bob alone"});
  lan.run(seconds(5));

  EXPECT_TRUE(lan[bob].client->attached());
  EXPECT_TRUE(has_shown(lan, ann, "for bob alone"));
  EXPECT_FALSE(has_shown(lan, bob, "for bob alone"));
}

TEST(Transport, InClearNothingIsHeededButDiscovery) {
  Lan lan;
  lan.start_server(1);
  lan.run(seconds(3));
  codec::Encoder encoder;
  const Sender stranger{ServerId{9}, 9};
  const auto before = lan[1].server->digest(lan.now());

  for (const Message& message :
       {Message(Join{"peal", {ServerId{9}, Incarnation{9}, {address(eve)}}, {}}),
        Message(Leave{{1, ServerId{1}}}), Message(Suspect{ServerId{1}, {1, ServerId{1}}}),
        Message(Announce{"other", {}, {}, {}, 0})}) {
    TransportEffects effects;
    for (const auto datagram : encoder.encode(stranger, message))
      lan[1].transport.receive(lan.now(), address(eve), datagram, effects);
    EXPECT_TRUE(effects.empty());
  }

  EXPECT_EQ(lan[1].server->digest(lan.now()), before);
  EXPECT_EQ(lan[1].transport.drops().in_clear, 4U);
}

TEST(Transport, AClientThatLooksIsToldLessThanItAsked) {
  Lan lan;
  lan.start_server(1);
  lan.run(seconds(1));
  codec::Encoder encoder;
  TransportEffects effects;
  const auto probe = encoder.encode({{}, 7}, Probe{"peal", {}});

  lan[1].transport.receive(lan.now(), address(eve), probe[0], effects);

  ASSERT_EQ(effects.size(), 1U);
  EXPECT_LT(std::get<Transmit>(effects[0]).datagram.size(), probe[0].size());
}

TEST(Transport, AClientMayNotSayWhatServersSay) {
  Lan lan;
  lan.start_server(1);
  lan.start_client(ann);
  lan.run(seconds(2));
  ASSERT_TRUE(lan[ann].client->attached());
  const auto members = lan[1].server->view().members.size();

  TransportEffects effects;
  lan[ann].transport.send(lan.now(), address(1), Leave{{1, ServerId{1}}}, effects);
  for (TransportEffect& effect : effects)
    if (auto* transmit = std::get_if<Transmit>(&effect))
      lan.inject({address(ann), transmit->to, std::move(transmit->datagram)});
  lan.run(seconds(1));

  EXPECT_EQ(lan[1].transport.drops().not_entitled, 1U);
  EXPECT_EQ(lan[1].server->view().members.size(), members);
}

TEST(Transport, ARefusalIsToldOfAllWhoWereThere) {
  Lan lan;
  lan.start_server(1);
  lan.start_client(ann);
  lan.run(seconds(2));
  ASSERT_TRUE(lan[ann].client->attached());
  TransportEffects effects;

  lan[1].transport.refused(address(ann), effects);

  ASSERT_EQ(effects.size(), 2U);
  EXPECT_EQ(std::get<RefusedAt>(effects[0]).to, address(ann));
  Endpoint client = std::get<RefusedAt>(effects[1]).to;
  EXPECT_NE(client.scope & channel_scope, 0U);
  client.scope = 0;
  EXPECT_EQ(client, address(ann));
}

TEST(Transport, WhatWaitsForAChannelIsBounded) {
  Lan lan;
  lan.start_server(1);
  TransportEffects effects;
  const std::size_t sent = waiting_messages_max + 7;

  for (std::size_t i = 0; i < sent; ++i)
    lan[1].transport.send(lan.now(), address(eve), Ping{}, effects);
  EXPECT_EQ(lan[1].transport.drops().waited_in_vain, 7U);
  lan.run(seconds(15));

  EXPECT_EQ(lan[1].transport.drops().waited_in_vain, sent);
}

}  // namespace
}  // namespace peal::transport::test
