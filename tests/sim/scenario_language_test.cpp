// What the language of scenarios refuses, and that everything in it is read back as it was printed.

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "sim/scenario/names.hpp"
#include "sim/scenario/play_scenario.hpp"
#include "sim/scenario/print_action.hpp"
#include "sim/scenario/tokens.hpp"

namespace peal::sim {
namespace {

std::string error_of(std::string_view text) {
  try {
    (void)parse_scenario(text);
  } catch (const ScenarioError& error) {
    return error.what();
  }
  return "no error";
}

// --- Errors.

struct Wrong {
  const char* text;
  const char* error;  ///< how it begins
};

constexpr auto wrong_scenarios = std::to_array<Wrong>({
    {"", "1:1: there is no line \"servers N\""},
    {"# nothing\n\n", "3:1: there is no line \"servers N\""},
    {"people 3\n", "1:1: expected \"servers N\" before everything else, found \"people\""},
    {"servers\n",
     "1:8: expected how many servers, or their names (a whole number from 1 to 64), "
     "found the end of the line"},
    {"servers 65\n",
     "1:9: expected how many servers, or their names (a whole number from 1 to "
     "64), found \"65\""},
    {"servers s0\n", "1:9: expected a server, as s3, found \"s0\""},
    {"servers s2 s2\n", "1:12: a server is named twice"},
    {"servers 2 3\n", "1:11: expected the end of the line, found \"3\""},
    {"servers 2\nservers 3\n", "2:1: the servers were told already"},
    {"servers 2\nwether loss 0.1\n",
     "2:1: expected people, seed, weather, later, deaf, clocks, wakes, "
     "set, at, expect, settle or end, found \"wether\""},
    {"servers 2\nweather loss 2\n", "2:14: expected how many are lost (from 0 to 1), found \"2\""},
    {"servers 2\nweather loss 0.6 twice 0.6\n",
     "2:24: loss, twice and corrupt add up to more than 1"},
    {"servers 2\nset haste 3\n", "2:5: no such number of the configuration; there are "},
    {"servers 2\nset gap-wait 3\n",
     "2:14: expected a time with its unit, as 1.5s, 20ms or 300us, "
     "found \"3\""},
    {"servers 2\nclocks 5s\n", "2:8: expected \"within\", found \"5s\""},
    {"servers 2\nlater s3\n", "2:7: there is no server s3; the servers are s1 s2"},
    {"servers 2\nat 1 heal\n",
     "2:4: expected a time with its unit, as 1.5s, 20ms or 300us, found "
     "\"1\""},
    {"servers 2\nat 2s heal\nat 1s heal\n",
     "3:4: this is before the line above: lines are in order of time"},
    {"servers 2\nat 1s heal now\n", "2:12: expected the end of the line, found \"now\""},
    {"servers 2\nat 1s settle\nat 2s heal\n", "3:4: the run is over"},
    {"servers 2\nat 1s settle\nheal\n",
     "3:1: expected nothing more but \"expect\": the run is over, found \"heal\""},
    {"servers 2\nat 1s settle\nend\n", "3:1: the run is over"},
    {"servers 2\nat 1s explode s1\n",
     "2:7: expected expect, settle, end, a person, as p1, or one "
     "of start, crash, "},
    {"servers 2\nat 1s crash s3\n", "2:13: there is no server s3; the servers are s1 s2"},
    {"servers 2\nat 1s crash s1 after 0 effects\n",
     "2:22: expected a number of effects (a whole number from 1 to 1000000), found \"0\""},
    {"servers 2\nat 1s disk s1 late\n",
     "2:15: expected works, full, failing, unreadable, slow or hangs, found \"late\""},
    {"servers 2\nat 1s disk s1 slow\n", "2:19: expected \"by\", found the end of the line"},
    {"servers 2\nat 1s slow s1 for 2s\n", "2:15: expected \"by\", found \"for\""},
    {"servers 2\nat 1s step s1 -5s\n",
     "2:15: expected how far the clock steps with its unit, as 1.5s, 20ms or 300us, found \"-5s\""},
    {"servers 2\nat 1s remove s1\n", "2:16: expected \"at\", found the end of the line"},
    {"servers 2\nat 1s narrow s1 | s2 for 2s\n", "2:22: expected \"rate\", found \"for\""},
    {"servers 2\nat 1s narrow s1 | s2 rate 0 for 2s\n",
     "2:27: expected bytes a second (a whole number from 1 to 4294967295), found \"0\""},
    {"servers 2\nat 1s pause s1\n", "2:15: expected \"for\", found the end of the line"},
    {"servers 2\nat 1s wall s1 5s\n",
     "2:15: expected how far the wall clock jumps with its sign "
     "and unit, as +5s or -20ms, found \"5s\""},
    {"servers 2\nat 1s cut s1\n",
     "2:13: expected \"|\" and the other side, or \"->\", found the end of the line"},
    {"servers 2\nat 1s cut s1 | x\n",
     "2:16: expected a server or a person, as s1 or p1, found "
     "\"x\""},
    {"servers 2\nat 1s drop s1->s2 kiss once\n", "2:19: no message is of this kind; they are "},
    {"servers 2\nat 1s drop s1->s2 vote #3 to #2\n",
     "2:30: the last one comes before the first one"},
    {"servers 2\nat 1s delay s1->s2 vote once\n",
     "2:29: expected \"by\", found the end of the line"},
    {"servers 2\nat 1s p0 comes\n", "2:7: expected a person, as p1, found \"p0\""},
    {"servers 2\nat 1s p201 comes\n", "2:7: there are at most 200 people"},
    {"servers 2\nat 1s p1 sings\n", "2:10: expected what the person does: comes, registers, "},
    {"servers 2\nat 1s p1 joins lunch\n", "2:16: a room begins with #, as #lunch"},
    {"servers 2\nat 1s p1 posts #lunch\n",
     "2:22: expected a text in quotation marks, found the end of the line"},
    {"servers 2\nat 1s p1 posts #lunch \"pizza\n", "2:23: this text has no closing quotation mark"},
    {"servers 2\nat 1s p1 edits m1 \"x\"\n", "2:16: no message before this line is called m1: "},
    {"servers 2\nat 1s p1 posts #a \"x\" as m1\np1 posts #a \"y\" as m1\n",
     "3:20: another message is called m1 already"},
    {"servers 2\nat 1s p1 invites #a #a\n", "2:18: expected a person, as p2"},
    {"servers 2\nexpect nothing\n", "2:8: expected one leader, a server, a person, a message, "},
    {"servers 2\nexpect s1 sleeps\n",
     "2:11: expected leads, is, runs, view, holds or timeline, found \"sleeps\""},
    {"servers 2\nexpect s1 is happy\n",
     "2:14: expected leader, member, looking, joining, leaving or failed, found \"happy\""},
    {"servers 2\nexpect p1 sees\n", "2:15: expected messages, as m1 m2, found the end of the line"},
    {"servers 2\nexpect m1 acknowledged\n", "2:8: no message before this line is called m1: "},
    {"servers 2\nexpect elections at least\n",
     "2:26: expected a number (a whole number from 0 to 1000000000), found the end of the line"},
    {"servers 2\nexpect sent kisses 3\n", "2:13: no message is of this kind"},
    {"servers 2\nexpect s1 leads within 2\n",
     "2:24: expected a time with its unit, as 1.5s, 20ms or 300us, found \"2\""},
    {"servers 2\nexpect violation bad-luck\n", "2:18: there is no such oracle"},
});

TEST(ScenarioErrors, NameLineAndColumnAndWhatWasExpected) {
  for (const Wrong& wrong : wrong_scenarios) {
    const std::string error = error_of(wrong.text);

    EXPECT_TRUE(error.starts_with(wrong.error)) << wrong.text << "  " << error;
  }
}

TEST(ScenarioErrors, ShowNoMoreOfAWordThanFits) {
  const std::string error = error_of("servers 2\n" + std::string(10'000, 'x'));

  EXPECT_TRUE(error.starts_with("2:1: expected ")) << error;
  EXPECT_TRUE(error.ends_with("found \"" + std::string(60, 'x') + "...\"")) << error;
}

TEST(ScenarioErrors, ShowNothingThatDrivesATerminal) {
  using namespace std::string_literals;

  EXPECT_TRUE(error_of("a\0b\x1b[31m\x07\n"s).ends_with("found \"a?b?[31m?\""));
}

TEST(ScenarioErrors, AreNoneForTheMarkAtTheBeginningOfUtf8) {
  EXPECT_EQ(error_of("\xef\xbb\xbfservers 3\r\nat 1s\tcrash s1"), "no error");
}

// --- Every action and every expectation.

constexpr const char* cast =
    "servers 4\n"
    "people 3\n"
    "at 1s p1 comes\n"
    "at 1s p1 registers \"ann\" as m1\n"
    "at 1s p1 posts #a \"x\" as m2\n";

constexpr const char* weather =
    "weather latency 1ms jitter 2ms tail 3ms slow 0.1 loss 0.2 twice 0.3 corrupt 0.04 "
    "group-loss 0.5 rate 250000 queue 16000";

const std::vector<std::string>& all_actions() {
  static const std::vector<std::string> all = {
      "start s1",
      "start s4 as s2",
      "crash s1",
      "crash s1 silently",
      "crash s1 after 7 effects",
      "wipe s1",
      "stop s1",
      "drain s1",
      "undrain s1",
      "disk s1 full",
      "disk s1 failing",
      "disk s1 works",
      "disk s1 unreadable",
      "disk s1 slow by 1.5s",
      "disk s1 hangs",
      "rot s1 3",
      "upgrade s1",
      "remove s3 at s1",
      "pause s1 for 1.5s",
      "suspend p1 for 20ms",
      "slow s1 by 20ms for 1.5s",
      "step p1 5s",
      "wall s1 +1.5s",
      "wall p1 -20ms",
      "drift s1 -300 ppm",
      "cut s1 s2 | s3 p1",
      "cut s1 | s2 | s3 s4",
      "cut s1 s2 -> s3 p1",
      "mend",
      "lose s1 | s2 for 2s",
      "lose s1 -> s2 for 2s",
      "lag s1 | s2 by 300ms for 2s",
      "lag s1 -> s2 by 300ms for 2s",
      "narrow s1 | s2 p1 rate 20000 for 2s",
      "narrow s1 -> s2 rate 20000 queue 4000 for 2s",
      "clog s1 s2 | p1 for 300us",
      weather,
      "drop s1->s2 vote once",
      "drop s1->p1 deliver always",
      "drop p1->s1 submit #3",
      "drop s1->s2 push-ack #2 to #5",
      "duplicate s1->s2 vote once",
      "duplicate s1->s2 vote #2 after 1.5s",
      "delay s1->s2 view-change once by 20ms",
      "p2 comes",
      "p2 comes knowing s3",
      "p1 registers \"ann \\\"a\\\" \\\\ \\n\" as m3",
      "p1 renames \"anna\"",
      "p1 creates #b",
      "p1 creates \"not a room\"",
      "p1 creates \"#two\\nlines\"",
      "p1 joins #b",
      "p1 leaves #b",
      "p1 topic #b \"what for\"",
      "p1 posts #b \"\"",
      "p1 posts p2 \"psst\" as m3",
      "p1 edits m2 \"y\"",
      "p1 deletes m2",
      "p1 reacts m2 \"+1\" as m3",
      "p1 unreacts m2 \"+1\"",
      "p1 marks m2",
      "p1 makes #b private",
      "p1 makes #b public",
      "p1 invites p2 #b",
      "p1 removes p2 #b",
      "p1 posts #b \"x\" * 16385",
      "p1 reads #b by 2 pages 3",
      "p1 reads p2 by 30 pages 1",
      "p1 vanishes",
      "p1 logs out",
      "stand still",
      "heal",
  };
  return all;
}

TEST(ScenarioActions, AreReadBackAsTheyWerePrinted) {
  for (const std::string& words : all_actions()) {
    const Scenario scenario = parse_scenario(cast + ("at 2s " + words + "\n"));
    const Action& action = scenario.script.actions.back().action;

    EXPECT_EQ(print_action(action, scenario.script.setup), words);
    EXPECT_EQ(parse_scenario(print_scenario(scenario)), scenario) << words;
  }
}

TEST(ScenarioActions, ThereIsAWordForEachAndForEachBody) {
  std::set<std::size_t> actions;
  std::set<std::size_t> bodies;
  for (const std::string& words : all_actions()) {
    const Scenario scenario = parse_scenario(cast + ("at 2s " + words + "\n"));
    const Action& action = scenario.script.actions.back().action;
    actions.insert(action.index());
    if (const auto* say = std::get_if<SayBody>(&action)) bodies.insert(say->body.index());
  }

  EXPECT_EQ(actions.size(), std::variant_size_v<Action>);
  EXPECT_EQ(bodies.size(), std::variant_size_v<Body>);
}

/// None of them is so at the end of the story below, and the opposite of each is.
const std::vector<std::string>& all_unmet() {
  static const std::vector<std::string> all = {
      "one leader s1",
      "not one leader",
      "s1 leads",
      "not s1 is member",
      "s2 is failed",
      "s1 view s1",
      "not s1 view s1 s2",
      "not s1 runs",
      "p1 served by s2",
      "not p1 served",
      "not m2 acknowledged",
      "m2 rejected",
      "m3 rejected name-taken",
      "not m3 rejected text-too-long",
      "not p1 sees m2 m4",
      "p1 sees m4 m2",
      "not s1 holds m2",
      "s1 timeline #lunch m4 m2",
      "s1 timeline #lunch",
      "not equal histories",
      "elections 2",
      "elections at least 2",
      "not elections at most 1",
      "sent vote 0",
      "not sent vote at least 1",
      "s1 leads within 20ms",
      "not s1 is member for 20ms",
  };
  return all;
}

constexpr const char* story =
    "servers 2\n"
    "at 2s p1 comes knowing s1\n"
    "at 2s p1 registers \"ann\" as m1\n"
    "at 2s p1 joins #lunch\n"
    "at 2s p1 posts #lunch \"one\" as m2\n"
    "at 2s p1 posts #lunch \"x\" * 20000 as m3\n"
    "at 2.5s p1 posts #lunch \"two\" as m4\n";

ScenarioResult after_the_story(const std::string& expected) {
  return play_scenario(parse_scenario(story + ("at 3.5s expect " + expected + "\n")), {});
}

std::string opposite(const std::string& expected) {
  return expected.starts_with("not ") ? expected.substr(4) : "not " + expected;
}

TEST(ScenarioExpectations, ThatAreNotMetAreToldWithTheirLine) {
  for (const std::string& expected : all_unmet()) {
    const ScenarioResult played = after_the_story(expected);

    EXPECT_FALSE(played.met) << expected;
    ASSERT_EQ(played.unmet.size(), 1U) << expected;
    EXPECT_TRUE(played.unmet[0].starts_with("line 8: expected " + expected + ", but at 3.5"))
        << played.unmet[0];
  }
}

TEST(ScenarioExpectations, OfTheOppositeAreMet) {
  for (const std::string& expected : all_unmet()) {
    const ScenarioResult played = after_the_story(opposite(expected));

    EXPECT_TRUE(played.met) << opposite(expected) << "\n"
                            << (played.unmet.empty() ? "" : played.unmet[0]);
  }
}

TEST(ScenarioExpectations, AreReadBackAsTheyWerePrinted) {
  std::set<std::size_t> conditions;
  for (const std::string& expected : all_unmet()) {
    const Scenario scenario = parse_scenario(story + ("expect " + expected + "\n"));

    EXPECT_EQ(scenario.expectations.back().text, expected);
    EXPECT_EQ(parse_scenario(print_scenario(scenario)), scenario) << expected;
    conditions.insert(scenario.expectations.back().condition.index());
  }

  EXPECT_EQ(conditions.size(), std::variant_size_v<Condition>);
}

TEST(ScenarioExpectations, ThatTheRunIsTooShortForAreNotMet) {
  const ScenarioResult played =
      play_scenario(parse_scenario("servers 1\nat 2s settle\nexpect s1 leads for 60s\n"), {});

  EXPECT_FALSE(played.met);
  EXPECT_EQ(played.unmet, std::vector<std::string>{"line 3: expected s1 leads for 60s, but the run "
                                                   "was over before"});
}

TEST(ScenarioExpectations, OfAViolationAreNotMetWhereNothingIsBroken) {
  const ScenarioResult played =
      play_scenario(parse_scenario("servers 1\nat 2s settle\nexpect violation durability\n"), {});

  EXPECT_FALSE(played.met);
  EXPECT_EQ(played.unmet,
            std::vector<std::string>{"expected violation durability, but nothing was broken"});
}

// --- What the language does by itself.

TEST(ScenarioPeople, WhoPostsBeforeComingComesAndRegistersAndJoins) {
  const Scenario brief = parse_scenario("servers 1\nat 1s p1 posts #a \"x\"\n");
  const Scenario full = parse_scenario(
      "servers 1\nat 1s p1 comes\nat 1s p1 registers \"p1\"\nat 1s p1 joins #a\n"
      "at 1s p1 posts #a \"x\"\n");

  EXPECT_EQ(brief.script.actions, full.script.actions);
}

TEST(ScenarioPeople, WhoCameByPostingJoinsEachRoomOnce) {
  const Scenario scenario =
      parse_scenario("servers 1\nat 1s p1 posts #a \"x\"\np1 posts #b \"y\"\np1 posts #b \"z\"\n");
  const auto& actions = scenario.script.actions;

  EXPECT_EQ(std::ranges::count_if(actions,
                                  [](const TimedAction& timed) {
                                    const auto* say = std::get_if<SayBody>(&timed.action);
                                    return say != nullptr &&
                                           std::holds_alternative<JoinRoom>(say->body);
                                  }),
            2);
  EXPECT_EQ(parse_scenario(print_scenario(scenario)), scenario) << print_scenario(scenario);
}

TEST(ScenarioPeople, WhoCameByItselfJoinsNothingByPosting) {
  const Scenario scenario = parse_scenario(
      "servers 1\nat 1s p1 comes\np1 registers \"p1\"\np1 joins #a\np1 posts #a \"x\"\n"
      "p1 posts #b \"y\"\n");

  EXPECT_EQ(scenario.script.actions.size(), 5U);
  EXPECT_EQ(parse_scenario(print_scenario(scenario)), scenario) << print_scenario(scenario);
}

TEST(ScenarioTimes, LinesWithoutOneHappenWithTheLineAbove) {
  const Scenario scenario =
      parse_scenario("servers 2\nat 1.5s crash s1\ncrash s2\nexpect not s1 runs\n");

  EXPECT_EQ(scenario.script.actions[1].at_us, 1'500'000);
  EXPECT_EQ(scenario.expectations[0].at_us, 1'500'000);
}

TEST(ScenarioHeader, IsReadBackAsItWasPrinted) {
  const Scenario scenario = parse_scenario(
      "servers s9 s4\npeople 3\nseed 7\nweather loss 0.1\nlater s4\ndeaf p2\nclocks within "
      "3s\nwakes late by up to 1.2ms\n"
      "set gap-wait 1.5s\nset window-entries 64\nat 1s end\nexpect violation fifo \"why\"\n");

  EXPECT_EQ(scenario.script.setup.servers, (std::vector{ServerId{9}, ServerId{4}}));
  EXPECT_EQ(scenario.script.until_us, 1'000'000);
  EXPECT_EQ(parse_scenario(print_scenario(scenario)), scenario) << print_scenario(scenario);
}

// --- Words.

TEST(ScenarioTexts, AreRepeatedAndEscaped) {
  Tokens tokens(R"("ab" * 3 "a\"b\\c\nd" # "no more")", 1);

  EXPECT_EQ(tokens.text(), "ababab");
  EXPECT_EQ(tokens.text(), "a\"b\\c\nd");
  EXPECT_TRUE(tokens.empty());
}

TEST(ScenarioTexts, AreReadBackAsTheyWerePrinted) {
  for (const std::string& text : {std::string(), std::string("\""), std::string("\\"),
                                  std::string("\\n\n"), std::string(19, 'x'), std::string(20, '"'),
                                  std::string(30'000, '\n'), std::string("# | -> *")}) {
    Tokens tokens(print_text(text), 1);

    EXPECT_EQ(tokens.text(), text);
    EXPECT_TRUE(tokens.empty());
  }
}

TEST(ScenarioDurations, HaveAUnit) {
  EXPECT_EQ(parse_duration("1.5s"), 1'500'000);
  EXPECT_EQ(parse_duration("20ms"), 20'000);
  EXPECT_EQ(parse_duration("300us"), 300);
  EXPECT_EQ(parse_duration("0s"), 0);
  for (const char* wrong : {"", "s", "5", "-1s", "1.5", "1e99s", "nans", "infs", "1 s", "1sec"})
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
}

TEST(ScenarioDurations, ArePrintedInTheLargestUnit) {
  EXPECT_EQ(print_duration(0), "0s");
  EXPECT_EQ(print_duration(999), "999us");
  EXPECT_EQ(print_duration(1'500), "1.5ms");
  EXPECT_EQ(print_duration(1'500'000), "1.5s");
  for (const std::int64_t us : {1L, 1'001L, 999'999L, 1'000'001L, 86'400'000'001L})
    EXPECT_EQ(parse_duration(print_duration(us)), us);
}

}  // namespace
}  // namespace peal::sim
