// One run from its start to its end: when each event happened, and who was who.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <ostream>
#include <vector>

#include "sim/run.hpp"
#include "sim/world.hpp"

namespace peal::sim {

/// Performs a run, the same one each time; the watcher looks on, and the trace is written when it
/// is set. Is called from several threads at once.
using Rerun = std::function<RunResult(Watcher& watcher, std::ostream* trace)>;
/// The run of a seed; trace, source, record and watcher of the options are not used.
[[nodiscard]] Rerun run_of_seed(std::uint64_t seed, RunOptions options);

/// Events are numbered from 1: number n is the n-th that happened.
struct Timeline {
  RunResult result;
  std::vector<std::int64_t> at_us;  ///< [event - 1]
  std::vector<ServerId> servers;    ///< by number
  std::size_t clients = 0;          ///< people, and those who read everything in the end
  /// Which server each process was of.
  std::map<Incarnation, std::size_t> processes;

  [[nodiscard]] std::uint64_t last() const { return at_us.size(); }
  /// The last event at that time or before; the first one when all are later.
  [[nodiscard]] std::uint64_t event_at(std::int64_t time_us) const;
  [[nodiscard]] std::int64_t time_of(std::uint64_t event) const { return at_us[event - 1]; }
};

[[nodiscard]] Timeline read_timeline(const Rerun& rerun);

}  // namespace peal::sim
