// The flight recorder: whole after every event, in a ring of files that each stand for themselves.
#include "runtime/recorder.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "core/trace/reader.hpp"
#include "core/trace/replay.hpp"
#include "runtime/mapped_file.hpp"
#include "runtime/trouble.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

/// A machine that finds no other, recorded all the while.
template <class Machine, class EventOfIt, class EffectsOfIt>
struct Recorded {
  template <class... Words>
  Recorded(RecorderOptions options, Machine alone, Words... words)
      : recorder(std::move(options), {}), machine(std::move(alone)) {
    recorder.start(now, WallTime{0}, words..., machine);
  }
  /// Wakes it as often, whenever it wants to be.
  void pass(std::size_t wakes) {
    for (std::size_t i = 0; i < wakes; ++i) {
      now = std::max(now, machine.next_deadline());
      const EventOfIt event{WallTime{now.us / 1'000}, Wake{}};
      effects.clear();
      recorder.before(now, event);
      machine.step(now, event, effects);
      recorder.after(now, event.wall, effects, machine);
    }
  }

  Recorder recorder;
  Machine machine;
  EffectsOfIt effects;
  Instant now{1'000};
};

struct RecordedServer : Recorded<Server, Event, Effects> {
  explicit RecordedServer(RecorderOptions options)
      : Recorded(std::move(options), Server(config(), Recovered{}, Instant{0})) {}
  static ServerConfig config() {
    ServerConfig config;
    config.self = ServerId{3};
    config.incarnation = Incarnation{7};
    return config;
  }
  static constexpr const char* prefix = "server-3-";
};

struct RecordedClient : Recorded<Client, ClientEvent, ClientEffects> {
  explicit RecordedClient(RecorderOptions options)
      : Recorded(std::move(options), Client(config(), Instant{0}), config().session) {}
  static ClientConfig config() {
    ClientConfig config;
    config.session = SessionId{0x1f};
    config.seed = 1;
    return config;
  }
  static constexpr const char* prefix = "client-000000000000001f-";
};

std::vector<std::filesystem::path> recordings_in(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

struct Told {
  std::size_t events = 0;
  std::size_t compared = 0;
  std::size_t damaged = 0;
  bool ended = false;
  bool continued = false;
  bool mismatch = false;
};

Told told_by(const MappedFile& file) {
  trace::Reader reader(file.bytes());
  EXPECT_EQ(reader.refusal(), "");
  trace::Replay replay(trace::Texts::kept);
  Told told;
  while (const auto record = reader.next()) {
    if (const auto* began = std::get_if<trace::Began>(&record->what))
      told.continued = began->beginning == trace::Beginning::next_file;
    const bool event = std::holds_alternative<trace::Stepped>(record->what) ||
                       std::holds_alternative<trace::ClientStepped>(record->what);
    told.events += event ? 1 : 0;
    told.damaged += std::holds_alternative<trace::Damaged>(record->what) ? 1 : 0;
    told.ended = std::holds_alternative<trace::Ended>(record->what);
    if (replay.take(*record)) told.mismatch = true;
  }
  told.compared = replay.compared();
  return told;
}
Told told_by(const std::filesystem::path& path) { return told_by(MappedFile(path)); }

RecorderOptions into(const TestPlace& place,
                     std::uint64_t bytes_max = RecorderOptions{}.bytes_max) {
  return {.directory = place.path(), .bytes_max = bytes_max, .program = "test", .cluster = "test"};
}

/// Of servers and of clients.
template <class Machine>
class RecorderOf : public testing::Test {};
using Machines = testing::Types<RecordedServer, RecordedClient>;
TYPED_TEST_SUITE(RecorderOf, Machines);

TYPED_TEST(RecorderOf, HasEveryEventWhileItRuns) {
  const TestPlace place;
  TypeParam recorded(into(place));
  // Few are in the first block, many in the first room, and more in others.
  for (std::size_t events = 0; const std::size_t more : {1, 500, 30'000, 100'000}) {
    recorded.pass(more);
    events += more;

    // As if the process had been killed now: nothing was closed.
    const auto files = recordings_in(place.path());
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].filename(), std::string(TypeParam::prefix) + "000001.trace");
    const Told told = told_by(files[0]);

    EXPECT_EQ(told.events, events);
    EXPECT_EQ(told.compared, events);
    EXPECT_EQ(told.damaged, 0U);
    EXPECT_FALSE(told.mismatch);
    EXPECT_FALSE(told.ended);
  }
}

TYPED_TEST(RecorderOf, KeepsItsFilesWithinTheLimitAndEachStandsForItself) {
  const TestPlace place;
  TypeParam recorded(into(place, recording_bytes_min));
  recorded.pass(200'000);

  const auto files = recordings_in(place.path());

  std::uintmax_t bytes = 0;
  for (const auto& file : files) bytes += std::filesystem::file_size(file);
  EXPECT_LE(bytes, recording_bytes_min);
  EXPECT_GT(files.size(), 2U);
  EXPECT_FALSE(
      std::filesystem::exists(place.path() / (std::string(TypeParam::prefix) + "000001.trace")));
  for (const auto& file : files) {
    const Told told = told_by(file);
    EXPECT_TRUE(told.continued) << file;
    EXPECT_GT(told.events, 0U) << file;
    EXPECT_EQ(told.damaged, 0U) << file;
    EXPECT_FALSE(told.mismatch) << file;
  }
}

TEST(Recorder, WhatIsReadStaysAsItWasWhenTheFileIsClosed) {
  const TestPlace place;
  auto recorded = std::make_unique<RecordedServer>(into(place));
  recorded->pass(20'000);
  const MappedFile file(recordings_in(place.path()).at(0));
  recorded->pass(100);
  recorded.reset();

  const Told told = told_by(file);

  EXPECT_EQ(told.events, 20'000U);
  EXPECT_EQ(told.damaged, 0U);
}

TEST(Recorder, WhatIsReadStaysAsItWasWhileTheFileGrows) {
  const TestPlace place;
  RecordedServer recorded(into(place));
  recorded.pass(20'000);
  const MappedFile file(recordings_in(place.path()).at(0));
  recorded.pass(300'000);

  const Told told = told_by(file);

  EXPECT_EQ(told.events, 20'000U);
  EXPECT_EQ(told.damaged, 0U);
}

TEST(Recorder, HasAnEventThatEndsTheProcess) {
  const TestPlace place;
  RecordedServer recorded(into(place));
  recorded.pass(5);
  recorded.recorder.before(recorded.now, Event{WallTime{1}, Wake{}});

  const Told told = told_by(recordings_in(place.path()).at(0));

  EXPECT_EQ(told.events, 6U);
  EXPECT_EQ(told.compared, 5U);
}

TEST(Recorder, SaysHowItEnded) {
  const TestPlace place;
  {
    RecordedServer recorded(into(place));
    recorded.pass(5);
    recorded.recorder.end(recorded.now, trace::Ending::left, "");
  }
  const auto files = recordings_in(place.path());

  EXPECT_TRUE(told_by(files.at(0)).ended);
  EXPECT_LT(std::filesystem::file_size(files.at(0)), 10'000U);
}

TEST(Recorder, GoesOnBehindTheFilesOfAnEarlierProcess) {
  const TestPlace place;
  {
    RecordedServer(into(place)).pass(3);
  }
  {
    RecordedServer(into(place)).pass(3);
  }

  const auto files = recordings_in(place.path());
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[1].filename(), "server-3-000002.trace");
  EXPECT_FALSE(told_by(files[1]).continued);
}

TEST(Recorder, LeavesTheFilesOfOtherServersAlone) {
  const TestPlace place;
  const auto other = place.path() / "server-33-000001.trace";
  {
    std::ofstream(other) << std::string(3 * recording_bytes_min, 'x');
  }
  RecordedServer recorded(into(place, recording_bytes_min));
  recorded.pass(50'000);

  EXPECT_TRUE(std::filesystem::exists(other));
}

TEST(Recorder, WhereNothingCanBeMadeThrows) {
  EXPECT_THROW(Recorder({.directory = "/proc/nowhere"}, {}), Trouble);
}

}  // namespace
}  // namespace peal::runtime
