// Looks for the chance, and the delays of single messages, with which everything arrives in the
// order of the field.
#pragma once

#include <cstdint>
#include <functional>

#include "sim/field/field_run.hpp"
#include "sim/field/likeness.hpp"
#include "sim/run.hpp"
#include "sim/scenario/scenario.hpp"

namespace peal::sim {

struct FitOptions {
  std::uint64_t seeds_max = 100;
  std::uint64_t trials_max = 500;  ///< all in all
  /// No further trial is begun when this says so.
  std::function<bool()> stop;
  std::function<void(std::uint64_t trials, const Likeness& so_far)> progress;
};

struct Fitted {
  Scenario scenario;
  Likeness before;  ///< with the first seed, and no delay
  Likeness after;
  std::uint64_t trials = 0;
  std::uint64_t delays = 0;  ///< that were added; those that were there may have become longer
};

/// The seed with which most comes in the recorded order, of those with which everything comes out
/// as expected if there is any. Then one delay after the other, in the order of time; each stays
/// when more comes in the recorded order with it.
[[nodiscard]] Fitted fit(const FieldRun& field, const Scenario& scenario,
                         const FitOptions& options);

}  // namespace peal::sim
