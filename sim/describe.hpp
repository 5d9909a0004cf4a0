// Messages, events and effects as one line of text each, for people who read a trace.
#pragma once

#include <string>

#include "core/client_io.hpp"
#include "core/effect.hpp"
#include "core/event.hpp"
#include "core/message.hpp"
#include "sim/disk_state.hpp"

namespace peal::sim {

[[nodiscard]] std::string describe(const Message& message);
[[nodiscard]] std::string describe(const Body& body);
[[nodiscard]] std::string describe(const View& view);
[[nodiscard]] const char* describe(DiskState state);
[[nodiscard]] std::string describe(const Notice& notice);
/// What a client tells its program; empty for what it sends.
[[nodiscard]] std::string describe(const ClientEffect& effect);

}  // namespace peal::sim
