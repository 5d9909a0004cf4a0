// What a flight recorder costs a ring of servers.
#pragma once

#include <cstddef>

#include "cli/trouble.hpp"

namespace peal::cli {

struct RecordingCostOptions {
  std::size_t servers = 3;
  std::size_t clients = 32;
  std::size_t under_way = 128;  ///< messages of each client
  std::size_t bytes = 90;       ///< of a message's text
  double seconds = 2;           ///< of each round
  std::size_t rounds = 10;
  bool json = false;
};

/// In each round fresh rings, of which one records, are given the same load at the same time.
/// Prints what their servers take of the processor for a message, and how many they acknowledge.
ExitCode recording_cost(const RecordingCostOptions& options);

}  // namespace peal::cli
