// A scenario, played: what became of its expectations.
#pragma once

#include <string>
#include <vector>

#include "sim/run.hpp"
#include "sim/scenario/scenario.hpp"

namespace peal::sim {

struct ScenarioResult {
  RunResult run;
  /// One sentence for each expectation that was not met, with its line.
  std::vector<std::string> unmet;
  /// Every expectation is met, and what is broken is what was said to be, or nothing.
  bool met = false;
};

[[nodiscard]] ScenarioResult play_scenario(const Scenario& scenario, const RunOptions& options);

}  // namespace peal::sim
