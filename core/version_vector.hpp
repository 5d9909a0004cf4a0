// Which entries of which logs: for each log the highest seq held without holes.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/digest.hpp"
#include "core/ids.hpp"
#include "core/parts.hpp"

namespace peal {

/// A vector clock over logs (Mattern 1989; Parker et al. 1983). A log that is absent counts as 0.
/// Kept as a sorted list: small, cheap to copy, compare and send. Entries with seq 0 are never
/// kept.
class VersionVector {
 public:
  VersionVector() = default;
  /// From pairs in any order; of several for one log the highest counts.
  explicit VersionVector(std::span<const EntryId> pairs) {
    for (const EntryId pair : pairs) advance(pair);
  }

  [[nodiscard]] std::uint64_t at(LogId log) const;
  [[nodiscard]] bool covers(EntryId entry) const { return at(entry.log) >= entry.seq; }
  [[nodiscard]] bool covers(const VersionVector& other) const;

  /// Raises one log to at least pair.seq. True when that changed something.
  bool advance(EntryId pair);
  /// Raises every log to at least other's. True when that changed something.
  bool merge(const VersionVector& other);

  /// The pairs of this vector that are above other's.
  [[nodiscard]] std::vector<EntryId> beyond(const VersionVector& other) const;
  /// The pairs of logs that are not in other.
  [[nodiscard]] VersionVector without(const VersionVector& other) const;
  /// How many entries this vector has that other has not.
  [[nodiscard]] std::uint64_t count_beyond(const VersionVector& other) const;
  /// For each log the lower of the two.
  [[nodiscard]] VersionVector meet(const VersionVector& other) const;

  [[nodiscard]] std::span<const EntryId> pairs() const { return pairs_; }
  [[nodiscard]] bool empty() const { return pairs_.empty(); }
  [[nodiscard]] std::size_t size() const { return pairs_.size(); }
  void mix_into(Hasher& hasher) const;

  friend bool operator==(const VersionVector&, const VersionVector&) = default;

 private:
  std::vector<EntryId> pairs_;  // Sorted by log, one per log.
  PEAL_PARTS(pairs_)
};

}  // namespace peal
