// Identities in the explored world are short and always the same.
#include "sim/explore/cast.hpp"

#include "core/mutant.hpp"
#include "sim/world.hpp"

namespace peal::sim::explore {
namespace {

constexpr std::uint64_t session_first = 9'001;

ServerId id_at(std::size_t place) { return ServerId{place + 1}; }

}  // namespace

Endpoint Cast::endpoint(std::size_t place) {
  return endpoint_of(static_cast<Place>(place), server_port);
}

std::string Cast::name(std::size_t place) const {
  return is_server(place) ? "s" + std::to_string(place + 1) : "client";
}

Sender Cast::sender(std::size_t place, std::uint32_t starts) const {
  if (!is_server(place)) return {ServerId{}, session_first + place - servers};
  const ServerId id = id_at(place);
  if (MUTANT(one_incarnation)) return {id, id.value};
  return {id, id.value * 1'000 + starts};
}

std::size_t Cast::place_of(const Sender& sender) const {
  return sender.is_server() ? sender.server.value - 1 : sender.run - session_first + servers;
}

/// Multicast to groups is left out: a second way for the same posts, which would only be more of
/// the same interleavings.
ServerConfig Cast::server(std::size_t place, std::uint32_t starts) const {
  ServerConfig config;
  config.self = id_at(place);
  config.incarnation = sender(place, starts).incarnation();
  config.addresses = {endpoint(place)};
  config.seed = config.self.value * 1'000 + starts;
  config.multicast = false;
  return config;
}

/// Clients try the servers from the lowest id on, so the first home is not the leader.
ClientConfig Cast::client(std::size_t place) const {
  ClientConfig config;
  config.session = sender(place, 1).session();
  config.user.bytes[0] = static_cast<std::uint8_t>(place - servers + 1);
  config.user.bytes[15] = 1;
  for (std::size_t server = 0; server < servers; ++server)
    config.servers.push_back(endpoint(server));
  config.seed = config.session.value;
  config.multicast = false;
  return config;
}

}  // namespace peal::sim::explore
