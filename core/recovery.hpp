// How stored entries become what a server remembers, the same way for every driver.
#pragma once

#include <cstddef>
#include <deque>
#include <map>

#include "core/config.hpp"
#include "core/entry.hpp"

namespace peal {

/// True for bodies that users, rooms and membership are made of: all but posts. Storage must be
/// able to list them.
[[nodiscard]] bool shapes_chat_state(const Body& body);

/// Feed every stored entry once: each log's entries in order of seq, logs in any order. An entry
/// behind a hole is left out (and everything after it in its log), so a torn disk recovers to what
/// it holds without holes.
class Recovery {
 public:
  explicit Recovery(std::size_t window_entries) : window_entries_(window_entries) {}
  void add(const SharedEntry& entry);
  [[nodiscard]] Recovered finish() &&;

 private:
  std::size_t window_entries_;
  Recovered recovered_;
  std::map<EntryKey, SharedEntry> shaping_;
  std::map<EntryKey, SharedEntry> latest_;
  std::map<SessionId, std::map<std::uint64_t, std::uint64_t>>
      sessions_;  // first -> last of each range of n
};

}  // namespace peal
