// Entries for tests of storage.
#pragma once

#include <string>
#include <vector>

#include "core/entry.hpp"

namespace peal::runtime {

inline UserId user_of(std::uint8_t first) {
  UserId id;
  id.bytes[0] = first;
  return id;
}

/// A post of ann (user 1) to #lunch: its text and time follow from the seq.
inline SharedEntry post_of(std::uint64_t log, std::uint64_t seq) {
  Entry entry;
  entry.id = {LogId{log}, seq};
  entry.hlc = {1'000 * seq};
  entry.message = {SessionId{log + 1}, seq};
  entry.author = user_of(1);
  entry.body = Post{RoomName{"#lunch"}, "post " + std::to_string(seq)};
  return SharedEntry(entry);
}

inline std::vector<SharedEntry> posts_of(std::uint64_t log, std::uint64_t first,
                                         std::uint64_t last) {
  std::vector<SharedEntry> out;
  for (std::uint64_t seq = first; seq <= last; ++seq) out.push_back(post_of(log, seq));
  return out;
}

inline SharedEntry direct_of(std::uint64_t log, std::uint64_t seq, std::uint8_t from,
                             std::uint8_t to) {
  Entry entry = *post_of(log, seq);
  entry.author = user_of(from);
  entry.body = Post{user_of(to), "direct " + std::to_string(seq)};
  return SharedEntry(entry);
}

inline SharedEntry join_of(std::uint64_t log, std::uint64_t seq) {
  Entry entry = *post_of(log, seq);
  entry.body = JoinRoom{RoomName{"#lunch"}};
  return SharedEntry(entry);
}

}  // namespace peal::runtime
