// Why a promise breaks: the event after which a run is bound to break it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "sim/chooser.hpp"
#include "sim/inspect/rate.hpp"
#include "sim/inspect/timeline.hpp"

namespace peal::sim {

/// A fork of a run is the same run up to an event; from there on everything that the world draws is
/// drawn anew, and another salt draws otherwise. (What machines draw for themselves comes from
/// their states, which a fork does not touch.) True when a promise breaks in it that is broken in
/// the run, in the same words.
[[nodiscard]] bool breaks_again(const Rerun& rerun, std::uint64_t event, std::uint64_t salt,
                                const Violation& violation);

struct CauseOptions {
  std::uint64_t runs_max = 400;  ///< forks in all
  unsigned jobs = 1;
  /// Told after each fork, by one thread at a time.
  std::function<void(std::uint64_t done)> progress;
};

/// How often forks after that event break the same promise.
struct CausePoint {
  std::uint64_t event = 0;
  Rate rate;
};

/// The greatest rise of the probability between two events.
struct Jump {
  std::uint64_t before = 0;  ///< the last event after which it was still low
  std::uint64_t after = 0;   ///< the first one after which it was high
  /// By forks with salts of their own, made when the place was settled: whatever looks for the
  /// greatest of many differences finds a lucky one, and must not be its own witness.
  Rate low, high;
  /// Their intervals do not overlap.
  [[nodiscard]] bool clear() const { return high.low() > low.high(); }
};

struct Cause {
  std::vector<CausePoint> points;  ///< in the order of their events
  Jump jump;
  std::uint64_t forks = 0;
};

/// Of a run that breaks a promise, and has at least two events. Looks at points all over the run
/// first, then halves the steepest rise until it lies between two events that follow each other,
/// and other steep ones while there are runs left. All points see the same salts, so a difference
/// between two of them comes from what was drawn between them. The same, however many jobs there
/// are.
[[nodiscard]] Cause find_cause(const Rerun& rerun, const Timeline& timeline,
                               const CauseOptions& options);

/// Fewer forks say nothing.
inline constexpr std::uint64_t cause_runs_min = 40;

/// What was drawn from behind an event up to another one: what forks at the first draw anew, and
/// forks at the second do not.
[[nodiscard]] std::vector<Decision> decisions_between(const Rerun& rerun, std::uint64_t before,
                                                      std::uint64_t after);

}  // namespace peal::sim
