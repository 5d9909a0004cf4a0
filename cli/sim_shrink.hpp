// peal sim --shrink: the few lines that break the same promise as a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

#include "cli/trouble.hpp"
#include "sim/run.hpp"

namespace peal::cli {

struct ShrinkRequest {
  std::uint64_t seed = 0;
  sim::RunOptions run;
  unsigned jobs = 1;
  double seconds = 0;  ///< then whatever was reached is told
  std::string out;     ///< where the scenario goes; empty: standard output
  /// Of a scenario that is still longer, nothing but how to go on.
  std::size_t actions_max = std::numeric_limits<std::size_t>::max();
};

/// The scenario, and on standard error how it was found.
ExitCode run_shrink(const ShrinkRequest& request);

}  // namespace peal::cli
