// One expectation out of its words, and back.
#pragma once

#include <string>

#include "sim/scenario/cast.hpp"
#include "sim/scenario/expectation.hpp"

namespace peal::sim {

/// What stands behind `expect` and the words `at TIME` if there are any; at_us is left to the
/// caller. Throws ScenarioError.
[[nodiscard]] Expectation parse_expectation(Tokens& tokens, Cast& cast);
/// With within and for, without the time.
[[nodiscard]] std::string print_expectation(const Expectation& expectation, const Setup& setup);

}  // namespace peal::sim
