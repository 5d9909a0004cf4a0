// peal sim --stop-at: somebody moves through a run, forward and back, and looks around.
#pragma once

#include <string>

#include "cli/trouble.hpp"
#include "sim/inspect/timeline.hpp"

namespace peal::cli {

/// Reads commands from standard input until it ends or one says quit. `stop_at`: where to begin, as
/// for parse_moment(); a run that breaks no promise has no violation to begin at: that is said, and
/// is no mistake. Commands that make no sense are told at once; when nobody sits at a terminal they
/// are a usage error in the end.
[[nodiscard]] ExitCode inspect_run(const sim::Rerun& rerun, const std::string& stop_at);

}  // namespace peal::cli
