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
  const char* const end = digits.data() + digits.size();
  const auto [stopped, error] = std::from_chars(digits.data(), end, value);
  if (digits.empty() || error != std::errc{} || stopped != end || value > most) return std::nullopt;
  return value;
}

}  // namespace peal::sim
