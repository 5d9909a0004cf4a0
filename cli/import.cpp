// peal import: posts exported messages again, each once however often it is run.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/message_stream.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "core/text_rules.hpp"
#include "runtime/profile.hpp"

namespace peal::cli {
namespace {

struct ImportOptions {
  Reach reach;
  std::string file;
  std::string name;
  std::string room;
  bool json = false;
};

std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    throw failure(fmt::format("cannot read {}: {}", harmless(file), std::strerror(errno)));
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// A message to be posted, and the line that it stands in.
struct Line {
  std::uint64_t number = 0;
  std::string text;
};

/// "2026-11-21 12:03" of RFC 3339; empty when it is none.
std::string minutes_of(const std::string& time) {
  if (time.size() < 17 || time[10] != 'T') return "";
  return time.substr(0, 10) + " " + time.substr(11, 5);
}

/// Nobody can speak for others or in the past: whose words they are and when they were said goes in
/// front of the text.
std::string quoted_text(const Json& message, const std::string& importer) {
  const auto text_at = [&](const char* field) {
    const auto it = message.find(field);
    return it != message.end() && it->is_string() ? it->get<std::string>() : std::string();
  };
  const std::string from = text_at("from");
  const std::string time = minutes_of(text_at("time"));
  std::string front = from == importer ? "" : from;
  if (!time.empty()) front += (front.empty() ? "" : ", ") + time + " UTC";
  const std::string text = message.at("text").get<std::string>();
  return front.empty() ? text : fmt::format("[{}] {}", front, text);
}

/// Throws Trouble for the first line that is no message: nothing is posted of such a file.
std::vector<Line> lines_of(const std::string& content, const ImportOptions& options) {
  std::vector<Line> lines;
  std::istringstream stream(content);
  std::string text;
  for (std::uint64_t number = 1; std::getline(stream, text); ++number) {
    if (text.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Json message = Json::parse(text, nullptr, false);
    const bool sound = message.is_object() && message.contains("text") &&
                       message.at("text").is_string() && valid_utf8(text);
    if (!sound)
      throw failure(fmt::format(
          "line {} of {} is no message: each line must be JSON with a \"text\", as peal export "
          "writes it; nothing was posted",
          number, harmless(options.file)));
    if (message.value("deleted", Json(false)) == true) continue;  // It has no text any more.
    lines.push_back({number, quoted_text(message, options.name)});
  }
  return lines;
}

/// Message ids follow from the person's key, the room and the file: each line has the same one in
/// every run, so servers take it once.
SessionId session_of(const ImportOptions& options, const RoomName& room,
                     const std::string& content) {
  const runtime::Profile profile(options.reach.profile_directory());
  return profile.keys_of(options.name)
      .session_for("import", {options.reach.cluster, room.value, content});
}

class Import {
 public:
  Import(Connection& connection, RoomName room, const ImportOptions& options)
      : connection_(connection),
        room_(std::move(room)),
        stream_(connection, [this](const Outcome& outcome) { on_outcome(outcome); }),
        json_(options.json) {
    connection_.set_handler([this](const ClientEffect& effect) { stream_.on_effect(effect); });
  }
  ~Import() { connection_.set_handler(nullptr); }
  Import(const Import&) = delete;
  Import& operator=(const Import&) = delete;

  void post(const std::vector<Line>& lines) {
    auto next = lines.begin();
    const auto fill = [&] {
      while (next != lines.end() && stream_.has_room()) {
        stream_.post(next->number, room_, next->text);
        ++next;
        progress_.show(fmt::format("{} of {}", next - lines.begin(), lines.size()));
      }
    };
    stream_.set_on_room(fill);
    fill();
    wait_for_all(connection_, stream_, [&] { return next == lines.end(); });
    progress_.clear();
  }

  ExitCode conclude() const {
    if (json_) {
      Json json;
      json["room"] = room_.value;
      json["messages"] = stream_.acknowledged();
      json["refused"] = stream_.refused();
      print_json(json);
    } else {
      std::puts(
          fmt::format("{} in {}", counted(stream_.acknowledged(), "message"), harmless(room_.value))
              .c_str());
    }
    return stream_.refused() > 0 ? ExitCode::failed : ExitCode::done;
  }

 private:
  void on_outcome(const Outcome& outcome) {
    if (outcome.accepted) return;
    progress_.clear();
    std::fprintf(stderr, "peal import: line %llu was refused: %s\n",
                 static_cast<unsigned long long>(outcome.line), outcome.why.c_str());
  }

  Connection& connection_;
  RoomName room_;
  ProgressLine progress_{stderr};
  MessageStream stream_;
  bool json_;
};

ExitCode run_import(const ImportOptions& options) {
  static_cast<void>(parse_user_name(options.name, "--as"));
  const RoomName room = parse_room(options.room);
  const std::string content = content_of(options.file);
  const std::vector<Line> lines = lines_of(content, options);

  CommandLoop loop;
  {
    // In a session of its own, so that the file's messages have their numbers to themselves.
    Connection connection(loop, options.reach, Connection::Kind::person, options.name);
    introduce(connection, options.name);
    connection.submit(JoinRoom{room});
  }
  Connection connection(loop, options.reach, Connection::Kind::person, options.name,
                        session_of(options, room, content));
  connection.connect();
  Import import(connection, room, options);
  import.post(lines);
  return import.conclude();
}

}  // namespace

Command add_import(CLI::App& peal) {
  auto options = std::make_shared<ImportOptions>();
  CLI::App* app = peal.add_subcommand("import", "Post exported messages again, in a room");
  app->add_option("file", options->file, "Lines of JSON, as peal export writes them")
      ->type_name("FILE")
      ->required();
  app->add_option("--as", options->name, "Your name; all of it is posted as yours")
      ->type_name("NAME")
      ->required();
  app->add_option("--room", options->room, "Into this room; joins it, and opens it when it is new")
      ->type_name("ROOM")
      ->required();
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json, R"({"room","messages","refused"})");
  app->footer(
      "Nobody can speak for others or in the past, so each text begins with who said it (unless "
      "that "
      "was you) and when: [bob, 2026-11-21 12:03 UTC] pizza? Deleted messages are left out.\n"
      "The same file again, after an interruption or by mistake, adds nothing that is there "
      "already.\n\n"
      "Examples:\n"
      "  peal import lunch.jsonl --as ann --room archive");
  return {app, [options] { return run_import(*options); }};
}

}  // namespace peal::cli
