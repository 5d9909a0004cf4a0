// What is counted during a run.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/mark.hpp"
#include "core/message.hpp"

namespace peal::sim {

enum class Fault : std::uint8_t {
  crash,             ///< a process ends; its host answers with ICMP
  silent_crash,      ///< a host ends; nothing answers
  crash_in_effects,  ///< a process ends between two effects of one step
  wipe,
  clean_stop,
  pause,
  suspend,    ///< a host sleeps: its monotonic clock stands still, its wall clock goes on
  slow_host,  ///< one thing after the other, and each takes long
  split,
  isolate,
  arcs,
  scatter,  ///< every server alone
  one_way,
  link,  ///< between two servers
  bridge,
  flapping,
  loss_burst,
  lag,     ///< datagrams of a link take much longer
  narrow,  ///< a link takes few bytes a second, and few wait for it
  clog,
  disk_full,
  disk_failing,
  unreadable_disk,
  slow_disk,
  hanging_disk,
  wall_jump,  ///< by up to a minute
  wall_far,   ///< by up to an hour, a day or a year
  drift,
  clock_step,  ///< a monotonic clock goes forward by seconds
  twin,        ///< a server is started with the id of another one that runs
  bit_rot,     ///< an entry on a disk is no longer what was written
  drain,       ///< an operator sends a server's clients to others, for a while
  upgrade,     ///< a server goes on as a later version of the program
  remove,      ///< an operator says of a server that it is gone for good
  count_
};
inline constexpr std::size_t fault_count = static_cast<std::size_t>(Fault::count_);
[[nodiscard]] const char* fault_name(Fault fault);

template <std::size_t N>
void add_all(std::array<std::uint64_t, N>& into, const std::array<std::uint64_t, N>& other) {
  for (std::size_t i = 0; i < N; ++i) into[i] += other[i];
}

struct Stats {
  std::uint64_t events = 0;
  std::array<std::uint64_t, message_kinds> sent{};  ///< messages, by kind
  std::uint64_t datagrams = 0;
  std::uint64_t bytes = 0;
  std::uint64_t lost = 0;
  std::uint64_t twice = 0;
  std::uint64_t corrupted = 0;
  std::uint64_t cut = 0;         ///< datagrams that a partition took
  std::uint64_t overflowed = 0;  ///< datagrams that found no room where they had to wait
  std::uint64_t refused = 0;     ///< senders told that nobody listens
  std::uint64_t malformed = 0;   ///< of the corrupted ones
  std::array<std::uint64_t, fault_count> faults{};
  std::array<std::uint64_t, mark_count> marks{};
  std::uint64_t acknowledged = 0;
  std::uint64_t rejected = 0;
  std::uint64_t delivered = 0;  ///< messages shown to people
  std::uint64_t pages = 0;      ///< pages of history read

  void add(const Stats& other);
};

}  // namespace peal::sim
