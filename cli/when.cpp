// strptime, format by format.
#include "cli/when.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "cli/trouble.hpp"

namespace peal::cli {
namespace {

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<WallTime> ago(std::string_view text, WallTime now) {
  static constexpr std::int64_t age_max = 1'000'000'000;
  static constexpr std::array<std::pair<char, std::int64_t>, 5> units{
      {{'s', 1}, {'m', 60}, {'h', 3'600}, {'d', 86'400}, {'w', 604'800}}};
  if (text.empty()) return std::nullopt;
  const auto unit = std::ranges::find(units, text.back(), &std::pair<char, std::int64_t>::first);
  const auto count = number_in(text.substr(0, text.size() - 1));
  if (unit == units.end() || !count || *count < 0 || *count > age_max) return std::nullopt;
  return WallTime{now.ms - *count * unit->second * 1'000};
}

// The milliseconds of a fraction of a second, taken off the text.
std::optional<std::int64_t> take_fraction(std::string& text) {
  const auto dot = text.find('.');
  if (dot == std::string::npos) return 0;
  std::string digits = text.substr(dot + 1);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
  digits.resize(3, '0');
  text.resize(dot);
  return number_in(digits);
}

std::optional<WallTime> in_calendar(std::string text, WallTime now) {
  const bool utc = text.ends_with('Z');
  if (utc) text.pop_back();
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  const auto seconds_now = static_cast<std::time_t>(now.ms / 1'000);
  for (const char* format : {"%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M",
                             "%Y-%m-%d %H:%M:%S", "%H:%M", "%H:%M:%S"}) {
    std::tm parts{};
    if (format[1] == 'H') {
      utc ? ::gmtime_r(&seconds_now, &parts) : ::localtime_r(&seconds_now, &parts);
      parts.tm_hour = parts.tm_min = parts.tm_sec = 0;
    }
    const char* end = ::strptime(text.c_str(), format, &parts);
    if (end == nullptr || *end != '\0') continue;
    parts.tm_isdst = -1;
    const int day = parts.tm_mday;
    const std::time_t seconds = utc ? ::timegm(&parts) : std::mktime(&parts);
    if (parts.tm_mday != day) return std::nullopt;  // The 31st of February.
    return WallTime{static_cast<std::int64_t>(seconds) * 1'000 + *fraction};
  }
  return std::nullopt;
}

}  // namespace

WallTime parse_when(const std::string& text, const std::string& option, WallTime now) {
  if (const auto time = ago(text, now)) return *time;
  if (const auto time = in_calendar(text, now)) return *time;
  throw usage_error(fmt::format(
      "{} {}: no time; write 2h, 10:30, 2026-11-21 or 2026-11-21T10:30, with a Z for UTC", option,
      harmless(text)));
}

}  // namespace peal::cli
