// Processes, breaks and visits as actions, and the views that lasted as expectations.
#include "sim/field/scenario_of.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "sim/field/breaks.hpp"
#include "sim/field/visits.hpp"
#include "sim/scenario/parse_expectation.hpp"
#include "sim/shrink/simpler.hpp"

namespace peal::sim {
namespace {

// Servers that were started by one command start at once.
constexpr std::int64_t at_once_us = 1'000;
// What a vote passes through is nothing to expect.
constexpr std::int64_t view_least_us = 1'000'000;
constexpr std::int64_t view_within_us = 2'000'000;

void add_lives(const FieldRun& run, Script& script) {
  std::set<std::size_t> started;
  for (const FieldLife& life : run.lives) {
    const bool first = started.insert(life.server).second;
    if (!first || life.from_us > at_once_us) {
      if (first) script.setup.later.push_back(life.server);
      script.actions.push_back({life.from_us, StartServer{life.server}});
    }
    if (!life.to_us) continue;
    if (life.clean)
      script.actions.push_back({life.asked_us, StopServer{life.server}});
    else
      script.actions.push_back({*life.to_us + 1, CrashServer{life.server, life.silent}});
  }
  std::ranges::sort(script.setup.later);
}

Expectation expectation(const FieldView& view, Condition condition, const Setup& setup) {
  Expectation expected{
      .condition = std::move(condition), .at_us = view.from_us, .within_us = view_within_us};
  expected.text = print_expectation(expected, setup);
  return expected;
}

void expect_views(const FieldRun& run, Scenario& scenario) {
  const Setup& setup = scenario.script.setup;
  for (const FieldView& view : run.views) {
    if (view.to_us - view.from_us < view_least_us) continue;
    scenario.expectations.push_back(expectation(view, HasRole{view.leader, Role::leader}, setup));
    scenario.expectations.push_back(expectation(view, ViewIs{view.leader, view.members}, setup));
  }
}

}  // namespace

void sort_actions(std::vector<TimedAction>& actions) {
  std::vector<std::pair<std::int64_t, std::size_t>> order;
  for (std::size_t i = 0; i < actions.size(); ++i) order.emplace_back(actions[i].at_us, i);
  std::ranges::sort(order);
  std::vector<TimedAction> sorted;
  sorted.reserve(actions.size());
  for (const auto& [at_us, i] : order) sorted.push_back(std::move(actions[i]));
  actions = std::move(sorted);
}

FieldScenario scenario_of(const FieldRun& run) {
  FieldScenario result;
  Script& script = result.scenario.script;
  script.setup.servers = run.servers;
  script.setup.wake_late_us = 2 * (run.wake_late_us - run.wake_late_us % 10);
  add_lives(run, script);
  Breaks breaks = read_breaks(run);
  script.setup.weather = breaks.weather;
  std::ranges::move(breaks.actions, std::back_inserter(script.actions));
  Visits visits = read_visits(run, breaks.weather.latency_min_us);
  script.setup.people = visits.people;
  std::ranges::move(visits.actions, std::back_inserter(script.actions));
  sort_actions(script.actions);
  drop_labels(script);
  script.settle_at_us = run.duration_us;
  expect_views(run, result.scenario);
  result.notes = run.notes;
  std::ranges::move(visits.notes, std::back_inserter(result.notes));
  return result;
}

}  // namespace peal::sim
