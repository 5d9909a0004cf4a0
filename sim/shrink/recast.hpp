// A script with fewer servers and people: who is left is numbered anew.
#pragma once

#include <optional>
#include <vector>

#include "sim/setup.hpp"

namespace peal::sim {

/// [former number] the new one, or nothing for who is gone.
using Renumbering = std::vector<std::optional<std::size_t>>;

/// Everybody but one.
[[nodiscard]] Renumbering without(std::size_t one, std::size_t count);

/// Actions of and to those who are gone are gone; links and setups lose them.
[[nodiscard]] Script recast(const Script& script, const Renumbering& servers,
                            const Renumbering& people);

}  // namespace peal::sim
