// Sockets: who is refused is told once, and a loop with refusals does not spin.
#include "runtime/udp.hpp"

#include <array>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>

#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

const Endpoint loopback = ipv4_endpoint(127, 0, 0, 1, 0);

struct UdpEar {
  std::vector<std::string> heard;
  std::vector<Endpoint> from;
  std::vector<Endpoint> refused;

  UdpSocket::Handlers handlers() {
    return {.on_datagram =
                [this](const Endpoint& source, std::span<const std::uint8_t> datagram) {
                  heard.emplace_back(datagram.begin(), datagram.end());
                  from.push_back(source);
                },
            .on_refused = [this](const Endpoint& to) { refused.push_back(to); }};
  }
};

TEST(UdpSocket, ADatagramArrivesWithItsSendersAddress) {
  Loop loop;
  UdpEar ear;
  UdpSocket a(loop, {.local = loopback}, UdpEar().handlers());
  UdpSocket b(loop, {.local = loopback}, ear.handlers());

  EXPECT_EQ(a.send(b.local(), bytes_of("hello")), Sending::sent);

  ASSERT_TRUE(loop.run_until([&] { return !ear.heard.empty(); }, patience));
  EXPECT_EQ(ear.heard[0], "hello");
  EXPECT_EQ(ear.from[0], a.local());
}

TEST(UdpSocket, ARefusedDatagramIsToldWithItsDestination) {
  Loop loop;
  UdpEar ear;
  UdpSocket socket(loop, {.local = loopback}, ear.handlers());
  const Endpoint nobody = ipv4_endpoint(127, 0, 0, 1, free_port());

  EXPECT_EQ(socket.send(nobody, bytes_of("hello?")), Sending::sent);

  ASSERT_TRUE(loop.run_until([&] { return !ear.refused.empty(); }, patience));
  EXPECT_EQ(ear.refused, std::vector{nobody});
}

TEST(UdpSocket, ARefusalByIpv6IsToldToo) {
  Loop loop;
  UdpEar ear;
  Endpoint loopback6;
  loopback6.ip[15] = 1;
  std::unique_ptr<UdpSocket> socket;
  try {
    socket = std::make_unique<UdpSocket>(loop, UdpOptions{.local = loopback6}, ear.handlers());
  } catch (const std::system_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  Endpoint nobody = loopback6;
  nobody.port = free_port();

  EXPECT_EQ(socket->send(nobody, bytes_of("hello?")), Sending::sent);

  ASSERT_TRUE(loop.run_until([&] { return !ear.refused.empty(); }, patience));
  EXPECT_EQ(ear.refused, std::vector{nobody});
}

/// Counts what libuv calls: an error queue that nobody empties would wake the loop without end, and
/// the message to itself would come behind hundreds of thousands of callbacks.
TEST(UdpSocket, RefusalsDoNotMakeTheLoopSpin) {
  Loop loop;
  UdpEar ear;
  UdpSocket socket(loop, {.local = loopback}, ear.handlers());
  const Endpoint nobody = ipv4_endpoint(127, 0, 0, 1, free_port());
  constexpr std::size_t times = 20;
  for (std::size_t n = 1; n <= times; ++n) {
    EXPECT_EQ(socket.send(nobody, bytes_of("hello?")), Sending::sent);
    ASSERT_TRUE(loop.run_until([&] { return ear.refused.size() >= n; }, patience));
  }
  const std::uint64_t before = socket.callbacks();

  Timer rest(loop, [&] { EXPECT_EQ(socket.send(socket.local(), bytes_of("me")), Sending::sent); });
  rest.after(milliseconds(200));
  ASSERT_TRUE(loop.run_until([&] { return !ear.heard.empty(); }, patience));

  EXPECT_LE(socket.callbacks() - before, 4U);
  EXPECT_EQ(ear.refused.size(), times);
  EXPECT_EQ(socket.refusals(), times);
}

/// The system reports an earlier refusal instead of sending; the datagram must go out all the same.
TEST(UdpSocket, ASendBehindARefusalIsNotLost) {
  Loop loop;
  UdpEar ear;
  UdpEar other_ear;
  UdpSocket socket(loop, {.local = loopback}, ear.handlers());
  UdpSocket other(loop, {.local = loopback}, other_ear.handlers());
  const Endpoint nobody = ipv4_endpoint(127, 0, 0, 1, free_port());

  for (int n = 0; n < 10; ++n) {
    EXPECT_EQ(socket.send(nobody, bytes_of("hello?")), Sending::sent);
    EXPECT_EQ(socket.send(other.local(), bytes_of("news")), Sending::sent);
  }

  ASSERT_TRUE(loop.run_until(
      [&] { return other_ear.heard.size() >= 10 && ear.refused.size() >= 10; }, patience));
  EXPECT_EQ(ear.refused, std::vector<Endpoint>(10, nobody));
}

TEST(UdpSocket, APortThatIsTakenIsAnError) {
  Loop loop;
  const UdpSocket first(loop, {.local = loopback}, UdpEar().handlers());

  EXPECT_THROW(UdpSocket(loop, {.local = first.local()}, UdpEar().handlers()), std::system_error);
}

TEST(UdpSocket, ABroadcastReachesAllWhoShareThePort) {
  Loop loop;
  UdpEar ears[3];
  const Endpoint shared = ipv4_endpoint(0, 0, 0, 0, free_port());
  const UdpOptions options{.local = shared, .shared_port = true, .device = "lo"};
  UdpSocket a(loop, options, ears[0].handlers());
  UdpSocket b(loop, options, ears[1].handlers());
  UdpSocket c(loop, options, ears[2].handlers());
  UdpSocket speaker(loop, {.local = loopback}, UdpEar().handlers());

  EXPECT_EQ(speaker.send(ipv4_endpoint(127, 255, 255, 255, shared.port), bytes_of("all")),
            Sending::sent);

  ASSERT_TRUE(loop.run_until(
      [&] { return !ears[0].heard.empty() && !ears[1].heard.empty() && !ears[2].heard.empty(); },
      patience));
}

TEST(UdpSocket, AnIpv4SocketDoesNotSendToIpv6) {
  Loop loop;
  UdpSocket socket(loop, {.local = loopback}, UdpEar().handlers());
  Endpoint v6;
  v6.ip[15] = 1;
  v6.port = 9;

  EXPECT_EQ(socket.send(v6, bytes_of("x")), Sending::failed);
}

}  // namespace
}  // namespace peal::runtime
