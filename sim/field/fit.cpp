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
  ArrivalRecorder recorder;
  Likeness likeness;
  bool met = false;
  [[nodiscard]] std::pair<bool, std::size_t> worth() const { return {met, likeness.same}; }
};

class Fitter {
 public:
  Fitter(const FieldRun& field, const Scenario& scenario, const FitOptions& options)
      : options_(options), recorded_(arrivals_of(field)) {
    fitted_.scenario = scenario;
    play(fitted_.scenario.script, now_);
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

  void play(const Script& script, Played& played) {
    played.recorder.setup(script.setup);
    Scenario scenario = fitted_.scenario;
    scenario.script = script;
    played.met = play_scenario(scenario, {.recorder = &played.recorder}).met;
    played.likeness = likeness_of(recorded_, played.recorder.arrivals());
    ++fitted_.trials;
    if (options_.progress) options_.progress(fitted_.trials, played.likeness);
  }

  /// What is open between the recorded events, chance decides: which of two deadlines comes first,
  /// and who is asked of several.
  void seeds() {
    for (std::uint64_t seed = 1; seed < options_.seeds_max && !over(); ++seed) {
      Script script = fitted_.scenario.script;
      script.seed = seed;
      Played other;
      play(script, other);
      if (other.worth() > now_.worth()) become(std::move(script), std::move(other));
    }
  }

  void become(Script script, Played&& other) {
    fitted_.scenario.script = std::move(script);
    now_.likeness = std::move(other.likeness);
    now_.recorder.take(std::move(other.recorder));
    now_.met = other.met;
  }

  bool improve() {
    for (const TooEarly& early : too_early(now_.likeness, recorded_, now_.recorder.arrivals())) {
      const Attempt attempt{early.played.origin, early.to, early.played.sent_us};
      if (!tried_.insert(attempt).second) continue;
      if (over()) return false;
      Script script = fitted_.scenario.script;
      script.actions.push_back(delay(early));
      sort_actions(script.actions);
      Played other;
      play(script, other);
      if (other.worth() <= now_.worth()) continue;
      become(std::move(script), std::move(other));
      ++fitted_.delays;
      return true;
    }
    return false;
  }

  [[nodiscard]] TimedAction delay(const TooEarly& early) const {
    const auto& [origin, at_us, sent_us] = early.played;
    const auto& sent = now_.recorder.sent(origin.from, early.to, origin.kind);
    const auto at = std::ranges::lower_bound(sent, sent_us);
    const std::int64_t before_us = at == sent.begin() ? 0 : *std::prev(at);
    return {sent_us - std::min(delay_before_us, (sent_us - before_us + 1) / 2),
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
