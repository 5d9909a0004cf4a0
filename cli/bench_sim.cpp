// peal bench sim: how much faster than life the simulator is, with every oracle and digest on.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/bench.hpp"
#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "runtime/loop.hpp"
#include "sim/run.hpp"

namespace peal::cli {
namespace {

struct BenchSimOptions {
  double seconds = 5;
  bool json = false;
};

/// Runs one after the other on one core, for so long.
struct Speed {
  double wall_s = 0;
  double simulated_s = 0;
  double events = 0;
  double runs = 0;
  std::vector<std::uint64_t> violating_seeds;
};

Speed measure(double seconds, const sim::RunOptions& run) {
  Speed speed;
  const Instant begin = runtime::Loop::now();
  for (std::uint64_t seed = 1; speed.wall_s < seconds; ++seed) {
    const sim::RunResult result = sim::run(seed, run);
    if (result.violation) speed.violating_seeds.push_back(seed);
    if (stop_requested()) throw failure("interrupted");
    speed.runs += 1;
    speed.simulated_s += static_cast<double>(result.simulated_us) / 1e6;
    speed.events += static_cast<double>(result.stats.events);
    speed.wall_s = static_cast<double>((runtime::Loop::now() - begin).us) / 1e6;
  }
  return speed;
}

/// A run that broke a promise ended early: its figures flatter, and it is worth knowing anyway.
ExitCode conclude(const Speed& life, const Speed& chaos) {
  for (const Speed* speed : {&life, &chaos})
    for (const std::uint64_t seed : speed->violating_seeds)
      std::fprintf(stderr, "peal bench sim: a promise was broken in a %s run of seed %s\n",
                   speed == &life ? "calm" : "chaotic", std::to_string(seed).c_str());
  return life.violating_seeds.empty() && chaos.violating_seeds.empty() ? ExitCode::done
                                                                       : ExitCode::failed;
}

ExitCode bench_sim(const BenchSimOptions& options) {
  catch_stop_signals();
  // Everyday life: five servers and twenty people for ten minutes, and no faults.
  sim::RunOptions calm;
  calm.servers = 5;
  calm.people = 20;
  calm.chaos_us = 600'000'000;
  calm.faults = false;
  const Speed life = measure(options.seconds, calm);
  const Speed chaos = measure(options.seconds, {});
  if (options.json) {
    Json json;
    json["ratio"] = life.simulated_s / life.wall_s;
    json["events_per_s"] = life.events / life.wall_s;
    json["seeds_per_s"] = chaos.runs / chaos.wall_s;
    json["chaos_ratio"] = chaos.simulated_s / chaos.wall_s;
    json["chaos_events_per_s"] = chaos.events / chaos.wall_s;
    print_json(json);
    return conclude(life, chaos);
  }
  std::puts(
      fmt::format("the simulator on one core, oracles and digest on\n\n"
                  "5 servers, 20 people, no faults  {:.0f} : 1, {:.0f} events/s\n"
                  "seeds of chaos                   {:.0f} : 1, {:.0f} events/s, {:.1f} seeds/s",
                  life.simulated_s / life.wall_s, life.events / life.wall_s,
                  chaos.simulated_s / chaos.wall_s, chaos.events / chaos.wall_s,
                  chaos.runs / chaos.wall_s)
          .c_str());
  return conclude(life, chaos);
}

}  // namespace

Command add_bench_sim(CLI::App& bench) {
  auto options = std::make_shared<BenchSimOptions>();
  CLI::App* app = bench.add_subcommand("sim", "Simulated time against wall time, on one core");
  app->add_option("--seconds", options->seconds, "How long each is measured")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3'600.0).description(""));
  app->add_flag("--json", options->json, R"({"ratio","events_per_s","seeds_per_s",...})");
  app->footer(
      "Examples:\n"
      "  peal bench sim\n"
      "  peal bench sim --seconds 20 --json");
  return {app, [options] { return bench_sim(*options); }};
}

}  // namespace peal::cli
