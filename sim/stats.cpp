// Names of faults, and sums over runs.
#include "sim/stats.hpp"

namespace peal::sim {

const char* fault_name(Fault fault) {
  static constexpr std::array<const char*, fault_count> names = {"crash",
                                                                 "silent_crash",
                                                                 "crash_in_effects",
                                                                 "wipe",
                                                                 "clean_stop",
                                                                 "pause",
                                                                 "suspend",
                                                                 "slow_host",
                                                                 "split",
                                                                 "isolate",
                                                                 "arcs",
                                                                 "scatter",
                                                                 "one_way",
                                                                 "link",
                                                                 "bridge",
                                                                 "flapping",
                                                                 "loss_burst",
                                                                 "lag",
                                                                 "narrow",
                                                                 "clog",
                                                                 "disk_full",
                                                                 "disk_failing",
                                                                 "unreadable_disk",
                                                                 "slow_disk",
                                                                 "hanging_disk",
                                                                 "wall_jump",
                                                                 "wall_far",
                                                                 "drift",
                                                                 "clock_step",
                                                                 "twin",
                                                                 "bit_rot",
                                                                 "drain",
                                                                 "upgrade",
                                                                 "remove"};
  return names.at(static_cast<std::size_t>(fault));
}

void Stats::add(const Stats& other) {
  events += other.events;
  add_all(sent, other.sent);
  datagrams += other.datagrams;
  bytes += other.bytes;
  lost += other.lost;
  twice += other.twice;
  corrupted += other.corrupted;
  cut += other.cut;
  overflowed += other.overflowed;
  refused += other.refused;
  malformed += other.malformed;
  add_all(faults, other.faults);
  add_all(marks, other.marks);
  acknowledged += other.acknowledged;
  rejected += other.rejected;
  delivered += other.delivered;
  pages += other.pages;
}

}  // namespace peal::sim
