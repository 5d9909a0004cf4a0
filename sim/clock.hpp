// The clocks of one simulated host: a monotonic one that may drift, a wall clock that may jump.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/time.hpp"

namespace peal::sim {

/// World time is microseconds since the start of the run.
class Clock {
 public:
  Clock() = default;
  Clock(Instant origin, std::int64_t wall_ms) : local_(origin), wall_offset_ms_(wall_ms) {}

  [[nodiscard]] Instant local(std::int64_t world_us) const {
    const std::int64_t passed = std::max<std::int64_t>(0, world_us - world_us_);
    if (drift_ppm_ == 0) return {local_.us + passed};
    return {local_.us + passed + passed * drift_ppm_ / million};
  }
  /// The first world time at which local() is at least `at`. `at` must not lie before the last
  /// drift.
  [[nodiscard]] std::int64_t world_when(Instant at) const {
    const std::int64_t wanted = at.us - local_.us;
    if (wanted <= 0) return world_us_;
    if (drift_ppm_ == 0) return world_us_ + wanted;
    std::int64_t passed = wanted * million / (million + drift_ppm_);
    while (passed + passed * drift_ppm_ / million < wanted) ++passed;
    return world_us_ + passed;
  }
  [[nodiscard]] WallTime wall(std::int64_t world_us) const {
    return {wall_offset_ms_ + world_us / 1'000};
  }

  /// From now on the monotonic clock gains so many millionths; negative: it loses.
  void drift(std::int64_t world_us, std::int32_t ppm) {
    local_ = local(world_us);
    world_us_ = std::max(world_us_, world_us);
    drift_ppm_ = ppm;
  }
  /// The monotonic clock goes forward at once.
  void step(std::int64_t world_us, std::int64_t us) {
    local_ = {local(world_us).us + us};
    world_us_ = std::max(world_us_, world_us);
  }
  /// The monotonic clock stands still until then; the wall clock goes on.
  void sleep(std::int64_t world_us, std::int64_t until_us) {
    local_ = local(world_us);
    world_us_ = until_us;
  }
  /// Ends a sleep early.
  void wake(std::int64_t world_us) { world_us_ = std::min(world_us_, world_us); }
  void jump_wall(std::int64_t ms) { wall_offset_ms_ += ms; }

 private:
  static constexpr std::int64_t million = 1'000'000;
  Instant local_;
  std::int64_t world_us_ = 0;
  std::int64_t drift_ppm_ = 0;
  std::int64_t wall_offset_ms_ = 0;
};

}  // namespace peal::sim
