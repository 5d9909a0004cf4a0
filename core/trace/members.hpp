// A whole state as a list of its members.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"
#include "core/trace/differences.hpp"

namespace peal::trace {

/// Paths as differences() has them, and the values there, in the order of the members. Containers
/// with more than container_elements_max elements are one member, which says how many there are: so
/// what it takes does not grow with history.
using Members = std::vector<std::pair<std::string, std::string>>;
inline constexpr std::size_t container_elements_max = 32;
[[nodiscard]] Members members(const Server& server);
[[nodiscard]] Members members(const Client& client);

/// Where two lists of one machine differ.
[[nodiscard]] std::vector<Difference> differences(const Members& before, const Members& after);

}  // namespace peal::trace
