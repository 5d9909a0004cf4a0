// One line for each size: the same calm minute, with one post a second in all.
#include "cli/bench_growth.hpp"

#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/sim_speed.hpp"
#include "cli/sim_table.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

struct Size {
  std::size_t servers = 0;
  std::size_t people = 0;
};

std::vector<Size> sizes_of(const GrowthOptions& options) {
  const sim::RunOptions usual = everyday_run();
  std::vector<Size> sizes;
  for (const std::size_t servers : options.servers) sizes.push_back({servers, usual.people});
  for (const std::size_t people : options.people) sizes.push_back({usual.servers, people});
  return sizes;
}

Speed speed_of(const GrowthOptions& options, const Size& size) {
  sim::RunOptions run = everyday_run();
  run.servers = size.servers;
  run.people = size.people;
  run.chaos_us = 60'000'000;
  return measure_speed(options.seconds, run);
}

Json json_of(const Size& size, const Speed& speed) {
  Json json;
  json["servers"] = size.servers;
  json["people"] = size.people;
  json["events_per_simulated_s"] = speed.events / speed.simulated_s;
  json["wall_ms_per_simulated_s"] = 1'000 * speed.wall_s / speed.simulated_s;
  json["events_per_s"] = speed.events_per_s();
  json["memory_bytes"] = speed.memory_bytes == 0 ? Json() : Json(speed.memory_bytes);
  return json;
}

std::string memory_text(std::size_t bytes) {
  return bytes == 0 ? "-" : fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1U << 20U));
}

void add_row(Table& table, const Size& size, const Speed& speed) {
  table.add({std::to_string(size.servers), std::to_string(size.people),
             fmt::format("{:.0f}", speed.events / speed.simulated_s),
             fmt::format("{:.3f} ms", 1'000 * speed.wall_s / speed.simulated_s),
             short_number(speed.events_per_s()), memory_text(speed.memory_bytes)});
}

}  // namespace

ExitCode bench_growth(const GrowthOptions& options) {
  constexpr auto right = Table::Align::right;
  Table table({{"servers", right},
               {"people", right},
               {"events a simulated second", right},
               {"wall for it", right},
               {"events/s", right},
               {"memory", right}});
  Json lines = Json::array();
  bool kept = true;
  for (const Size& size : sizes_of(options)) {
    const Speed speed = speed_of(options, size);
    kept &= kept_promises(speed, "calm");
    lines.push_back(json_of(size, speed));
    add_row(table, size, speed);
  }
  if (options.json) {
    print_json({{"growth", lines}});
  } else {
    std::puts("a calm minute, one post a second in all, oracles and digest on\n");
    table.print(stdout);
  }
  return kept ? ExitCode::done : ExitCode::failed;
}

}  // namespace peal::cli
