// peal bench heal: from the heal of a split to one view, and to equal histories, in simulated time.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "cli/bench.hpp"
#include "cli/figures.hpp"
#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "sim/heal.hpp"

namespace peal::cli {
namespace {

struct BenchHealOptions {
  std::size_t heals = 200;
  std::size_t servers = 7;
  std::uint64_t seed = 1;
  std::int64_t cut_s = 10;
  std::string shape;
  bool json = false;
};

/// The heals of one shape, or of all.
struct Heals {
  std::string name;
  std::vector<Duration> one_view;
  std::vector<Duration> equal;
  std::uint64_t missing = 0;
  std::uint64_t installed = 0;
};

std::vector<sim::Shape> shapes_of(const std::string& name) {
  std::vector<sim::Shape> shapes;
  std::string known;
  for (std::size_t i = 0; i < sim::shape_count; ++i) {
    const auto shape = static_cast<sim::Shape>(i);
    if (name.empty() || name == sim::shape_name(shape)) shapes.push_back(shape);
    known += fmt::format("{}{}", known.empty() ? "" : ", ", sim::shape_name(shape));
  }
  if (shapes.empty())
    throw usage_error(fmt::format("there is no shape '{}': choose one of {}", name, known));
  return shapes;
}

void add(Heals& heals, const sim::HealResult& result) {
  heals.one_view.push_back(Duration{result.one_view_us});
  heals.equal.push_back(Duration{result.equal_us});
  heals.missing += result.missing;
  heals.installed += result.installed;
}

Json heals_json(const Heals& heals) {
  const Figures one_view(heals.one_view);
  const Figures equal(heals.equal);
  Json json;
  json["shape"] = heals.name;
  json["heals"] = heals.equal.size();
  json["one_view_p50_ms"] = ms_of(one_view.at(0.50));
  json["one_view_p99_ms"] = ms_of(one_view.at(0.99));
  json["one_view_max_ms"] = ms_of(one_view.max());
  json["equal_p50_ms"] = ms_of(equal.at(0.50));
  json["equal_p99_ms"] = ms_of(equal.at(0.99));
  json["equal_max_ms"] = ms_of(equal.max());
  json["missing_mean"] =
      static_cast<double>(heals.missing) / static_cast<double>(heals.equal.size());
  return json;
}

void add_row(Table& table, const Heals& heals) {
  const Figures one_view(heals.one_view);
  const Figures equal(heals.equal);
  table.add({heals.name, text_of(one_view.at(0.50)), text_of(one_view.at(0.99)),
             text_of(one_view.max()), text_of(equal.at(0.50)), text_of(equal.at(0.99)),
             text_of(equal.max()), std::to_string(heals.missing / heals.equal.size())});
}

void print_text(const BenchHealOptions& options, const Heals& all,
                const std::vector<Heals>& shapes) {
  const auto right = Table::Align::right;
  Table table({{"shape"},
               {"one view: p50", right},
               {"p99", right},
               {"max", right},
               {"equal: p50", right},
               {"p99", right},
               {"max", right},
               {"missing", right}});
  for (const Heals& heals : shapes) add_row(table, heals);
  if (shapes.size() > 1) add_row(table, all);
  std::puts(fmt::format("{} simulated heals of {}, cut for {} s while people talk\n\n{}\n"
                        "one view: from the heal until all follow one leader; equal: until every "
                        "server has on disk\nwhat any of them had; missing: entries that servers "
                        "lacked at the heal, added up",
                        all.equal.size(), counted(options.servers, "server"), options.cut_s,
                        table.text(stdout))
                .c_str());
}

ExitCode bench_heal(const BenchHealOptions& options) {
  catch_stop_signals();
  const std::vector<sim::Shape> shapes = shapes_of(options.shape);
  Heals all{"all", {}, {}, 0, 0};
  std::vector<Heals> by_shape;
  for (const sim::Shape shape : shapes) by_shape.push_back({sim::shape_name(shape), {}, {}, 0, 0});
  ExitCode code = ExitCode::done;
  for (std::uint64_t i = 0; i < options.heals; ++i) {
    if (stop_requested()) throw failure("interrupted");
    sim::HealOptions heal;
    heal.servers = options.servers;
    heal.cut_us = options.cut_s * 1'000'000;
    heal.shape = shapes[i % shapes.size()];
    const sim::HealResult result = sim::heal(options.seed + i, heal);
    if (result.violation || result.one_view_us < 0 || result.equal_us < 0) {
      const std::string what = result.violation ? result.violation->what : "it did not heal";
      std::fprintf(stderr, "peal bench heal: seed %s, %s: %s\n",
                   std::to_string(result.seed).c_str(), sim::shape_name(heal.shape), what.c_str());
      code = ExitCode::failed;
      continue;
    }
    add(all, result);
    add(by_shape[i % shapes.size()], result);
  }
  std::erase_if(by_shape, [](const Heals& heals) { return heals.equal.empty(); });
  if (all.equal.empty()) return code;
  if (options.json) {
    Json json = heals_json(all);
    json["servers"] = options.servers;
    json["shapes"] = Json::array();
    for (const Heals& heals : by_shape) json["shapes"].push_back(heals_json(heals));
    print_json(json);
  } else {
    print_text(options, all, by_shape);
  }
  return code;
}

}  // namespace

Command add_bench_heal(CLI::App& bench) {
  auto options = std::make_shared<BenchHealOptions>();
  CLI::App* app =
      bench.add_subcommand("heal", "From the heal of a split to equal histories, simulated");
  app->add_option("--heals", options->heals, "How many, over all shapes in turns")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000).description(""));
  app->add_option("--servers", options->servers, "Servers of the ring")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(2, 32).description(""));
  app->add_option("--cut", options->cut_s, "How long each split lasts")
      ->type_name("S")
      ->capture_default_str()
      ->check(CLI::Range(1, 3'600).description(""));
  app->add_option("--shape", options->shape, "Only this one: halves, arcs, bridge, ...")
      ->type_name("NAME");
  app->add_option("--seed", options->seed, "Of the first heal")
      ->type_name("N")
      ->capture_default_str();
  app->add_flag("--json", options->json,
                R"({"heals","one_view_p50_ms","equal_p50_ms","equal_p99_ms",...,"shapes":[...]})");
  app->footer(
      "Runs the servers' own code in the simulator; nothing here depends on this machine's "
      "speed.\n\n"
      "Examples:\n"
      "  peal bench heal\n"
      "  peal bench heal --shape bridge --cut 60 --json");
  return {app, [options] { return bench_heal(*options); }};
}

}  // namespace peal::cli
