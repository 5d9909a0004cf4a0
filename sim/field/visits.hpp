// What people did, as far as servers heard of it.
#pragma once

#include <string>
#include <vector>

#include "sim/action.hpp"
#include "sim/field/field_run.hpp"

namespace peal::sim {

struct Visits {
  std::size_t people = 0;
  std::vector<TimedAction> actions;  ///< of each person in the order of time
  std::vector<std::string> notes;    ///< what a scenario cannot say
};

/// A user is a person; who has two sessions at once is two. messages take so long as a rule.
[[nodiscard]] Visits read_visits(const FieldRun& run, std::int64_t latency_us);

}  // namespace peal::sim
