// Who is in the explored world: servers 1 to n and their clients, each at a place of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "core/body.hpp"
#include "core/config.hpp"
#include "sim/network.hpp"

namespace peal::sim::explore {

/// Places: the servers in the order of their ids, then the clients.
struct Cast {
  std::size_t servers = 3;
  std::size_t clients = 0;

  [[nodiscard]] std::size_t places() const { return servers + clients; }
  [[nodiscard]] bool is_server(std::size_t place) const { return place < servers; }
  /// Of the process that is started there as the `starts`-th one, from 1.
  [[nodiscard]] ServerConfig server(std::size_t place, std::uint32_t starts) const;
  [[nodiscard]] ClientConfig client(std::size_t place) const;
  [[nodiscard]] Sender sender(std::size_t place, std::uint32_t starts) const;
  /// Whose packets are these?
  [[nodiscard]] std::size_t place_of(const Sender& sender) const;
  /// "s3" or "client", for people.
  [[nodiscard]] std::string name(std::size_t place) const;
  [[nodiscard]] static Endpoint endpoint(std::size_t place);
};

}  // namespace peal::sim::explore
