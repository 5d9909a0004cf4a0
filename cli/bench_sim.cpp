// peal bench sim: how much faster than life the simulator is, with every oracle and digest on.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/bench.hpp"
#include "cli/bench_growth.hpp"
#include "cli/output.hpp"
#include "cli/sim_speed.hpp"
#include "cli/stop.hpp"

namespace peal::cli {
namespace {

struct BenchSimOptions {
  double seconds = 5;
  bool growth = false;
  // Bit i of a set of servers stands for server i; and a view has no more members than that.
  std::vector<std::size_t> servers = {3, 9, 33, 64};
  std::vector<std::size_t> people = {10, 100, 1'000};
  bool json = false;
};

void print_speeds(const Speed& life, const Speed& chaos) {
  std::puts(
      fmt::format("the simulator on one core, oracles and digest on\n\n"
                  "5 servers, 20 people, no faults  {:.0f} : 1, {:.0f} events/s, {:.2f} posts a "
                  "simulated second\n"
                  "seeds of chaos                   {:.0f} : 1, {:.0f} events/s, {:.1f} seeds/s",
                  life.ratio(), life.events_per_s(), life.acknowledged / life.simulated_s,
                  chaos.ratio(), chaos.events_per_s(), chaos.runs / chaos.wall_s)
          .c_str());
}

ExitCode bench_sim(const BenchSimOptions& options) {
  catch_stop_signals();
  if (options.growth)
    return bench_growth({.seconds = options.seconds,
                         .servers = options.servers,
                         .people = options.people,
                         .json = options.json});
  const Speed life = measure_speed(options.seconds, everyday_run());
  const Speed chaos = measure_speed(options.seconds, {});
  if (options.json) {
    Json json;
    json["ratio"] = life.ratio();
    json["events_per_s"] = life.events_per_s();
    json["acked_per_simulated_s"] = life.acknowledged / life.simulated_s;
    json["seeds_per_s"] = chaos.runs / chaos.wall_s;
    json["chaos_ratio"] = chaos.ratio();
    json["chaos_events_per_s"] = chaos.events_per_s();
    print_json(json);
  } else {
    print_speeds(life, chaos);
  }
  const bool calm_kept = kept_promises(life, "calm");
  return kept_promises(chaos, "chaotic") && calm_kept ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Command add_bench_sim(CLI::App& bench) {
  auto options = std::make_shared<BenchSimOptions>();
  CLI::App* app = bench.add_subcommand("sim", "Simulated time against wall time, on one core");
  app->add_option("--seconds", options->seconds, "How long each is measured")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 3'600.0).description(""));
  CLI::Option* growth = app->add_flag(
      "--growth", options->growth, "How events, time and memory grow with servers and with people");
  app->add_option("--servers", options->servers, "Sizes of --growth, each with 20 people")
      ->type_name("N,...")
      ->delimiter(',')
      ->capture_default_str()
      ->needs(growth)
      ->check(CLI::Range(1, 64).description(""));
  app->add_option("--people", options->people, "Sizes of --growth, each with 5 servers")
      ->type_name("N,...")
      ->delimiter(',')
      ->capture_default_str()
      ->needs(growth)
      ->check(CLI::Range(1, 5'000).description(""));
  app->add_flag("--json", options->json,
                R"({"ratio","events_per_s","seeds_per_s",...}, or {"growth":[...]})");
  app->footer(
      "Examples:\n"
      "  peal bench sim\n"
      "  peal bench sim --seconds 20 --json\n"
      "  peal bench sim --growth --servers 3,9,33 --people 10,100");
  return {app, [options] { return bench_sim(*options); }};
}

}  // namespace peal::cli
