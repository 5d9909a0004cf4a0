// One simulated run: chaos, heal, and what the oracles say.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <vector>

#include "core/digest.hpp"
#include "sim/chooser.hpp"
#include "sim/faults.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/stats.hpp"

namespace peal::sim {

class Recorder;
class Watcher;
struct Script;

struct RunOptions {
  std::size_t servers = 0;  ///< 0: drawn, 1 to 9
  std::size_t people = 0;   ///< 0: drawn, 1 to 50
  std::int64_t chaos_us = 60'000'000;
  bool faults = true;
  /// For figures: people only post to one room, in turn, one post each so often; 0: what they do is
  /// drawn.
  std::int64_t post_every_us = 0;
  /// What is not left to the seed, where there are faults at all.
  Faults which_faults;
  std::uint64_t events_max = 5'000'000;
  std::ostream* trace = nullptr;
  /// Answers instead of the seed, or all but what it leaves to that, when set.
  Source* source = nullptr;
  /// Takes down every decision, when set.
  std::vector<Decision>* record = nullptr;
  /// Becomes everything that was done in the run, when set.
  Script* script = nullptr;
  /// Looks at the world after every event, when set, and may end the run.
  Watcher* watcher = nullptr;
  /// Writes down what happens to every machine, when set.
  Recorder* recorder = nullptr;
  /// Asked every few thousand events, when set: whether the run has taken too long. Then it fails.
  std::function<bool()> give_up;
  /// Mixed into the chance of every server that starts, when set: as if the core looked at an
  /// address or a clock. For tests of the digest.
  std::function<std::uint64_t()> leak;
};

struct RunResult {
  std::uint64_t seed = 0;
  std::optional<Violation> violation;
  std::int64_t simulated_us = 0;
  std::size_t servers = 0;
  std::size_t people = 0;
  std::uint64_t elections = 0;
  std::uint64_t destroyed = 0;          ///< acknowledged messages whose every disk was wiped
  std::int64_t one_view_after_us = -1;  ///< the heal; -1: never
  std::int64_t converged_after_us = -1;
  std::array<std::uint64_t, oracle_count> checks{};
  Stats stats;
  Digest digest;
};

/// The same seed and options give the same result, wherever it runs.
[[nodiscard]] RunResult run(std::uint64_t seed, const RunOptions& options);

}  // namespace peal::sim
