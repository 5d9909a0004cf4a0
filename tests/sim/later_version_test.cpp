// Servers of two versions in one simulated world.
#include "sim/later_version.hpp"

#include <gtest/gtest.h>

#include "core/codec/encoder.hpp"
#include "core/codec/receiver.hpp"
#include "core/codec/wire.hpp"
#include "tests/sim/three_servers.hpp"

namespace peal::sim {
namespace {

/// What this version makes of it: the version and the kind that it does not know.
Malformed received(const std::vector<std::uint8_t>& datagram) {
  codec::Receiver receiver;
  const codec::Reception reception = receiver.receive(Instant{0}, {}, datagram);
  const auto* malformed = std::get_if<Malformed>(&reception);
  return malformed != nullptr ? *malformed : Malformed{};
}

std::vector<std::uint8_t> encoded(const Message& message) {
  codec::Encoder encoder;
  const auto datagrams = encoder.encode({ServerId{1}, 2}, message);
  return {datagrams.front().begin(), datagrams.front().end()};
}

/// A Heartbeat has few elements, a split message begins with another head, a Vote may have many.
std::vector<Message> some_messages() {
  VersionVector much;
  for (std::uint64_t log = 1; log <= 200; ++log) much.advance({LogId{log << 50U}, 1});
  return {Heartbeat{}, Ping{}, Have{}, Have{.held = much}};
}

TEST(LaterVersion, IsNoVersionOfOurs) {
  for (const Message& message : some_messages()) {
    std::vector<std::uint8_t> datagram = encoded(message);
    make_next_version(datagram);

    EXPECT_TRUE(received(datagram).unsupported) << kind_name(message);
    EXPECT_EQ(received(datagram).version, codec::protocol_version + 1) << kind_name(message);
  }
}

TEST(LaterVersion, HasKindsThatWeDoNotHave) {
  for (const Message& message : {Message{Heartbeat{}}, Message{Ping{}}}) {
    std::vector<std::uint8_t> datagram = encoded(message);
    make_new_kind(datagram);

    EXPECT_TRUE(received(datagram).unsupported) << kind_name(message);
    EXPECT_EQ(received(datagram).version, codec::protocol_version) << kind_name(message);
    EXPECT_GE(received(datagram).kind, message_kinds) << kind_name(message);
  }
}

TEST(LaterVersion, HasTheFragmentsThatWeHave) {
  const std::vector<std::uint8_t> fragment = encoded(some_messages().back());
  std::vector<std::uint8_t> changed = fragment;
  make_new_kind(changed);

  EXPECT_EQ(changed, fragment);
}

class TwoVersions : public ThreeServers {
 protected:
  [[nodiscard]] std::uint64_t answers() const { return stats.sent[Message(Unsupported{}).index()]; }
  [[nodiscard]] std::uint64_t view() const { return world.server(1).machine->view().id.number; }
};

TEST_F(TwoVersions, DisturbNothingAndTheOldOnesSaySo) {
  const std::uint64_t before = view();
  world.upgrade_server(0);

  EXPECT_TRUE(world.run_until(10'000'000)) << oracles.judge.violation()->what;

  EXPECT_GT(answers(), 0U);
  EXPECT_EQ(world.server(0).older, (std::set<Place>{1, 2}));
  EXPECT_EQ(view(), before);
}

TEST_F(TwoVersions, SayNothingMoreToWhoSaidThatItIsOlder) {
  world.upgrade_server(2);
  EXPECT_TRUE(world.run_until(10'000'000));
  const std::uint64_t answered = answers();

  EXPECT_TRUE(world.run_until(20'000'000));

  EXPECT_EQ(answers(), answered);
}

TEST_F(TwoVersions, AreOneVersionWhenAllAreUpgraded) {
  for (std::size_t server = 0; server < 3; ++server) world.upgrade_server(server);

  EXPECT_TRUE(world.run_until(10'000'000));

  EXPECT_EQ(answers(), 0U);
}

}  // namespace
}  // namespace peal::sim
