// Adding up runs.
#include "sim/totals.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace peal::sim {
namespace {

void keep(FailureGroup& cause, const Failure& failure) {
  cause.first.emplace(failure.seed, failure);
  if (cause.first.size() > failures_kept) cause.first.erase(std::prev(cause.first.end()));
}

// Without a clock, and between equals, the run of more events and then of the lower seed.
void look(Longest& longest, const Longest& other) {
  const auto rank = [](const Longest& run) {
    return std::tuple(run.took_us, run.events, UINT64_MAX - run.seed);
  };
  if (other.events != 0 && (longest.events == 0 || rank(other) > rank(longest))) longest = other;
}

}  // namespace

void Totals::add(const RunResult& result, std::int64_t took_us) {
  ++runs;
  if (result.violation) {
    ++violations;
    FailureGroup& cause = causes[{result.violation->oracle, result.violation->what}];
    ++cause.count;
    keep(cause, {result.seed, result.violation->detail, result.violation->at_us, result.digest});
  }
  simulated_us += result.simulated_us;
  elections += result.elections;
  destroyed += result.destroyed;
  one_view_after_us_max = std::max(one_view_after_us_max, result.one_view_after_us);
  converged_after_us_max = std::max(converged_after_us_max, result.converged_after_us);
  add_all(checks, result.checks);
  stats.add(result.stats);
  for (std::size_t i = 0; i < mark_count; ++i) runs_with_mark[i] += result.stats.marks[i] != 0;
  done.add(result.seed);
  digest += result.digest;
  look(slowest, {result.seed, took_us, result.stats.events});
  runs_took_us += took_us;
}

void Totals::add(const Totals& other) {
  runs += other.runs;
  violations += other.violations;
  for (const auto& [name, cause] : other.causes) {
    causes[name].count += cause.count;
    for (const auto& [seed, failure] : cause.first) keep(causes[name], failure);
  }
  simulated_us += other.simulated_us;
  elections += other.elections;
  destroyed += other.destroyed;
  one_view_after_us_max = std::max(one_view_after_us_max, other.one_view_after_us_max);
  converged_after_us_max = std::max(converged_after_us_max, other.converged_after_us_max);
  add_all(checks, other.checks);
  stats.add(other.stats);
  add_all(runs_with_mark, other.runs_with_mark);
  done.add(other.done);
  digest += other.digest;
  look(slowest, other.slowest);
  runs_took_us += other.runs_took_us;
  wall_us += other.wall_us;
}

std::vector<std::string> Totals::oracles_that_checked_nothing() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < oracle_count; ++i)
    if (checks[i] == 0) names.emplace_back(oracle_name(static_cast<Oracle>(i)));
  return names;
}

std::vector<std::string> Totals::marks_never_hit() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < mark_count; ++i)
    if (stats.marks[i] == 0) names.emplace_back(mark_name(static_cast<Mark>(i)));
  return names;
}

}  // namespace peal::sim
