// Whole machines as bytes: what is read back is what was saved, wherever a run has led it.
#include "core/trace/state.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "sim/run.hpp"
#include "sim/world.hpp"

namespace peal::trace {
namespace {

/// Saves and reads back a machine every so many events of a run.
struct Saver : sim::Watcher {
  std::uint64_t every = 1;
  std::uint64_t events = 0;
  std::uint64_t saved = 0;
  std::size_t longest = 0;

  bool happened(sim::World& world, const sim::Happening& happening) override {
    if (++events % every != 0 || happening.kind == sim::Happening::Kind::call) return true;
    const std::size_t place = happening.to;
    if (place < world.servers()) {
      if (world.server_up(place)) check(*world.server(place).machine);
    } else if (world.client_up(place - world.servers())) {
      check(*world.client(place - world.servers()).machine);
    }
    return !::testing::Test::HasFailure();
  }

  static std::optional<Server> load(const Server&, const std::vector<std::uint8_t>& bytes) {
    return load_server(bytes);
  }
  static std::optional<Client> load(const Client&, const std::vector<std::uint8_t>& bytes) {
    return load_client(bytes);
  }

  template <class Machine>
  void check(const Machine& machine) {
    std::vector<std::uint8_t> bytes;
    save(machine, bytes);
    const auto again = load(machine, bytes);
    ASSERT_TRUE(again);
    ASSERT_EQ(*again, machine);
    std::vector<std::uint8_t> twice;
    save(*again, twice);
    ASSERT_EQ(bytes, twice);
    longest = std::max(longest, bytes.size());
    ++saved;
  }
};

TEST(State, IsReadBackWhereverChaosHasLedIt) {
  Saver saver;
  saver.every = 151;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    sim::RunOptions options;
    options.watcher = &saver;
    const sim::RunResult result = sim::run(seed, options);
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
    ASSERT_FALSE(result.violation);
  }

  EXPECT_GT(saver.saved, 200U);
  EXPECT_GT(saver.longest, 10'000U);
}

TEST(State, ThatIsCutShortOrLongerIsNone) {
  ServerConfig config;
  config.self = ServerId{3};
  config.incarnation = Incarnation{7};
  std::vector<std::uint8_t> bytes;
  save(Server(config, Recovered{}, Instant{}), bytes);

  for (std::size_t size = 0; size < bytes.size(); ++size)
    ASSERT_FALSE(load_server(std::span(bytes).first(size))) << size;
  bytes.push_back(0);
  EXPECT_FALSE(load_server(bytes));
}

TEST(State, OfWhichABitFlippedIsAnotherOrNone) {
  ServerConfig config;
  config.self = ServerId{3};
  config.incarnation = Incarnation{7};
  const Server server(config, Recovered{}, Instant{});
  std::vector<std::uint8_t> bytes;
  save(server, bytes);

  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::vector<std::uint8_t> flipped = bytes;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto loaded = load_server(flipped);
    ASSERT_TRUE(!loaded || *loaded != server) << bit;
  }
}

}  // namespace
}  // namespace peal::trace
