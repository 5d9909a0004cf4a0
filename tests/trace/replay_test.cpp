// What was recorded does the same again, and says so exactly where it does not.
#include "core/trace/replay.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "core/trace/archive_writer.hpp"
#include "core/trace/state.hpp"
#include "core/trace/writer.hpp"
#include "tests/trace/recorded_run.hpp"

namespace peal::trace {
namespace {

struct Replayed {
  std::uint64_t events = 0;
  std::uint64_t compared = 0;
  std::uint64_t digests = 0;
  std::optional<Mismatch> mismatch;
};

Replayed replayed(const std::vector<Record>& records, Texts texts = Texts::kept) {
  Replay replay(texts);
  Replayed result;
  for (const Record& record : records) {
    if (std::holds_alternative<Checked>(record.what)) ++result.events;
    if (std::holds_alternative<Digested>(record.what)) ++result.digests;
    if (auto mismatch = replay.take(record); mismatch && !result.mismatch)
      result.mismatch = std::move(mismatch);
  }
  result.compared = replay.compared();
  return result;
}

TEST(TraceReplay, OfChaosIsIdentical) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Replayed result = replayed(records_of(recorded_run(seed, faulty_run())));

    EXPECT_FALSE(result.mismatch) << "seed " << seed;
    EXPECT_GT(result.events, 500U) << "seed " << seed;
    EXPECT_EQ(result.compared, result.events) << "seed " << seed;
    EXPECT_GT(result.digests, 10U) << "seed " << seed;
  }
}

TEST(TraceReplay, WithTheTextsLeftOutIsIdentical) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto records = records_of(recorded_run(seed, faulty_run(), Texts::left_out));
    const Replayed result = replayed(records, Texts::left_out);

    EXPECT_FALSE(result.mismatch) << "seed " << seed;
    EXPECT_EQ(result.compared, result.events) << "seed " << seed;
  }
}

TEST(TraceReplay, WithTheTextsLeftOutHasNoneOfThem) {
  sim::RunOptions options = short_run();
  std::set<std::string> said;
  for (const Record& record : records_of(recorded_run(5, options)))
    if (const auto* stepped = std::get_if<ClientStepped>(&record.what))
      if (const auto* say = std::get_if<Say>(&stepped->event.what))
        if (const auto* post = std::get_if<Post>(&say->body); post && post->text.size() > 4)
          said.insert(post->text);
  ASSERT_FALSE(said.empty());
  const auto trace = recorded_run(5, options, Texts::left_out);

  for (const std::string& text : said)
    EXPECT_TRUE(std::ranges::search(trace, text).empty()) << text;
}

/// The first event of a server that sends something and is not the last one.
std::size_t an_event_of(const std::vector<Record>& records) {
  for (std::size_t i = records.size() / 2; i < records.size(); ++i)
    if (const auto* stepped = std::get_if<Stepped>(&records[i].what))
      if (std::holds_alternative<Received>(stepped->event.what)) return i;
  return 0;
}

TEST(TraceReplay, SaysWhichEventHasOtherEffects) {
  auto records = records_of(recorded_run(2, short_run()));
  const std::size_t event = an_event_of(records);
  ASSERT_NE(event, 0U);
  std::get<Checked>(records[event + 1].what).check ^= 1U;
  std::uint64_t number = 0;
  for (std::size_t i = 0; i <= event; ++i) {
    if (std::holds_alternative<Began>(records[i].what) && records[i].track == records[event].track)
      number = 0;
    if (std::holds_alternative<Stepped>(records[i].what) &&
        records[i].track == records[event].track)
      ++number;
  }

  const Replayed result = replayed(records);

  ASSERT_TRUE(result.mismatch);
  EXPECT_EQ(result.mismatch->kind, Mismatch::Kind::effects);
  EXPECT_EQ(result.mismatch->event, number);
}

/// The first entries that a server gets from another one.
std::size_t a_push_of(const std::vector<Record>& records) {
  for (std::size_t i = 0; i < records.size(); ++i)
    if (const auto* stepped = std::get_if<Stepped>(&records[i].what))
      if (const auto* received = std::get_if<Received>(&stepped->event.what))
        if (const auto* push = std::get_if<Push>(&received->packet.message))
          if (!push->entries.empty()) return i;
  return 0;
}

TEST(TraceReplay, WithoutAnEventComesToAnotherState) {
  auto records = records_of(recorded_run(2, short_run()));
  const std::size_t event = a_push_of(records);
  ASSERT_NE(event, 0U);
  const auto from = records.begin() + static_cast<std::ptrdiff_t>(event);
  records.erase(from, from + 2);

  EXPECT_TRUE(replayed(records).mismatch);
}

TEST(TraceReplay, SaysWhereTheStateAtTheNextFileIsAnother) {
  auto records = records_of(recorded_run(2, short_run()));
  const std::size_t event = an_event_of(records);
  Replay replay(Texts::kept);
  for (std::size_t i = 0; i < event; ++i) (void)replay.take(records[i]);
  const Actor& actor = *replay.actor(records[event].track);
  // The next file begins with the state of a server that has heard of one event more.
  Began began{actor.id, Beginning::next_file, {}, {}, {}};
  Server other = std::get<Server>(actor.machine);
  Effects effects;
  const auto& stepped = std::get<Stepped>(records[event].what);
  other.step(stepped.clock, stepped.event, effects);
  save(other, began.state);

  const auto mismatch =
      replay.take({.at_us = records[event].at_us, .track = records[event].track, .what = began});

  if (other == std::get<Server>(replay.actor(records[event].track)->machine)) {
    ASSERT_TRUE(mismatch);
    EXPECT_EQ(mismatch->kind, Mismatch::Kind::snapshot);
    EXPECT_FALSE(mismatch->differences.empty());
  } else {
    FAIL() << "the recorded state is the one to go on with";
  }
}

TEST(TraceReplay, OfAStateThatCannotBeReadSaysSo) {
  Replay replay(Texts::kept);

  const auto mismatch =
      replay.take({.what = Began{{ServerId{3}, 7}, Beginning::process, {}, {}, {1, 2, 3}}});

  ASSERT_TRUE(mismatch);
  EXPECT_EQ(mismatch->kind, Mismatch::Kind::state);
}

TEST(TraceReplay, BehindDamageWaitsForTheNextState) {
  const auto records = records_of(recorded_run(2, short_run()));
  Replay replay(Texts::kept);
  (void)replay.take(records[0]);
  (void)replay.take({.what = Damaged{0, 10}});

  EXPECT_EQ(replay.actor(records[0].track)->machine.index(), 0U);
}

}  // namespace
}  // namespace peal::trace
