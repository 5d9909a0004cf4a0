// Reading a scenario's file, playing it, telling what was not as expected.
#include "cli/sim_scenario.hpp"

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/whole_file.hpp"
#include "sim/scenario/play_scenario.hpp"
#include "sim/scenario/scenario_error.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

sim::Scenario read_scenario(const std::string& file) {
  const std::string text = read_whole(file, "--scenario");
  try {
    return sim::parse_scenario(text);
  } catch (const sim::ScenarioError& error) {
    throw usage_error(fmt::format("{}:{}", harmless(file), harmless(error.what())));
  }
}

}  // namespace

ExitCode run_scenario(const std::string& file, const sim::RunOptions& options, bool json) {
  const sim::Scenario scenario = read_scenario(file);
  const sim::ScenarioResult played = sim::play_scenario(scenario, options);
  if (json) {
    auto line = sim::to_json(played.run);
    line["scenario"] = file;
    line["met"] = played.met;
    line["unmet"] = played.unmet;
    print_json(line);
  } else {
    std::puts(sim::to_text(played.run).c_str());
    for (const std::string& sentence : played.unmet)
      std::puts(fmt::format("  {}:{}", harmless(file), harmless(sentence)).c_str());
    std::puts(played.met ? paint(Colour::green, "as expected", stdout).c_str()
                         : paint(Colour::red, "not as expected", stdout).c_str());
  }
  return played.met ? ExitCode::done : ExitCode::failed;
}

}  // namespace peal::cli
