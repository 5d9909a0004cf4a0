// The clocks of a machine as small numbers: how far they are from what was to be expected.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "core/time.hpp"

namespace peal::trace {

/// Writer and reader of a block keep the same.
class Clocks {
 public:
  struct Offsets {
    std::int64_t clock = 0;  ///< us
    std::int64_t wall = 0;   ///< ms
  };

  /// How far both are from where they would be if they had gone on evenly since the track's last
  /// record.
  [[nodiscard]] Offsets take(std::uint32_t track, std::int64_t at_us, Instant clock,
                             WallTime wall) {
    Last& last = last_[track];
    const std::int64_t ahead = less(clock.us, at_us);
    const std::int64_t even = less(wall.ms, clock.us / 1'000);
    return {less(ahead, std::exchange(last.ahead, ahead)),
            less(even, std::exchange(last.even, even))};
  }
  /// The clocks again.
  std::pair<Instant, WallTime> give(std::uint32_t track, std::int64_t at_us, Offsets offsets) {
    Last& last = last_[track];
    last.ahead = more(last.ahead, offsets.clock);
    last.even = more(last.even, offsets.wall);
    const Instant clock{more(at_us, last.ahead)};
    return {clock, WallTime{more(last.even, clock.us / 1'000)}};
  }

 private:
  struct Last {
    std::int64_t ahead = 0;  ///< of the clock before the trace's time
    std::int64_t even = 0;   ///< of the wall before the clock
  };
  // What is read may be anything, so these wrap around.
  static std::int64_t less(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
  }
  static std::int64_t more(std::int64_t a, std::int64_t b) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
  }
  std::map<std::uint32_t, Last> last_;
};

}  // namespace peal::trace
