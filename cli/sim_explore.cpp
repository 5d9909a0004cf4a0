// Exploring a small world, and saying what was seen and what was not.
#include "cli/sim_explore.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/figures.hpp"
#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "runtime/loop.hpp"
#include "sim/explore/explorer.hpp"

namespace peal::cli {
namespace {

namespace explore = sim::explore;

constexpr const char* group_name = "Exploration";
constexpr unsigned often_max = 20;

/// Memory of this process in MiB; 0 where the system does not tell.
std::uint64_t memory_mib() {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(statm >> total >> resident)) return 0;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE)) / (1U << 20U);
}

std::uint8_t often(unsigned times) { return static_cast<std::uint8_t>(times); }

explore::SceneOptions scene_of(const ExploreOptions& options) {
  explore::SceneOptions scene;
  scene.name = options.scene;
  scene.servers = options.servers;
  scene.lines = options.lines;
  scene.in_order = options.in_order;
  if (options.horizon_s > 0)
    scene.horizon = microseconds(static_cast<std::int64_t>(options.horizon_s * 1e6));
  scene.budget = {often(options.crashes), often(options.restarts), often(options.losses),
                  often(options.duplicates), often(options.early_wakes)};
  return scene;
}

std::string verdict(const explore::Exploration& found) {
  if (found.counterexample) return "violation";
  if (found.cut.empty()) return "complete";
  return fmt::format("cut at depth {}: {} states (limit of {})", found.counts.depth,
                     found.counts.states, found.cut);
}

struct Effort {
  double wall_s = 0;
  std::uint64_t memory_mib = 0;
};

Json exploration_json(const explore::Exploration& found, const explore::Scene& scene,
                      Effort effort) {
  const explore::Counts& counts = found.counts;
  Json json = {{"result", found.counterexample ? "violation" : "ok"},
               {"complete", found.cut.empty() && !found.counterexample},
               {"cut", found.cut.empty() ? Json(nullptr) : Json(found.cut)},
               {"states", counts.states},
               {"transitions", counts.transitions},
               {"ends", counts.ends},
               {"depth", counts.depth},
               {"frontier", counts.frontier},
               {"in_flight_max", counts.in_flight_max},
               {"machine_steps", counts.steps_taken},
               {"packets", counts.packets},
               {"alike", counts.alike},
               {"horizon_s", static_cast<double>(scene.horizon.us) / 1e6},
               {"settled_after_s", static_cast<double>(counts.settled_after_max.us) / 1e6},
               {"wall_s", effort.wall_s},
               {"memory_mib", effort.memory_mib}};
  if (!found.counterexample) return json;
  Json steps = Json::array();
  for (const explore::Telling& step : found.counterexample->steps)
    steps.push_back({{"at_us", step.at.us}, {"what", step.what}, {"notes", step.notes}});
  json["violation"] = {{"what", found.counterexample->broken}, {"steps", std::move(steps)}};
  return json;
}

void print_table(const explore::Exploration& found, const explore::Scene& scene, Effort effort) {
  const explore::Counts& counts = found.counts;
  const auto a_second = [&](std::uint64_t n) {
    return effort.wall_s > 0 ? static_cast<double>(n) / effort.wall_s : 0;
  };
  Table table({{""}, {""}});
  table.add(
      {"states", fmt::format("{} ({:.0f} a second)", counts.states, a_second(counts.states))});
  table.add({"transitions", fmt::format("{} ({:.0f} a second)", counts.transitions,
                                        a_second(counts.transitions))});
  table.add({"depth", std::to_string(counts.depth)});
  table.add({"frontier", fmt::format("{}, {} at most", counts.frontier, counts.frontier_max)});
  table.add({"in flight", fmt::format("{} at most", counts.in_flight_max)});
  table.add({"machine steps",
             fmt::format("{}, {} different packets", counts.steps_taken, counts.packets)});
  table.add({"horizon", fmt::format("{:.3f} s, {} ends, all right after {:.3f} s more",
                                    static_cast<double>(scene.horizon.us) / 1e6, counts.ends,
                                    static_cast<double>(counts.settled_after_max.us) / 1e6)});
  table.add({"time", fmt::format("{:.1f} s", effort.wall_s)});
  table.add({"memory", fmt::format("{} MiB at most", effort.memory_mib)});
  table.print(stdout);
}

void print_counterexample(const explore::Counterexample& way, Instant begin) {
  for (std::size_t i = 0; i < way.steps.size(); ++i) {
    const explore::Telling& step = way.steps[i];
    std::puts(fmt::format("{:>4}  {:>9.6f} s  {}", i + 1,
                          static_cast<double>((step.at - begin).us) / 1e6, step.what)
                  .c_str());
    for (const std::string& note : step.notes)
      std::puts(paint(Colour::dim, fmt::format("{:>19}{}", "", note), stdout).c_str());
  }
  std::puts(paint(Colour::red, "violation: " + way.broken, stdout).c_str());
}

}  // namespace

void add_explore_options(CLI::App& app, CLI::App& runs, ExploreOptions& options) {
  runs.add_flag("--explore", options.explore,
                "Everything that can happen in a small world, breadth first");
  CLI::Option_group* group = app.add_option_group(group_name, "with --explore");
  std::vector<std::string> names;
  std::string what = "Where it begins:";
  for (const explore::SceneText& scene : explore::scene_texts) {
    names.emplace_back(scene.name);
    what += fmt::format("\n{}: {}", scene.name, scene.what);
  }
  group->add_option("--scene", options.scene, what)
      ->type_name("NAME")
      ->capture_default_str()
      ->check(CLI::IsMember(names).description(""));
  group->add_option("--servers", options.servers, "Servers in the world")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(2, 5).description(""));
  group->add_option("--lines", options.lines, "What a client says, where there is one")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(0, 8).description(""));
  const auto add_often = [&](const char* name, unsigned& times, const char* text) {
    group->add_option(name, times, text)
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(0U, often_max).description(""));
  };
  add_often("--crashes", options.crashes, "So often a server crashes, at any moment");
  add_often("--restarts", options.restarts, "So often one that is down starts again");
  add_often("--losses", options.losses, "So many datagrams are lost, any of them");
  add_often("--duplicates", options.duplicates, "So many datagrams arrive twice, any of them");
  add_often("--early-wakes", options.early_wakes,
            "So many deadlines come while something is under way");
  group->add_flag("--in-order", options.in_order,
                  "The datagrams from one to another arrive in the order of sending");
  group->add_option("--horizon", options.horizon_s, "Simulated seconds; each scene has its own")
      ->type_name("SECONDS")
      ->check(CLI::Range(0.001, 3'600.0).description(""));
  group
      ->add_option("--settle", options.settle_s,
                   "From the horizon on in good order, all is right after so long; 0: not asked")
      ->type_name("SECONDS")
      ->capture_default_str()
      ->check(CLI::Range(0.0, 3'600.0).description(""));
  group->add_option("--depth", options.depth, "No more events than this")->type_name("N");
  group->add_option("--states-max", options.states_max, "No more states than this")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1.0, 4e9).description(""));
  group->add_option("--memory", options.memory_mib, "No more memory than this")
      ->type_name("MIB")
      ->capture_default_str();
  for (const CLI::Option* option : group->get_options()) options.given.push_back(option);
}

void refuse_without_explore(const ExploreOptions& options) {
  for (const CLI::Option* option : options.given)
    if (option->count() != 0)
      throw usage_error(fmt::format("{} is for --explore", option->get_name()));
}

ExitCode run_exploration(const ExploreOptions& options, bool json) {
  catch_stop_signals();
  explore::Scene scene = explore::set_scene(scene_of(options));
  const Instant begin = runtime::Loop::now();
  ProgressLine progress(stderr);
  explore::ExploreLimits limits;
  limits.states_max = options.states_max;
  if (options.depth != 0) limits.depth_max = options.depth;
  limits.settle = microseconds(static_cast<std::int64_t>(options.settle_s * 1e6));
  Effort effort;
  limits.stop = [&](const explore::Counts& counts) -> std::optional<std::string> {
    progress.show(fmt::format("depth {}, {} states, {} to go on from, {:.0f} states/s",
                              counts.depth, counts.states, counts.frontier,
                              static_cast<double>(counts.states) / seconds_since(begin)));
    if (stop_requested()) return "patience";
    effort.memory_mib = std::max(effort.memory_mib, memory_mib());
    if (effort.memory_mib > options.memory_mib) return "memory";
    return std::nullopt;
  };
  const Instant root = scene.root.now;
  const explore::Exploration found = explore::explore(scene, limits);
  effort.wall_s = seconds_since(begin);
  progress.clear();
  if (json) {
    print_json(exploration_json(found, scene, effort));
  } else {
    if (found.counterexample) print_counterexample(*found.counterexample, root);
    print_table(found, scene, effort);
    const Colour colour = found.counterexample ? Colour::red
                          : found.cut.empty()  ? Colour::green
                                               : Colour::yellow;
    std::puts(paint(colour, verdict(found), stdout).c_str());
  }
  if (found.counterexample) return ExitCode::failed;
  if (found.cut == "patience") throw failure("interrupted: not all states were seen");
  return ExitCode::done;
}

}  // namespace peal::cli
