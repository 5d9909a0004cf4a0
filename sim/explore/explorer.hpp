// Breadth first through everything that can happen in a small world, each state once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/explore/promises.hpp"
#include "sim/explore/scene.hpp"

namespace peal::sim::explore {

struct Counts {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  std::uint64_t ends = 0;  ///< states in which nothing is left to happen before the horizon
  std::uint32_t depth = 0;
  std::uint64_t frontier = 0;  ///< states whose successors are not known yet
  std::uint64_t frontier_max = 0;
  std::uint64_t in_flight_max = 0;
  std::uint64_t steps_taken = 0;  ///< by machines; the other transitions were known
  std::uint64_t packets = 0;      ///< different ones
  std::uint64_t alike = 0;        ///< see Stage::alike()
  Duration settled_after_max;     ///< from the horizon on
};

struct ExploreLimits {
  std::uint64_t states_max = 100'000'000;
  std::uint32_t depth_max = 0xffff'ffff;
  /// In good order from every end on, nothing may be missing any more so long after it; zero: ends
  /// are not looked at.
  Duration settle = seconds(5);
  /// Asked now and then; a word says why to end here.
  std::function<std::optional<std::string>(const Counts&)> stop;
  /// One more promise, for tests: what is broken, or nothing.
  std::function<std::string(HostList)> also;
};

/// The shortest way to where a promise is broken.
struct Counterexample {
  std::string broken;
  std::vector<Telling> steps;
};

struct Exploration {
  Counts counts;
  std::string cut;  ///< why not everything was seen; empty: complete
  std::optional<Counterexample> counterexample;
};

[[nodiscard]] Exploration explore(Scene& scene, const ExploreLimits& limits);

}  // namespace peal::sim::explore
