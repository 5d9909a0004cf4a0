// peal sim --scenario: a run that is written down.
#pragma once

#include <string>

#include "cli/trouble.hpp"
#include "sim/run.hpp"

namespace peal::cli {

/// Throws usage_error when the file cannot be read, or is no scenario: with line and column.
ExitCode run_scenario(const std::string& file, const sim::RunOptions& options, bool json);

}  // namespace peal::cli
