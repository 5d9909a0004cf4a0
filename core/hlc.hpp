// A hybrid logical clock: near wall time, and never before what was seen (Kulkarni et al., 2014).
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "core/parts.hpp"
#include "core/time.hpp"

namespace peal {

/// 48 bits of wall milliseconds above 16 bits of counter: a linear extension of causal order.
struct Hlc {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Hlc, Hlc) = default;
  [[nodiscard]] constexpr WallTime wall() const {
    return {static_cast<std::int64_t>(value >> 16U)};
  }
  [[nodiscard]] constexpr WallTime wall_less(std::uint64_t ms) const {
    return {wall().ms - static_cast<std::int64_t>(ms)};
  }
};

/// No honest clock comes near (it stands for the year 4199): the codec refuses what is above.
inline constexpr Hlc hlc_max{std::uint64_t{1} << 62U};

/// The clock of one machine. A full counter carries into the milliseconds, so it never goes back or
/// stalls. Nothing that it is told brings it beyond half of hlc_max, so there is always room to
/// tick, and others can read every stamp.
class HybridClock {
 public:
  /// The next time stamp: later than all that this clock gave or followed.
  [[nodiscard]] Hlc tick(WallTime wall) {
    const std::int64_t now = std::clamp<std::int64_t>(wall.ms, 0, follows_max.wall().ms);
    last_.value = std::max(static_cast<std::uint64_t>(now) << 16U, last_.value + 1);
    return last_;
  }

  /// Of an entry that is in history now. It is followed however far it is ahead of the wall: the
  /// entry stands in every timeline and never changes, and what is written after it must be sorted
  /// behind it. A wall that is behind is common (a board without a clock starts in 1970), and then
  /// this is all that keeps new messages behind old ones. What must not get far ahead is kept out
  /// where it would become an entry: see saw_claim().
  void saw(Hlc entry) {
    if (entry <= follows_max) last_ = std::max(last_, entry);
  }

  /// What an author says it saw. Unlike an entry it proves nothing, so it is followed only up to
  /// claim_ahead_max beyond the wall: else one client could take all clocks of a cluster with it,
  /// for good. False when it is not followed.
  [[nodiscard]] bool saw_claim(Hlc claim, WallTime wall) {
    if (claim <= last_) return true;
    if (is_far_ahead(claim, wall)) return false;
    saw(claim);
    return true;
  }
  [[nodiscard]] static constexpr bool is_far_ahead(Hlc stamp, WallTime wall) {
    return stamp > follows_max || stamp.wall().ms - claim_ahead_max_ms > wall.ms;
  }
  [[nodiscard]] Hlc last() const { return last_; }

  static constexpr std::int64_t claim_ahead_max_ms = 24 * 60 * 60 * 1'000;  ///< a day
  static constexpr Hlc follows_max{hlc_max.value / 2};

  friend auto operator<=>(const HybridClock&, const HybridClock&) = default;

 private:
  Hlc last_;
  PEAL_PARTS(last_)
};

}  // namespace peal
