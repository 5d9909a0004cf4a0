// Recorded decisions: as text and back, as answers, and what is said where they do not fit.
#include "sim/decisions/replay.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/message.hpp"
#include "sim/steps.hpp"

namespace peal::sim {
namespace {

using ReplayRule = Replay::Rule;
using Why = Divergence::Why;

constexpr Choice of_link{About::latency, 3, 1, 2};
constexpr Choice of_fault{About::fault, 1};

RunOptions short_run() {
  RunOptions options;
  options.servers = 3;
  options.people = 2;
  options.chaos_us = 3'000'000;
  return options;
}

const Recording& recorded() {
  static const Recording recording = [] {
    std::vector<Decision> decisions;
    RunOptions options = short_run();
    options.record = &decisions;
    const RunResult result = run(7, options);
    Recording made = recording_of(result, short_run(), decisions);
    made.program = "peal 0.0.0";
    return made;
  }();
  return recording;
}

/// What a file says is wrong with it; empty: nothing.
std::string damage_of(const std::string& text) {
  try {
    (void)parse_recording(text);
  } catch (const Damaged& damage) {
    return damage.what();
  }
  return "";
}

// --- Words

TEST(Words, OfEverythingThatARunAsksComeBack) {
  std::set<Choice> choices;
  for (const Decision& decision : recorded().decisions) choices.insert(decision.choice);
  ASSERT_GT(choices.size(), 100U);

  for (const Choice& choice : choices)
    EXPECT_EQ(choice_of_words(words_of(choice)), choice) << words_of(choice);
}

TEST(Words, NameKindsFaultsAndSteps) {
  const auto vote = static_cast<std::uint8_t>(Message(Vote{}).index());

  EXPECT_EQ(words_of({About::fate, vote, 0, 2}), "fate vote 0 2");
  EXPECT_EQ(words_of({About::fault, static_cast<std::uint8_t>(Fault::wipe)}), "fault wipe 0 0");
  EXPECT_EQ(words_of({About::fault, fault_count, 1}), "fault strike 1 0");
  EXPECT_EQ(words_of({About::setup, step::faults_on, static_cast<std::uint16_t>(Fault::bit_rot)}),
            "setup faults bit_rot 0");
  EXPECT_EQ(words_of({About::person, step::next_act, 4}), "person next-act 4 0");
  EXPECT_EQ(words_of({About::setup, 200, 1, 2}), "setup 200 1 2");
}

TEST(Words, ThatMeanNothingAreNoChoice) {
  for (const char* words :
       {"", "fate", "fate vote 0", "fate vote 0 2 3", "fate shout 0 2", "luck vote 0 2",
        "fate vote x 2", "fate vote 0 65536", "fate vote -1 2", "fault earthquake 0 0",
        "setup faults earthquake 0", "setup 256 0 0", "fate  vote 0 2"})
    EXPECT_FALSE(choice_of_words(words)) << words;
}

TEST(Words, ForPeopleNameHosts) {
  const auto vote = static_cast<std::uint8_t>(Message(Vote{}).index());
  const HostCounts hosts{3, 2};

  EXPECT_EQ(describe({About::fate, vote, 0, 2}, hosts), "fate of Vote s0 -> s2");
  EXPECT_EQ(describe({About::person, step::next_act, 4}, hosts), "next-act of p1");
  EXPECT_EQ(describe({About::clock, 0, 5}, hosts), "clock of r0");
  EXPECT_EQ(describe({About::setup, step::shape, 1}, hosts), "shape of the setup, number 1");
}

TEST(Words, CountInOrder) {
  EXPECT_EQ(ordinal(1), "1st");
  EXPECT_EQ(ordinal(2), "2nd");
  EXPECT_EQ(ordinal(3), "3rd");
  EXPECT_EQ(ordinal(4), "4th");
  EXPECT_EQ(ordinal(11), "11th");
  EXPECT_EQ(ordinal(112), "112th");
  EXPECT_EQ(ordinal(4'711), "4711th");
  EXPECT_EQ(ordinal(121), "121st");
}

// --- Files

TEST(ARecording, ComesBackFromItsText) {
  const Recording back = parse_recording(to_text(recorded()));

  EXPECT_EQ(back.decisions, recorded().decisions);
  EXPECT_EQ(back.digest, recorded().digest);
  EXPECT_EQ(back.seed, 7U);
  EXPECT_EQ(back.program, "peal 0.0.0");
  EXPECT_EQ(back.run.servers, 3U);
  EXPECT_EQ(back.run.chaos_us, 3'000'000);
  EXPECT_EQ(back.hosts.people, 2U);
  EXPECT_EQ(to_text(back), to_text(recorded()));
}

TEST(ARecording, OfWhichAnythingIsGoneIsDamaged) {
  Recording small = recorded();
  small.decisions.resize(20);
  const std::string text = to_text(small);

  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_NE(damage_of(text.substr(0, size)), "") << size;
}

TEST(ARecording, OfWhichABitFlippedIsDamaged) {
  Recording small = recorded();
  small.decisions.resize(20);
  const std::string text = to_text(small);
  ASSERT_EQ(damage_of(text), "");

  for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_NE(damage_of(flipped), "") << "bit " << bit % 8 << " of byte " << bit / 8;
  }
}

TEST(ARecording, SaysWhatIsWrongWithItsText) {
  std::string newer = to_text(recorded());
  newer.replace(newer.find("\"version\":1"), 11, "\"version\":2");

  EXPECT_EQ(damage_of(""), "it is empty");
  EXPECT_EQ(damage_of("servers 3\n"), "it is not one whole JSON object");
  EXPECT_EQ(damage_of("{\"schema\":\"peal-corpus\"}\n"),
            "it is no file of the kind peal-decisions");
  EXPECT_EQ(damage_of(newer), "it is of another version than 1 of peal-decisions");
  EXPECT_EQ(damage_of(to_text(recorded()) + "more\n"),
            "its last line is missing, so the rest is not all of it");
}

TEST(ARecording, KeepsWhatThisProgramDoesNotAsk) {
  Recording small = recorded();
  small.foreign = {"luck vote 0 2"};
  small.decisions = {{of_link, 4}, {{About::foreign}, 5}, {of_link, 6}};

  const Recording back = parse_recording(to_text(small));

  EXPECT_EQ(back.decisions, small.decisions);
  EXPECT_EQ(back.describe(back.decisions[1].choice), "luck vote 0 2");
}

// --- Answers

TEST(Replay, GivesRecordedDecisionsBack) {
  std::vector<Decision> record;
  Chooser first(5);
  first.record_into(&record);
  std::vector<std::uint64_t> answers;
  for (int i = 0; i < 100; ++i) {
    answers.push_back(first.choose(of_link, 10));
    answers.push_back(first.chance(of_fault, 500'000) ? 1 : 0);
  }

  for (const ReplayRule rule : {ReplayRule::in_order, ReplayRule::by_key}) {
    Replay replay(record, rule);
    Chooser second(replay);

    for (std::size_t i = 0; i < answers.size(); i += 2) {
      ASSERT_EQ(second.choose(of_link, 10), answers[i]);
      ASSERT_EQ(second.chance(of_fault, 500'000) ? 1U : 0U, answers[i + 1]);
    }
    replay.end();
    EXPECT_FALSE(replay.divergence());
    EXPECT_EQ(replay.asked(), 200U);
  }
}

TEST(Replay, ByKeyKeepsDecisionsOfOneMatterInOrderWhenOthersAreGone) {
  const std::vector<Decision> record{{of_link, 4}, {of_fault, 1}, {of_link, 5}};

  Replay replay(record, ReplayRule::by_key);
  Chooser chooser(replay);

  EXPECT_EQ(chooser.choose(of_link, 10), 4U);
  EXPECT_EQ(chooser.choose(of_link, 10), 5U);
  EXPECT_EQ(chooser.choose(of_fault, 2), 1U);
  replay.end();
  EXPECT_FALSE(replay.divergence());
}

TEST(Replay, ByKeyAnswersCalmlyWhatWasNotRecordedOrDoesNotFitAndCountsIt) {
  const std::vector<Decision> record{{of_link, 9}, {of_fault, 1}, {of_fault, 0}};

  Replay replay(record, ReplayRule::by_key);
  Chooser chooser(replay);

  EXPECT_EQ(chooser.choose(of_link, 5), 0U);
  EXPECT_EQ(chooser.choose(of_link, 5), 0U);
  EXPECT_FALSE(chooser.chance({About::clock}, 900'000));
  EXPECT_TRUE(chooser.chance(of_fault, 900'000));
  replay.end();
  EXPECT_EQ(replay.asked(), 4U);
  EXPECT_EQ(replay.too_large(), 1U);
  EXPECT_EQ(replay.missing(), 2U);
  EXPECT_EQ(replay.left_over(), 1U);
  EXPECT_EQ(replay.divergence()->why, Why::too_large);
  EXPECT_EQ(replay.divergence()->decision, 1U);
}

TEST(Replay, InOrderEndsWithTheFirstQuestionThatIsAnother) {
  const std::vector<Decision> record{{of_link, 4}, {of_fault, 1}, {of_link, 5}};

  Replay replay(record, ReplayRule::in_order);
  Chooser chooser(replay);

  EXPECT_EQ(chooser.choose(of_link, 10), 4U);
  EXPECT_EQ(chooser.choose(of_link, 10), 0U);
  EXPECT_EQ(chooser.choose(of_link, 10), 0U);
  const auto& found = replay.divergence();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->why, Why::other);
  EXPECT_EQ(found->decision, 2U);
  EXPECT_EQ(found->recorded->choice, of_fault);
  EXPECT_EQ(found->recorded->nth, 1U);
  EXPECT_EQ(found->asked->choice, of_link);
  EXPECT_EQ(found->asked->nth, 2U);
}

// --- Runs

TEST(Replay, OfARunIsTheSameRun) {
  for (const ReplayRule rule : {ReplayRule::in_order, ReplayRule::by_key}) {
    const Replayed again = replay(recorded(), rule);

    EXPECT_TRUE(again.identical(recorded()));
    EXPECT_EQ(again.asked, recorded().decisions.size());
  }
}

TEST(Replay, OfARunNeedsNoSeed) {
  Recording other = recorded();
  other.seed = 8;

  EXPECT_TRUE(replay(other, ReplayRule::in_order).identical(other));
}

/// A decision in the midst of a run, so as it was recorded.
std::size_t index_of(About about) {
  const auto& decisions = recorded().decisions;
  const auto begin = decisions.begin() + static_cast<std::ptrdiff_t>(decisions.size() / 2);
  const auto found = std::find_if(begin, decisions.end(),
                                  [&](const Decision& one) { return one.choice.about == about; });
  EXPECT_NE(found, decisions.end());
  return static_cast<std::size_t>(found - decisions.begin());
}

TEST(Replay, OfARunSaysWhereAndWhyItDiverges) {
  Recording other = recorded();
  const std::size_t index = index_of(About::latency);
  const Choice asked = other.decisions[index].choice;
  other.decisions[index].choice = {About::fate, asked.detail, asked.object, asked.subject};

  const Replayed again = replay(other, ReplayRule::in_order);

  ASSERT_TRUE(again.divergence);
  EXPECT_EQ(again.divergence->decision, index + 1);
  EXPECT_GT(again.divergence->at_us, 0);
  EXPECT_LT(again.result.simulated_us, 63'000'000);
  EXPECT_EQ(again.divergence->at_us, again.result.simulated_us) << "it ends with that event";
  const std::string text = to_text(*again.divergence, other);
  EXPECT_NE(text.find(fmt::format("diverged at decision {} (at ", index + 1)), std::string::npos);
  EXPECT_NE(text.find("s): the recording has \"fate of "), std::string::npos) << text;
  EXPECT_NE(text.find(", the run asked for \"" + recorded().describe(asked) + ", the "),
            std::string::npos)
      << text;
}

TEST(Replay, OfARunSaysWhichAnswerIsNone) {
  Recording other = recorded();
  const std::size_t index = index_of(About::person);
  other.decisions[index].answer = 0xffff'fffeU;

  const Replayed again = replay(other, ReplayRule::in_order);

  ASSERT_TRUE(again.divergence);
  EXPECT_EQ(again.divergence->why, Why::too_large);
  EXPECT_EQ(again.divergence->decision, index + 1);
  EXPECT_NE(to_text(*again.divergence, other).find(" with 4294967294, the run has "),
            std::string::npos);
}

TEST(Replay, OfARunSaysWhenTheRecordingEnds) {
  Recording other = recorded();
  other.decisions.resize(other.decisions.size() / 2);

  const Replayed again = replay(other, ReplayRule::in_order);

  ASSERT_TRUE(again.divergence);
  EXPECT_EQ(again.divergence->why, Why::ended);
  EXPECT_EQ(again.divergence->decision, other.decisions.size() + 1);
  EXPECT_NE(to_text(*again.divergence, other).find("the recording ends here, the run asked for"),
            std::string::npos);
}

TEST(Replay, OfARunSaysWhatIsLeftOver) {
  Recording other = recorded();
  other.decisions.push_back({of_link, 4});

  const Replayed again = replay(other, ReplayRule::in_order);

  ASSERT_TRUE(again.divergence);
  EXPECT_EQ(again.divergence->why, Why::left_over);
  EXPECT_EQ(again.left_over, 1U);
  EXPECT_EQ(again.result.digest, recorded().digest);
  EXPECT_FALSE(again.identical(other));
}

TEST(Replay, OfARunThatDivergesInItsSetupSaysThatNoTimeHasPassed) {
  Recording other = recorded();
  other.decisions[0].choice = of_link;

  const Replayed again = replay(other, ReplayRule::in_order);

  ASSERT_TRUE(again.divergence);
  EXPECT_EQ(again.divergence->decision, 1U);
  EXPECT_EQ(again.divergence->at_us, 0);
}

TEST(Replay, ByKeyTakesARunWithoutOneLinkToItsEnd) {
  Recording other = recorded();
  std::erase_if(other.decisions, [](const Decision& one) {
    return one.choice.about == About::latency && one.choice.subject == 0 && one.choice.object == 1;
  });
  const std::size_t gone = recorded().decisions.size() - other.decisions.size();
  ASSERT_GT(gone, 10U);

  const Replayed again = replay(other, ReplayRule::by_key);

  EXPECT_FALSE(again.result.violation);
  EXPECT_GT(again.result.converged_after_us, 0);
  EXPECT_GT(again.missing, 0U);
  EXPECT_FALSE(again.identical(other));
  EXPECT_NE(to_text(*again.divergence, other).find("the recording has no answer to \"latency of "),
            std::string::npos);
}

TEST(Replay, ByKeyTakesHalfARunToItsEndInPeace) {
  Recording other = recorded();
  other.decisions.resize(other.decisions.size() / 2);

  const Replayed again = replay(other, ReplayRule::by_key);

  EXPECT_FALSE(again.result.violation);
  EXPECT_GT(again.missing, 0U);
  EXPECT_LT(again.result.stats.events, 100'000U);
}

TEST(Replay, NamesWhatThisProgramDoesNotAsk) {
  Recording other = recorded();
  other.foreign = {"luck vote 0 2"};
  other.decisions.insert(other.decisions.begin() + 5, {{About::foreign}, 1});

  const Replayed again = replay(other, ReplayRule::in_order);

  ASSERT_TRUE(again.divergence);
  EXPECT_NE(to_text(*again.divergence, other)
                .find("\"luck vote 0 2, the 1st\" (which this program does not ask)"),
            std::string::npos);
}

}  // namespace
}  // namespace peal::sim
