// Measured times: percentiles, a picture of their distribution, JSON.
#pragma once

#include <string>
#include <vector>

#include "cli/output.hpp"
#include "core/time.hpp"

namespace peal::cli {

/// Sorted once; at least one.
class Figures {
 public:
  explicit Figures(std::vector<Duration> all);
  /// The smallest that at least this part (0 to 1) of all reach: nearest rank.
  [[nodiscard]] Duration at(double part) const;
  [[nodiscard]] Duration max() const { return all_.back(); }
  [[nodiscard]] std::size_t count() const { return all_.size(); }
  [[nodiscard]] const std::vector<Duration>& sorted() const { return all_; }
  /// One bar for each of some equal steps from the smallest to the largest: "4.1 ms ▁█▃▁ 80.2 ms".
  [[nodiscard]] std::string histogram() const;
  /// "p50 12.3 ms, p99 40.0 ms, max 41.2 ms".
  [[nodiscard]] std::string summary() const;

 private:
  std::vector<Duration> all_;
};

/// On this machine's monotonic clock.
[[nodiscard]] double seconds_since(Instant begin);
/// Milliseconds with three digits behind the point.
[[nodiscard]] double ms_of(Duration duration);
/// "12.3 ms", "340 us", "2.10 s".
[[nodiscard]] std::string text_of(Duration duration);

}  // namespace peal::cli
