// Moving through one run, forward and back.
#pragma once

#include <cstdint>
#include <functional>

#include "sim/inspect/timeline.hpp"
#include "sim/inspect/trace_lines.hpp"
#include "sim/world.hpp"

namespace peal::sim {

/// The world as an event left it.
struct Moment {
  const World& world;
  const Happening& happening;
  std::uint64_t event = 0;
};

/// Where to go next: the number of an event, or 0 to end.
using Stop = std::function<std::uint64_t(const Moment&)>;

/// Goes to an event, lets `stop` look around there, and goes on to the event that it names: forward
/// in the same run, back by running again from the start. Ends when stop says so, or when the run
/// ends before it comes to that event. `trace` has what happened last before each stop.
void travel(const Rerun& rerun, std::uint64_t first, const Stop& stop, TraceLines& trace);

/// True for an event that somebody looks for. Is asked about every event from the first on, so it
/// may compare with what was before.
using Sought = std::function<bool(const Moment&)>;
/// The first event behind `after` that is sought; 0: none until the run ends.
[[nodiscard]] std::uint64_t find_event(const Rerun& rerun, std::uint64_t after,
                                       const Sought& sought);

/// What happened from `first` to `last`, both included.
[[nodiscard]] TraceLines trace_between(const Rerun& rerun, std::uint64_t first, std::uint64_t last);

}  // namespace peal::sim
