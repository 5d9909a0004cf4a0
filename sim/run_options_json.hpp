// The options that decide what a run does, as JSON: whoever has them and the seed has the run.
#pragma once

#include "sim/json_fields.hpp"
#include "sim/run.hpp"

namespace peal::sim {

/// Everything but what only looks on (trace, record, watcher) or answers in place of the seed.
[[nodiscard]] Json to_json(const RunOptions& options);
/// Damaged when something is missing, or names a fault that there is not.
[[nodiscard]] RunOptions run_options_from(const Json& json);

}  // namespace peal::sim
