// One network that falls apart and heals: how long until there is one view again, and one history.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/oracles/judge.hpp"
#include "sim/shapes.hpp"

namespace peal::sim {

struct HealOptions {
  std::size_t servers = 7;
  Shape shape = Shape::halves;
  /// Of arcs: where the ring breaks, as for arcs_of; none: drawn.
  std::optional<std::uint64_t> breaks;
  std::int64_t cut_us = 10'000'000;  ///< how long the cut lasts
  /// The servers come back one after the other, so far apart, and the last one is the heal: votes
  /// meet votes, and merges meet merges.
  std::int64_t stage_us = 0;
  std::int64_t give_up_us = 60'000'000;
  /// A server crashes in the moment of the heal, and comes back when there is one view.
  bool crash_at_heal = false;
  std::ostream* trace = nullptr;
};

struct HealResult {
  std::uint64_t seed = 0;
  Shape shape = Shape::halves;
  std::optional<Violation> violation;
  std::uint64_t views_before = 0;  ///< how many views there were just before the heal
  std::uint64_t installed = 0;     ///< views installed during the cut
  std::uint64_t missing = 0;       ///< entries that servers lacked at the heal, added up
  std::uint64_t acknowledged = 0;
  std::int64_t one_view_us = -1;  ///< after the heal; -1: never
  /// After the heal: every server has on disk what any had in memory at the heal; -1: never.
  std::int64_t equal_us = -1;
};

/// Servers with a person at each who post all the time; everything comes from the seed. Ends when
/// both were reached, or is given up.
[[nodiscard]] HealResult heal(std::uint64_t seed, const HealOptions& options);

}  // namespace peal::sim
