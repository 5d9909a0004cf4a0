// From a seed or a script that breaks a promise to the least that breaks it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/run.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/shrink/reduce.hpp"

namespace peal::sim {

struct ShrinkOptions {
  unsigned jobs = 1;
  RunOptions run;  ///< of every trial: its budget of events
  /// How a trial is made, from any thread; by default sim::perform, which all promises watch.
  std::function<RunResult(const Script&, const RunOptions&)> perform;
  /// No further trial is begun when this says so; asked between trials, from any thread.
  std::function<bool()> stop;
  /// Told now and then: trials so far, and the lines of the scenario as it is.
  std::function<void(std::uint64_t trials, std::size_t lines)> progress;
};

struct Shrunk {
  Scenario scenario;  ///< expects the violation
  std::uint64_t trials = 0;
  bool finished = false;  ///< nothing simpler of the kinds that are tried breaks it; or: stopped
};

/// The run of a seed as a script, and what it broke; nothing when it broke nothing.
struct BrokenRun {
  Script script;
  Violation violation;
};
[[nodiscard]] std::optional<BrokenRun> broken_run_of(std::uint64_t seed, const RunOptions& options);

/// reduce() for who breaks the same promise. Nothing when the script alone does not break it.
[[nodiscard]] std::optional<Shrunk> shrink(const BrokenRun& failure, const ShrinkOptions& options);

}  // namespace peal::sim
