// Takes from recordings what a scenario can say.
#pragma once

#include "core/trace/narrator.hpp"
#include "sim/field/field_run.hpp"

namespace peal::sim {

/// draft: in order, told with Detail::people.
[[nodiscard]] FieldRun read_field(const trace::Draft& draft);

}  // namespace peal::sim
