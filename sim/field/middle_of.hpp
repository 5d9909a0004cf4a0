// What is so as a rule.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace peal::sim {

/// The middle one of these in their order, at least 0; 0: there is none.
[[nodiscard]] inline std::int64_t middle_of(std::vector<std::int64_t> times) {
  if (times.empty()) return 0;
  const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
  std::ranges::nth_element(times, middle);
  return std::max<std::int64_t>(0, *middle);
}

}  // namespace peal::sim
