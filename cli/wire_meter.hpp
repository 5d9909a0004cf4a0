// What the servers of a local ring send and receive: the difference between two looks.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/connection.hpp"
#include "cli/local_ring.hpp"

namespace peal::cli {

/// Counters of all servers, summed, by the names that `peal status --json` gives them.
using WireCounters = std::map<std::string, std::uint64_t>;

/// Asks each server for its counters; its own questions are among what it counts.
class WireMeter {
 public:
  WireMeter(CommandLoop& loop, const LocalRing& ring, const Reach& reach);
  [[nodiscard]] WireCounters look();

 private:
  std::vector<std::unique_ptr<Connection>> askers_;
};

/// How much was counted in between, of each name that grew.
[[nodiscard]] WireCounters between(const WireCounters& before, const WireCounters& after);

}  // namespace peal::cli
