// A hybrid logical clock: near wall time, and never before what was seen (Kulkarni et al., 2014).
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "core/time.hpp"

namespace peal {

/// 48 bits of wall milliseconds above 16 bits of counter: a linear extension of causal order.
struct Hlc {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Hlc, Hlc) = default;
  [[nodiscard]] constexpr WallTime wall() const {
    return {static_cast<std::int64_t>(value >> 16U)};
  }
};

/// The clock of one machine. A full counter carries into the milliseconds, so it never goes back or
/// stalls.
class HybridClock {
 public:
  /// The next time stamp: later than all that this clock gave or saw.
  [[nodiscard]] Hlc tick(WallTime wall) {
    const std::uint64_t now = wall.ms <= 0 ? 0 : static_cast<std::uint64_t>(wall.ms) << 16U;
    last_.value = std::max(now, last_.value + 1);
    return last_;
  }
  void saw(Hlc other) { last_ = std::max(last_, other); }
  [[nodiscard]] Hlc last() const { return last_; }

  friend auto operator<=>(const HybridClock&, const HybridClock&) = default;

 private:
  Hlc last_;
};

}  // namespace peal
