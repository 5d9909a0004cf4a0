// Points in time as people write them on the command line.
#pragma once

#include <string>

#include "core/time.hpp"

namespace peal::cli {

/// "90s", "15m", "2h", "3d", "1w": so long before now. "10:30": today. "2026-11-21",
/// "2026-11-21T10:30", with seconds and fractions or without: that time, where this machine is, or
/// with a Z behind it in UTC. Throws Trouble (usage) that names the option.
[[nodiscard]] WallTime parse_when(const std::string& text, const std::string& option, WallTime now);

}  // namespace peal::cli
