// Many seeds over several threads, and what they found together.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/run.hpp"
#include "sim/seeds.hpp"
#include "sim/totals.hpp"

namespace peal::sim {

struct CampaignOptions {
  std::vector<SeedRange> seeds;  ///< in this order
  /// Of these seeds none is run, when set.
  const SeedSet* done = nullptr;
  unsigned jobs = 1;
  RunOptions run;  ///< trace, source, record and watcher are for single runs: not used
  /// After so many violations no further seed is begun; 0: never.
  std::uint64_t violations_max = 0;
  /// No further seed is begun when this says so; asked between seeds, from any thread.
  std::function<bool()> stop;
  /// Wall time in us, for figures and for run_us_max; asked from any thread.
  std::function<std::int64_t()> clock;
  /// A run that takes longer is a failure; 0: no bound.
  std::int64_t run_us_max = 0;
};

/// What one run found, after everything up to it was added up.
using EachRun = std::function<void(const RunResult&, const Totals&)>;

/// Runs every seed; each run stays on one thread. `each` is told every result in the order of the
/// seeds, by one thread at a time; what it throws ends the campaign and is thrown from here. When a
/// CHECK of ours ends the process, the seed is printed first.
Totals run_campaign(const CampaignOptions& options, const EachRun& each);

}  // namespace peal::sim
