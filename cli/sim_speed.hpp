// How fast the simulator runs: seeds one after the other on one core, against wall time.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/run.hpp"

namespace peal::cli {

struct Speed {
  double wall_s = 0;
  double simulated_s = 0;
  double events = 0;
  double acknowledged = 0;  ///< posts, and before the first of each person a name and a room
  double runs = 0;
  /// The most that a run had from the heap; 0: this allocator (a sanitizer's) does not tell.
  std::size_t memory_bytes = 0;
  std::vector<std::uint64_t> violating_seeds;

  [[nodiscard]] double ratio() const { return simulated_s / wall_s; }
  [[nodiscard]] double events_per_s() const { return events / wall_s; }
};

/// Everyday life: five servers and twenty people for ten minutes, one post a second in all, and no
/// faults.
[[nodiscard]] sim::RunOptions everyday_run();

/// Runs of seeds from 1 on until so many seconds are over; at least one. Throws when a stop signal
/// came.
[[nodiscard]] Speed measure_speed(double seconds, sim::RunOptions run);

/// A run that broke a promise ended early: its figures flatter, and it is worth knowing anyway.
/// False, with a line on standard error, when there was one. what: "calm", for people.
bool kept_promises(const Speed& speed, const char* what);

}  // namespace peal::cli
