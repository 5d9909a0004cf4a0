// Exponentially weighted estimates without floating point.
#include "core/round_trip.hpp"

#include <algorithm>
#include <cstdlib>

namespace peal {

void RoundTrip::sample(Duration round_trip) {
  const std::int64_t us = std::clamp<std::int64_t>(round_trip.us, 0, seconds(60).us);
  if (!known_) {
    known_ = true;
    smoothed8_ = us * 8;
    variation4_ = us * 2;
    return;
  }
  const std::int64_t error = us - smoothed8_ / 8;
  variation4_ += std::abs(error) - variation4_ / 4;
  smoothed8_ += error;
}

Duration RoundTrip::timeout(Duration floor, Duration ceiling) const {
  const Duration expected = known_ ? Duration{smoothed8_ / 8 + variation4_} : unknown;
  return std::max(floor, std::min(ceiling, expected));
}

void RoundTrip::mix_into(Hasher& hasher) const {
  hasher.add(known_ ? 1 : 0)
      .add(static_cast<std::uint64_t>(smoothed8_))
      .add(static_cast<std::uint64_t>(variation4_));
}

void ArrivalTimes::arrived(Instant now) {
  if (last_) {
    const std::int64_t us = std::clamp<std::int64_t>((now - *last_).us, 0, gap_max.us);
    samples_ = std::min(samples_ + 1, window);
    // Weight 1/samples: the plain mean and variance until the window is full, then exponential.
    const std::int64_t error64 = us * 64 - mean64_;
    const std::int64_t error = error64 / 64;
    mean64_ += error64 / samples_;
    variance_ = (samples_ - 1) * (variance_ + error * error / samples_) / samples_;
  }
  last_ = now;
}

Duration ArrivalTimes::suspect_after(Duration interval) const {
  if (samples_ < enough_samples) return interval * 3;
  return std::max(interval * 3 / 2, Duration{mean64_ / 64 + 8 * integer_sqrt(variance_)});
}

void ArrivalTimes::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(last_ ? static_cast<std::uint64_t>((now - *last_).us) + 1 : 0)
      .add(static_cast<std::uint64_t>(samples_))
      .add(static_cast<std::uint64_t>(mean64_))
      .add(static_cast<std::uint64_t>(variance_));
}

std::int64_t integer_sqrt(std::int64_t n) {
  if (n <= 0) return 0;
  auto rest = static_cast<std::uint64_t>(n);
  std::uint64_t root = 0;
  std::uint64_t bit = std::uint64_t{1} << 62U;
  while (bit > rest) bit >>= 2U;
  for (; bit != 0; bit >>= 2U) {
    if (rest >= root + bit) {
      rest -= root + bit;
      root = (root >> 1U) + bit;
    } else {
      root >>= 1U;
    }
  }
  return static_cast<std::int64_t>(root);
}

}  // namespace peal
