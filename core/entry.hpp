// One entry of a log, and how it is shared without being copied.
#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/body.hpp"
#include "core/digest.hpp"
#include "core/hlc.hpp"
#include "core/ids.hpp"

namespace peal {

struct Entry {
  EntryId id;
  Hlc hlc;
  /// What the leader held and the author had seen, of other logs, as the pairs raised since the
  /// entry before in this log. Empty in the steady state.
  std::vector<EntryId> deps;
  MessageId message;
  UserId author;
  Body body;
  /// How far the stamp is ahead of the time at which the entry was written, as most servers had it
  /// then. The stamp orders; this is for people. At most the stamp's own milliseconds.
  std::uint64_t ahead_ms = 0;
  friend bool operator==(const Entry&, const Entry&) = default;
  [[nodiscard]] EntryKey key() const { return {hlc, id}; }
  [[nodiscard]] WallTime written() const { return hlc.wall_less(ahead_ms); }
};

/// A digest of all of an entry's fields: the checksum on disk, and what a log's digest is made of.
[[nodiscard]] Digest digest_of(const Entry& entry);

/// An entry that never changes again, shared by history, messages and effects. Compares by value;
/// never empty.
class SharedEntry {
 public:
  explicit SharedEntry(Entry entry) : held_(std::make_shared<const Held>(std::move(entry))) {}
  const Entry& operator*() const { return held_->entry; }
  const Entry* operator->() const { return &held_->entry; }
  /// digest_of() it, computed once.
  [[nodiscard]] Digest digest() const { return held_->digest; }
  friend bool operator==(const SharedEntry& a, const SharedEntry& b) {
    return a.held_ == b.held_ || *a == *b;
  }

 private:
  struct Held {
    explicit Held(Entry of) : entry(std::move(of)), digest(digest_of(entry)) {}
    Entry entry;
    Digest digest;
  };
  std::shared_ptr<const Held> held_;
};

/// An upper bound of the entry's encoded size in bytes.
[[nodiscard]] std::size_t encoded_bytes_max(const Entry& entry);
[[nodiscard]] std::size_t encoded_bytes_max(const Body& body);

}  // namespace peal
