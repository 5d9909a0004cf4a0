// The scenario that does to simulated servers what was done to real ones.
#pragma once

#include <string>
#include <vector>

#include "sim/field/field_run.hpp"
#include "sim/scenario/scenario.hpp"

namespace peal::sim {

struct FieldScenario {
  /// Expects the views that lasted, and settles in the end.
  Scenario scenario;
  std::vector<std::string> notes;  ///< what it does not say
};

[[nodiscard]] FieldScenario scenario_of(const FieldRun& run);

/// Sorted by time; what is done at one time stays in its order.
void sort_actions(std::vector<TimedAction>& actions);

}  // namespace peal::sim
