// Which people could be served, as the network and the servers are now.
#pragma once

#include <cstdint>
#include <vector>

namespace peal::sim {

class World;

/// For each session of the run, 1: its client reaches, both ways, a running server whose disk
/// works.
[[nodiscard]] std::vector<std::uint8_t> who_can_work(const World& world);

}  // namespace peal::sim
