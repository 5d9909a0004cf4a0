// What can be seen of a simulated world at one moment, as tables and lines for people.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/inspect/names.hpp"
#include "sim/world.hpp"

namespace peal::cli {

/// Where somebody looks: all text is for standard output.
struct Scene {
  const sim::World& world;
  const sim::Names& names;
};

/// One line for each server.
[[nodiscard]] std::string servers_text(const Scene& scene);
/// Everything about one.
[[nodiscard]] std::string server_text(const Scene& scene, std::size_t server);
/// For each log how far each server is; logs that nobody holds are left out.
[[nodiscard]] std::string knows_text(const Scene& scene);

/// One line for each person.
[[nodiscard]] std::string people_text(const Scene& scene);
/// Everything about one, or about one of those who read everything in the end.
[[nodiscard]] std::string person_text(const Scene& scene, std::size_t client);
/// The message that the trace calls that, m4615:3, or whose session is written in full. Throws
/// Trouble (usage) when there is none, or more than one.
[[nodiscard]] std::string message_text(const Scene& scene, const std::string& name);

/// What will happen, as far as it is known. Each word must fit: a server or person at either end, a
/// kind of message, or of event (datagram, wake, written, read, refused, call). Throws Trouble
/// (usage) for another word.
[[nodiscard]] std::string pending_text(const Scene& scene, const std::vector<std::string>& words);

}  // namespace peal::cli
