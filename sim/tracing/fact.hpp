// What was done to a world, as a trace tells it.
#pragma once

#include <optional>

#include "core/trace/record.hpp"
#include "sim/action.hpp"
#include "sim/setup.hpp"

namespace peal::sim {

/// Nothing for what people do: their machines tell it.
[[nodiscard]] std::optional<trace::Fact> fact_of(const Action& action, const Setup& setup);

}  // namespace peal::sim
