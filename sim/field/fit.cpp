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
      : options_(options), recorded_(arrivals_of(field)), given_(scenario.script.actions.size()) {
    fitted_.scenario = scenario;
    now_ = play(fitted_.scenario.script);
    fitted_.before = now_.likeness;
  }

  Fitted fit() {
    seeds();
    while (!over())
      if (!improve()) break;
    fitted_.after = now_.likeness;
    fitted_.delays = fitted_.scenario.script.actions.size() - given_;
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
      Script script = delayed(early);
      Played other = play(script);
      if (other.worth() <= now_.worth()) continue;
      become(std::move(script), std::move(other));
      tried_.erase(attempt);
      return true;
    }
    return false;
  }

  /// Of two rules about one message the first counts: what delays it already delays it longer.
  [[nodiscard]] Script delayed(const TooEarly& early) const {
    Script script = fitted_.scenario.script;
    const auto& [origin, at_us, sent_us] = early.played;
    const Departure departure{origin.from, early.to, origin.kind, sent_us};
    const auto there = std::ranges::find_if(
        script.actions, [&](const TimedAction& timed) { return delays(timed, departure); });
    if (there != script.actions.end()) {
      std::get<AddRule>(there->action).rule.delay_us += early.by_us;
      return script;
    }
    script.actions.push_back({now_.movements.departures.just_before(departure, delay_before_us),
                              AddRule{{.from = origin.from,
                                       .to = early.to,
                                       .kind = origin.kind,
                                       .hit = Hit::delay,
                                       .delay_us = early.by_us}}});
    sort_actions(script.actions);
    return script;
  }

  /// A delay of one message, and it is this one.
  [[nodiscard]] bool delays(const TimedAction& timed, const Departure& departure) const {
    const auto* added = std::get_if<AddRule>(&timed.action);
    if (added == nullptr) return false;
    const Rule one{.from = departure.from,
                   .to = departure.to,
                   .kind = departure.kind,
                   .hit = Hit::delay,
                   .delay_us = added->rule.delay_us};
    Departure begun = departure;
    begun.at_us = timed.at_us;
    return added->rule == one && now_.movements.departures.next(begun) == departure.at_us;
  }

  using Attempt = std::tuple<Origin, Place, std::int64_t>;
  const FitOptions& options_;
  Arrivals recorded_;
  std::size_t given_;  ///< actions
  Fitted fitted_;
  Played now_;
  std::set<Attempt> tried_;
};

}  // namespace

Fitted fit(const FieldRun& field, const Scenario& scenario, const FitOptions& options) {
  return Fitter(field, scenario, options).fit();
}

}  // namespace peal::sim
