// One action in words.
#pragma once

#include <string>

#include "sim/action.hpp"
#include "sim/setup.hpp"

namespace peal::sim {

/// parse_action gives the same action back, but for hosts that only audit.
[[nodiscard]] std::string print_action(const Action& action, const Setup& setup);
/// What stands behind the word `weather`.
[[nodiscard]] std::string print_weather(const Weather& weather);
/// In quotation marks, with what must be escaped.
[[nodiscard]] std::string print_text(const std::string& text);

}  // namespace peal::sim
