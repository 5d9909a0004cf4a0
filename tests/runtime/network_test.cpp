// Every way of discovery alone, ports that are taken, peers that refuse.
#include "runtime/network.hpp"

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "runtime/address.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/trouble.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

/// A network that keeps what it hears.
struct NetworkEar {
  std::vector<Received> received;
  std::vector<Endpoint> refused;
  std::size_t malformed = 0;
  std::unique_ptr<Network> network;

  NetworkEar(Loop& loop, NetworkOptions options, std::uint64_t id, bool server) {
    options.server = server;
    network = std::make_unique<Network>(
        loop, options, Sender{ServerId{id}, id},
        [this](NetworkEvent event) { std::visit([this](auto& each) { take(each); }, event); });
  }

  void take(Received& event) { received.push_back(std::move(event)); }
  void take(const RefusedAt& event) { refused.push_back(event.to); }
  void take(const Malformed&) { ++malformed; }
  void take(const AddressesChanged&) {}

  [[nodiscard]] bool heard(std::uint64_t id) const {
    return std::ranges::any_of(received, [&](const Received& each) {
      return each.packet.sender.server.value == id &&
             std::holds_alternative<Probe>(each.packet.message);
    });
  }
};

class NetworkTest : public testing::Test {
 protected:
  /// All addresses of the loopback interface, of both families.
  [[nodiscard]] NetworkOptions everywhere() const {
    NetworkOptions options = place_.network();
    options.listen = Endpoint{};
    return options;
  }

  /// Two servers on one port hear a newcomer that speaks in this way only.
  void expect_both_hear(Way way) {
    NetworkEar one(loop_, everywhere(), 1, true);
    NetworkEar two(loop_, everywhere(), 2, true);
    NetworkEar newcomer(loop_, everywhere(), 3, false);

    newcomer.network->broadcast_by(way, Probe{"peal", {}});

    EXPECT_TRUE(loop_.run_until([&] { return one.heard(3) && two.heard(3); }, patience));
    EXPECT_EQ(newcomer.network->counters().send_failed, 0U);
  }

  TestPlace place_;
  Loop loop_;
};

TEST_F(NetworkTest, DirectedBroadcastReachesAllServersOfTheHost) {
  expect_both_hear(Way::broadcast);
}

TEST_F(NetworkTest, Ipv4MulticastReachesAllServersOfTheHost) { expect_both_hear(Way::multicast4); }

TEST_F(NetworkTest, AConfiguredPeerIsReachedAtItsDataPort) {
  NetworkEar server(loop_, everywhere(), 1, true);
  NetworkOptions options = everywhere();
  options.peers = {ipv4_endpoint(127, 0, 0, 1, server.network->data_port())};
  NetworkEar newcomer(loop_, options, 2, false);

  newcomer.network->broadcast_by(Way::peers, Probe{"peal", {}});

  EXPECT_TRUE(loop_.run_until([&] { return server.heard(2); }, patience));
}

TEST_F(NetworkTest, APeerWithoutAPortIsReachedAtTheDiscoveryPort) {
  NetworkEar server(loop_, everywhere(), 1, true);
  NetworkOptions options = everywhere();
  options.peers = {ipv4_endpoint(127, 0, 0, 1, 0)};
  NetworkEar newcomer(loop_, options, 2, false);

  newcomer.network->broadcast_by(Way::peers, Probe{"peal", {}});

  EXPECT_TRUE(loop_.run_until([&] { return server.heard(2); }, patience));
}

TEST_F(NetworkTest, ARememberedPeerIsReached) {
  NetworkEar server(loop_, everywhere(), 1, true);
  NetworkEar newcomer(loop_, everywhere(), 2, false);
  newcomer.network->remember(server.network->addresses());

  newcomer.network->broadcast_by(Way::remembered, Probe{"peal", {}});

  EXPECT_TRUE(loop_.run_until([&] { return server.heard(2); }, patience));
}

TEST_F(NetworkTest, WhatIsBroadcastCanBeAnsweredWhereItCameFrom) {
  NetworkEar server(loop_, everywhere(), 1, true);
  NetworkEar newcomer(loop_, everywhere(), 2, false);
  newcomer.network->broadcast_by(Way::broadcast, Probe{"peal", {}});
  ASSERT_TRUE(loop_.run_until([&] { return server.heard(2); }, patience));

  server.network->send(server.received.front().from, Probe{"peal", {}});

  EXPECT_TRUE(loop_.run_until([&] { return newcomer.heard(1); }, patience));
}

TEST_F(NetworkTest, ARefusedPeerIsTold) {
  NetworkEar speaker(loop_, everywhere(), 1, false);
  const Endpoint nobody = ipv4_endpoint(127, 0, 0, 1, free_port());

  speaker.network->send(nobody, Ping{});

  EXPECT_TRUE(loop_.run_until([&] { return !speaker.refused.empty(); }, patience));
  EXPECT_EQ(speaker.refused, std::vector{nobody});
}

TEST_F(NetworkTest, AMessageOfManyDatagramsArrivesWhole) {
  NetworkEar a(loop_, everywhere(), 1, false);
  NetworkEar b(loop_, everywhere(), 2, false);
  PresenceList list;
  for (std::uint8_t n = 1; n < 200; ++n) {
    OnlineUser user{.user = {}, .home = ServerId{1}, .name = "user " + std::to_string(n)};
    user.user.bytes[0] = n;
    list.users.push_back(user);
  }

  a.network->send(ipv4_endpoint(127, 0, 0, 1, b.network->data_port()), list);

  ASSERT_TRUE(loop_.run_until([&] { return !b.received.empty(); }, patience));
  EXPECT_EQ(b.received[0].packet.message, Message{list});
  EXPECT_GT(b.network->counters().received, 1U);
}

TEST_F(NetworkTest, APortThatWasAskedForAndIsTakenIsAClearError) {
  const NetworkEar first(loop_, place_.network(), 1, true);
  NetworkOptions options = place_.network();
  options.listen = ipv4_endpoint(127, 0, 0, 1, first.network->data_port());

  try {
    const NetworkEar second(loop_, options, 2, true);
    FAIL() << "two on one port";
  } catch (const Trouble& trouble) {
    EXPECT_EQ(std::string(trouble.what()),
              "cannot listen on " + format_endpoint(*options.listen) +
                  ": the port is taken by another program; choose another one");
  }
}

TEST_F(NetworkTest, APortForAllAddressesThatIsTakenIsAClearError) {
  const NetworkEar first(loop_, everywhere(), 1, true);
  NetworkOptions options = everywhere();
  options.listen->port = first.network->data_port();

  EXPECT_THROW(NetworkEar(loop_, options, 2, true), Trouble);
}

TEST_F(NetworkTest, WithoutAWishTheNextFreePortIsTaken) {
  NetworkOptions options = everywhere();
  options.listen.reset();
  const NetworkEar first(loop_, options, 1, true);
  const NetworkEar second(loop_, options, 2, true);

  EXPECT_GE(first.network->data_port(), data_port_default);
  EXPECT_GT(second.network->data_port(), first.network->data_port());
}

TEST_F(NetworkTest, AnAddressOfAnotherHostIsAClearError) {
  NetworkOptions options = place_.network();
  options.listen = ipv4_endpoint(192, 0, 2, 200, 0);

  EXPECT_THROW(NetworkEar(loop_, options, 1, true), Trouble);
}

TEST_F(NetworkTest, AnUnknownInterfaceIsAClearError) {
  NetworkOptions options = place_.network();
  options.interfaces = {"lo", "nonesuch0"};

  try {
    const NetworkEar ear(loop_, options, 1, true);
    FAIL() << "an interface that is none";
  } catch (const Trouble& trouble) {
    EXPECT_EQ(trouble.exit_code(), 2);
    EXPECT_NE(std::string(trouble.what()).find("--interface nonesuch0"), std::string::npos);
  }
}

TEST_F(NetworkTest, OnlyTheInterfacesWantedArePublished) {
  const NetworkEar ear(loop_, everywhere(), 1, true);

  for (const Endpoint& address : ear.network->addresses()) EXPECT_TRUE(address.is_loopback());
  EXPECT_FALSE(ear.network->addresses().empty());
}

TEST_F(NetworkTest, TheDiscoveryPortComesFromTheEnvironment) {
  setenv("PEAL_DISCOVERY_PORT", "7499", 1);
  EXPECT_EQ(NetworkOptions().discovery_port, 7'499);
  setenv("PEAL_DISCOVERY_PORT", "74x", 1);
  EXPECT_THROW(static_cast<void>(discovery_port_from_environment()), Trouble);
  unsetenv("PEAL_DISCOVERY_PORT");
  EXPECT_EQ(discovery_port_from_environment(), discovery_port_default);
}

TEST_F(NetworkTest, TheInterfacesComeFromTheEnvironment) {
  setenv("PEAL_INTERFACE", "lo,eth7", 1);
  EXPECT_EQ(interfaces_from_environment(), (std::vector<std::string>{"lo", "eth7"}));
  unsetenv("PEAL_INTERFACE");
  EXPECT_TRUE(interfaces_from_environment().empty());
}

TEST(Interfaces, LoopbackIsPublishedOnlyWhenThereIsNoOther) {
  const Interface lo{.name = "lo",
                     .index = 1,
                     .loopback = true,
                     .addresses = {ipv4_endpoint(127, 0, 0, 1, 0)},
                     .broadcasts = {}};
  Interface lan{
      .name = "lan", .index = 2, .addresses = {ipv4_endpoint(192, 0, 2, 7, 0)}, .broadcasts = {}};
  Endpoint link_local;
  link_local.ip = {0xfe, 0x80};
  link_local.scope = 2;
  lan.addresses.push_back(link_local);

  EXPECT_EQ(addresses_to_publish({lo}, 7, 0), std::vector{ipv4_endpoint(127, 0, 0, 1, 7)});
  EXPECT_EQ(addresses_to_publish({lo, lan}, 7, 8), std::vector{ipv4_endpoint(192, 0, 2, 7, 7)});
}

TEST(Interfaces, LoopbackHasADirectedBroadcastAddress) {
  const auto lo = interfaces_up({"lo"});

  ASSERT_EQ(lo.size(), 1U);
  EXPECT_EQ(lo[0].broadcasts, std::vector{ipv4_endpoint(127, 255, 255, 255, 0)});
}

}  // namespace
}  // namespace peal::runtime
