// peal sim --why: when the violation of a run became likely, and what happened then.
#pragma once

#include <cstdint>

#include "cli/trouble.hpp"
#include "sim/inspect/timeline.hpp"

namespace peal::cli {

struct WhyOptions {
  std::uint64_t runs_max = 400;
  unsigned jobs = 1;
  bool json = false;
};

/// Prints it, in lines for people or as one JSON value. A run that breaks no promise has no reason
/// to tell: that is said, and is no mistake.
[[nodiscard]] ExitCode tell_why(const sim::Rerun& rerun, const WhyOptions& options);

}  // namespace peal::cli
