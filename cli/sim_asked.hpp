// What was asked of peal sim, and which of its options say something to that.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/sim_options.hpp"

namespace peal::cli {

/// One bit for each kind of run.
enum class Asked : unsigned {
  nothing = 0,
  seed = 1U << 0U,
  look = 1U << 1U,  ///< into the run of a seed
  why = 1U << 2U,
  enumerate = 1U << 3U,
  scenario = 1U << 4U,
  shrink = 1U << 5U,
  seeds = 1U << 6U,
  minutes = 1U << 7U,
  resume = 1U << 8U,
  corpus = 1U << 9U,  ///< alone: run again
  explore = 1U << 10U,
  replay = 1U << 11U,
  fault_list = 1U << 12U
};

[[nodiscard]] Asked asked_of(const SimOptions& options);
/// A usage error that names the first option that is there and says nothing to what was asked.
void refuse_idle_options(const CLI::App& app, Asked asked);
/// The same for peal sim merge, which has options of its own behind it.
void refuse_all_options(const CLI::App& app);

}  // namespace peal::cli
