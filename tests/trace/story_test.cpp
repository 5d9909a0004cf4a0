// Machines as lines and messages as arrows: every arrow is a message, and no clock upsets the
// order.
#include "core/trace/story.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/trace/align.hpp"
#include "core/trace/members.hpp"
#include "core/trace/narrator.hpp"
#include "core/trace/order.hpp"
#include "core/trace/statistics.hpp"
#include "core/trace/vector_clocks.hpp"
#include "tests/trace/recorded_run.hpp"

namespace peal::trace {
namespace {

/// The story of a seed's run. skew_us: each machine's records are told by a recorder of its own,
/// whose clock is so much ahead of the one before.
Draft story_of(std::uint64_t seed, const sim::RunOptions& options, std::int64_t skew_us = 0,
               Detail detail = {}) {
  const auto records = records_of(recorded_run(seed, options));
  Draft draft;
  std::map<std::uint32_t, Narrator> narrators;
  for (Record record : records) {
    if (skew_us == 0) {
      narrators.try_emplace(0, draft, detail, Texts::kept, true).first->second.take(record);
      continue;
    }
    // What the world did is nothing that a machine records.
    if (std::holds_alternative<Fact>(record.what)) continue;
    record.at_us += skew_us * record.track;
    narrators.try_emplace(record.track, draft, detail, Texts::kept, true)
        .first->second.take(record);
  }
  align(draft);
  (void)put_in_order(draft);
  return draft;
}

sim::RunOptions calm_run() {
  sim::RunOptions options = short_run();
  options.faults = false;
  return options;
}

TEST(TraceStory, InACalmRunWhatIsSentArrives) {
  const Draft draft = story_of(1, calm_run());

  std::size_t sent = 0;
  std::size_t arrived = 0;
  for (const Arrow& arrow : draft.story.arrows) {
    if (arrow.to == none || arrow.sent == none) continue;
    // What was under way in the end did not.
    const Step& step = draft.story.steps[arrow.sent];
    if (draft.story.duration_us - step.at_us < 100'000) continue;
    const auto ended = [&](const Life& life) { return life.line == arrow.to && life.to != none; };
    if (std::ranges::any_of(draft.story.lives, ended)) continue;
    ++sent;
    if (arrow.arrived != none) ++arrived;
  }

  EXPECT_GT(sent, 500U);
  EXPECT_EQ(arrived, sent);
}

TEST(TraceStory, EveryArrowSaysTheSameAtBothEnds) {
  const Draft draft = story_of(3, faulty_run());
  for (const Arrow& arrow : draft.story.arrows) {
    if (arrow.sent == none || arrow.arrived == none) continue;
    const Step& arrived = draft.story.steps[arrow.arrived];
    ASSERT_EQ(draft.story.steps[arrow.sent].line, arrow.from);
    ASSERT_EQ(arrived.line, arrow.to);
    ASSERT_NE(arrived.text.find(arrow.text), std::string::npos);
  }
}

void expect_in_order(const Draft& draft) {
  const auto& steps = draft.story.steps;
  std::map<Index, std::uint64_t> last;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (i != 0) {
      ASSERT_GE(steps[i].at_us, steps[i - 1].at_us) << i;
    }
    if (steps[i].kind == "start") last[steps[i].line] = 0;
    if (steps[i].number == 0) continue;
    ASSERT_EQ(steps[i].number, last[steps[i].line] + 1) << i;
    last[steps[i].line] = steps[i].number;
  }
  for (const Arrow& arrow : draft.story.arrows) {
    if (arrow.sent == none || arrow.arrived == none) continue;
    ASSERT_LT(arrow.sent, arrow.arrived);
  }
}

TEST(TraceStory, IsInOrder) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) expect_in_order(story_of(seed, faulty_run()));
}

TEST(TraceStory, OfClocksThatDifferByHoursIsInOrder) {
  const Draft draft = story_of(1, calm_run(), std::int64_t{3'600} * 1'000'000);

  expect_in_order(draft);
  EXPECT_TRUE(draft.story.notes.empty());
}

TEST(TraceStory, OfClocksThatDifferTakesAsLongAsItDid) {
  const Draft one = story_of(1, calm_run());
  const Draft other = story_of(1, calm_run(), std::int64_t{3'600} * 1'000'000);

  EXPECT_NEAR(static_cast<double>(other.story.duration_us),
              static_cast<double>(one.story.duration_us), 5'000.0);
}

TEST(TraceStory, VectorClocksTellWhatHappenedBefore) {
  const Draft draft = story_of(2, short_run());
  VectorClocks vector_clocks(draft.story);
  std::vector<std::vector<std::uint32_t>> clocks;
  std::map<Index, std::uint32_t> own;
  for (Index i = 0; i < draft.story.steps.size(); ++i) {
    const Step& step = draft.story.steps[i];
    clocks.push_back(vector_clocks.take(i));
    ASSERT_EQ(clocks[i][step.line], ++own[step.line]);
    const Index sent = step.arrow == none ? none : draft.story.arrows[step.arrow].sent;
    if (sent == none) continue;
    for (std::size_t line = 0; line < clocks[i].size(); ++line)
      ASSERT_GE(clocks[i][line], clocks[sent][line]);
  }
}

TEST(TraceStory, ServersAreInTheOrderOfTheRing) {
  const Draft draft = story_of(7, faulty_run());
  std::vector<ServerId> servers;
  for (const Line& line : draft.story.lines)
    if (line.server) servers.push_back(line.server);
  EXPECT_TRUE(std::ranges::is_sorted(servers));
  EXPECT_GT(servers.size(), 1U);
}

TEST(TraceStory, OfARunWithCrashesEveryProcessHasItsLife) {
  const Draft draft = story_of(7, faulty_run());
  std::size_t starts = 0;
  std::size_t ends = 0;
  for (const Step& step : draft.story.steps) {
    starts += step.kind == "start" ? 1 : 0;
    ends += step.kind == "end" ? 1 : 0;
  }
  std::size_t ended = 0;
  for (const Life& life : draft.story.lives) ended += life.to == none ? 0 : 1;

  EXPECT_EQ(draft.story.lives.size(), starts);
  EXPECT_GE(ended, ends);
  EXPECT_GT(ends, 0U);
}

TEST(TraceStory, CountsAnElectionOfACalmRunOnce) {
  const Draft draft = story_of(1, calm_run());
  const Statistics statistics = statistics_of(draft);

  ASSERT_EQ(statistics.elections.size(), 1U);
  EXPECT_EQ(statistics.elections[0].reason, VoteReason::startup);
  EXPECT_GT(statistics.messages[Message(Heartbeat{}).index()], 0U);
  EXPECT_FALSE(statistics.acknowledged_us.empty());
  EXPECT_TRUE(statistics.failover_us.empty());
}

TEST(TraceStory, ChangesLeadFromOneStateToTheNext) {
  const Draft draft = story_of(7, short_run(), 0, {.changes = true});
  std::map<Index, std::map<Strings::Place, Strings::Place>> known;
  std::map<Index, const std::vector<NamedMember>*> begins;
  for (const Draft::State& state : draft.states) begins[state.step] = &state.members;
  std::size_t compared = 0;
  for (Index i = 0; i < draft.story.steps.size(); ++i) {
    const Step& step = draft.story.steps[i];
    auto& state = known[step.line];
    if (begins.contains(i)) {
      state.clear();
      for (const NamedMember& member : *begins[i]) state[member.path] = member.value;
    }
    for (const MemberChange& one : step.changes) {
      const auto it = state.find(one.path);
      ASSERT_EQ(it == state.end() ? Strings::none : it->second, one.before)
          << draft.strings.at(one.path);
      ++compared;
      if (one.after == Strings::none)
        state.erase(one.path);
      else
        state[one.path] = one.after;
    }
  }
  EXPECT_GT(compared, 1'000U);
}

TEST(TraceStory, AStateDoesNotGrowWithHistory) {
  Recovered recovered;
  Entry entry;
  entry.body = Post{RoomName{"#lunch"}, "soup"};
  for (std::uint64_t seq = 1; seq <= 10'000; ++seq) {
    entry.id = {LogId{5}, seq};
    entry.hlc = Hlc{seq << 16U};
    entry.message = {SessionId{6}, seq};
    recovered.entries.emplace_back(entry);
  }
  recovered.logs.push_back({LogId{5}, 10'000, entry.hlc, {}});
  ServerConfig config;
  config.self = ServerId{3};
  config.incarnation = Incarnation{7};

  Members members;
  Strings strings;
  EXPECT_LT(members.look(Server(config, recovered, Instant{}), strings).size(), 1'000U);
}

}  // namespace
}  // namespace peal::trace
