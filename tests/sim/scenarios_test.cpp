// Every scenario under traces/ goes as it says.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/scenario/play_scenario.hpp"

namespace peal::sim {
namespace {

namespace fs = std::filesystem;

// The tests run in the root of the repository.
std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const char* folder : {"traces/scenarios", "traces/regressions"})
    if (fs::exists(folder))
      for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".scenario") files.push_back(entry.path().string());
  std::ranges::sort(files);
  return files;
}

std::string content(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string told(const std::optional<Violation>& violation) {
  if (!violation) return "";
  return std::string(oracle_name(violation->oracle)) + ": " + violation->what + "\n" +
         violation->detail;
}

class ScenarioFile : public ::testing::TestWithParam<std::string> {};

TEST_P(ScenarioFile, GoesAsItSays) {
  const ScenarioResult played = play_scenario(parse_scenario(content(GetParam())), {});

  for (const std::string& sentence : played.unmet) ADD_FAILURE() << GetParam() << ": " << sentence;
  EXPECT_TRUE(played.met) << told(played.run.violation);
}

TEST_P(ScenarioFile, IsReadBackAsItWasPrinted) {
  const Scenario scenario = parse_scenario(content(GetParam()));

  EXPECT_EQ(parse_scenario(print_scenario(scenario)), scenario) << print_scenario(scenario);
}

std::string name_of(const ::testing::TestParamInfo<std::string>& info) {
  return fs::path(info.param).stem().string();
}

INSTANTIATE_TEST_SUITE_P(Traces, ScenarioFile, ::testing::ValuesIn(scenario_files()), name_of);

TEST(ScenarioFiles, TellTheStoryOfTheProtocol) { EXPECT_GE(scenario_files().size(), 40U); }

}  // namespace
}  // namespace peal::sim
