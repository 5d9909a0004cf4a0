// How hosts of the simulated network are named.
#pragma once

#include <cstdint>

namespace peal::sim {

/// A host of the simulated network, counted from 0: servers first, then people, then who audits.
using Place = std::uint16_t;

}  // namespace peal::sim
