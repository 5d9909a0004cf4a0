// Entries and users in few words, for tests of what is made of them.
#pragma once

#include <cstdint>
#include <utility>

#include "core/entry.hpp"

namespace peal::test {

/// A user whose id starts with these four bytes.
[[nodiscard]] inline UserId user(std::uint32_t head) {
  UserId id;
  for (unsigned i = 0; i < 4; ++i) id.bytes[i] = static_cast<std::uint8_t>(head >> (8U * (3U - i)));
  id.bytes[15] = 1;  // Not none.
  return id;
}

/// An entry at a time of its own in log 1: of two entries made so, the later time has the higher
/// key.
[[nodiscard]] inline Entry entry_at(std::uint64_t time, UserId author, Body body) {
  Entry entry;
  entry.id = {LogId{1}, time};
  entry.hlc = Hlc{time << 16U};
  entry.message = {SessionId{author.bytes[0] + std::uint64_t{1}}, time};
  entry.author = author;
  entry.body = std::move(body);
  return entry;
}

}  // namespace peal::test
