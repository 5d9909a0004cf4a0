// Time as the driver tells it: integers, monotonic and wall apart.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace peal {

/// A span of monotonic time in microseconds.
struct Duration {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) { return {a.us + b.us}; }
  friend constexpr Duration operator-(Duration a, Duration b) { return {a.us - b.us}; }
  friend constexpr Duration operator*(Duration a, std::int64_t n) { return {a.us * n}; }
  friend constexpr Duration operator/(Duration a, std::int64_t n) { return {a.us / n}; }
};

[[nodiscard]] constexpr Duration microseconds(std::int64_t n) { return {n}; }
[[nodiscard]] constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000}; }
[[nodiscard]] constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }

/// A point of the driver's monotonic clock, in microseconds since an origin that means nothing.
struct Instant {
  std::int64_t us = 0;
  friend constexpr auto operator<=>(Instant, Instant) = default;
  friend constexpr Instant operator+(Instant at, Duration d) { return {at.us + d.us}; }
  friend constexpr Instant operator-(Instant at, Duration d) { return {at.us - d.us}; }
  friend constexpr Duration operator-(Instant a, Instant b) { return {a.us - b.us}; }
};

/// Later than anything: the deadline of who waits for nothing.
inline constexpr Instant never{std::numeric_limits<std::int64_t>::max()};

/// Wall time in milliseconds since 1970-01-01 UTC. May jump either way; no safety property rests on
/// it.
struct WallTime {
  std::int64_t ms = 0;
  friend constexpr auto operator<=>(WallTime, WallTime) = default;
};

}  // namespace peal
