// Small entries and messages for tests of the simulator.
#pragma once

#include <string>
#include <utility>

#include "core/entry.hpp"
#include "core/message.hpp"

namespace peal::sim {

[[nodiscard]] inline UserId user(std::uint8_t number) {
  UserId id;
  id.bytes[0] = number;
  return id;
}

[[nodiscard]] inline SharedEntry post(LogId log, std::uint64_t seq, std::uint64_t hlc,
                                      MessageId message, std::uint8_t author,
                                      Destination to = RoomName{"#room"}) {
  return SharedEntry(Entry{.id = {log, seq},
                           .hlc = Hlc{hlc},
                           .message = message,
                           .author = user(author),
                           .body = Post{std::move(to), "text " + std::to_string(message.n)}});
}

[[nodiscard]] inline Delivery delivery_of(const Entry& entry, std::uint64_t gap = 0) {
  return {.id = entry.id,
          .hlc = entry.hlc,
          .message = entry.message,
          .author = entry.author,
          .body = entry.body,
          .gap = gap};
}

}  // namespace peal::sim
