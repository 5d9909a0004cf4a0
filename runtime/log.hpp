// What a server tells people while it runs: one line per notice, on standard error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/effect.hpp"

namespace peal::runtime {

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };
[[nodiscard]] std::optional<LogLevel> parse_log_level(std::string_view name);

/// Lines on standard error below this level are left out; colours only on a terminal.
void start_log(LogLevel level);

/// "view installed   view=3/5 leader=5 members=1,3,5": an event, padded, then key=value pairs.
struct LogLine {
  LogLevel level = LogLevel::info;
  std::string text;
};
[[nodiscard]] LogLine describe(const Notice& notice);

void log(const LogLine& line);
void log(LogLevel level, std::string_view event, std::string_view details);

}  // namespace peal::runtime
