// Which questions there are to enumerate, the runs, and what is told about them.
#include "cli/sim_enumerate.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/sim_table.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "runtime/loop.hpp"
#include "sim/decisions/enumeration.hpp"
#include "sim/decisions/words.hpp"
#include "sim/scenario/names.hpp"
#include "sim/summary.hpp"
#include "sim/whole_number.hpp"

namespace peal::cli {
namespace {

constexpr const char* enumeration_group = "Enumeration";
constexpr std::size_t first_max = 64;
// Of violations, so many are told in full; the others are counted.
constexpr std::size_t told_max = 10;

/// What of a datagram can be enumerated, and how: the first answers, or those at both ends.
struct Question {
  const char* name;
  sim::About about;
  std::uint64_t count;
  bool ends;
};
constexpr std::array<Question, 3> questions = {{{"fate", sim::About::fate, 3, false},
                                                {"latency", sim::About::latency, 2, true},
                                                {"refusal", sim::About::refusal, 2, true}}};

struct Selected {
  const Question* question = nullptr;
  std::uint8_t kind = 0;
};

Selected selected_by(const std::string& text) {
  const auto colon = text.find(':');
  const auto found = std::ranges::find(questions, text.substr(0, colon), &Question::name);
  if (found == questions.end() || colon == std::string::npos)
    throw usage_error(fmt::format(
        "--enumerate {}: write fate, latency or refusal, a colon, and a kind of message, as in "
        "fate:vote",
        harmless(text)));
  const auto kind = sim::kind_of_word(text.substr(colon + 1));
  if (!kind) {
    std::string kinds;
    for (std::size_t i = 0; i < message_kinds; ++i)
      kinds += (i == 0 ? "" : " ") + sim::kind_word(static_cast<std::uint8_t>(i));
    throw usage_error(fmt::format("--enumerate {}: there is no message of that kind; they are {}",
                                  harmless(text), kinds));
  }
  return {&*found, *kind};
}

std::vector<std::uint64_t> answers_of(const EnumerateOptions& options) {
  std::vector<std::uint64_t> answers;
  for (std::string_view rest = options.answers; !options.answers.empty();) {
    const auto comma = rest.find(',');
    const auto answer = sim::whole_number(rest.substr(0, comma));
    if (!answer)
      throw usage_error(fmt::format("--answers {}: write the numbers of the answers, as in 0,2,1",
                                    harmless(options.answers)));
    answers.push_back(*answer);
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (answers.size() > options.first)
    throw usage_error(fmt::format("--answers {}: these are {}, more than --first {}",
                                  harmless(options.answers), counted(answers.size(), "answer"),
                                  options.first));
  return answers;
}

sim::Enumeration enumeration_of(const EnumerateOptions& options) {
  std::vector<Selected> selected;
  for (const std::string& text : options.what) selected.push_back(selected_by(text));
  const auto select = [selected](const sim::Choice& choice, std::uint64_t alternatives) {
    for (const auto& [question, kind] : selected) {
      if (choice.about != question->about || choice.detail != kind) continue;
      const std::uint64_t count = std::min(question->count, alternatives);
      return sim::Tried{count, question->ends && count > 1 ? (alternatives - 1) / (count - 1) : 1};
    }
    return sim::Tried{};
  };
  return sim::Enumeration({.select = select, .first = options.first, .from = answers_of(options)});
}

std::string answer_text(const sim::Enumeration::Step& step) {
  if (step.choice.about == sim::About::latency) return step.index == 0 ? "shortest" : "longest";
  if (step.choice.about == sim::About::refusal) return step.index == 0 ? "told" : "kept";
  return sim::describe_answer(step.choice, step.answer);
}

// What the runs were, and the lines that tell of it.
class Telling {
 public:
  Telling(const EnumerateOptions& options, const EnumerateRequest& request)
      : options_(options), request_(request), begin_(runtime::Loop::now()) {}

  void look(const sim::RunResult& result, const std::vector<sim::Enumeration::Step>& steps) {
    ++runs_;
    least_ = runs_ == 1 ? steps.size() : std::min(least_, steps.size());
    most_ = std::max(most_, steps.size());
    simulated_us_ += result.simulated_us;
    digest_ += result.digest;
    if (!result.violation) return;
    if (++violations_ <= told_max) tell(result, steps);
  }

  /// One run with the answers that led to it.
  void tell(const sim::RunResult& result, const std::vector<sim::Enumeration::Step>& steps) {
    if (request_.json) {
      auto json = to_json(result, command_of(steps));
      json["answers"] = json_of(steps, {result.servers, result.people});
      told_.push_back(std::move(json));
      return;
    }
    progress_.clear();
    std::map<sim::Choice, std::uint64_t> seen;
    for (const sim::Enumeration::Step& step : steps)
      std::puts(fmt::format("  {}, the {}: {}",
                            describe(step.choice, {result.servers, result.people}),
                            sim::ordinal(++seen[step.choice]), answer_text(step))
                    .c_str());
    std::puts(to_text(result, command_of(steps)).c_str());
  }

  void show_progress() {
    const double passed = seconds();
    if (passed - shown_ < 0.1) return;
    shown_ = passed;
    progress_.show(fmt::format("{}, {:.0f}/s, {}", counted(runs_, "run"),
                               static_cast<double>(runs_) / passed,
                               counted(violations_, "violation")));
  }

  ExitCode conclude(const std::string& cut) {
    progress_.clear();
    const std::string left = cut.empty() ? "complete" : fmt::format("not complete: {}", cut);
    if (request_.json) {
      tell_json(cut);
    } else {
      tell_table();
      const Colour colour = violations_ > 0 ? Colour::red
                            : cut.empty()   ? Colour::green
                                            : Colour::yellow;
      std::puts(
          paint(colour, fmt::format("{}, {}", counted(violations_, "violation"), left)).c_str());
    }
    if (violations_ > 0) return ExitCode::failed;
    if (stop_requested() && !cut.empty()) throw failure("interrupted: not all runs were made");
    return ExitCode::done;
  }

  [[nodiscard]] std::uint64_t runs() const { return runs_; }
  [[nodiscard]] const Json& told() const { return told_; }

 private:
  static Json json_of(const std::vector<sim::Enumeration::Step>& steps,
                      const sim::HostCounts& hosts) {
    Json json = Json::array();
    for (const sim::Enumeration::Step& step : steps)
      json.push_back({{"question", describe(step.choice, hosts)},
                      {"answer", answer_text(step)},
                      {"index", step.index}});
    return json;
  }

  [[nodiscard]] std::string command_of(const std::vector<sim::Enumeration::Step>& steps) const {
    std::string command = sim::replay_command(request_.seed);
    if (!request_.faults.empty()) command += " --faults " + harmless(request_.faults);
    for (const std::string& what : options_.what) command += " --enumerate " + what;
    command += fmt::format(" --first {}", options_.first);
    std::string answers;
    for (const sim::Enumeration::Step& step : steps)
      answers += fmt::format("{}{}", answers.empty() ? "" : ",", step.index);
    return answers.empty() ? command : command + " --answers " + answers;
  }

  [[nodiscard]] double seconds() const {
    return static_cast<double>((runtime::Loop::now() - begin_).us) / 1e6;
  }

  void tell_table() const {
    const std::string asked =
        least_ == most_ ? fmt::format("{}", most_) : fmt::format("{} to {}", least_, most_);
    Table table({{""}, {""}});
    table.add({"runs", fmt::format("{} ({:.0f} a second)", runs_,
                                   static_cast<double>(runs_) / std::max(seconds(), 1e-6))});
    table.add({"questions", most_ == 0 ? "none of these is asked in this run"
                                       : fmt::format("{} in each run", asked)});
    table.add({"simulated", fmt::format("{:.1f} s", static_cast<double>(simulated_us_) / 1e6)});
    table.add({"time", fmt::format("{:.1f} s", seconds())});
    table.add({"digest", text_of(digest_)});
    table.print(stdout);
    if (violations_ > told_max)
      std::puts(
          fmt::format("({} more of the violations are not told)", violations_ - told_max).c_str());
  }

  void tell_json(const std::string& cut) const {
    print_json({{"seed", std::to_string(request_.seed)},
                {"result", violations_ > 0 ? "violation" : "ok"},
                {"complete", cut.empty()},
                {"cut", cut.empty() ? Json(nullptr) : Json(cut)},
                {"runs", runs_},
                {"questions_min", least_},
                {"questions_max", most_},
                {"violations", violations_},
                {"first_violations", told_},
                {"simulated_s", static_cast<double>(simulated_us_) / 1e6},
                {"wall_s", seconds()},
                {"digest", text_of(digest_)}});
  }

  const EnumerateOptions& options_;
  const EnumerateRequest& request_;
  Instant begin_;
  ProgressLine progress_{stderr};
  double shown_ = 0;
  std::uint64_t runs_ = 0;
  std::size_t least_ = 0;
  std::size_t most_ = 0;
  std::uint64_t violations_ = 0;
  std::int64_t simulated_us_ = 0;
  Digest digest_;
  Json told_ = Json::array();
};

/// The one run with these answers, told as a whole.
ExitCode run_one_of(sim::Enumeration& all, const EnumerateOptions& options,
                    const EnumerateRequest& request) {
  sim::RunOptions run = request.run;
  run.source = &all;
  const sim::RunResult result = sim::run(request.seed, run);
  const std::size_t given = answers_of(options).size();
  const auto steps = all.steps();
  if (const auto misfit = all.misfit())
    throw usage_error(fmt::format("--answers {}: the {} question has {}, from 0",
                                  harmless(options.answers), sim::ordinal(*misfit + 1),
                                  counted(steps.at(*misfit).count, "answer")));
  if (steps.size() < given)
    throw usage_error(fmt::format("--answers {}: this run asks {} only", harmless(options.answers),
                                  counted(steps.size(), "such question")));
  Telling telling(options, request);
  telling.tell(result, steps);
  if (request.json) print_json(telling.told().front());
  return result.violation ? ExitCode::failed : ExitCode::done;
}

}  // namespace

void add_enumerate_options(CLI::App& app, EnumerateOptions& options) {
  CLI::Option_group* group = app.add_option_group(enumeration_group, "with --seed N");
  group
      ->add_option("--enumerate", options.what,
                   "All runs that differ from the seed's in the fate (arrives, lost, twice), the "
                   "latency (shortest, longest) or the refusal (told, kept) of the first datagrams "
                   "of a kind; may be given again")
      ->type_name("WHAT:KIND")
      ->allow_extra_args(false);
  group->add_option("--first", options.first, "Of each run, so many datagrams")
      ->type_name("K")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, first_max).description(""));
  group->add_option("--runs-max", options.runs_max, "No more runs than this")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}).description(""));
  group->add_option("--answers", options.answers, "Only the run with these answers")
      ->type_name("A,B,...");
}

ExitCode run_enumeration(const EnumerateOptions& options, const EnumerateRequest& request) {
  sim::Enumeration all = enumeration_of(options);
  if (!options.answers.empty()) return run_one_of(all, options, request);
  catch_stop_signals();
  sim::RunOptions run = request.run;
  run.source = &all;
  Telling telling(options, request);
  std::string cut;
  for (bool more = true; more;) {
    const sim::RunResult result = sim::run(request.seed, run);
    telling.look(result, all.steps());
    telling.show_progress();
    more = all.next();
    if (more && stop_requested()) cut = "interrupted";
    if (more && telling.runs() == options.runs_max) cut = "the limit of runs was reached";
    more = more && cut.empty();
  }
  return telling.conclude(cut);
}

}  // namespace peal::cli
