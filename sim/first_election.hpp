// Complete servers that all start at once: until one of them leads all others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/digest.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/stats.hpp"

namespace peal::sim {

struct FirstElection {
  std::uint64_t seed = 0;
  std::optional<Violation> violation;
  std::int64_t one_view_us = -1;  ///< after the start; -1: not within a minute
  std::uint64_t elections = 0;    ///< votes that were won: more than one where rings had to merge
  Stats stats;
  Digest digest;
};

/// The servers find each other by broadcast, vote, and install views, on disks, clocks and links as
/// in every run, without faults and with every oracle. Ids and delays come from the seed.
[[nodiscard]] FirstElection first_election(std::uint64_t seed, std::size_t servers);

}  // namespace peal::sim
