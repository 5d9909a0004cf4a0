// Ids for the servers of a small world.
#pragma once

#include <cstddef>
#include <vector>

#include "core/ids.hpp"
#include "sim/chooser.hpp"

namespace peal::sim {

/// Different ones, in any order. Only for a chooser that has a seed: a source that always gives one
/// answer would be asked for ever.
[[nodiscard]] std::vector<ServerId> draw_server_ids(Chooser& chooser, const Choice& choice,
                                                    std::size_t count);

}  // namespace peal::sim
