// What a script could be instead, simpler by one thing.
#pragma once

#include <vector>

#include "sim/setup.hpp"

namespace peal::sim {

/// Each list: the boldest changes first. None of them is the script itself.

/// Other setups: weather, clocks, configuration, ids.
[[nodiscard]] std::vector<Script> simpler_setups(const Script& script);
/// Without one server, or without one person, and what they do.
[[nodiscard]] std::vector<Script> fewer_hosts(const Script& script);
/// Action i in a simpler form: crashes instead of crashes between effects, short texts, ...
[[nodiscard]] std::vector<Script> simpler_actions(const Script& script, std::size_t i);
/// Action i and all later ones earlier; or at a rounder time.
[[nodiscard]] std::vector<Script> earlier(const Script& script, std::size_t i);

/// Labels that nobody refers to are gone.
void drop_labels(Script& script);

}  // namespace peal::sim
