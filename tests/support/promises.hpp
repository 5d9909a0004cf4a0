// Promises that nobody made: false ones for tests that need a run to break something.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "sim/inspect/timeline.hpp"

namespace peal::sim {

/// Judges the world after an event; it may draw. True: the promise is broken.
using Broken = std::function<bool(World&)>;

/// Watches a promise for somebody who watches the world.
class Promise : public Watcher {
 public:
  Promise(Watcher& inner, Broken broken) : inner_(inner), broken_(std::move(broken)) {}
  bool happened(World& world, const Happening& happening) override {
    if (broken_(world))
      world.oracles().judge.broken(Oracle::bounded, "a false promise", "by a test");
    return inner_.happened(world, happening);
  }

 private:
  Watcher& inner_;
  Broken broken_;
};

/// A short calm run of three servers and three people; the promise is made anew for each run.
inline Rerun run_with_promise(std::uint64_t seed, std::function<Broken()> promise) {
  return [seed, promise = std::move(promise)](Watcher& watcher, std::ostream* trace) {
    Promise watched(watcher, promise());
    RunOptions options;
    options.servers = 3;
    options.people = 3;
    options.chaos_us = 12'000'000;
    options.faults = false;
    options.watcher = &watched;
    options.trace = trace;
    return run(seed, options);
  };
}

/// Something is drawn at the first event from 6 s on; one time in four the promise breaks at 10 s.
inline Broken drawn_at_6_s() {
  return [drawn = std::optional<std::uint64_t>()](World& world) mutable {
    if (!drawn && world.now_us() >= 6'000'000)
      drawn = world.chooser().choose({About::setup, 99}, 4);
    return drawn == 3 && world.now_us() >= 10'000'000;
  };
}

/// The first seed whose run breaks that promise.
inline std::uint64_t seed_that_breaks(const std::function<Broken()>& promise) {
  for (std::uint64_t seed = 1;; ++seed)
    if (read_timeline(run_with_promise(seed, promise)).result.violation) return seed;
}

}  // namespace peal::sim
