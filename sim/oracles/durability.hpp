// Promise P1: what was acknowledged is on a majority's disks, and survives with any one of them.
#pragma once

#include <cstdint>
#include <vector>

#include "core/version_vector.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/oracles/ledger.hpp"
#include "sim/oracles/views.hpp"

namespace peal::sim {

class Durability {
 public:
  /// Called after the ledger has noted the acknowledgement.
  void acknowledged(const Ledger& ledger, const Views& views, MessageIndex message, Judge& judge);
  /// An entry was shown to somebody: by then a majority of some view had it that was not over when
  /// it was written.
  void shown(const Ledger& ledger, const Views& views, EntryId entry, Judge& judge);
  /// A server has started from its disk and says what it holds.
  void recovered(const Ledger& ledger, std::uint32_t server, const VersionVector& durable,
                 Judge& judge);
  /// The network is whole, everything has had its time. live: servers that run.
  void finish(const Ledger& ledger, ServerSet live, Judge& judge);

  /// Acknowledged messages that no disk holds any more, because every disk was wiped that did.
  [[nodiscard]] std::uint64_t destroyed() const { return destroyed_; }

 private:
  std::uint64_t destroyed_ = 0;
  std::vector<bool> was_stable_;  // [entry]: looked at already.
};

}  // namespace peal::sim
