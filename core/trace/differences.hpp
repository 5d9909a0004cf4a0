// Where two states differ, member by member.
#pragma once

#include <string>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"

namespace peal::trace {

/// One place in a state, as a path: "role.followers[3].acknowledged",
/// "history.logs[77].entries[4]".
struct Difference {
  std::string path;
  std::string before;  ///< "nothing": it is not there
  std::string after;
  friend bool operator==(const Difference&, const Difference&) = default;
};

/// In the order of the members. Values are in one line and cut short.
[[nodiscard]] std::vector<Difference> differences(const Server& before, const Server& after);
[[nodiscard]] std::vector<Difference> differences(const Client& before, const Client& after);

}  // namespace peal::trace
