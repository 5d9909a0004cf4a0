// A run that is known, recorded as in the field, becomes a scenario that says the same.
#include "sim/field/scenario_of.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "sim/crowd.hpp"
#include "sim/field/fit.hpp"
#include "sim/scenario/play_scenario.hpp"
#include "tests/field/recorded_scenario.hpp"

namespace peal::sim {
namespace {

template <class What>
std::vector<std::pair<std::int64_t, What>> all(const Script& script) {
  std::vector<std::pair<std::int64_t, What>> found;
  for (const TimedAction& timed : script.actions)
    if (const auto* action = std::get_if<What>(&timed.action))
      found.emplace_back(timed.at_us, *action);
  return found;
}

template <class Item>
bool has(const std::vector<Item>& items, const Item& item) {
  return std::ranges::find(items, item) != items.end();
}

Scenario scenario_from(std::string_view text) {
  return scenario_of(recorded_scenario(text)).scenario;
}

void expect_near(std::int64_t at_us, std::int64_t expected_us, std::int64_t by_us) {
  EXPECT_LE(std::abs(at_us - expected_us), by_us) << at_us << " instead of " << expected_us;
}

constexpr std::string_view three = "servers s3 s5 s9\nseed 4\n";

/// The only action of a kind, behind when it is done.
template <class What>
std::pair<std::int64_t, What> the_only(const Scenario& scenario) {
  const auto found = all<What>(scenario.script);
  EXPECT_EQ(found.size(), 1U);
  return found.size() == 1 ? found.front() : std::pair<std::int64_t, What>{};
}

TEST(FieldScenario, ACrashAndAStartComeBack) {
  const Scenario scenario =
      scenario_from(std::string(three) + "at 3s crash s9\nat 5s start s9\nat 8s end\n");

  const auto [crashed_us, crash] = the_only<CrashServer>(scenario);
  EXPECT_EQ(crash, (CrashServer{2, false}));
  expect_near(crashed_us, 3'000'000, 60'000);
  expect_near(the_only<StartServer>(scenario).first, 5'000'000, 1'000);
}

TEST(FieldScenario, AHostThatAnswersNobodyCrashesSilently) {
  const Scenario scenario =
      scenario_from(std::string(three) + "at 3s crash s9 silently\nat 6s end\n");

  EXPECT_TRUE(the_only<CrashServer>(scenario).second.silent);
}

TEST(FieldScenario, WhoIsAskedToLeaveIsAskedToLeave) {
  const Scenario scenario = scenario_from(std::string(three) + "at 3s stop s5\nat 6s end\n");

  const auto [stopped_us, stop] = the_only<StopServer>(scenario);
  EXPECT_EQ(stop, StopServer{1});
  expect_near(stopped_us, 3'000'000, 1'000);
  EXPECT_TRUE(all<CrashServer>(scenario.script).empty());
}

TEST(FieldScenario, ASplitComesBackAsACutOfTheSameLinks) {
  const Scenario scenario =
      scenario_from(std::string(three) + "at 3s cut s9 | s3 s5\nat 6s mend\nat 9s end\n");

  const auto [cut_us, cut] = the_only<CutLinks>(scenario);
  Links links = cut.links;
  std::ranges::sort(links);
  EXPECT_EQ(links, (Links{{0, 2}, {1, 2}, {2, 0}, {2, 1}}));
  expect_near(cut_us, 3'000'000, 60'000);
  expect_near(the_only<MendNetwork>(scenario).first, 6'000'000, 600'000);
}

TEST(FieldScenario, OneDirectionThatIsCutIsCutAlone) {
  const Scenario scenario =
      scenario_from(std::string(three) + "at 3s cut s9 -> s3\nat 4s mend\nat 6s end\n");

  for (const auto& [at_us, cut] : all<CutLinks>(scenario.script))
    for (const auto& link : cut.links) EXPECT_NE(link, (std::pair<Place, Place>{0, 1}));
  const auto cuts = all<CutLinks>(scenario.script);
  ASSERT_FALSE(cuts.empty());
  EXPECT_TRUE(has(cuts[0].second.links, std::pair<Place, Place>{2, 0}));
}

TEST(FieldScenario, AMessageThatIsLostAloneIsDropped) {
  const Scenario scenario =
      scenario_from(std::string(three) + "at 2s drop s9->s3 heartbeat once\nat 4s end\n");

  const auto [added_us, added] = the_only<AddRule>(scenario);
  EXPECT_EQ(added.rule.hit, Hit::drop);
  EXPECT_EQ(added.rule.from, 2);
  EXPECT_EQ(added.rule.to, 0);
  expect_near(added_us, 2'000'000, 60'000);
  EXPECT_TRUE(all<CutLinks>(scenario.script).empty());
}

TEST(FieldScenario, AHostThatStoodStillIsPaused) {
  const Scenario scenario =
      scenario_from(std::string(three) + "at 3s pause s5 for 600ms\nat 6s end\n");

  const auto [paused_us, pause] = the_only<PauseHost>(scenario);
  EXPECT_EQ(pause.place, 1);
  expect_near(paused_us, 3'000'000, 60'000);
  expect_near(paused_us + pause.for_us, 3'600'000, 10'000);
}

TEST(FieldScenario, PeopleSayWhatTheySaid) {
  const Scenario scenario = scenario_from(std::string(three) +
                                          "at 2s p1 posts #lunch \"pizza?\" as m1\n"
                                          "at 2500ms p2 posts #lunch \"soup\" as m2\n"
                                          "at 3s p1 edits m1 \"pizza!\"\n"
                                          "   p2 reacts m1 \"+1\"\n"
                                          "   p2 posts p1 \"psst\"\n"
                                          "at 4s p1 logs out\nat 6s end\n");

  std::vector<Body> bodies;
  std::vector<std::uint32_t> about;
  for (const auto& [at_us, say] : all<SayBody>(scenario.script)) {
    bodies.push_back(say.body);
    about.push_back(say.about);
  }
  const auto said = [&](const Body& body) { return has(bodies, body); };
  EXPECT_TRUE(said(Post{RoomName{"#lunch"}, "pizza?"}));
  EXPECT_TRUE(said(Post{RoomName{"#lunch"}, "soup"}));
  EXPECT_TRUE(said(EditPost{RoomName{"#lunch"}, {}, "pizza!"}));
  EXPECT_TRUE(said(React{RoomName{"#lunch"}, {}, "+1", true}));
  EXPECT_TRUE(said(Post{user_of(0), "psst"}));
  EXPECT_EQ(std::ranges::count_if(about, [](std::uint32_t label) { return label != 0; }), 2);
  EXPECT_EQ(all<Come>(scenario.script).size(), 2U);
  EXPECT_EQ(all<LogOut>(scenario.script).size(), 1U);
}

TEST(FieldScenario, IsReadBackAsItIsWritten) {
  const Scenario scenario = scenario_from(
      std::string(three) +
      "at 2s p1 posts #lunch \"pizza?\"\nat 3s crash s9\nat 3500ms p1 posts #lunch \"?\"\n"
      "at 5s start s9\nat 6s cut s9 | s3 s5\nat 8s end\n");

  EXPECT_EQ(parse_scenario(print_scenario(scenario)), scenario);
}

TEST(FieldScenario, ComesOutAsItDid) {
  const FieldRun field = recorded_scenario(
      std::string(three) +
      "at 2s p1 posts #lunch \"one\"\nat 3s crash s9\nat 3010ms p1 posts #lunch \"two\"\n"
      "at 5s start s9\nat 7s cut s5 | s3 s9\nat 9s mend\nat 12s end\n");
  const Scenario scenario = scenario_of(field).scenario;

  const ScenarioResult played = play_scenario(scenario, {});

  EXPECT_GE(scenario.expectations.size(), 6U);
  EXPECT_TRUE(played.met) << (played.unmet.empty() ? "" : played.unmet.front());
}

TEST(FieldFit, DelaysBringMoreArrivalsIntoTheirOrder) {
  const FieldRun field = recorded_scenario(
      std::string(three) +
      "weather latency 200us jitter 3ms\n"
      "at 2s p1 posts #lunch \"one\"\nat 2010ms p2 posts #lunch \"two\"\n"
      "at 2020ms p1 posts #lunch \"three\"\nat 3s crash s9\nat 3010ms p1 posts #lunch \"four\"\n"
      "at 6s end\n");
  const Scenario scenario = scenario_of(field).scenario;

  const Fitted fitted = fit(field, scenario, {.trials_max = 60});

  EXPECT_GT(fitted.after.same, fitted.before.same);
  EXPECT_EQ(fitted.after.recorded, fitted.before.recorded);
  EXPECT_EQ(fitted.delays,
            all<AddRule>(fitted.scenario.script).size() - all<AddRule>(scenario.script).size());
  EXPECT_EQ(fit(field, scenario, {.trials_max = 60}).scenario, fitted.scenario);
}

/// Of two rules about one message the first counts: a second delay would come to nothing.
TEST(FieldFit, ADelayThatIsTooShortGrows) {
  const auto with_delay = [](const std::string& by) {
    return std::string(three) +
           "people 1\nat 1800ms p1 comes knowing s3\nat 1990ms delay s9->s3 view-change once by " +
           by + "\nat 2s stop s5\nat 2020ms p1 logs out\nat 4s end\n";
  };
  const FieldRun field = recorded_scenario(with_delay("30ms"));
  const Scenario scenario = parse_scenario(with_delay("1ms"));

  const Fitted fitted = fit(field, scenario, {.seeds_max = 1});

  EXPECT_GT(fitted.after.same, fitted.before.same);
  EXPECT_GT(the_only<AddRule>(fitted.scenario).second.rule.delay_us, 1'000);
  EXPECT_EQ(fitted.delays, 0U);
}

}  // namespace
}  // namespace peal::sim
