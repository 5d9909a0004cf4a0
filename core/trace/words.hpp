// How machines are called where people read of them.
#pragma once

#include <cstdint>
#include <string>

#include "core/ids.hpp"
#include "core/message.hpp"

namespace peal::trace {

/// The last eight hexadecimal digits of what was drawn at random: enough to tell a run's apart.
[[nodiscard]] inline std::string id_word(std::uint64_t id) {
  std::string word;
  for (unsigned shift = 32; shift != 0; shift -= 4)
    word += "0123456789abcdef"[(id >> (shift - 4)) & 15U];
  return word;
}
/// "server 3", "client 4f2a0c11".
[[nodiscard]] inline std::string name_of_machine(const Sender& machine) {
  if (machine.is_server()) return "server " + std::to_string(machine.server.value);
  return "client " + id_word(machine.run);
}

}  // namespace peal::trace
