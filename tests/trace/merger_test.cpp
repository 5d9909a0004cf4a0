// Recordings of several machines become one trace, which does and tells the same.
#include "core/trace/merger.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "core/trace/align.hpp"
#include "core/trace/narrator.hpp"
#include "core/trace/order.hpp"
#include "core/trace/replay.hpp"
#include "core/trace/writer.hpp"
#include "tests/trace/recorded_run.hpp"

namespace peal::trace {
namespace {

using Recordings = std::map<std::uint32_t, std::vector<Record>>;

/// A simulated run as if each machine had had a recorder of its own, whose clock is three hours
/// ahead of the one before.
Recordings apart(const std::vector<Record>& run) {
  Recordings recordings;
  for (Record record : run) {
    if (std::holds_alternative<Fact>(record.what)) continue;
    const std::uint32_t track = record.track;
    record.at_us += std::int64_t{10'800'000'000} * track;
    record.track = 0;
    recordings[track].push_back(std::move(record));
  }
  return recordings;
}

Merger::Merged merged(const Recordings& recordings) {
  Merger merger;
  for (const auto& [track, records] : recordings) {
    merger.next_recording(Texts::kept, false);
    for (const Record& record : records) merger.take(record);
  }
  return std::move(merger).finish();
}

bool is_twin(const Record& record) {
  const auto* fact = std::get_if<Fact>(&record.what);
  return fact != nullptr && fact->kind == "twin";
}

/// Through the bytes of a file.
std::vector<Record> written_and_read(const std::vector<Record>& records) {
  return records_of(trace_of({{{"source", "merge"}}}, records, Texts::kept));
}

Story story_of_one_file(const std::vector<Record>& records) {
  Draft draft;
  Narrator narrator(draft, {}, Texts::kept, true);
  for (const Record& record : records) narrator.take(record);
  align(draft);
  (void)put_in_order(draft);
  return draft.story;
}

void expect_the_same(const Story& a, const Story& b) {
  ASSERT_EQ(a.steps.size(), b.steps.size());
  for (std::size_t i = 0; i < a.steps.size(); ++i) {
    const Step& one = a.steps[i];
    const Step& other = b.steps[i];
    ASSERT_EQ(std::tuple(one.line, one.at_us, one.clock, one.wall, one.kind, one.number, one.text,
                         one.effects),
              std::tuple(other.line, other.at_us, other.clock, other.wall, other.kind, other.number,
                         other.text, other.effects))
        << i;
  }
  ASSERT_EQ(a.lines.size(), b.lines.size());
  for (std::size_t i = 0; i < a.lines.size(); ++i) ASSERT_EQ(a.lines[i].name, b.lines[i].name);
  ASSERT_EQ(a.arrows.size(), b.arrows.size());
  ASSERT_EQ(a.lives.size(), b.lives.size());
}

TEST(TraceMerger, OfChaosTellsTheStoryThatTheRecordingsTell) {
  std::size_t compared = 0;
  for (std::uint64_t seed = 1; compared < 3; ++seed) {
    const auto run = records_of(recorded_run(seed, faulty_run()));
    // Recorders of two servers of one id would be taken for one.
    if (std::ranges::any_of(run, is_twin)) continue;
    ++compared;
    const auto result = merged(apart(run));

    expect_the_same(story_of_one_file(written_and_read(result.records)), result.story);
  }
}

TEST(TraceMerger, OfChaosIsReplayedAsItWasRecorded) {
  const auto run = records_of(recorded_run(2, faulty_run()));
  std::size_t events = 0;
  for (const Record& record : run) events += std::holds_alternative<Checked>(record.what) ? 1 : 0;
  Replay replay(Texts::kept);

  for (const Record& record : written_and_read(merged(apart(run)).records))
    EXPECT_FALSE(replay.take(record));

  EXPECT_EQ(replay.compared(), events);
}

TEST(TraceMerger, LeavesOutNoRecord) {
  const auto recordings = apart(records_of(recorded_run(2, short_run())));
  std::map<std::size_t, std::size_t> before;
  for (const auto& [track, records] : recordings)
    for (const Record& record : records) ++before[record.what.index()];
  std::map<std::size_t, std::size_t> after;
  for (const Record& record : written_and_read(merged(recordings).records))
    ++after[record.what.index()];

  EXPECT_EQ(after, before);
}

TEST(TraceMerger, WhatARecordingLacksIsLackedByNoOtherMachine) {
  auto recordings = apart(records_of(recorded_run(2, short_run())));
  auto& first = recordings.begin()->second;
  const auto middle = first.begin() + static_cast<std::ptrdiff_t>(first.size() / 2);
  first.insert(middle, {.what = Damaged{.offset = 4'711, .bytes = 42, .file = "x.trace"}});
  const auto records = written_and_read(merged(recordings).records);

  Replay replay(Texts::kept);
  for (const Record& record : records) (void)replay.take(record);
  std::size_t unknown = 0;
  for (const auto& [track, actor] : replay.actors()) unknown += actor.machine.index() == 0 ? 1 : 0;

  EXPECT_EQ(unknown, 1U);
  const Story story = story_of_one_file(records);
  ASSERT_EQ(story.notes.size(), 1U);
  EXPECT_EQ(story.notes[0],
            "x.trace: 42 bytes from byte 4711 on cannot be read (damaged, or of another version): "
            "what they tell is missing");
}

TEST(TraceMerger, OfAHoleNoEventMoreIsFollowedThanBefore) {
  auto recordings = apart(records_of(recorded_run(2, short_run())));
  auto& first = recordings.begin()->second;
  const auto middle = first.begin() + static_cast<std::ptrdiff_t>(first.size() / 2);
  first.insert(middle, {.what = Damaged{.offset = 4'711, .file = "x.trace"}});
  std::uint64_t compared = 0;
  for (const auto& [track, records] : recordings) {
    Replay replay(Texts::kept);
    for (const Record& record : records) (void)replay.take(record);
    compared += replay.compared();
  }
  Replay replay(Texts::kept);

  for (const Record& record : written_and_read(merged(recordings).records))
    EXPECT_FALSE(replay.take(record));

  EXPECT_EQ(replay.compared(), compared);
}

TEST(TraceMerger, OfASimulatedRunKeepsWhatWasDoneToTheWorld) {
  const auto run = records_of(recorded_run(3, faulty_run()));
  Merger merger;
  merger.next_recording(Texts::kept, true);
  for (const Record& record : run) merger.take(record);
  const Story before = story_of_one_file(run);

  const Story after = story_of_one_file(written_and_read(std::move(merger).finish().records));

  expect_the_same(after, before);
  ASSERT_EQ(after.facts.size(), before.facts.size());
  EXPECT_GT(after.facts.size(), 0U);
  for (std::size_t i = 0; i < after.facts.size(); ++i) {
    EXPECT_EQ(after.facts[i].at_us, before.facts[i].at_us);
    EXPECT_EQ(after.facts[i].lines, before.facts[i].lines);
  }
}

}  // namespace
}  // namespace peal::trace
