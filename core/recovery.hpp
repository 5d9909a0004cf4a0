// How stored entries become what a server remembers, the same way for every driver.
#pragma once

#include <cstddef>
#include <map>

#include "core/config.hpp"
#include "core/entry.hpp"
#include "core/version_vector.hpp"

namespace peal {

/// Feed every stored entry: each log's entries in order of seq, the entries of different logs mixed
/// in any way, an entry that is stored again any number of times. An entry behind a hole is left
/// out (unless it comes again, once the hole is filled), so a torn disk recovers to what it holds
/// without holes.
class Recovery {
 public:
  explicit Recovery(std::size_t window_entries,
                    std::size_t sessions_max = limits::sessions_remembered_max)
      : window_entries_(window_entries), sessions_max_(sessions_max) {}
  void add(const SharedEntry& entry);
  [[nodiscard]] Recovered finish() &&;

 private:
  [[nodiscard]] std::map<LogId, VersionVector> missing() const;

  std::size_t window_entries_;
  std::size_t sessions_max_;
  Recovered recovered_;
  std::map<LogId, LogEnd> ends_;
  std::map<LogId, VersionVector> behind_;  // What the entries of a log name, directly.
  std::map<EntryKey, SharedEntry> latest_;
};

}  // namespace peal
