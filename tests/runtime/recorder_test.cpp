// The flight recorder: whole after every event, in a ring of files that each stand for themselves.
#include "runtime/recorder.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
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

/// A server that is recorded while it talks to nobody.
struct RecordedServer {
  explicit RecordedServer(RecorderOptions options)
      : recorder(std::move(options), {}), server(config(), Recovered{}, Instant{0}) {
    recorder.start(now, WallTime{0}, server);
  }
  static ServerConfig config() {
    ServerConfig config;
    config.self = ServerId{3};
    config.incarnation = Incarnation{7};
    return config;
  }
  void take(decltype(Event::what) what) {
    const Event event{WallTime{now.us / 1'000}, std::move(what)};
    effects.clear();
    recorder.before(now, event);
    server.step(now, event, effects);
    recorder.after(now, event.wall, effects, server);
  }
  /// Wakes it as often, whenever it wants to be.
  void pass(std::size_t wakes) {
    for (std::size_t i = 0; i < wakes; ++i) {
      now = std::max(now, server.next_deadline());
      take(Wake{});
    }
  }

  Recorder recorder;
  Server server;
  Effects effects;
  Instant now{1'000};
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
  bool ended = false;
  bool continued = false;
  bool mismatch = false;
};

Told told_by(const std::filesystem::path& path) {
  const MappedFile file(path);
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
    told.ended = std::holds_alternative<trace::Ended>(record->what);
    if (replay.take(*record)) told.mismatch = true;
  }
  told.compared = replay.compared();
  return told;
}

RecorderOptions into(const TestPlace& place) {
  return {.directory = place.path(), .program = "test", .cluster = "test"};
}

TEST(Recorder, HasEveryEventWhileTheServerRuns) {
  const TestPlace place;
  RecordedServer recorded(into(place));
  recorded.pass(500);

  // As if the process had been killed now: nothing was closed.
  const auto files = recordings_in(place.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].filename(), "server-3-000001.trace");
  const Told told = told_by(files[0]);

  EXPECT_EQ(told.events, 500U);
  EXPECT_EQ(told.compared, 500U);
  EXPECT_FALSE(told.mismatch);
  EXPECT_FALSE(told.ended);
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

TEST(Recorder, KeepsItsFilesWithinTheLimitAndEachStandsForItself) {
  const TestPlace place;
  RecorderOptions options = into(place);
  options.bytes_max = recording_bytes_min;
  RecordedServer recorded(options);
  recorded.pass(200'000);

  const auto files = recordings_in(place.path());

  std::uintmax_t bytes = 0;
  for (const auto& file : files) bytes += std::filesystem::file_size(file);
  // The file that is being written is longer than what is in it.
  EXPECT_LE(bytes, recording_bytes_min + recording_reserve_bytes);
  EXPECT_GT(files.size(), 2U);
  EXPECT_FALSE(std::filesystem::exists(place.path() / "server-3-000001.trace"));
  for (const auto& file : files) {
    const Told told = told_by(file);
    EXPECT_TRUE(told.continued) << file;
    EXPECT_GT(told.events, 0U) << file;
    EXPECT_FALSE(told.mismatch) << file;
  }
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
  RecorderOptions options = into(place);
  options.bytes_max = recording_bytes_min;
  const auto other = place.path() / "server-33-000001.trace";
  {
    std::ofstream(other) << std::string(3 * recording_bytes_min, 'x');
  }
  RecordedServer recorded(options);
  recorded.pass(50'000);

  EXPECT_TRUE(std::filesystem::exists(other));
}

/// A client that finds no server.
void record_a_client(Recorder& recorder, std::size_t wakes) {
  ClientConfig config;
  config.session = SessionId{0x1f};
  config.seed = 1;
  Instant now{1'000};
  Client client(config, now);
  recorder.start(now, WallTime{1}, config.session, client);
  ClientEffects effects;
  for (std::size_t i = 0; i < wakes; ++i) {
    now = std::max(now, client.next_deadline());
    const ClientEvent event{WallTime{now.us / 1'000}, Wake{}};
    effects.clear();
    recorder.before(now, event);
    client.step(now, event, effects);
    recorder.after(now, event.wall, effects, client);
  }
}

TEST(Recorder, OfAClientHasEveryEvent) {
  const TestPlace place;
  Recorder recorder(into(place), {});
  record_a_client(recorder, 50);

  const auto files = recordings_in(place.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files[0].filename(), "client-000000000000001f-000001.trace");
  const Told told = told_by(files[0]);

  EXPECT_EQ(told.events, 50U);
  EXPECT_EQ(told.compared, 50U);
  EXPECT_FALSE(told.mismatch);
}

TEST(Recorder, OfAClientKeepsItsFilesWithinTheLimitToo) {
  const TestPlace place;
  RecorderOptions options = into(place);
  options.bytes_max = recording_bytes_min;
  Recorder recorder(options, {});
  record_a_client(recorder, 200'000);

  const auto files = recordings_in(place.path());

  EXPECT_GT(files.size(), 2U);
  EXPECT_FALSE(std::filesystem::exists(place.path() / "client-000000000000001f-000001.trace"));
  for (const auto& file : files) {
    const Told told = told_by(file);
    EXPECT_TRUE(told.continued) << file;
    EXPECT_GT(told.events, 0U) << file;
    EXPECT_FALSE(told.mismatch) << file;
  }
}

TEST(Recorder, WhereNothingCanBeMadeThrows) {
  EXPECT_THROW(Recorder({.directory = "/proc/nowhere"}, {}), Trouble);
}

}  // namespace
}  // namespace peal::runtime
