// The order in which one server shows stable entries: causal, and with a marked gap where a
// predecessor is missing.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "core/history.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"
#include "core/version_vector.hpp"

namespace peal {

/// A stable entry that may be shown. missing: up to where its predecessors of each log were missing
/// when it was released, its own and those of what it stands behind; gap: how many they were.
/// repeated: another copy of its message was released before.
struct Release {
  SharedEntry entry;
  std::uint64_t gap = 0;
  VersionVector missing;
  bool repeated = false;
  friend bool operator==(const Release&, const Release&) = default;
  PEAL_PARTS(entry, gap, missing, repeated)
};

/// Entries are released once they are durable here, stable, and their dependencies are released;
/// or, with a gap, after waiting gap_wait for dependencies. Each log's entries come in order.
/// Durable here, so that a page of history read from this server's storage never lacks what its
/// people were shown.
class DeliveryOrder {
 public:
  /// missing: what is missing behind each log that was held before, see Recovered.
  explicit DeliveryOrder(Duration gap_wait, std::map<LogId, VersionVector> missing = {})
      : gap_wait_(gap_wait), missing_(std::move(missing)) {}

  /// Releases what can be released now, in causal order.
  [[nodiscard]] std::vector<Release> advance(Instant now, const History& history,
                                             const VersionVector& stable);
  /// All entries that were released: for each log, without holes.
  [[nodiscard]] const VersionVector& released() const { return released_; }
  /// When the first waiting entry is released with a gap.
  [[nodiscard]] Instant deadline() const;
  /// An entry as it would be released now. What is missing behind its log may be missing only
  /// behind a later entry of it: a gap is rather shown too early than not at all.
  [[nodiscard]] Release release_of(const SharedEntry& entry) const;
  /// Whether another copy of the entry's message is below `covered`.
  [[nodiscard]] static bool repeats(const Entry& entry, const History& history,
                                    const VersionVector& covered);
  /// Whether all that is missing behind released entries is told already.
  [[nodiscard]] bool gaps_covered(const VersionVector& told) const;
  /// How many predecessors, named by this very entry, are not released.
  [[nodiscard]] std::uint64_t missing(const Entry& entry) const;
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const DeliveryOrder&, const DeliveryOrder&) = default;

 private:
  bool advance_log(EntryId upto, Instant now, const History& history, std::vector<Release>& out);

  [[nodiscard]] VersionVector missing_behind(const Entry& entry) const;
  void remember_missing(EntryId id, const VersionVector& missing);

  Duration gap_wait_;
  VersionVector released_;
  /// For each log that went on with a gap: up to where predecessors were missing. A log's entries
  /// name only what is new; what they inherit is kept here.
  std::map<LogId, VersionVector> missing_;
  /// For each log that an entry held up: since when, and up to where the log was stable then. What
  /// was stable has waited as long, and does not begin to wait anew behind it.
  struct Blocked {
    Instant since;
    std::uint64_t upto = 0;
    friend bool operator==(const Blocked&, const Blocked&) = default;
    PEAL_PARTS(since, upto)
  };
  std::map<LogId, Blocked> blocked_;
  PEAL_PARTS(gap_wait_, released_, missing_, blocked_)
};

}  // namespace peal
