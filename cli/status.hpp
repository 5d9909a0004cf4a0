// What a server says about itself and its view, as a table and as JSON.
#pragma once

#include <cstdio>
#include <set>
#include <string>

#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "core/message.hpp"

namespace peal::cli {

/// Its first address, or "-".
[[nodiscard]] std::string address_of(const Member& member);
/// Asks whichever server answers first; throws Trouble when none does.
[[nodiscard]] StatusAnswer status_of(Connection& connection);
/// The ring in order of ids, who leads, who is silent; `dead`: servers that are known to be dead
/// besides. Lines, in colours when `stream` shows them.
[[nodiscard]] std::string status_text(const StatusAnswer& status, std::FILE* stream,
                                      const std::set<ServerId>& dead = {});
[[nodiscard]] Json json_of(const StatusAnswer& status);

}  // namespace peal::cli
