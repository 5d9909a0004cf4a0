// From a seed or a script that breaks a promise to the least that breaks it.
#include "sim/shrink/shrink.hpp"

#include <utility>

#include "sim/perform.hpp"

namespace peal::sim {

std::optional<BrokenRun> broken_run_of(std::uint64_t seed, const RunOptions& options) {
  BrokenRun failure;
  RunOptions recorded = options;
  recorded.script = &failure.script;
  const RunResult result = run(seed, recorded);
  if (!result.violation) return std::nullopt;
  failure.violation = *result.violation;
  return failure;
}

std::optional<Shrunk> shrink(const BrokenRun& failure, const ShrinkOptions& options) {
  const Violation& broken = failure.violation;
  const ReduceOptions reducing{
      .jobs = options.jobs,
      .events_max = options.run.events_max,
      .attempt =
          [&](const Script& script, std::uint64_t events_max) {
            const RunOptions run{.events_max = events_max};
            const RunResult result =
                options.perform ? options.perform(script, run) : perform(script, run);
            const bool same = result.violation && result.violation->oracle == broken.oracle &&
                              result.violation->what == broken.what;
            return Trial{.same = same,
                         .decided_us = same ? std::optional(result.violation->at_us) : std::nullopt,
                         .events = result.stats.events};
          },
      .stop = options.stop,
      .progress = options.progress};
  auto reduced = reduce(failure.script, reducing);
  if (!reduced) return std::nullopt;
  return Shrunk{.scenario = {.script = std::move(reduced->script),
                             .expectations = {},
                             .violation = Scenario::Broken{broken.oracle, broken.what}},
                .trials = reduced->trials,
                .finished = reduced->finished};
}

}  // namespace peal::sim
