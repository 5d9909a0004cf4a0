// Discovery and addresses by an interface of a network that the test made for itself.
#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/interfaces.hpp"
#include "runtime/network.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

constexpr int no_namespaces = 77;

bool shell(const std::string& command) { return system((command + " 2>/dev/null").c_str()) == 0; }

/// An interface that was just brought up has its carrier and its addresses a moment later.
bool lan0_is_ready() {
  for (int tries = 0; tries < 1'000; ++tries) {
    const auto up = interfaces_up({"lan0"});
    if (!up.empty() && up[0].has_v4() && up[0].has_v6()) return true;
    usleep(10'000);
  }
  return false;
}

/// Runs the body in a child process with a network of its own: loopback, and an interface lan0 with
/// addresses of both families, whose other end is the cable. The body says whether all was as it
/// should be.
void in_own_network(const std::function<bool()>& body) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const bool made = unshare(CLONE_NEWNET) == 0 && shell("ip link set lo up") &&
                      shell("ip link add lan0 type veth peer name cable") &&
                      shell("ip addr add 10.1.2.3/24 dev lan0") &&
                      shell("ip -6 addr add fd00:1::3/64 dev lan0 nodad") &&
                      shell("ip link set lan0 up") && shell("ip link set cable up") &&
                      lan0_is_ready();
    _exit(!made ? no_namespaces : body() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == no_namespaces) GTEST_SKIP() << "networks cannot be made here";
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

NetworkOptions by_lan0() {
  NetworkOptions out;
  out.interfaces = {"lan0"};
  return out;
}

NetworkOptions as(bool server, NetworkOptions options) {
  options.server = server;
  return options;
}

struct HostEar {
  std::size_t heard = 0;
  std::vector<Endpoint> addresses;
  Network network;

  HostEar(Loop& loop, const NetworkOptions& options, bool server)
      : network(loop, as(server, options), Sender{ServerId{1}, 1},
                [this](const NetworkEvent& event) {
                  if (std::holds_alternative<Received>(event)) ++heard;
                  if (const auto* changed = std::get_if<AddressesChanged>(&event))
                    addresses = changed->addresses;
                }) {}
};

bool way_reaches_two_servers(Way way) {
  Loop loop;
  HostEar one(loop, by_lan0(), true);
  HostEar two(loop, by_lan0(), true);
  HostEar newcomer(loop, by_lan0(), false);
  // IPv6 sends by an interface only once its own address has settled.
  Timer again(loop, [] {});
  return loop.run_until(
      [&] {
        if (one.heard > 0 && two.heard > 0) return true;
        newcomer.network.broadcast_by(way, Probe{"peal", {}});
        again.after(milliseconds(50));
        return false;
      },
      patience);
}

TEST(OwnNetwork, BroadcastReachesAllServersOfTheHost) {
  in_own_network([] { return way_reaches_two_servers(Way::broadcast); });
}

TEST(OwnNetwork, Ipv4MulticastReachesAllServersOfTheHost) {
  in_own_network([] { return way_reaches_two_servers(Way::multicast4); });
}

TEST(OwnNetwork, Ipv6MulticastReachesAllServersOfTheHost) {
  in_own_network([] { return way_reaches_two_servers(Way::multicast6); });
}

const Endpoint group = ipv4_endpoint(239, 192, 7, 3, 7399);

/// Each of two clients of one host hears every datagram once; a third did not join.
bool group_is_heard_once_by_each(const NetworkOptions& options) {
  Loop loop;
  HostEar server(loop, options, true);
  HostEar one(loop, options, false);
  HostEar two(loop, options, false);
  HostEar other(loop, options, false);
  one.network.hear_groups({group});
  two.network.hear_groups({group});
  other.network.hear_groups({ipv4_endpoint(239, 192, 7, 4, 7399)});
  constexpr std::size_t datagrams = 10;
  for (std::size_t i = 0; i < datagrams; ++i) server.network.multicast(group, Servers{});
  const bool all =
      loop.run_until([&] { return one.heard >= datagrams && two.heard >= datagrams; }, patience);
  // What comes twice comes at once.
  loop.run_until([] { return false; }, milliseconds(100));
  return all && one.heard == datagrams && two.heard == datagrams && other.heard == 0;
}

TEST(OwnNetwork, GroupIsHeardOnceByEachClientOfTheHost) {
  in_own_network([] {
    NetworkOptions all;
    all.interfaces.clear();
    return group_is_heard_once_by_each(all);
  });
}

TEST(OwnNetwork, GroupIsHeardByTheOnlyInterfaceThatIsUsed) {
  in_own_network([] { return group_is_heard_once_by_each(by_lan0()); });
}

TEST(OwnNetwork, GroupThatWasLeftIsHeardNoMore) {
  in_own_network([] {
    Loop loop;
    HostEar server(loop, by_lan0(), true);
    HostEar client(loop, by_lan0(), false);
    HostEar witness(loop, by_lan0(), false);
    client.network.hear_groups({group});
    witness.network.hear_groups({group});
    server.network.multicast(group, Servers{});
    if (!loop.run_until([&] { return client.heard == 1 && witness.heard == 1; }, patience))
      return false;
    client.network.hear_groups({});
    server.network.multicast(group, Servers{});
    return loop.run_until([&] { return witness.heard == 2; }, patience) &&
           !loop.run_until([&] { return client.heard > 1; }, milliseconds(100));
  });
}

TEST(OwnNetwork, MoreGroupsThanASocketMayJoinAreAShortcoming) {
  in_own_network([] {
    Loop loop;
    HostEar client(loop, by_lan0(), false);
    std::vector<Endpoint> groups;
    for (std::uint8_t i = 0; i < 100; ++i) groups.push_back(ipv4_endpoint(239, 192, 9, i, 7399));
    client.network.hear_groups(groups);
    return std::ranges::any_of(client.network.shortcomings(), [](const std::string& line) {
      return line.find("cannot be joined") != std::string::npos;
    });
  });
}

TEST(OwnNetwork, TheAddressesOfTheLanArePublishedIpv4First) {
  in_own_network([] {
    Loop loop;
    const HostEar ear(loop, by_lan0(), true);
    const auto& addresses = ear.network.addresses();
    return addresses.size() == 2 && addresses[0] == ipv4_endpoint(10, 1, 2, 3, addresses[0].port) &&
           !addresses[1].is_v4() && !addresses[1].is_loopback();
  });
}

TEST(OwnNetwork, RoutesTellByWhichInterfaceAnAddressIsReached) {
  in_own_network([] {
    const auto lan = [](std::uint8_t host) { return ipv4_endpoint(10, 1, 2, host, 7401); };
    Endpoint neighbour;
    neighbour.ip = {0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9};
    const Endpoint nowhere = ipv4_endpoint(192, 0, 2, 1, 7401);
    return leaves_by({"lan0"}, lan(9)) && !leaves_by({"lo"}, lan(9)) &&
           !leaves_by({"cable"}, lan(9)) && leaves_by({"lan0"}, neighbour) &&
           !leaves_by({"lo"}, neighbour) && !leaves_by({"lan0"}, nowhere) &&
           leaves_by({"lo"}, lan(3)) && leaves_by({"lan0"}, ipv4_endpoint(127, 0, 0, 2, 7401));
  });
}

TEST(OwnNetwork, NothingIsSentByAnInterfaceThatWasNotAskedFor) {
  in_own_network([] {
    Loop loop;
    NetworkOptions only_lo;
    only_lo.interfaces = {"lo"};
    HostEar client(loop, only_lo, false);
    client.network.send(ipv4_endpoint(10, 1, 2, 9, 7401), Servers{});
    const bool kept = client.network.counters().sent == 0;
    client.network.send(ipv4_endpoint(127, 0, 0, 1, 7401), Servers{});
    return kept && client.network.counters().sent == 1;
  });
}

TEST(OwnNetwork, APulledCableChangesTheAddressesAndAPluggedOneBringsDiscoveryBack) {
  in_own_network([] {
    Loop loop;
    NetworkOptions options;
    options.interfaces.clear();
    HostEar server(loop, options, true);
    const auto before = server.network.addresses();

    if (!shell("ip link set cable down")) return false;
    if (!loop.run_until([&] { return !server.addresses.empty(); }, patience)) return false;
    if (!std::ranges::all_of(server.addresses, &Endpoint::is_loopback)) return false;

    if (!shell("ip link set cable up")) return false;
    if (!loop.run_until([&] { return server.addresses.front() == before.front(); }, patience))
      return false;
    HostEar newcomer(loop, by_lan0(), false);
    newcomer.network.broadcast_by(Way::multicast4, Probe{"peal", {}});
    return loop.run_until([&] { return server.heard > 0; }, patience);
  });
}

TEST(OwnNetwork, ANetworkWithoutIpv6IsEnough) {
  in_own_network([] {
    if (!shell("sysctl -qw net.ipv6.conf.all.disable_ipv6=1")) return true;
    return way_reaches_two_servers(Way::broadcast);
  });
}

}  // namespace
}  // namespace peal::runtime
