// Where two states differ: named as the source names it, and nothing is left out.
#include "core/trace/differences.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/trace/text.hpp"
#include "sim/run.hpp"
#include "sim/world.hpp"

namespace peal::trace {
namespace {

Server new_server() {
  ServerConfig config;
  config.self = ServerId{3};
  config.incarnation = Incarnation{7};
  config.addresses = {ipv4_endpoint(192, 0, 2, 1, 7401)};
  return {config, Recovered{}, Instant{1'000}};
}

std::vector<std::string> paths(const std::vector<Difference>& found) {
  std::vector<std::string> all;
  for (const Difference& one : found) all.push_back(one.path);
  return all;
}

TEST(Differences, OfEqualStatesAreNone) {
  EXPECT_TRUE(differences(new_server(), new_server()).empty());
}

TEST(Differences, NameWhatAStepChanged) {
  const Server before = new_server();
  Server after = before;
  Effects effects;
  after.step(Instant{1'000}, {WallTime{5}, Wake{}}, effects);

  const auto found = differences(before, after);

  const auto all = paths(found);
  EXPECT_TRUE(std::ranges::find(all, "timers.probe") != all.end()) << ::testing::PrintToString(all);
  const auto wall = std::ranges::find(found, "clock.wall_at", &Difference::path);
  ASSERT_TRUE(wall != found.end());
  EXPECT_EQ(wall->before, "0 ms");
  EXPECT_EQ(wall->after, "5 ms");
}

TEST(Differences, AreThereWhenStatesAreNotEqualAndOnlyThen) {
  struct Watcher : sim::Watcher {
    std::optional<Server> last;
    std::uint64_t compared = 0;
    bool happened(sim::World& world, const sim::Happening& happening) override {
      if (happening.kind == sim::Happening::Kind::call || happening.to != 0) return true;
      if (!world.server_up(0)) return true;
      const Server& now = *world.server(0).machine;
      if (last) {
        EXPECT_EQ(differences(*last, now).empty(), *last == now);
        ++compared;
      }
      last = now;
      return compared < 3'000;
    }
  };
  Watcher watcher;
  sim::RunOptions options;
  options.watcher = &watcher;
  options.servers = 3;
  options.people = 3;

  (void)sim::run(5, options);

  EXPECT_GT(watcher.compared, 1'000U);
}

TEST(Text, NamesMembersAndEnumerators) {
  EXPECT_EQ(text_of(Sender{ServerId{3}, 9}), "server 3");
  EXPECT_EQ(text_of(VoteReason::startup), "startup");
  EXPECT_EQ(text_of(MessageId{SessionId{5}, 2}), "{session 00000005, n 2}");
  EXPECT_EQ(text_of(ipv4_endpoint(192, 0, 2, 1, 7401)), "192.0.2.1:7401");
  EXPECT_EQ(text_of(std::string("a\"\n")), "\"a\\\"\\x0a\"");
}

TEST(Text, IsCutShort) { EXPECT_EQ(text_of(std::string(1'000, 'x'), 10), "\"xxxxxxxxx..."); }

}  // namespace
}  // namespace peal::trace
