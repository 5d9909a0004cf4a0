// Whether what a scenario expects is so.
#pragma once

#include <string>

#include "sim/scenario/expectation.hpp"
#include "sim/stage.hpp"

namespace peal::sim {

[[nodiscard]] bool holds(const Condition& condition, Stage& stage);
/// What is so instead, in a few words: the state of what the condition is about.
[[nodiscard]] std::string what_is(const Condition& condition, Stage& stage);

}  // namespace peal::sim
