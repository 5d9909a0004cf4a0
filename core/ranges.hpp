// Sets of numbers as ranges without holes: first -> last.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <utility>

namespace peal {

using Ranges = std::map<std::uint64_t, std::uint64_t>;

[[nodiscard]] inline bool in_ranges(const Ranges& ranges, std::uint64_t n) {
  auto it = ranges.upper_bound(n);
  return it != ranges.begin() && std::prev(it)->second >= n;
}

/// The highest number of the set; 0 when it is empty.
[[nodiscard]] inline std::uint64_t highest_in(const Ranges& ranges) {
  return ranges.empty() ? 0 : ranges.rbegin()->second;
}

/// Adds n, joining neighbours. False when it was there already.
inline bool add_to_ranges(Ranges& ranges, std::uint64_t n) {
  auto next = ranges.upper_bound(n);
  if (next != ranges.begin()) {
    auto before = std::prev(next);
    if (before->second >= n) return false;
    if (before->second + 1 == n) {
      before->second = n;
      if (next != ranges.end() && next->first == n + 1) {
        before->second = next->second;
        ranges.erase(next);
      }
      return true;
    }
  }
  if (next != ranges.end() && next->first == n + 1) {
    const std::uint64_t last = next->second;
    ranges.erase(next);
    ranges.emplace(n, last);
    return true;
  }
  ranges.emplace(n, n);
  return true;
}

/// Adds all numbers of other ranges.
inline void add_to_ranges(Ranges& ranges, const Ranges& others) {
  for (const auto& range : others) {
    auto [first, last] = std::pair<std::uint64_t, std::uint64_t>(range);
    auto next = ranges.upper_bound(first);
    if (next != ranges.begin()) {
      const auto before = std::prev(next);
      if (before->second >= first || before->second + 1 == first) {
        first = before->first;
        last = std::max(last, before->second);
        next = ranges.erase(before);
      }
    }
    while (next != ranges.end() && next->first - 1 <= last) {
      last = std::max(last, next->second);
      next = ranges.erase(next);
    }
    ranges.emplace(first, last);
  }
}

}  // namespace peal
