// What people see of a run that breaks a promise: the inspector, and why it breaks.
#include <cstdint>
#include <iostream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/sim_inspect.hpp"
#include "cli/sim_why.hpp"
#include "tests/support/promises.hpp"

namespace peal::cli {
namespace {

class SimLooks : public testing::Test {
 protected:
  std::uint64_t seed = sim::seed_that_breaks(sim::drawn_at_6_s);
  sim::Rerun rerun = sim::run_with_promise(seed, sim::drawn_at_6_s);
  sim::Timeline timeline = sim::read_timeline(rerun);
  std::string draw = "#" + std::to_string(timeline.event_at(5'999'999) + 1);
  std::string before = "#" + std::to_string(timeline.event_at(5'999'999));

  std::string inspect(const std::string& stop_at, const std::string& commands) {
    std::istringstream input(commands);
    std::streambuf* kept = std::cin.rdbuf(input.rdbuf());
    testing::internal::CaptureStdout();
    const ExitCode code = inspect_run(rerun, stop_at);
    std::cin.rdbuf(kept);
    std::cin.clear();
    EXPECT_EQ(code, ExitCode::done);
    return testing::internal::GetCapturedStdout();
  }
  std::string why(bool json) {
    testing::internal::CaptureStdout();
    const ExitCode code = tell_why(rerun, {.runs_max = 300, .jobs = 2, .json = json});
    EXPECT_EQ(code, ExitCode::failed);
    return testing::internal::GetCapturedStdout();
  }
};

TEST_F(SimLooks, StopsWhereThePromiseBreaks) {
  const std::string text = inspect("violation", "");

  const std::string event = "#" + std::to_string(timeline.last());
  EXPECT_TRUE(text.starts_with(event + "  10.")) << text;
  EXPECT_NE(text.find("broken: bounded at 10."), std::string::npos) << text;
  EXPECT_NE(text.find(event + ": a false promise\n  by a test\n"), std::string::npos) << text;
}

TEST_F(SimLooks, GoesToTheViolationFromAnywhere) {
  const std::string there = inspect("violation", "servers\npeople\n");

  const std::string from_afar = inspect("1s", "go violation\nservers\npeople\n");

  EXPECT_TRUE(from_afar.ends_with(there));
}

TEST_F(SimLooks, TellsTheJumpAndWhatWasDrawnThere) {
  const std::string text = why(false);

  EXPECT_NE(text.find("It jumps between " + before + " and " + draw + ", 6."), std::string::npos)
      << text;
  EXPECT_NE(text.find("\n>"), std::string::npos) << text;
  EXPECT_NE(text.find("  99 of the setup: 3\n"), std::string::npos) << text;
  EXPECT_TRUE(text.ends_with("To look around: --stop-at '" + draw + "' in place of --why\n"))
      << text;
}

TEST_F(SimLooks, TellsTheSameAsJson) {
  const auto json = nlohmann::json::parse(why(true));

  EXPECT_EQ(json["violation"]["what"], "a false promise");
  EXPECT_EQ(json["violation"]["event"], timeline.last());
  EXPECT_EQ(json["jump"]["clear"], true);
  EXPECT_EQ("#" + std::to_string(json["jump"]["after"]["event"].get<std::uint64_t>()), draw);
  EXPECT_EQ(json["jump"]["after"]["hits"], json["jump"]["after"]["trials"]);
  EXPECT_GE(json["points"].size(), 9U);
  EXPECT_LE(json["forks"], 300);
  EXPECT_EQ(json["drawn"].back()["what"], "99 of the setup");
}

}  // namespace
}  // namespace peal::cli
