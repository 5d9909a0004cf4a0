// The bounds of the usual configuration, and how often what is slower than usual counts.
#include "sim/bounds.hpp"

#include <algorithm>

namespace peal::sim {
namespace {

/// After the heal: one view within 2 s (DESIGN section 9), everything else within 10 s more.
constexpr Bounds usual_bounds{.one_view_us = 2'000'000,
                              .converge_us = 12'000'000,
                              .patience_us = 10'000'000,
                              .heal_patience_us = 5'000'000,
                              .one_leader_us = 8'000'000,
                              .spread_us = 10'000'000,
                              .audit_us = 5'000'000};

/// A silent leader is noticed after so many heartbeats that do not come.
constexpr std::int64_t silent_heartbeats = 4;

}  // namespace

Bounds bounds_of(const ServerConfig& config) {
  static const ServerConfig usual;
  const auto longer = [&](Duration ServerConfig::* knob) {
    return std::max<std::int64_t>(0, (config.*knob - usual.*knob).us);
  };
  // What stands between a change and the view that it leads to: it is noticed, leaders hear of each
  // other or a server of a leader, a vote or a merge is tried and tried once more, and the winner
  // waits for what it lacks.
  const std::int64_t view_later =
      silent_heartbeats * longer(&ServerConfig::heartbeat_every) +
      2 * longer(&ServerConfig::announce_every) + 2 * longer(&ServerConfig::probe_every) +
      2 * longer(&ServerConfig::look_for) + 2 * longer(&ServerConfig::merge_backoff_min) +
      2 * longer(&ServerConfig::pull_wait) + longer(&ServerConfig::solo_after);
  // What waits for a predecessor is shown with a gap after gap_wait.
  const std::int64_t shown_later = view_later + longer(&ServerConfig::gap_wait);
  Bounds bounds = usual_bounds;
  bounds.places = config.unstable_entries_max;
  bounds.one_view_us += view_later;
  bounds.one_leader_us += view_later;
  bounds.heal_patience_us += view_later;
  // A disk that hangs is noticed a fifth later than its patience says.
  bounds.patience_us += view_later + longer(&ServerConfig::disk_patience) * 6 / 5;
  bounds.converge_us += shown_later + longer(&ServerConfig::group_grace);
  bounds.audit_us += shown_later;
  // Every comparison takes as many times longer as they are rarer.
  bounds.spread_us += view_later + usual_bounds.spread_us * longer(&ServerConfig::gossip_every) /
                                       usual.gossip_every.us;
  return bounds;
}

std::int64_t Bounds::queueing_us(std::size_t submissions, std::int64_t slow_by_us) const {
  return static_cast<std::int64_t>((submissions + places - 1) / places) * slow_by_us;
}

}  // namespace peal::sim
