// Many simulated runs, one after the other or side by side, and what is written down of them.
#pragma once

#include "cli/sim_options.hpp"
#include "cli/trouble.hpp"

namespace peal::cli {

/// peal sim --seeds, --minutes and --resume.
ExitCode run_campaign_of(const SimOptions& options);

}  // namespace peal::cli
