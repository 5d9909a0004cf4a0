// One action out of its words.
#pragma once

#include <vector>

#include "sim/action.hpp"
#include "sim/scenario/cast.hpp"

namespace peal::sim {

/// Throws ScenarioError. Takes the whole rest of the line.
[[nodiscard]] Action parse_action(Tokens& tokens, Cast& cast);
/// What stands behind the word `weather`.
[[nodiscard]] Weather parse_weather(Tokens& tokens);

}  // namespace peal::sim
