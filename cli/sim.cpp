// peal sim: simulated runs of the very code that serves, watched by oracles.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <memory>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "runtime/loop.hpp"
#include "sim/campaign.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

struct Options {
  std::string seed;
  std::string seeds;
  double minutes = 0;
  unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
  std::string trace;
  bool json = false;
};

std::uint64_t parse_seed(const std::string& text, const char* option) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    throw usage_error(
        fmt::format("{} {}: a seed is a whole number from 0 to 2^64-1", option, harmless(text)));
  return seed;
}

double seconds_since(Instant begin) {
  return static_cast<double>((runtime::Loop::now() - begin).us) / 1e6;
}

std::string joined(const std::vector<std::string>& words) {
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

std::string short_number(double value) {
  if (value >= 1e9) return fmt::format("{:.2f} G", value / 1e9);
  if (value >= 1e6) return fmt::format("{:.2f} M", value / 1e6);
  if (value >= 1e3) return fmt::format("{:.1f} k", value / 1e3);
  return fmt::format("{:.0f}", value);
}

/// What a campaign did and found, as lines for people.
std::string campaign_text(const sim::Campaign& campaign, double wall_seconds, std::FILE* stream) {
  const double simulated = static_cast<double>(campaign.simulated_us) / 1e6;
  const auto per_second = [&](double amount) {
    return wall_seconds > 0 ? amount / wall_seconds : 0;
  };
  Table table({{""}, {""}});
  table.add({"seeds", fmt::format("{} in {:.1f} s ({:.1f} per second)", campaign.runs, wall_seconds,
                                  per_second(static_cast<double>(campaign.runs)))});
  table.add({"simulated",
             fmt::format("{:.1f} hours ({:.0f} : 1)", simulated / 3'600, per_second(simulated))});
  table.add({"events",
             fmt::format("{} ({}/s)", campaign.stats.events,
                         short_number(per_second(static_cast<double>(campaign.stats.events))))});
  table.add({"elections", std::to_string(campaign.elections)});
  table.add(
      {"messages",
       fmt::format("{} acknowledged, {} shown to people, {} lost with every disk that held them",
                   campaign.stats.acknowledged, campaign.stats.delivered, campaign.destroyed)});
  table.add(
      {"after the heal", fmt::format("one view within {:.2f} s, equal histories within {:.2f} s",
                                     static_cast<double>(campaign.one_view_after_us_max) / 1e6,
                                     static_cast<double>(campaign.converged_after_us_max) / 1e6)});
  std::string text = table.text(stream);

  Table faults({{"fault"}, {"times", Table::Align::right}});
  for (std::size_t i = 0; i < sim::fault_count; ++i)
    faults.add(
        {sim::fault_name(static_cast<sim::Fault>(i)), std::to_string(campaign.stats.faults[i])});
  Table oracles({{"oracle"}, {"checks", Table::Align::right}});
  for (std::size_t i = 0; i < sim::oracle_count; ++i)
    oracles.add(
        {sim::oracle_name(static_cast<sim::Oracle>(i)), std::to_string(campaign.checks[i])});
  Table marks({{"mark"}, {"hit", Table::Align::right}});
  for (std::size_t i = 0; i < mark_count; ++i)
    marks.add({mark_name(static_cast<Mark>(i)), std::to_string(campaign.stats.marks[i])});
  text += "\n" + faults.text(stream) + "\n" + oracles.text(stream) + "\n" + marks.text(stream);
  text += fmt::format("\nmarks never hit: {}\noracles that checked nothing: {}\n",
                      joined(campaign.marks_never_hit()),
                      joined(campaign.oracles_that_checked_nothing()));
  if (campaign.violations == 0) return text + paint(Colour::green, "no violation", stream) + "\n";
  text += paint(Colour::red, counted(campaign.violations, "violation"), stream) + ":\n";
  for (const std::uint64_t seed : campaign.violating_seeds)
    text += "  " + sim::replay_command(seed) + "\n";
  return text;
}

ExitCode run_one(const Options& options) {
  const std::uint64_t seed = parse_seed(options.seed, "--seed");
  sim::RunOptions run;
  std::ofstream trace;
  if (!options.trace.empty()) {
    trace.open(options.trace);
    if (!trace)
      throw usage_error(fmt::format("--trace {}: cannot be written", harmless(options.trace)));
    run.trace = &trace;
  }
  const sim::RunResult result = sim::run(seed, run);
  if (options.json)
    print_json(sim::to_json(result));
  else
    std::puts(sim::to_text(result).c_str());
  if (!options.trace.empty() && !trace.flush())
    throw failure(
        fmt::format("--trace {}: the disk took only part of it", harmless(options.trace)));
  return result.violation ? ExitCode::failed : ExitCode::done;
}

sim::CampaignOptions campaign_options(const Options& options, Instant begin) {
  sim::CampaignOptions campaign;
  campaign.jobs = options.jobs;
  if (!options.seeds.empty()) {
    const auto dots = options.seeds.find("..");
    if (dots == std::string::npos)
      throw usage_error("--seeds A..B: write the first and the last, as in 1..2000");
    campaign.first = parse_seed(options.seeds.substr(0, dots), "--seeds");
    campaign.last = parse_seed(options.seeds.substr(dots + 2), "--seeds");
    if (campaign.last < campaign.first) throw usage_error("--seeds A..B: B is below A");
    campaign.stop = [] { return stop_requested(); };
    return campaign;
  }
  campaign.first = std::random_device{}();  // Other seeds each time, short enough to type.
  campaign.last = campaign.first + (std::uint64_t{1} << 40U);
  const double limit = options.minutes * 60;
  campaign.stop = [begin, limit] { return stop_requested() || seconds_since(begin) >= limit; };
  return campaign;
}

ExitCode run_many(const Options& options) {
  if (!options.trace.empty()) throw usage_error("--trace records one run: use it with --seed N");
  catch_stop_signals();
  const Instant begin = runtime::Loop::now();
  const sim::CampaignOptions campaign = campaign_options(options, begin);
  ProgressLine progress(stderr);
  std::uint64_t runs = 0;
  std::uint64_t violations = 0;
  double simulated = 0;
  double shown = 0;
  const sim::Campaign found = sim::run_campaign(campaign, [&](const sim::RunResult& result) {
    ++runs;
    simulated += static_cast<double>(result.simulated_us) / 1e6;
    if (options.json) print_json(sim::to_json(result));
    if (result.violation) {
      ++violations;
      progress.clear();
      if (!options.json) std::puts(sim::to_text(result).c_str());
    }
    const double passed = seconds_since(begin);
    if (passed - shown < 0.1) return;
    shown = passed;
    const std::string all =
        options.seeds.empty() ? "" : fmt::format(" of {}", campaign.last - campaign.first + 1);
    progress.show(fmt::format("{}{} seeds, {:.0f} : 1, {}", runs, all, simulated / passed,
                              counted(violations, "violation")));
  });
  progress.clear();
  std::FILE* stream = options.json ? stderr : stdout;
  std::fputs(campaign_text(found, seconds_since(begin), stream).c_str(), stream);
  if (found.violations > 0) return ExitCode::failed;
  if (stop_requested() && !options.seeds.empty())
    throw failure("interrupted: not all seeds were run");
  return ExitCode::done;
}

}  // namespace

Command add_sim(CLI::App& peal) {
  auto options = std::make_shared<Options>();
  CLI::App* app =
      peal.add_subcommand("sim", "Simulate: chaos, heal, and oracles that watch every promise");
  CLI::Option_group* which = app->add_option_group("runs", "exactly one of these");
  which->add_option("--seed", options->seed, "One run; the same seed is the same run everywhere")
      ->type_name("N");
  which->add_option("--seeds", options->seeds, "The runs of all these seeds")->type_name("A..B");
  which->add_option("--minutes", options->minutes, "Seeds nobody chose, for so long")
      ->type_name("M")
      ->check(CLI::Range(0.001, 1e6).description(""));
  which->require_option(1);
  app->add_option("--jobs", options->jobs, "Runs at the same time")
      ->type_name("J")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'024).description(""));
  app->add_option("--trace", options->trace,
                  "Write what happens in the run of --seed, line by line")
      ->type_name("FILE");
  app->add_flag("--json", options->json,
                "One line for each run; the sum of many on standard error");
  app->footer(
      "Exit code 1 when a promise was broken; the seed and the command that replays it are "
      "printed.\n\n"
      "Examples:\n"
      "  peal sim --seed 7\n"
      "  peal sim --seed 7 --trace run7.txt\n"
      "  peal sim --seeds 1..2000 --jobs 2\n"
      "  peal sim --minutes 10");
  return {app,
          [options] { return options->seed.empty() ? run_many(*options) : run_one(*options); }};
}

}  // namespace peal::cli
