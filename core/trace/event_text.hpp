// Events and effects as text, in one line.
#pragma once

#include <cstddef>
#include <string>

#include "core/client_io.hpp"
#include "core/effect.hpp"
#include "core/event.hpp"

namespace peal::trace {

/// What happened, without its type: "from server 5: Vote {round 3, ...}". Cut short after so many
/// characters.
[[nodiscard]] std::string event_text(const Event& event, std::size_t most);
[[nodiscard]] std::string event_text(const ClientEvent& event, std::size_t most);
/// Its type, and then what is in it: "Write {token 7, ...}"; of a notice, the notice.
[[nodiscard]] std::string effect_text(const Effect& effect, std::size_t most);
[[nodiscard]] std::string effect_text(const ClientEffect& effect, std::size_t most);

}  // namespace peal::trace
