// A whole state as a list of its members.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"

namespace peal::trace {

/// Paths as differences() has them, and the values there, in the order of the members; at most so
/// many.
using Members = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] Members members(const Server& server, std::size_t most);
[[nodiscard]] Members members(const Client& client, std::size_t most);

}  // namespace peal::trace
