// What many runs did and found together: sums that can be added up in any order.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/run.hpp"
#include "sim/seeds.hpp"

namespace peal::sim {

/// Of each cause so many failures are kept: those of the lowest seeds.
inline constexpr std::size_t failures_kept = 10;

struct Failure {
  std::uint64_t seed = 0;
  std::string detail;
  std::int64_t at_us = 0;
  Digest digest;
};

/// Failures whose violation has the same oracle and the same words.
struct FailureGroup {
  std::uint64_t count = 0;
  std::map<std::uint64_t, Failure> first;  ///< by seed; at most failures_kept
};
using CauseName = std::pair<Oracle, std::string>;

/// A run that stands out. Of two that are equal, that of the lower seed.
struct Longest {
  std::uint64_t seed = 0;
  std::int64_t took_us = 0;  ///< of wall time; 0 without a clock
  std::uint64_t events = 0;  ///< 0: there was no run
};

struct Totals {
  std::uint64_t runs = 0;
  std::uint64_t violations = 0;
  std::int64_t simulated_us = 0;
  std::uint64_t elections = 0;
  std::uint64_t destroyed = 0;
  std::int64_t one_view_after_us_max = 0;
  std::int64_t converged_after_us_max = 0;
  std::array<std::uint64_t, oracle_count> checks{};
  Stats stats;
  std::array<std::uint64_t, mark_count> runs_with_mark{};
  std::map<CauseName, FailureGroup> causes;
  SeedSet done;
  Digest digest;  ///< the sum of those of the runs

  // Wall time is measured by whoever runs: 0 without a clock. It never decides anything else here.
  Longest slowest;
  std::int64_t runs_took_us = 0;  ///< all runs, one after the other
  std::int64_t wall_us = 0;       ///< all campaigns, from beginning to end

  void add(const RunResult& result, std::int64_t took_us);
  /// Whatever the order, the sum of the same parts is the same.
  void add(const Totals& other);

  [[nodiscard]] std::vector<std::string> oracles_that_checked_nothing() const;
  [[nodiscard]] std::vector<std::string> marks_never_hit() const;
};

}  // namespace peal::sim
