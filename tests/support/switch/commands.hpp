// What a switch is told, one line each, and what it answers.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/switch/fabric.hpp"

namespace peal::lan {

/// Does what a line says and returns the answer, one line: "ok", a JSON object, or "error: ..."
/// and then nothing has changed.
///
///   networks 1 2 | 3 4 5    as if each of these groups had a switch of its own
///   cut 1 2 | 3 4 5         nothing passes between these sides; a port of no side reaches all
///   oneway 1 2              nothing passes from port 1 to port 2
///   mend                    the end of cuts of both kinds
///   loss 0.1 [1 2]          a tenth of all copies, or of those from port 1 to port 2
///   delay 5ms 20ms [1 2]    between these, drawn for each copy; us, ms or s
///   duplicate 0.05 [1 2]    a twentieth goes out twice
///   drop-multicast          like an access point that keeps multicasts to itself
///   drop-broadcast          the same for broadcasts
///   heal                    the end of all of these, but for networks
///   counters                how often each of that happened so far
[[nodiscard]] std::string obey(Fabric& fabric, std::string_view line);

}  // namespace peal::lan
