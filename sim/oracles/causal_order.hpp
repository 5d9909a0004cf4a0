// Promise P3: nothing is shown before what its author had seen, unless a gap is shown.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/oracles/judge.hpp"
#include "sim/oracles/ledger.hpp"

namespace peal::sim {

/// Vector clocks over sessions (Mattern 1989), kept by watching people's screens only: what a
/// session says comes after all that it said and was shown before.
class CausalOrder {
 public:
  /// A session has said a message; it is its latest.
  void said(const Ledger& ledger, MessageIndex message);
  /// Called before the ledger notes it. gap: the delivery says that predecessors are missing.
  void shown(const Ledger& ledger, SessionIndex session, MessageIndex message, EntryId entry,
             bool gap, Judge& judge);
  /// True when the message may come late to this session as this entry: a gap was shown in its
  /// place, or a former home looked at another entry of it and passed it over. Where that entry
  /// lies before the start of the session it is history, and its user may not have been a member
  /// there of the room.
  [[nodiscard]] bool excused(const Ledger& ledger, SessionIndex session, MessageIndex message,
                             EntryId entry) const;
  /// In a timeline, too, a message stands behind what its author had seen. keys: the place of each
  /// message, none where it is in no history.
  void finish(const Ledger& ledger, const std::vector<EntryKey>& keys, Judge& judge) const;

 private:
  enum class Mark : std::uint8_t { none, overtaken, excused };
  using SessionClock = std::vector<std::uint32_t>;  // [session] -> n; may be shorter.
  struct Screen {
    SessionClock clock;              // What was shown or said here, and all that came before it.
    SessionClock looked_at;          // Predecessors up to here were looked at.
    MessageIndex excused_below = 0;  // The latest gap stands for what was said before it.
    std::vector<Mark> marks;         // [message]; may be shorter.
  };

  void grow(SessionIndex session);

  std::vector<Screen> screens_;       // [session]
  std::vector<SessionClock> clocks_;  // [message]: what it comes after, itself included.
};

}  // namespace peal::sim
