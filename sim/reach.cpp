// Looking at every pair of a client and a server.
#include "sim/reach.hpp"

#include "sim/world.hpp"

namespace peal::sim {
namespace {

bool serves(const World& world, std::size_t server, Place client) {
  const Place there = world.place_of_server(server);
  return world.server_up(server) && !world.paused(there) && !world.server(server).trouble &&
         !world.network().blocked(client, there) && !world.network().blocked(there, client);
}

}  // namespace

std::vector<std::uint8_t> who_can_work(const World& world) {
  std::vector<std::uint8_t> can(world.oracles().ledger.sessions().size());
  for (std::size_t client = 0; client < world.network().places() - world.servers(); ++client) {
    const Place here = world.place_of_client(client);
    if (!world.client_up(client) || world.paused(here)) continue;
    bool reaches = false;
    for (std::size_t server = 0; server < world.servers(); ++server)
      reaches = reaches || serves(world, server, here);
    can[world.client(client).session] = reaches ? 1 : 0;
  }
  return can;
}

}  // namespace peal::sim
