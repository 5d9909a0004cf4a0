// What happens in a few scenarios, line by line, is what traces/golden/ says. PEAL_REWRITE_TRACES=1
// writes it anew.

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "sim/scenario/play_scenario.hpp"

namespace peal::sim {
namespace {

// The tests run in the root of the repository.
std::string content(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string trace_of(const std::string& name) {
  std::ostringstream trace;
  RunOptions options;
  options.trace = &trace;
  (void)play_scenario(parse_scenario(content("traces/scenarios/" + name + ".scenario")), options);
  return trace.str();
}

/// Where two texts part, in words; nothing where they do not.
std::string first_difference(const std::string& golden, const std::string& now) {
  std::istringstream golden_lines(golden);
  std::istringstream now_lines(now);
  for (std::size_t number = 1;; ++number) {
    std::string was;
    std::string is;
    const bool there_was = static_cast<bool>(std::getline(golden_lines, was));
    const bool there_is = static_cast<bool>(std::getline(now_lines, is));
    if (!there_was && !there_is) return "";
    if (!there_was) was = "(the end)";
    if (!there_is) is = "(the end)";
    if (was != is || there_was != there_is)
      return "line " + std::to_string(number) + "\n  was " + was + "\n  is  " + is;
  }
}

class GoldenTrace : public ::testing::TestWithParam<const char*> {};

TEST_P(GoldenTrace, IsWhatHappens) {
  const std::string file = std::string("traces/golden/") + GetParam() + ".trace";
  const std::string now = trace_of(GetParam());
  ASSERT_GT(now.size(), 1'000U);
  if (std::getenv("PEAL_REWRITE_TRACES") != nullptr) std::ofstream(file, std::ios::binary) << now;

  EXPECT_EQ(first_difference(content(file), now), "")
      << file << " is rewritten with PEAL_REWRITE_TRACES=1 in the environment of this test";
}

std::string name_of(const ::testing::TestParamInfo<const char*>& info) { return info.param; }

INSTANTIATE_TEST_SUITE_P(Traces, GoldenTrace,
                         ::testing::Values("three_servers_vote",
                                           "a_message_from_its_submission_to_its_delivery",
                                           "a_crash_is_followed_by_a_vote_and_a_new_home"),
                         name_of);

TEST(GoldenTraces, ADifferenceIsShownWithItsLine) {
  EXPECT_EQ(first_difference("a\nb\n", "a\nb\n"), "");
  EXPECT_EQ(first_difference("a\nb\n", "a\nc\n"), "line 2\n  was b\n  is  c");
  EXPECT_EQ(first_difference("a\nb\n", "a\n"), "line 2\n  was b\n  is  (the end)");
  EXPECT_EQ(first_difference("a\n", "a\nb\n"), "line 2\n  was (the end)\n  is  b");
}

}  // namespace
}  // namespace peal::sim
