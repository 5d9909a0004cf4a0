// A number in digits, and nothing else.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace peal::sim {

/// Decimal digits alone: no sign, no blank. None for what is empty, something else, or above
/// `most`.
[[nodiscard]] inline std::optional<std::uint64_t> whole_number(std::string_view digits,
                                                               std::uint64_t most = UINT64_MAX) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size())
    return std::nullopt;
  if (value > most) return std::nullopt;
  return value;
}

}  // namespace peal::sim
