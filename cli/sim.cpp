// peal sim: simulated runs of the very code that serves, watched by oracles.
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/child.hpp"
#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/sim_asked.hpp"
#include "cli/sim_campaign.hpp"
#include "cli/sim_corpus.hpp"
#include "cli/sim_explore.hpp"
#include "cli/sim_inspect.hpp"
#include "cli/sim_options.hpp"
#include "cli/sim_outputs.hpp"
#include "cli/sim_replay.hpp"
#include "cli/sim_report.hpp"
#include "cli/sim_scenario.hpp"
#include "cli/sim_shrink.hpp"
#include "cli/sim_why.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_view.hpp"
#include "core/mutant.hpp"
#include "sim/inspect/causes.hpp"
#include "sim/seeds.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

std::uint64_t seed_of(const std::string& text, const char* option) {
  const auto seed = sim::parse_seed(text);
  if (!seed)
    throw usage_error(
        fmt::format("{} {}: a seed is a whole number from 0 to 2^64-1", option, harmless(text)));
  return *seed;
}

ExitCode run_seed(std::uint64_t seed, const sim::RunOptions& run, bool json) {
  const sim::RunResult result = sim::run(seed, run);
  if (json)
    print_json(sim::to_json(result));
  else
    std::puts(sim::to_text(result).c_str());
  return result.violation ? ExitCode::failed : ExitCode::done;
}

ExitCode run_as_asked(const SimOptions& options, const sim::RunOptions& run, Asked asked) {
  if (asked == Asked::scenario) return run_scenario(options.scenario, run, options.json);
  if (asked == Asked::replay)
    return replay_run({.file = options.replay,
                       .lenient = options.lenient,
                       .run = run,
                       .mutant = mutant_of(options),
                       .json = options.json});
  const std::uint64_t seed = seed_of(options.seed, "--seed");
  if (asked == Asked::enumerate)
    return run_enumeration(
        options.enumerate,
        {.seed = seed, .run = run, .faults = options.faults, .json = options.json});
  if (options.record.empty()) return run_seed(seed, run, options.json);
  return record_run({.seed = seed,
                     .run = run,
                     .mutant = mutant_of(options),
                     .file = options.record,
                     .json = options.json});
}

/// What the run is, for who finds a trace of it.
std::string source_of(const SimOptions& options, Asked asked) {
  if (asked == Asked::scenario) return "scenario " + options.scenario;
  if (asked == Asked::replay) return "replay of " + options.replay;
  return "seed " + options.seed;
}

ExitCode run_one(const SimOptions& options, Asked asked) {
  const bool written = !options.lines.empty() || !options.trace.empty() || !options.view.empty();
  if (written && asked == Asked::enumerate && options.enumerate.answers.empty())
    throw usage_error("--lines, --trace and --view show one run: name it with --answers A,B,...");
  sim::RunOptions run = run_options_of(options);
  std::optional<TemporaryDirectory> scratch;
  std::string trace = options.trace;
  if (!options.view.empty() && trace.empty()) trace = scratch.emplace().path() / "run.trace";
  RunOutputs outputs(options.lines, trace, source_of(options, asked));
  outputs.look_at(run);
  const ExitCode code = run_as_asked(options, run, asked);
  outputs.finish();
  if (!options.view.empty()) (void)view_traces({trace}, {}, options.view, ViewForm::page);
  return code;
}

ExitCode shrink_one(const SimOptions& options) {
  return run_shrink({.seed = seed_of(options.shrink, "--shrink"),
                     .run = run_options_of(options),
                     .jobs = options.jobs,
                     .seconds = options.shrink_seconds,
                     .out = options.out});
}

/// Looks into the run of a seed: why it breaks a promise, or wherever somebody wants to stop.
ExitCode look_into_one(const SimOptions& options) {
  const sim::Rerun rerun =
      sim::run_of_seed(seed_of(options.seed, "--seed"), run_options_of(options));
  if (!options.why) return inspect_run(rerun, options.stop_at);
  return tell_why(rerun,
                  {.runs_max = options.why_runs, .jobs = options.jobs, .json = options.json});
}

ExitCode list_faults(bool json) {
  Table table({{"fault"}, {"what happens"}});
  Json all = Json::array();
  for (const sim::FaultName& name : sim::fault_names()) {
    table.add({name.name, name.what});
    all.push_back({{"fault", name.name}, {"what", name.what}});
  }
  if (json)
    print_json(all);
  else
    std::fputs(table.text(stdout).c_str(), stdout);
  return ExitCode::done;
}

/// What was asked for; options that say nothing to it are refused rather than ignored.
ExitCode run_what_was_asked(const CLI::App& app, const SimOptions& options) {
  const Asked asked = asked_of(options);
  if (asked != Asked::explore) refuse_without_explore(options.explore);
  refuse_idle_options(app, asked);
  switch (asked) {
    case Asked::nothing: break;
    case Asked::fault_list: return list_faults(options.json);
    case Asked::explore: return run_exploration(options.explore, options.json);
    case Asked::look:
    case Asked::why: return look_into_one(options);
    case Asked::shrink: return shrink_one(options);
    case Asked::seed:
    case Asked::enumerate:
    case Asked::scenario:
    case Asked::replay: return run_one(options, asked);
    case Asked::seeds:
    case Asked::minutes:
    case Asked::resume: return run_campaign_of(options);
    case Asked::corpus: return replay_corpus(options);
  }
  throw usage_error(
      "say what to run: --seed N, --seeds A..B, --scenario FILE, --replay FILE, --shrink N, "
      "--minutes M, --resume FILE, --corpus DIR or --explore (see peal sim --help)");
}

#ifdef PEAL_MUTANTS
void make_mistake(const std::string& name) {
  mutant_at_work = mutant_named(name).value_or(Mutant::none);
}

ExitCode list_mutants() {
  for (const MutantText& mutant : mutant_texts)
    std::puts(fmt::format("{:<22}{}", mutant.name, mutant.wrong).c_str());
  return ExitCode::done;
}

void add_mutant_options(CLI::App& app, CLI::App& runs, SimOptions& options) {
  std::vector<std::string> names;
  for (const MutantText& mutant : mutant_texts) names.emplace_back(mutant.name);
  app.add_option("--mutant", options.mutant, "The mistake that all servers and clients make")
      ->type_name("NAME")
      ->check(CLI::IsMember(names).description(""));
  runs.add_flag("--list-mutants", options.list_mutants, "Print them and end");
}
#endif

void add_run_options(CLI::App& app, CLI::App& runs, SimOptions& options) {
  runs.add_option("--seed", options.seed, "One run; the same seed is the same run everywhere")
      ->type_name("N");
  runs.add_option("--seeds", options.seeds, "The runs of all these seeds")->type_name("A..B");
  runs.add_option("--scenario", options.scenario, "The run that is written down in this file")
      ->type_name("FILE");
  runs.add_option("--replay", options.replay,
                  "The run that --record wrote, from its decisions alone")
      ->type_name("FILE");
  runs.add_option("--shrink", options.shrink,
                  "The few lines that break the same promise as this seed, as a scenario")
      ->type_name("N");
  runs.add_flag("--list-faults", options.list_faults, "Print the names of all faults and end");
  runs.add_option("--minutes", options.minutes, "Seeds nobody chose, for so long")
      ->type_name("M")
      ->check(CLI::Range(0.001, 1e6).description(""));
  runs.add_option("--resume", options.resume,
                  "The seeds that an interrupted campaign left; goes on with its report")
      ->type_name("FILE");
  add_explore_options(app, runs, options.explore);
  runs.require_option(0, 1);
}

void add_campaign_options(CLI::App& app, SimOptions& options) {
  app.add_option("--jobs", options.jobs, "Runs at the same time")
      ->type_name("J")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'024).description(""));
  app.add_option("--shard", options.shard, "Of --seeds every N-th, from the I-th on")
      ->type_name("I/N");
  app.add_option("--report", options.report,
                 "Write here what was found, as JSON: for --resume and merge")
      ->type_name("FILE");
  app.add_option("--corpus", options.corpus,
                 "Keep seeds that fail or reach rare paths here; alone: run them all again")
      ->type_name("DIR");
  app.add_option(
         "--run-seconds", options.run_seconds,
         fmt::format("A run of many that takes longer has failed [{:.0f}]", run_seconds_default))
      ->type_name("S")
      ->check(CLI::Range(0.001, 1e6).description(""));
  app.add_flag("--fail-fast", options.fail_fast, "Begin no other seed after a violation");
}

}  // namespace

sim::RunOptions run_options_of(const SimOptions& options) {
  sim::RunOptions run;
  try {
    run.which_faults = sim::parse_faults(options.faults);
  } catch (const std::invalid_argument& error) {
    throw usage_error(fmt::format("--faults: {}", harmless(error.what())));
  }
  return run;
}

Command add_sim(CLI::App& peal) {
  auto options = std::make_shared<SimOptions>();
  CLI::App* app =
      peal.add_subcommand("sim", "Simulate: chaos, heal, and oracles that watch every promise");
  CLI::Option_group* which = app->add_option_group("runs", "one of these");
  add_run_options(*app, *which, *options);
  add_campaign_options(*app, *options);
  app->add_option("--faults", options->faults,
                  "What is not left to the seed, as network.loss=0.2,process.crash=off")
      ->type_name("NAME=HOW,...");
  app->add_option("--shrink-seconds", options->shrink_seconds, "How long --shrink may take")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 1e6).description(""));
  app->add_option("--out", options->out, "Where the scenario of --shrink goes")->type_name("FILE");
  app->add_option("--lines", options->lines, "Write what happens in one run, line by line; -: here")
      ->type_name("FILE");
  app->add_option("--trace", options->trace,
                  "Record every event into every machine of one run, for peal trace")
      ->type_name("FILE");
  app->add_option("--view", options->view,
                  "Write a page that shows one run, as peal trace view does")
      ->type_name("FILE");
  app->add_option("--record", options->record,
                  "Write every decision of the run of --seed, for --replay")
      ->type_name("FILE");
  app->add_flag("--lenient", options->lenient,
                "With --replay: go on where decisions do not fit, and count these");
  app->add_option("--stop-at", options->stop_at,
                  "Stop the run of --seed there, and look around: step, back, help ...")
      ->type_name("TIME|#EVENT|violation");
  app->add_flag("--why", options->why,
                "When the violation of --seed became likely, and what happened then");
  app->add_option("--why-runs", options->why_runs, "How many forks --why may try")
      ->type_name("K")
      ->capture_default_str()
      ->check(CLI::Range(sim::cause_runs_min, std::uint64_t{1'000'000}).description(""));
  app->add_flag("--json", options->json,
                "One line for each run; the sum of many on standard error");
  app->footer(
      "Exit code 1 when a promise was broken, or when a stop signal left seeds over; the seeds and "
      "the commands that replay them are printed.\n\n"
      "Examples:\n"
      "  peal sim --seed 7\n"
      "  peal sim --seed 7 --lines run7.txt --trace run7.trace\n"
      "  peal sim --seed 7 --stop-at 12.5s\n"
      "  peal sim --seed 7 --why\n"
      "  peal sim --seed 7 --faults all=off,network.loss=0.2\n"
      "  peal sim --seed 7 --record run7.decisions\n"
      "  peal sim --replay run7.decisions\n"
      "  peal sim --seed 7 --enumerate fate:vote --enumerate fate:vote-ack --first 6\n"
      "  peal sim --scenario traces/scenarios/both_sides_of_a_split_keep_chatting.scenario\n"
      "  peal sim --shrink 4711 --out broken.scenario\n"
      "  peal sim --seeds 1..2000 --jobs 2\n"
      "  peal sim --seeds 1..1000000 --shard 3/16 --report shard-3.json\n"
      "  peal sim merge shard-*.json\n"
      "  peal sim --minutes 10 --corpus seeds\n"
      "  peal sim --explore --scene voting --servers 3 --losses 1");
  add_enumerate_options(*app, options->enumerate);
#ifdef PEAL_MUTANTS
  add_mutant_options(*app, *which, *options);
#endif
  const Command merge = add_sim_merge(*app);
  return {app, [app, options, merge] {
            if (merge.app->parsed()) {
              refuse_all_options(*app);
              return merge.run();
            }
#ifdef PEAL_MUTANTS
            if (options->list_mutants) return list_mutants();
            make_mistake(options->mutant);
#endif
            return run_what_was_asked(*app, *options);
          }};
}

}  // namespace peal::cli
