// How long answers and heartbeats take to come, estimated in integers.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "core/digest.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"

namespace peal {

/// The smoothed round trip and its variation after RFC 6298 (Jacobson, Karels, 1988).
class RoundTrip {
 public:
  /// One measured round trip. Of a message that was sent again none may be taken: the answer could
  /// be to either (Karn). Less than nothing counts as nothing, more than a minute as a minute.
  void sample(Duration round_trip);
  [[nodiscard]] bool known() const { return known_; }
  /// Zero before the first sample.
  [[nodiscard]] Duration smoothed() const { return {smoothed8_ / 8}; }
  /// When to send again: smoothed + 4 x variation, at least floor and at most ceiling. Before the
  /// first sample: `unknown`, within the same bounds.
  [[nodiscard]] Duration timeout(Duration floor, Duration ceiling) const;
  void mix_into(Hasher& hasher) const;

  /// Far more than a round trip of a local network, and little to lose when the first datagram is.
  static constexpr Duration unknown = milliseconds(40);

  friend auto operator<=>(const RoundTrip&, const RoundTrip&) = default;

 private:
  bool known_ = false;
  std::int64_t smoothed8_ = 0;   // Microseconds x 8.
  std::int64_t variation4_ = 0;  // Microseconds x 4.
  PEAL_PARTS(known_, smoothed8_, variation4_)
};

/// The mean and deviation of the times between arrivals, weighted to about the last 64
/// (after the phi-accrual detector: Hayashibara et al., 2004).
class ArrivalTimes {
 public:
  void arrived(Instant now);
  /// Forgets everything: another peer, or another view.
  void reset() { *this = ArrivalTimes{}; }
  /// How long after the last arrival silence is suspicious: mean + 8 standard deviations, at least
  /// 1.5 intervals. interval: how often the peer means to send. Before enough_samples: 3 intervals.
  [[nodiscard]] Duration suspect_after(Duration interval) const;
  [[nodiscard]] std::int64_t samples() const { return samples_; }
  [[nodiscard]] std::optional<Instant> last() const { return last_; }
  /// Deadlines are mixed in relative to now.
  void mix_into(Hasher& hasher, Instant now) const;

  static constexpr std::int64_t window = 64;
  static constexpr std::int64_t enough_samples = 8;
  /// A longer time between two arrivals counts as this: one long pause must not make a peer
  /// trusted for minutes.
  static constexpr Duration gap_max = seconds(1);

  friend auto operator<=>(const ArrivalTimes&, const ArrivalTimes&) = default;

 private:
  std::optional<Instant> last_;
  std::int64_t samples_ = 0;   // Counts to window and stays there.
  std::int64_t mean64_ = 0;    // Microseconds x 64.
  std::int64_t variance_ = 0;  // Microseconds squared.
  PEAL_PARTS(last_, samples_, mean64_, variance_)
};

/// The largest number whose square is at most n; 0 for negative n.
[[nodiscard]] std::int64_t integer_sqrt(std::int64_t n);

}  // namespace peal
