// What happened in a run as seen from outside: who said what, which disks hold it, who was shown
// it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config.hpp"
#include "core/entry.hpp"
#include "core/message.hpp"
#include "core/version_vector.hpp"

namespace peal::sim {

using SessionIndex = std::uint32_t;
using MessageIndex = std::uint32_t;
using EntryIndex = std::uint32_t;
/// Bit i stands for server i of the run, counted from 0.
using ServerSet = std::uint64_t;

/// One of the entries that carry a message: each leader that accepted it wrote one.
struct EntryFacts {
  EntryKey key;
  MessageIndex message = 0;
  ServerSet held_now = 0;   ///< disks that hold it
  ServerSet held_ever = 0;  ///< disks that held it, wiped ones included
  std::int64_t first_held_at_us = 0;
  std::int64_t everywhere_since_us = -1;  ///< on every server's disk; -1: not now
};

enum class Outcome : std::uint8_t { pending, acknowledged, rejected };

struct MessageFacts {
  SessionIndex session = 0;
  std::uint64_t n = 0;
  Body body;
  std::int64_t said_at_us = 0;
  std::int64_t settled_at_us = 0;
  Outcome outcome = Outcome::pending;
  Accepted accepted;
  std::vector<EntryIndex> entries;
  std::uint64_t moved = 0;  ///< Ledger::moves() when an entry of it last came to a disk, or left
  bool judged_without_entry = false;  ///< by some leader
};

struct SessionFacts {
  SessionId id;
  UserId user;
  std::uint32_t person = 0;
  bool ended = false;
  std::vector<MessageIndex> said;       ///< [n - 1]
  std::vector<std::uint8_t> was_shown;  ///< [message]; may be shorter than the list of messages
  std::vector<MessageIndex> shown;      ///< in order
  /// [message] whether it lies before the place where deliveries to the session went on when it
  /// had fallen too far behind: then it is for the session to read. May be shorter.
  std::vector<std::uint8_t> skipped;
  std::vector<EntryId> shown_as;  ///< [i]: which entry of shown[i]
  VersionVector resumed_behind;   ///< its cursor when it attached to its latest home
};

/// Records, and judges nothing. Indexes count from 0 and never change.
class Ledger {
 public:
  explicit Ledger(std::size_t servers = 0)
      : everywhere_(servers >= 64 ? ~ServerSet{0} : (ServerSet{1} << servers) - 1) {}

  SessionIndex open_session(SessionId id, UserId user, std::uint32_t person);
  void end_session(SessionIndex session) { sessions_[session].ended = true; }
  MessageIndex say(SessionIndex session, const Body& body, std::int64_t now_us);
  void settle(MessageIndex message, Outcome outcome, const Accepted& accepted, std::int64_t now_us);
  void judged_without_entry(MessageIndex message) {
    messages_[message].judged_without_entry = true;
  }
  /// An entry is on a disk now. None when its message was never said.
  std::optional<EntryIndex> hold(std::uint32_t server, const Entry& entry, std::int64_t now_us);
  /// An entry is no longer on a disk: it was damaged, or lies behind one that was.
  void drop(std::uint32_t server, EntryId entry);
  /// A disk is empty now.
  void wipe(std::uint32_t server);
  /// The session was told that deliveries go on after this cursor, and that what it covers is in
  /// the history.
  void skip(SessionIndex session, const VersionVector& cursor);
  /// The session has another home, which looks at what comes after this cursor.
  void resume(SessionIndex session, const VersionVector& cursor) {
    sessions_[session].resumed_behind = cursor;
  }
  void show(SessionIndex session, MessageIndex message, EntryId entry);

  /// Counts what comes to disks and is wiped from them.
  [[nodiscard]] std::uint64_t moves() const { return moves_; }
  [[nodiscard]] std::optional<SessionIndex> find_session(SessionId id) const;
  [[nodiscard]] std::optional<MessageIndex> find_message(MessageId id) const;
  [[nodiscard]] const EntryFacts* find_entry(EntryId id) const;
  [[nodiscard]] bool was_shown(SessionIndex session, MessageIndex message) const {
    const auto& marks = sessions_[session].was_shown;
    return message < marks.size() && marks[message] != 0;
  }
  [[nodiscard]] bool was_skipped(SessionIndex session, MessageIndex message) const {
    const auto& skipped = sessions_[session].skipped;
    return message < skipped.size() && skipped[message] != 0;
  }
  /// True when a former home of the session looked at an entry of the message.
  [[nodiscard]] bool was_behind(SessionIndex session, MessageIndex message) const;
  /// Since when every server's disk holds the same entry of the message; -1: it does not.
  [[nodiscard]] std::int64_t everywhere_since_us(MessageIndex message) const;
  /// True when no disk holds any entry of the message.
  [[nodiscard]] bool gone(MessageIndex message) const;
  /// The place of a message in the timelines of one server's disk: its smallest key there.
  [[nodiscard]] std::optional<EntryKey> key_on(std::uint32_t server, MessageIndex message) const;

  /// Its place when its first entry had survived: the smallest key of any disk at any time. When
  /// all disks with that entry are destroyed, what its author repeated gets a later place, and
  /// others that saw the first one stand before it.
  [[nodiscard]] EntryKey first_key(MessageIndex message) const;
  /// A leader judged that it is refused, or changes nothing ("registered already"), and went on to
  /// what its author said next. A leader on the other side of a split may have taken it all the
  /// same: then it is shown, once, but has no place among the messages of its author.
  [[nodiscard]] bool has_no_place(MessageIndex message) const {
    return messages_[message].judged_without_entry;
  }
  /// All disks with its first entry are destroyed, and its author's repeat got a later place:
  /// people may have seen the first one, and answered it, in entries that survived.
  [[nodiscard]] bool lost_its_place(MessageIndex message) const;

  [[nodiscard]] const std::vector<SessionFacts>& sessions() const { return sessions_; }
  [[nodiscard]] const std::vector<MessageFacts>& messages() const { return messages_; }
  [[nodiscard]] const std::vector<EntryFacts>& entries() const { return entries_; }
  [[nodiscard]] std::string describe(MessageIndex message) const;

 private:
  ServerSet everywhere_;
  std::uint64_t moves_ = 0;
  std::vector<SessionFacts> sessions_;
  std::vector<MessageFacts> messages_;
  std::vector<EntryFacts> entries_;
  std::map<SessionId, SessionIndex> session_by_id_;
  std::map<LogId, std::vector<EntryIndex>> logs_;  // [seq - 1]; absent_entry when not seen.
};

/// The conversation of a post, as people name it; nothing for other bodies.
[[nodiscard]] bool same_conversation(const Destination& a, UserId author_a, const Destination& b,
                                     UserId author_b);

}  // namespace peal::sim
