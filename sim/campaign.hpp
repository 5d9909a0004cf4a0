// Many seeds over several threads, and what they found together.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/run.hpp"

namespace peal::sim {

struct CampaignOptions {
  std::uint64_t first = 1;
  std::uint64_t last = 1;  ///< included
  unsigned jobs = 1;
  RunOptions run;  ///< trace, source and record are for single runs: not used
  /// After so many violations no further seed is begun; 0: never.
  std::uint64_t violations_max = 0;
  /// No further seed is begun when this says so; asked between seeds, from any thread.
  std::function<bool()> stop;
};

struct Campaign {
  std::uint64_t runs = 0;
  std::uint64_t violations = 0;
  std::int64_t simulated_us = 0;
  std::uint64_t elections = 0;
  std::uint64_t destroyed = 0;
  std::int64_t one_view_after_us_max = 0;
  std::int64_t converged_after_us_max = 0;
  std::array<std::uint64_t, oracle_count> checks{};
  Stats stats;
  std::vector<std::uint64_t> violating_seeds;  ///< in order, at most 100

  [[nodiscard]] std::vector<std::string> oracles_that_checked_nothing() const;
  [[nodiscard]] std::vector<std::string> marks_never_hit() const;
};

/// Runs every seed; each run stays on one thread. `each` is told every result in the order of the
/// seeds, by one thread at a time. When a CHECK of ours ends the process, the seed is printed
/// first.
Campaign run_campaign(const CampaignOptions& options,
                      const std::function<void(const RunResult&)>& each);

}  // namespace peal::sim
