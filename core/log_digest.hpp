// The digest of a log: grows with each entry, whatever came before in other logs.
#pragma once

#include "core/digest.hpp"
#include "core/entry.hpp"

namespace peal {

/// The digest of entries 1..seq from that of 1..seq-1: a sum, so that it can be built from stored
/// checksums.
[[nodiscard]] inline Digest log_digest(Digest before, const SharedEntry& entry) {
  const Digest own = entry.digest();
  return {before.high + own.high, before.low + own.low};
}

}  // namespace peal
