// The flight recorder of a server or a client: all that happened to it lately, in a ring of files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/client.hpp"
#include "core/server.hpp"
#include "core/trace/writer.hpp"
#include "runtime/recording_file.hpp"

namespace peal::runtime {

struct RecorderOptions {
  std::filesystem::path directory;
  /// Of all files of one machine together. The oldest go first; two stay, however long they are.
  std::uint64_t bytes_max = 256U << 20U;
  trace::Texts texts = trace::Texts::kept;
  std::string program;  ///< name and version, for the heading
  std::string cluster;
};

/// What bytes_max may be, at least and at most.
inline constexpr std::uint64_t recording_bytes_min = 1U << 20U;
inline constexpr std::uint64_t recording_bytes_max = std::uint64_t{1} << 50U;

/// Of one machine. Files are called server-ID-NUMBER.trace or client-SESSION-NUMBER.trace; each
/// begins with the whole state, so that it can be replayed alone. Keeps going when the disk is
/// full: it tries again after a while.
class Recorder {
 public:
  /// on_trouble is told when recording stops, and why; on_again when it goes on.
  struct Watch {
    std::function<void(const std::string&)> on_trouble;
    std::function<void()> on_again;
  };
  Recorder(RecorderOptions options, Watch watch);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Before the first event. Throws Trouble when no file can be made.
  void start(Instant now, WallTime wall, const Server& server);
  void start(Instant now, WallTime wall, SessionId session, const Client& client);
  /// Before the machine takes an event, and afterwards.
  void before(Instant now, const Event& event);
  void before(Instant now, const ClientEvent& event);
  void after(Instant now, WallTime wall, const Effects& effects, const Server& server);
  void after(Instant now, WallTime wall, const ClientEffects& effects, const Client& client);
  /// It has left, or cannot go on.
  void end(Instant now, trace::Ending how, const std::string& why);

 private:
  template <class Machine>
  void begin(Instant now, WallTime wall, const Machine& machine);
  template <class Machine>
  void open(Instant now, WallTime wall, const Machine& machine, trace::Beginning beginning);
  template <class Machine>
  void go_on(Instant now, WallTime wall, std::uint32_t check, const Machine& machine);
  void make_room();
  void stop(Instant now, const std::string& why);
  void stop_without_room(Instant now);
  void write_digest(Instant now, const Server& server);
  void write_digest(Instant /*now*/, const Client& /*client*/) {}  // It has none.

  RecorderOptions options_;
  Watch watch_;
  Sender machine_;
  std::string prefix_;  ///< of its files
  std::uint64_t number_ = 0;
  std::size_t file_bytes_ = 0;  ///< after which the next file begins
  std::optional<RecordingFile> file_;
  std::optional<trace::Writer> writer_;
  Instant digested_;
  Instant again_ = never;  ///< when to try again
};

}  // namespace peal::runtime
