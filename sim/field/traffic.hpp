// What was sent by which way.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "sim/field/field_run.hpp"

namespace peal::sim {

/// One direction of one link.
using Way = std::pair<std::size_t, std::size_t>;

/// The messages of a way that could arrive, by when they were sent: what did not arrive was lost.
using Sent = std::vector<const FieldMessage*>;
using Traffic = std::map<Way, Sent>;

/// As long as the run is there.
[[nodiscard]] Traffic traffic_of(const FieldRun& run);

}  // namespace peal::sim
