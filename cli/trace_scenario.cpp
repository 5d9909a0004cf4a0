// peal trace scenario: read, fitted to the recorded order, shrunk, written, and played once more.
#include "cli/trace_scenario.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <variant>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/figures.hpp"
#include "cli/output.hpp"
#include "cli/sim_outputs.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_input.hpp"
#include "runtime/loop.hpp"
#include "sim/field/fit.hpp"
#include "sim/field/read_field.hpp"
#include "sim/field/scenario_of.hpp"
#include "sim/scenario/play_scenario.hpp"
#include "sim/shrink/reduce.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

template <class What>
std::size_t count_of(const sim::Script& script) {
  return static_cast<std::size_t>(std::ranges::count_if(
      script.actions,
      [](const sim::TimedAction& timed) { return std::holds_alternative<What>(timed.action); }));
}

std::size_t rules_that(sim::Hit hit, const sim::Script& script) {
  return static_cast<std::size_t>(
      std::ranges::count_if(script.actions, [hit](const sim::TimedAction& timed) {
        const auto* rule = std::get_if<sim::AddRule>(&timed.action);
        return rule != nullptr && rule->rule.hit == hit;
      }));
}

/// What is done in it, in numbers.
std::vector<std::pair<std::string, std::size_t>> census(const sim::Script& script) {
  return {{"server", script.setup.servers.size()},
          {"person", script.setup.people},
          {"message", count_of<sim::SayBody>(script)},
          {"start", count_of<sim::StartServer>(script)},
          {"crash", count_of<sim::CrashServer>(script)},
          {"stop", count_of<sim::StopServer>(script)},
          {"pause", count_of<sim::PauseHost>(script)},
          {"cut", count_of<sim::CutLinks>(script)},
          {"loss", rules_that(sim::Hit::drop, script)},
          {"delay", rules_that(sim::Hit::delay, script)}};
}

std::string plural(const std::string& noun) {
  if (noun == "person") return "people";
  return noun.ends_with('s') || noun.ends_with('h') ? noun + "es" : noun + "s";
}

/// What was so instead, of many servers, is long: peal sim --scenario tells it whole.
std::string beginning_of(const std::string& sentence) {
  constexpr std::size_t most = 160;
  return sentence.size() <= most ? sentence : sentence.substr(0, most) + "...";
}

std::string in_words(const sim::Script& script) {
  std::vector<std::string> words;
  for (const auto& [noun, count] : census(script))
    if (count != 0) words.push_back(counted(count, noun, plural(noun)));
  return fmt::format("{}", fmt::join(words, ", "));
}

class FieldWork {
 public:
  explicit FieldWork(const FieldRequest& request)
      : request_(request), begin_(runtime::Loop::now()), progress_(stderr) {}

  ExitCode run() {
    const trace::Draft draft = open_story(request_.files, {.people = true});
    const sim::FieldRun field = sim::read_field(draft);
    if (field.servers.empty()) throw usage_error("nothing of a server is recorded there");
    origin_ =
        fmt::format("# From a recording of {} ({}), {:.3f} s.\n", harmless(draft.story.title),
                    harmless(draft.story.program), static_cast<double>(field.duration_us) / 1e6);
    sim::FieldScenario found = sim::scenario_of(field);
    notes_ = std::move(found.notes);
    fitted_ = sim::fit(field, found.scenario,
                       {.stop = [this] { return out_of_time(request_.shrink ? 0.5 : 1); },
                        .progress =
                            [this](std::uint64_t trials, const sim::Likeness& so_far) {
                              progress_.show(fmt::format("{} trials, {} of {} arrivals in order",
                                                         trials, so_far.same, so_far.recorded));
                            }});
    progress_.clear();
    scenario_ = fitted_.scenario;
    played_ = sim::play_scenario(scenario_, {});
    if (request_.shrink) shrink();
    write();
    tell();
    return played_.met ? ExitCode::done : ExitCode::failed;
  }

 private:
  [[nodiscard]] bool out_of_time(double share) const {
    return stop_requested() || seconds_since(begin_) >= request_.seconds * share;
  }

  /// A promise that it breaks, or else what is expected, must stay so.
  void shrink() {
    if (played_.run.violation)
      scenario_.violation =
          sim::Scenario::Broken{played_.run.violation->oracle, played_.run.violation->what};
    else if (!played_.met)
      return;
    sim::ReduceOptions options;
    options.jobs = request_.jobs;
    options.attempt = [this](const sim::Script& script, std::uint64_t events_max) {
      return attempt(script, events_max);
    };
    options.stop = [this] { return out_of_time(1); };
    options.progress = [this](std::uint64_t trials, std::size_t actions) {
      progress_.show(fmt::format("{} trials, {} actions left", trials, actions));
    };
    const auto reduced = sim::reduce(scenario_.script, options);
    progress_.clear();
    if (!reduced) return;
    scenario_.script = reduced->script;
    shrunk_ = reduced->finished ? "" : "stopped, it may become shorter";
    played_ = sim::play_scenario(scenario_, {});
  }

  /// Expectations name servers by their places: all of them stay. What heals everything stays
  /// behind all that is expected.
  sim::Trial attempt(const sim::Script& script, std::uint64_t events_max) const {
    if (script.setup.servers != scenario_.script.setup.servers ||
        script.settle_at_us != scenario_.script.settle_at_us)
      return {};
    sim::Scenario candidate = scenario_;
    candidate.script = script;
    const sim::ScenarioResult result = sim::play_scenario(candidate, {.events_max = events_max});
    return {.same = result.met, .decided_us = {}, .events = result.run.stats.events};
  }

  void write() const {
    std::string text = origin_;
    for (const std::string& note : notes_) text += fmt::format("# {}\n", harmless(note));
    text += sim::print_scenario(scenario_);
    OutputFile file("-o", request_.out.empty() ? "-" : request_.out);
    file.stream() << text;
    file.finish();
  }

  void tell() const {
    for (const std::string& note : notes_)
      std::fputs(fmt::format("{}\n", harmless(note)).c_str(), stderr);
    // Where the scenario itself goes to standard output, nothing may stand between.
    std::FILE* out = request_.out.empty() || request_.out == "-" ? stderr : stdout;
    const sim::Likeness& order = fitted_.after;
    if (request_.json) {
      std::fputs((line_of(json()) + "\n").c_str(), out);
      return;
    }
    std::fputs(
        fmt::format("{} of {} arrivals in the recorded order{}, {} besides; {} delays make it so, "
                    "after {} trials\n",
                    order.same, order.recorded, percent(order), order.played - order.same,
                    fitted_.delays, fitted_.trials)
            .c_str(),
        out);
    if (request_.shrink)
      std::fputs(
          fmt::format("shrunk to {} actions of {}{}\n", scenario_.script.actions.size(),
                      fitted_.scenario.script.actions.size(), shrunk_.empty() ? "" : ": " + shrunk_)
              .c_str(),
          out);
    std::fputs(fmt::format("{}\n", in_words(scenario_.script)).c_str(), out);
    if (played_.run.violation)
      std::fputs(fmt::format("it breaks a promise: {}\n", sim::to_text(played_.run)).c_str(), out);
    for (const std::string& sentence : played_.unmet)
      std::fputs(fmt::format("  {}\n", beginning_of(harmless(sentence))).c_str(), out);
    std::fputs((played_.met ? paint(Colour::green, "played: as recorded", out)
                            : paint(Colour::red, "played: not as recorded", out))
                   .append("\n")
                   .c_str(),
               out);
  }

  static std::string percent(const sim::Likeness& order) {
    if (order.recorded == 0) return "";
    return fmt::format(" ({:.1f} %)", 100.0 * static_cast<double>(order.same) /
                                          static_cast<double>(order.recorded));
  }

  [[nodiscard]] Json json() const {
    Json done = Json::object();
    for (const auto& [noun, count] : census(scenario_.script)) done[plural(noun)] = count;
    return Json{{"scenario", request_.out},
                {"done", done},
                {"arrivals",
                 {{"recorded", fitted_.after.recorded},
                  {"played", fitted_.after.played},
                  {"same_order", fitted_.after.same},
                  {"same_order_before", fitted_.before.same}}},
                {"trials", fitted_.trials},
                {"delays_added", fitted_.delays},
                {"met", played_.met},
                {"unmet", played_.unmet},
                {"notes", notes_}};
  }

  const FieldRequest& request_;
  Instant begin_;
  ProgressLine progress_;
  std::string origin_;
  std::vector<std::string> notes_;
  sim::Fitted fitted_;
  sim::Scenario scenario_;
  sim::ScenarioResult played_;
  std::string shrunk_;
};

}  // namespace

ExitCode write_field_scenario(const FieldRequest& request) {
  catch_stop_signals();
  return FieldWork(request).run();
}

}  // namespace peal::cli
