// The set of logs that a server holds: what is in memory, what is on disk, and what the chat makes
// of it.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "core/chat_state.hpp"
#include "core/config.hpp"
#include "core/entry.hpp"
#include "core/hlc.hpp"
#include "core/limits.hpp"
#include "core/parts.hpp"
#include "core/session_table.hpp"
#include "core/version_vector.hpp"

namespace peal {

/// Logs only grow. Entries are held without holes; those that arrive ahead of a hole wait, within
/// limits. The latest entries stay in memory, older ones are on disk only.
class History {
 public:
  History(const Recovered& recovered, std::size_t window_entries, std::size_t window_bytes,
          std::size_t sessions_max = limits::sessions_remembered_max);

  enum class Added : std::uint8_t { fresh, known, early, dropped };
  /// Adds an entry from a peer or of this server's own. fresh: it and what waited behind it are
  /// appended to `news`. dropped: no room for it ahead of a hole.
  Added add(const SharedEntry& entry, std::vector<SharedEntry>& news);

  [[nodiscard]] const VersionVector& held() const { return held_; }
  [[nodiscard]] const VersionVector& durable() const { return durable_; }
  void now_durable(EntryId upto) { durable_.advance(upto); }

  /// The entry, when it is in memory.
  [[nodiscard]] const SharedEntry* find(EntryId id) const;
  /// The first seq of a log that is in memory; one past the last when none is.
  [[nodiscard]] std::uint64_t memory_begin(LogId log) const;
  /// The time of the last entry held of a log.
  [[nodiscard]] Hlc last_in(LogId log) const;
  /// The latest time of all entries held.
  [[nodiscard]] Hlc newest() const { return newest_; }
  /// Held entries that are not durable yet, each log's in order.
  [[nodiscard]] std::vector<SharedEntry> not_durable() const;

  /// Which messages are in history, of the sessions that wrote last.
  [[nodiscard]] const SessionTable& sessions() const { return sessions_; }
  [[nodiscard]] SessionTable& sessions() { return sessions_; }
  /// Where a message is, while it is in memory: of its copies the smallest key.
  [[nodiscard]] const EntryKey* key_of(MessageId message) const;
  /// Where the next message of its session is that is in history, while that is in memory.
  [[nodiscard]] const EntryKey* successor_of(MessageId message) const;
  /// The keys of all copies of a message that are in memory, when it has several: accepted by more
  /// than one leader.
  [[nodiscard]] std::span<const EntryKey> copies_of(MessageId message) const;
  /// Whether the message of this entry, which is in memory, is in history by an entry as well that
  /// is not in memory any more.
  [[nodiscard]] bool repeats_older(EntryId id) const { return repeats_older_.contains(id); }

  [[nodiscard]] const ChatState& chat() const { return chat_; }
  [[nodiscard]] HybridClock& clock() { return clock_; }
  /// Equal on two servers when they hold the same entries.
  [[nodiscard]] Digest digest() const;
  /// Forgets from memory what is beyond the window, oldest arrival first, as far as `upto` covers
  /// it.
  void shrink(const VersionVector& upto);
  void forget_sessions() { sessions_.forget(sessions_max_, durable_); }

  [[nodiscard]] std::size_t entries_in_memory() const { return arrivals_.size(); }
  [[nodiscard]] std::size_t early_entries() const { return early_entries_; }
  void mix_into(Hasher& hasher) const;

  friend bool operator==(const History&, const History&) = default;

 private:
  struct Log {
    std::uint64_t begin = 1;  // seq of the first entry in memory
    std::deque<SharedEntry> entries;
    std::map<std::uint64_t, SharedEntry> early;
    Digest digest;
    Hlc last;
    friend bool operator==(const Log&, const Log&) = default;
    PEAL_PARTS(begin, entries, early, digest, last)
  };
  void append(Log& log, const SharedEntry& entry);
  void remember(const SharedEntry& entry);

  VersionVector held_;
  VersionVector durable_;
  std::map<LogId, Log> logs_;
  SessionTable sessions_;
  std::map<MessageId, EntryKey> keys_;                 // Of messages in memory.
  std::map<MessageId, std::vector<EntryKey>> copies_;  // Of messages with several in memory.
  std::set<EntryId> repeats_older_;
  ChatState chat_;
  HybridClock clock_;
  Hlc newest_;
  std::deque<EntryId> arrivals_;  // Entries in memory, in order of arrival.
  std::size_t memory_bytes_ = 0;
  std::size_t early_entries_ = 0;
  std::size_t early_bytes_ = 0;
  std::size_t window_entries_;
  std::size_t window_bytes_;
  std::size_t sessions_max_;
  PEAL_PARTS(held_, durable_, logs_, sessions_, keys_, copies_, repeats_older_, chat_, clock_,
             newest_, arrivals_, memory_bytes_, early_entries_, early_bytes_, window_entries_,
             window_bytes_, sessions_max_)
};

}  // namespace peal
