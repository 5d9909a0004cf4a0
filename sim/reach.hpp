// Which people could be served, as the network and the servers are now.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/oracles/ledger.hpp"

namespace peal::sim {

class World;

/// For each session of the run, 1: its client reaches, both ways, a running server whose disk
/// works.
[[nodiscard]] std::vector<std::uint8_t> who_can_work(const World& world);

/// Groups of running servers with working disks that reach each other, both ways, directly or by
/// others of the group; those of one server left out.
[[nodiscard]] std::vector<ServerSet> who_can_share(const World& world);

}  // namespace peal::sim
