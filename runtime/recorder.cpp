// The flight recorder of a server or a client: all that happened to it lately, in a ring of files.
#include "runtime/recorder.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/trace/layout.hpp"
#include "core/trace/state.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

constexpr std::size_t files_of_a_ring = 8;
constexpr std::uint64_t file_bytes_max = 64U << 20U;
// A file holds this many times the state that it begins with.
constexpr std::size_t states_in_a_file = 3;
constexpr Duration digest_every = seconds(1);
constexpr Duration try_again_after = seconds(10);
constexpr std::string_view suffix = ".trace";

struct OldFile {
  std::uint64_t number = 0;
  std::filesystem::path path;
  std::uint64_t bytes = 0;
};

/// Those of one machine, the oldest first.
std::vector<OldFile> files_in(const std::filesystem::path& directory, std::string_view prefix) {
  std::vector<OldFile> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
    OldFile file{.path = entry.path()};
    const char* first = name.data() + prefix.size();
    const char* last = name.data() + name.size() - suffix.size();
    if (std::from_chars(first, last, file.number).ptr != last) continue;
    file.bytes = entry.file_size(error);
    if (!error) files.push_back(std::move(file));
  }
  std::ranges::sort(files, {}, &OldFile::number);
  return files;
}

}  // namespace

Recorder::Recorder(RecorderOptions options, Watch watch)
    : options_(std::move(options)), watch_(std::move(watch)) {
  std::error_code error;
  std::filesystem::create_directories(options_.directory, error);
  if (error)
    throw Trouble(
        fmt::format("cannot record into {}: {}", options_.directory.string(), error.message()));
}

Recorder::~Recorder() {
  if (writer_) writer_->close();
}

void Recorder::start(Instant now, WallTime wall, const Server& server) {
  machine_ = {server.id(), server.incarnation().value};
  prefix_ = fmt::format("server-{}-", server.id().value);
  begin(now, wall, server);
}

void Recorder::start(Instant now, WallTime wall, SessionId session, const Client& client) {
  machine_ = {{}, session.value};
  prefix_ = fmt::format("client-{:016x}-", session.value);
  begin(now, wall, client);
}

template <class Machine>
void Recorder::begin(Instant now, WallTime wall, const Machine& machine) {
  const std::vector<OldFile> old = files_in(options_.directory, prefix_);
  if (!old.empty()) number_ = old.back().number;
  open(now, wall, machine, trace::Beginning::process);
}

void Recorder::make_room() {
  std::vector<OldFile> files = files_in(options_.directory, prefix_);
  std::uint64_t bytes = RecordingFile::disk_bytes(file_bytes_);
  for (const OldFile& file : files) bytes += file.bytes;
  for (const OldFile& file : files) {
    // With the next one there are two at least.
    if (bytes <= options_.bytes_max || file.number == files.back().number) return;
    std::error_code error;
    std::filesystem::remove(file.path, error);
    bytes -= file.bytes;
  }
}

template <class Machine>
void Recorder::open(Instant now, WallTime wall, const Machine& machine,
                    trace::Beginning beginning) {
  if (writer_) writer_->close();
  writer_.reset();
  file_.reset();
  trace::Began began{machine_, beginning, now, wall, {}};
  trace::save(machine, began.state, options_.texts);
  file_bytes_ = std::max<std::size_t>(static_cast<std::size_t>(std::min<std::uint64_t>(
                                          options_.bytes_max / files_of_a_ring, file_bytes_max)),
                                      states_in_a_file * began.state.size());
  make_room();
  file_.emplace(options_.directory / fmt::format("{}{:06}{}", prefix_, ++number_, suffix),
                trace::file_magic, file_bytes_);
  writer_.emplace([this](std::size_t at_least) { return file_->room(at_least); },
                  [this](std::size_t bytes) { file_->use(bytes); }, options_.texts);
  const trace::Heading heading{
      {{"program", options_.program},
       {"layout", trace::layout()},
       {"source", machine_.is_server() ? "serve" : "client"},
       {"cluster", options_.cluster},
       {"file", std::to_string(number_)},
       {"texts", options_.texts == trace::Texts::kept ? "kept" : "left out"}}};
  if (!writer_->heading(heading) || !writer_->began(now.us, 0, began)) {
    // What has no state is of no use, and would take the place of what has one.
    const std::filesystem::path path = file_->path();
    writer_.reset();
    file_.reset();
    std::error_code error;
    std::filesystem::remove(path, error);
    throw Trouble(no_room_for(path));
  }
  digested_ = now;
}

void Recorder::stop(Instant now, const std::string& why) {
  if (writer_) writer_->close();
  writer_.reset();
  file_.reset();
  const bool known = again_ != never;
  again_ = now + try_again_after;
  if (!known && watch_.on_trouble) watch_.on_trouble(why);
}

void Recorder::stop_without_room(Instant now) { stop(now, no_room_for(file_->path())); }

void Recorder::before(Instant now, const Event& event) {
  if (writer_ && !writer_->stepped(now.us, 0, now, event)) stop_without_room(now);
}
void Recorder::before(Instant now, const ClientEvent& event) {
  if (writer_ && !writer_->stepped(now.us, 0, now, event)) stop_without_room(now);
}

void Recorder::after(Instant now, WallTime wall, const Effects& effects, const Server& server) {
  if (writer_ || now >= again_) go_on(now, wall, trace::check_of(effects, options_.texts), server);
}
void Recorder::after(Instant now, WallTime wall, const ClientEffects& effects,
                     const Client& client) {
  if (writer_ || now >= again_) go_on(now, wall, trace::check_of(effects, options_.texts), client);
}

template <class Machine>
void Recorder::go_on(Instant now, WallTime wall, std::uint32_t check, const Machine& machine) {
  if (writer_ && !writer_->checked(check)) stop_without_room(now);
  if (writer_ && now - digested_ >= digest_every) write_digest(now, machine);
  const bool full = writer_ && file_->used() >= file_bytes_;
  if (!full && (writer_ || now < again_)) return;
  try {
    open(now, wall, machine, writer_ ? trace::Beginning::next_file : trace::Beginning::gap);
    if (std::exchange(again_, never) != never && watch_.on_again) watch_.on_again();
  } catch (const Trouble& trouble) {
    stop(now, trouble.what());
  }
}

void Recorder::write_digest(Instant now, const Server& server) {
  digested_ = now;
  // With the texts left out the digests of entries are others.
  if (options_.texts == trace::Texts::left_out) return;
  if (!writer_->digested(now.us, 0, {now, server.digest(now)})) stop_without_room(now);
}

void Recorder::end(Instant now, trace::Ending how, const std::string& why) {
  if (!writer_) return;
  // Without room for it, it looks as if the process had been killed here.
  static_cast<void>(writer_->ended(now.us, 0, {how, why}));
  writer_->close();
  writer_.reset();
  file_.reset();
}

}  // namespace peal::runtime
