// Looking at every pair of a client and a server.
#include "sim/reach.hpp"

#include "sim/world.hpp"

namespace peal::sim {
namespace {

bool works(const World& world, std::size_t server) {
  return world.server_up(server) && !world.paused(world.place_of_server(server)) &&
         serves(world.server(server).disk_state);
}

bool linked(const World& world, Place a, Place b) {
  return !world.network().blocked(a, b) && !world.network().blocked(b, a);
}

bool can_serve(const World& world, std::size_t server, Place client) {
  return works(world, server) && linked(world, client, world.place_of_server(server));
}

}  // namespace

std::vector<std::uint8_t> who_can_work(const World& world) {
  std::vector<std::uint8_t> can(world.oracles().ledger.sessions().size());
  for (std::size_t client = 0; client < world.network().places() - world.servers(); ++client) {
    const Place here = world.place_of_client(client);
    if (!world.client_up(client) || world.paused(here)) continue;
    bool reaches = false;
    for (std::size_t server = 0; server < world.servers(); ++server)
      reaches = reaches || can_serve(world, server, here);
    can[world.client(client).session] = reaches ? 1 : 0;
  }
  return can;
}

std::vector<ServerSet> who_can_share(const World& world) {
  std::vector<ServerSet> groups;
  ServerSet done = 0;
  for (std::size_t first = 0; first < world.servers(); ++first) {
    const ServerSet own = ServerSet{1} << first;
    if (!works(world, first) || (done & own) != 0) continue;
    ServerSet group = own;
    for (ServerSet before = 0; before != group;) {
      before = group;
      for (std::size_t a = 0; a < world.servers(); ++a)
        for (std::size_t b = 0; b < world.servers(); ++b)
          if ((before >> a & 1U) != 0 && works(world, b) &&
              linked(world, world.place_of_server(a), world.place_of_server(b)))
            group |= ServerSet{1} << b;
    }
    done |= group;
    if (group != own) groups.push_back(group);
  }
  return groups;
}

}  // namespace peal::sim
