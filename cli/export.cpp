// peal export: a whole conversation as lines of JSON, oldest first.
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "cli/telling.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

struct ExportOptions {
  Reach reach;
  std::string name;
  std::string room;
  std::string with;
  std::string file;
};

/// Where the lines go: standard output, or a file that is there whole in the end, or not at all.
class Output {
 public:
  explicit Output(const std::string& file) : file_(file) {
    if (file_.empty()) return;
    part_ = file_ + ".part";
    stream_ = std::fopen(part_.c_str(), "w");
    if (stream_ == nullptr) throw cannot_write();
  }
  ~Output() {
    if (file_.empty() || stream_ == nullptr) return;
    std::fclose(stream_);
    std::error_code ignored;
    std::filesystem::remove(part_, ignored);
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void line(const std::string& text) {
    if (std::fputs((text + "\n").c_str(), stream_) < 0) throw cannot_write();
  }
  void finish() {
    if (std::fflush(stream_) != 0) throw cannot_write();
    if (file_.empty()) return;
    const bool closed = std::fclose(std::exchange(stream_, nullptr)) == 0;
    if (!closed || std::rename(part_.c_str(), file_.c_str()) != 0) throw cannot_write();
  }

 private:
  [[nodiscard]] Trouble cannot_write() const {
    return failure(fmt::format("cannot write {}: {}; make room, or give another file with -o",
                               file_.empty() ? "standard output" : harmless(file_),
                               std::strerror(errno)));
  }
  std::string file_;
  std::string part_;
  std::FILE* stream_ = stdout;
};

ExitCode run_export(const ExportOptions& options) {
  check_reader(options.name, options.with);
  std::optional<Destination> conversation;
  if (!options.room.empty()) conversation = parse_room(options.room);

  CommandLoop loop;
  const auto connection = reading_connection(loop, options.reach, options.name);
  if (!options.with.empty()) conversation = find_user(*connection, options.with);
  const auto posts = history(*connection, *conversation, std::nullopt);
  Output output(options.file);
  for (const Conversation::Seen& post : posts) output.line(line_of(json_of(post)));
  output.finish();
  if (!options.file.empty())
    std::puts(
        fmt::format("{} in {}", counted(posts.size(), "message"), harmless(options.file)).c_str());
  return ExitCode::done;
}

}  // namespace

Command add_export(CLI::App& peal) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* app =
      peal.add_subcommand("export", "Write a whole conversation as lines of JSON, oldest first");
  CLI::Option_group* what = app->add_option_group("what", "exactly one of these");
  what->add_option("--room", options->room, "This room")->type_name("ROOM");
  what->add_option("--with", options->with, "Your conversation with this user")->type_name("USER");
  what->require_option(1);
  app->add_option("--as", options->name, "Your name (needed for --with, and for private rooms)")
      ->type_name("NAME");
  app->add_option("-o,--output", options->file, "Into this file (default: standard output)")
      ->type_name("FILE");
  add_reach_options(*app, options->reach);
  app->footer(
      "Each line is what peal read --json prints: {\"id\",\"message\",\"from\",\"room\",\"text\","
      "\"time\",\"hlc\"}, with \"edited\", \"deleted\" and \"reactions\" where there are any.\n\n"
      "Examples:\n"
      "  peal export --room lunch -o lunch.jsonl\n"
      "  peal export --as ann --with bob | jq -r .text");
  return {app, [options] { return run_export(*options); }};
}

}  // namespace peal::cli
