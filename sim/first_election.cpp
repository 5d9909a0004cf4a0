// A world of servers alone, from its first moment to one view of them all.
#include "sim/first_election.hpp"

#include "sim/server_ids.hpp"
#include "sim/world.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t look_at_start_every_us = 1'000;
constexpr std::int64_t start_give_up_us = 60'000'000;

constexpr Choice about_start_ids{About::setup, 1};

bool one_view(const World& world) {
  return world.server(0).machine->view().members.size() == world.servers() &&
         Convergence::one_view(world.snapshot());
}

}  // namespace

FirstElection first_election(std::uint64_t seed, std::size_t servers) {
  FirstElection result;
  result.seed = seed;
  Chooser chooser(seed);
  const WorldConfig config{.servers = draw_server_ids(chooser, about_start_ids, servers),
                           .events_max = 50'000'000};
  Oracles oracles(config.servers);
  World world(config, chooser, oracles, result.stats);
  for (std::size_t server = 0; server < servers; ++server) world.start_server(server);
  while (world.now_us() < start_give_up_us &&
         world.run_until(world.now_us() + look_at_start_every_us)) {
    if (!one_view(world)) continue;
    result.one_view_us = world.now_us();
    break;
  }
  world.digest_states();
  result.digest = world.digest();
  result.violation = oracles.judge.violation();
  result.elections = oracles.lcr_winner.elections();
  return result;
}

}  // namespace peal::sim
