// Delta debugging on what is done in a run: the least of which something is still so.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/setup.hpp"

namespace peal::sim {

/// What came of a script.
struct Trial {
  bool same = false;  ///< what is looked for is so
  /// Since when it is so: what is done later is of no use. None: everything may be.
  std::optional<std::int64_t> decided_us;
  std::uint64_t events = 0;
};

struct ReduceOptions {
  unsigned jobs = 1;
  std::uint64_t events_max = 5'000'000;  ///< of a trial
  /// From any thread.
  std::function<Trial(const Script&, std::uint64_t events_max)> attempt;
  /// No further trial is begun when this says so; asked between trials, from any thread.
  std::function<bool()> stop;
  /// Told now and then: trials so far, and how many actions are left.
  std::function<void(std::uint64_t trials, std::size_t actions)> progress;
};

struct Reduced {
  Script script;
  std::uint64_t trials = 0;
  bool finished = false;  ///< nothing simpler of the kinds that are tried is the same; or: stopped
};

/// Zeller and Hildebrandt's ddmin (2002) on the actions, and simpler hosts, setups, actions and
/// times, again and again until nothing more goes. The result is the same for every number of jobs.
/// Nothing when it is not so of the script itself.
[[nodiscard]] std::optional<Reduced> reduce(const Script& script, const ReduceOptions& options);

}  // namespace peal::sim
