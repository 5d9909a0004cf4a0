// A run written down: what it begins with, what is done, and what must come of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/oracles/judge.hpp"
#include "sim/scenario/expectation.hpp"
#include "sim/setup.hpp"

namespace peal::sim {

struct Scenario {
  Script script;
  std::vector<Expectation> expectations;  ///< in the order of their times
  /// The promise that is broken in the end, as in what shrinking leaves; none: none may be.
  struct Broken {
    Oracle oracle = Oracle::durability;
    std::string what;  ///< empty: whatever
    friend bool operator==(const Broken&, const Broken&) = default;
  };
  std::optional<Broken> violation;
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// docs/scenarios.md tells the language. Throws ScenarioError. People who act before they came come
/// at that moment, register under their own name, and join the room that they post to.
[[nodiscard]] Scenario parse_scenario(std::string_view text);
/// parse_scenario gives the same scenario back.
[[nodiscard]] std::string print_scenario(const Scenario& scenario);

}  // namespace peal::sim
