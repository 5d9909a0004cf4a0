// Which messages of a session are in history: known of the sessions that wrote latest, and looked
// up on disk for all others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "core/entry.hpp"
#include "core/parts.hpp"
#include "core/ranges.hpp"
#include "core/version_vector.hpp"

namespace peal {

/// Every program that ever wrote has a session, so there are more of them each year. Remembered are
/// those whose last entries are the highest by key. Which these are follows from the set of entries
/// alone, in whatever order they came: the last entry of a session that is not remembered is lower
/// than `keep` others, these only rise, so it stays forgotten until it writes again, and the entry
/// that it writes then is its last one.
///
/// An entry of a session that was forgotten makes a record that is not complete: what is known of
/// it is true, but there may be more on disk.
class SessionTable {
 public:
  /// An entry is held from now on; stored: it is on disk already.
  void held(const Entry& entry);
  void stored(const Entry& entry);

  /// Whether all messages of this session are known; else it is to be looked up before anything is
  /// said of it.
  [[nodiscard]] bool knows(SessionId session) const;
  [[nodiscard]] bool has(MessageId message) const;
  /// The highest n of a session; 0 when none is known.
  [[nodiscard]] std::uint64_t last_of(SessionId session) const;

  /// From now on the session is looked up: it is not forgotten before the answer, so that together
  /// with what was on disk when this began, its record lacks nothing.
  void look_up(SessionId session);
  [[nodiscard]] bool is_looked_up(SessionId session) const;
  /// The answer: these are the numbers of its entries on disk.
  void found(SessionId session, const Ranges& on_disk);
  /// There is no answer; it can be looked up again.
  void not_found(SessionId session);

  /// Forgets all but the `keep` sessions that wrote last, as far as their entries are durable.
  void forget(std::size_t keep, const VersionVector& durable);
  /// Whether there are sessions beside those that are remembered.
  [[nodiscard]] bool forgot_any() const { return forgot_any_; }
  [[nodiscard]] std::size_t size() const { return records_.size(); }

  /// What is known of a session.
  struct Record {
    Ranges numbers;  ///< n of its messages
    EntryKey last;   ///< its highest; none: looked up, and nothing was there
    bool complete = true;
    bool looked_up = false;
    VersionVector ends;  ///< of its entries that were held before they were stored
    friend bool operator==(const Record&, const Record&) = default;
    PEAL_PARTS(numbers, last, complete, looked_up, ends)
  };
  [[nodiscard]] const std::map<SessionId, Record>& records() const { return records_; }
  void mix_into(Hasher& hasher) const;

  friend bool operator==(const SessionTable&, const SessionTable&) = default;

 private:
  Record& record_of(SessionId session);

  std::map<SessionId, Record> records_;
  std::set<std::pair<EntryKey, SessionId>> by_last_;
  bool forgot_any_ = false;
  PEAL_PARTS(records_, by_last_, forgot_any_)
};

}  // namespace peal
