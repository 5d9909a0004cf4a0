// Looking at every expectation from its time on, a thousand times a second.
#include "sim/scenario/play_scenario.hpp"

#include <optional>

#include <fmt/format.h>

#include "sim/perform.hpp"
#include "sim/play.hpp"
#include "sim/scenario/condition.hpp"
#include "sim/scenario/print_action.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t look_every_us = 1'000;

/// Looks at expectation i when it is called for it.
class Expecter : public Player {
 public:
  Expecter(Play& play, const Scenario& scenario)
      : play_(play),
        expectations_(scenario.expectations),
        progress_(scenario.expectations.size()),
        player_(play.world().add_player(*this)) {
    // What is done at the same time is done before.
    for (std::size_t i = 0; i < expectations_.size(); ++i)
      play.world().call_at(expectations_[i].at_us + 1, player_, static_cast<std::uint32_t>(i));
  }

  void called(std::uint32_t what) override {
    const Expectation& expected = expectations_[what];
    Progress& progress = progress_[what];
    const std::int64_t now = play_.world().now_us();
    const bool so = holds(expected.condition, play_.stage()) != expected.negated;
    if (!so) progress.instead = what_is(expected.condition, play_.stage());
    if (so && !progress.since_us) progress.since_us = now;
    if (!so && (progress.since_us || now > expected.at_us + expected.within_us)) {
      progress.failed_at_us = now;
      return;
    }
    progress.met = so && now >= *progress.since_us + expected.for_us;
    if (!progress.met) play_.world().call_at(now + look_every_us, player_, what);
  }

  /// Sentences about what was not met.
  [[nodiscard]] std::vector<std::string> unmet() const {
    std::vector<std::string> all;
    for (std::size_t i = 0; i < expectations_.size(); ++i)
      if (!progress_[i].met) all.push_back(sentence(expectations_[i], progress_[i]));
    return all;
  }

 private:
  struct Progress {
    std::optional<std::int64_t> since_us;
    std::optional<std::int64_t> failed_at_us;
    std::string instead;
    bool met = false;
  };

  static std::string sentence(const Expectation& expected, const Progress& progress) {
    std::string text = expected.line == 0 ? "" : fmt::format("line {}: ", expected.line);
    text += fmt::format("expected {}", expected.text);
    if (progress.failed_at_us)
      return text + fmt::format(", but at {:.6f} s: {}",
                                static_cast<double>(*progress.failed_at_us) / 1e6,
                                progress.instead);
    return text + ", but the run was over before";
  }

  Play& play_;
  const std::vector<Expectation>& expectations_;
  std::vector<Progress> progress_;
  std::uint32_t player_;
};

bool as_expected(const Scenario& scenario, const std::optional<Violation>& violation) {
  if (!scenario.violation) return !violation;
  return violation && violation->oracle == scenario.violation->oracle &&
         (scenario.violation->what.empty() || violation->what == scenario.violation->what);
}

std::string expected_violation(const Scenario::Broken& broken) {
  return fmt::format("expected violation {}{}", oracle_name(broken.oracle),
                     broken.what.empty() ? "" : " " + print_text(broken.what));
}

}  // namespace

ScenarioResult play_scenario(const Scenario& scenario, const RunOptions& options) {
  std::optional<Expecter> expecter;
  ScenarioResult result;
  result.run =
      perform(scenario.script, options, [&](Play& play) { expecter.emplace(play, scenario); });
  // A run that a broken promise ended could not meet the rest.
  if (!result.run.violation) result.unmet = expecter->unmet();
  const bool right = as_expected(scenario, result.run.violation);
  if (!right && scenario.violation)
    result.unmet.push_back(
        expected_violation(*scenario.violation) +
        (result.run.violation ? ", but another promise was broken" : ", but nothing was broken"));
  result.met = right && result.unmet.empty();
  return result;
}

}  // namespace peal::sim
