// Runs, a clock around them, and a look at the heap now and then.
#include "cli/sim_speed.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

#include <malloc.h>

#include "cli/stop.hpp"
#include "cli/trouble.hpp"
#include "runtime/loop.hpp"

namespace peal::cli {
namespace {

std::size_t heap_bytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

}  // namespace

sim::RunOptions everyday_run() {
  sim::RunOptions run;
  run.servers = 5;
  run.people = 20;
  run.chaos_us = 600'000'000;
  run.faults = false;
  run.post_every_us = 1'000'000;
  run.events_max = 1'000'000'000;
  return run;
}

Speed measure_speed(double seconds, sim::RunOptions run) {
  Speed speed;
  const std::size_t heap_before = heap_bytes();
  // A run asks every few thousand events whether it shall go on. The heap is looked at more and
  // more rarely, as the look takes longer the larger it is.
  std::uint64_t asked = 0;
  std::uint64_t look_at = 1;
  run.give_up = [&] {
    if (++asked >= look_at) {
      const std::size_t heap = heap_bytes();
      speed.memory_bytes = std::max(speed.memory_bytes, heap - std::min(heap_before, heap));
      look_at = asked + 1 + asked / 8;
    }
    return stop_requested();
  };
  const Instant begin = runtime::Loop::now();
  for (std::uint64_t seed = 1; speed.runs == 0 || speed.wall_s < seconds; ++seed) {
    const sim::RunResult result = sim::run(seed, run);
    if (stop_requested()) throw failure("interrupted");
    if (result.violation) speed.violating_seeds.push_back(seed);
    speed.runs += 1;
    speed.simulated_s += static_cast<double>(result.simulated_us) / 1e6;
    speed.events += static_cast<double>(result.stats.events);
    speed.acknowledged += static_cast<double>(result.stats.acknowledged);
    speed.wall_s = static_cast<double>((runtime::Loop::now() - begin).us) / 1e6;
  }
  return speed;
}

bool kept_promises(const Speed& speed, const char* what) {
  for (const std::uint64_t seed : speed.violating_seeds)
    std::fprintf(stderr, "peal bench sim: a promise was broken in a %s run of seed %s\n", what,
                 std::to_string(seed).c_str());
  return speed.violating_seeds.empty();
}

}  // namespace peal::cli
