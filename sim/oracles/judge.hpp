// Where oracles report: how often each checked, and the first promise that was broken.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace peal::sim {

enum class Oracle : std::uint8_t {
  durability,
  exactly_once,
  causal_order,
  fifo,
  availability,
  convergence,
  one_leader,
  lcr_winner,
  monotonic_reads,
  bounded,
  count_
};
inline constexpr std::size_t oracle_count = static_cast<std::size_t>(Oracle::count_);
[[nodiscard]] const char* oracle_name(Oracle oracle);
[[nodiscard]] std::optional<Oracle> find_oracle(std::string_view name);

/// The cause of a run that was given up before its end: nothing was found out about it.
inline constexpr const char* gave_up = "the run took longer than its budget of wall time";

struct Violation {
  Oracle oracle = Oracle::durability;
  std::string what;        ///< the broken promise, the same words every time
  std::int64_t at_us = 0;  ///< world time
  std::string detail;      ///< who and which message
};

class Judge {
 public:
  /// The world time of what oracles look at now.
  void at(std::int64_t now_us) { now_us_ = now_us; }
  [[nodiscard]] std::int64_t now_us() const { return now_us_; }

  /// Counts one check. When it does not hold, and nothing was broken before, detail() tells more.
  template <class Detail>
  bool check(Oracle oracle, bool holds, const char* what, const Detail& detail) {
    ++checks_[static_cast<std::size_t>(oracle)];
    if (!holds) broken(oracle, what, detail());
    return holds;
  }
  void broken(Oracle oracle, std::string what, std::string detail) {
    if (!violation_) violation_ = Violation{oracle, std::move(what), now_us_, std::move(detail)};
  }

  [[nodiscard]] const std::optional<Violation>& violation() const { return violation_; }
  [[nodiscard]] std::uint64_t checks(Oracle oracle) const {
    return checks_[static_cast<std::size_t>(oracle)];
  }

 private:
  std::int64_t now_us_ = 0;
  std::array<std::uint64_t, oracle_count> checks_{};
  std::optional<Violation> violation_;
};

}  // namespace peal::sim
