// Plays, compares, delays, and plays again.
#include "sim/field/fit.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "sim/field/scenario_of.hpp"
#include "sim/scenario/play_scenario.hpp"

namespace peal::sim {
namespace {

// A rule begins a little before the message that it is about.
constexpr std::int64_t delay_before_us = 1'000;

struct Played {
  Movements movements;
  Likeness likeness;
  bool met = false;
  [[nodiscard]] std::pair<bool, std::size_t> worth() const { return {met, likeness.same}; }
};

class Fitter {
 public:
  Fitter(const FieldRun& field, const Scenario& scenario, const FitOptions& options)
      : options_(options), recorded_(arrivals_of(field)) {
    fitted_.scenario = scenario;
    now_ = play(fitted_.scenario.script);
    fitted_.before = now_.likeness;
  }

  Fitted fit() {
    seeds();
    while (!over())
      if (!improve()) break;
    fitted_.after = now_.likeness;
    return std::move(fitted_);
  }

 private:
  [[nodiscard]] bool over() const {
    return fitted_.trials >= options_.trials_max || (options_.stop && options_.stop());
  }

  Played play(const Script& script) {
    Played played;
    MovementRecorder recorder(played.movements);
    Scenario scenario = fitted_.scenario;
    scenario.script = script;
    played.met = play_scenario(scenario, {.recorder = &recorder}).met;
    played.likeness = likeness_of(recorded_, played.movements.arrivals);
    ++fitted_.trials;
    if (options_.progress) options_.progress(fitted_.trials, played.likeness);
    return played;
  }

  /// What is open between the recorded events, chance decides: which of two deadlines comes first,
  /// and who is asked of several.
  void seeds() {
    for (std::uint64_t seed = 1; seed < options_.seeds_max && !over(); ++seed) {
      Script script = fitted_.scenario.script;
      script.seed = seed;
      Played other = play(script);
      if (other.worth() > now_.worth()) become(std::move(script), std::move(other));
    }
  }

  void become(Script script, Played&& other) {
    fitted_.scenario.script = std::move(script);
    now_ = std::move(other);
  }

  bool improve() {
    for (const TooEarly& early : too_early(now_.likeness, recorded_, now_.movements.arrivals)) {
      const Attempt attempt{early.played.origin, early.to, early.played.sent_us};
      if (!tried_.insert(attempt).second) continue;
      if (over()) return false;
      Script script = fitted_.scenario.script;
      script.actions.push_back(delay(early));
      sort_actions(script.actions);
      Played other = play(script);
      if (other.worth() <= now_.worth()) continue;
      become(std::move(script), std::move(other));
      ++fitted_.delays;
      return true;
    }
    return false;
  }

  [[nodiscard]] TimedAction delay(const TooEarly& early) const {
    const auto& [origin, at_us, sent_us] = early.played;
    const Departure departure{origin.from, early.to, origin.kind, sent_us};
    return {now_.movements.departures.just_before(departure, delay_before_us),
            AddRule{{.from = origin.from,
                     .to = early.to,
                     .kind = origin.kind,
                     .hit = Hit::delay,
                     .delay_us = early.by_us}}};
  }

  using Attempt = std::tuple<Origin, Place, std::int64_t>;
  const FitOptions& options_;
  Arrivals recorded_;
  Fitted fitted_;
  Played now_;
  std::set<Attempt> tried_;
};

}  // namespace

Fitted fit(const FieldRun& field, const Scenario& scenario, const FitOptions& options) {
  return Fitter(field, scenario, options).fit();
}

}  // namespace peal::sim
