// The disk of one simulated server: writes complete in order, after a while, or not at all.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/config.hpp"
#include "core/effect.hpp"
#include "core/event.hpp"

namespace peal::sim {

/// Knows no time: the world says when an operation completes, and how.
class Disk {
 public:
  void begin(Write write) { pending_.push_back(std::move(write)); }
  [[nodiscard]] bool writing() const { return !pending_.empty(); }
  /// Completes the oldest write. Its entries that were not stored before are appended to `fresh`.
  Written complete_write(std::vector<SharedEntry>& fresh);
  /// Fails the oldest write: nothing of it is stored, nor of those given before this failure.
  WriteFailed fail_write(DiskTrouble trouble);
  /// The oldest write was given before a failure was told.
  [[nodiscard]] bool doomed() const { return doomed_ != 0; }

  /// A crash: of the writes under way the first `kept` are stored, the others never happened. There
  /// is nothing between: a write is one transaction, and what a torn one left in the write-ahead
  /// log fails its checksum at the next start, with all that was written behind it.
  void crash(std::size_t kept, std::vector<SharedEntry>& fresh);
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }
  void wipe();
  /// Bit rot: from now on the entry is given back as damaged, until it is written again.
  void damage(EntryId entry) { damaged_.insert(entry); }
  [[nodiscard]] bool damaged(EntryId entry) const { return damaged_.contains(entry); }
  /// What a start does about damage: those entries are dropped, and what is behind them in their
  /// logs, which nobody can use before they are back. All that was dropped.
  std::vector<EntryId> drop_damage();

  [[nodiscard]] ReadDone read(const Read& read) const;
  [[nodiscard]] Recovered recover(std::size_t window_entries,
                                  std::size_t sessions_max = limits::sessions_remembered_max) const;

  using Entries = std::map<EntryId, SharedEntry>;
  [[nodiscard]] const Entries& entries() const { return entries_; }

 private:
  /// A room, or two users, the lower first.
  struct Conversation {
    RoomName room;
    UserId a;
    UserId b;
    friend auto operator<=>(const Conversation&, const Conversation&) = default;
  };
  static Conversation between(const RoomName& room, UserId a, UserId b);
  void store(const SharedEntry& entry, std::vector<SharedEntry>& fresh);
  void forget(const SharedEntry& entry);
  void give(const SharedEntry& entry, ReadDone& done) const;
  [[nodiscard]] ReadDone read_range(Token token, const RangeRead& query) const;
  [[nodiscard]] ReadDone read_timeline(Token token, const TimelineRead& query) const;
  [[nodiscard]] ReadDone read_search(Token token, const SearchRead& query) const;
  [[nodiscard]] ReadDone read_session(Token token, const SessionRead& query) const;

  std::deque<Write> pending_;
  std::size_t doomed_ = 0;  // So many of pending_ fail with the one before them.
  Entries entries_;
  std::set<EntryId> damaged_;
  std::map<Conversation, std::map<EntryKey, SharedEntry>> timelines_;
  std::map<MessageId, std::vector<EntryKey>> copies_;  // Each list sorted.
};

}  // namespace peal::sim
