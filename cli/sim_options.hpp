// What was said to peal sim on the command line.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <thread>

#include "cli/sim_enumerate.hpp"
#include "cli/sim_explore.hpp"
#include "cli/sim_why.hpp"
#include "sim/run.hpp"

namespace peal::cli {

struct SimOptions {
  std::string seed;
  std::string seeds;
  std::string scenario;
  std::string shrink;
  double minutes = 0;
  std::string shard;
  std::string resume;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::optional<double> run_seconds;
  std::string report;
  std::string corpus;
  std::string faults;
  bool list_faults = false;
  double shrink_seconds = 120;
  std::string out;  ///< of --shrink
  std::string lines;
  std::string trace;
  std::string view;
  std::string record;
  std::string replay;
  bool lenient = false;
  EnumerateOptions enumerate;
  std::string stop_at;
  bool why = false;
  std::uint64_t why_runs = WhyOptions{}.runs_max;
  ExploreOptions explore;
  bool json = false;
  bool fail_fast = false;
  std::string mutant;  ///< only where the core can make mistakes
  bool list_mutants = false;
};

inline constexpr double run_seconds_default = 60;

/// What --faults says to a run; a usage error when that is nothing.
[[nodiscard]] sim::RunOptions run_options_of(const SimOptions& options);

/// The mistake that is asked for; empty: none.
[[nodiscard]] inline std::string mutant_of(const SimOptions& options) {
  return options.mutant == "none" ? "" : options.mutant;
}

[[nodiscard]] inline std::int64_t run_us_max_of(const SimOptions& options) {
  return static_cast<std::int64_t>(options.run_seconds.value_or(run_seconds_default) * 1e6);
}

}  // namespace peal::cli
