// peal send: one message, or each line of standard input as one; returns when all are acknowledged.
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/message_stream.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "runtime/lines.hpp"

namespace peal::cli {
namespace {

struct SendOptions {
  Reach reach;
  std::string name;
  std::string room;
  std::string to;
  std::vector<std::string> words;
  bool json = false;
};

std::string word_of(RejectReason reason) {
  switch (reason) {
    case RejectReason::invalid_name: return "invalid_name";
    case RejectReason::name_taken: return "name_taken";
    case RejectReason::not_registered: return "not_registered";
    case RejectReason::no_such_room: return "no_such_room";
    case RejectReason::no_such_user: return "no_such_user";
    case RejectReason::not_a_room_member: return "not_a_room_member";
    case RejectReason::text_too_long: return "text_too_long";
    case RejectReason::invalid_text: return "invalid_text";
    case RejectReason::out_of_order: return "out_of_order";
    case RejectReason::not_invited: return "not_invited";
    case RejectReason::not_the_owner: return "not_the_owner";
    case RejectReason::not_yours: return "not_yours";
  }
  return "refused";
}

void print_outcome(const Outcome& outcome) {
  Json json;
  json["n"] = outcome.line;
  if (outcome.accepted) {
    json["id"] = text_of(outcome.accepted->entry);
    json["message"] = text_of(outcome.message);
    json["copies"] = outcome.accepted->copies;
    json["view"] = json_of(outcome.accepted->view);
  } else {
    json["error"] = word_of(outcome.reason);
    json["detail"] = outcome.why;
  }
  print_json(json);
}

/// One run of the command: the lines, their stream, and what is said about them.
class PostDelivery {
 public:
  PostDelivery(Connection& connection, const SendOptions& options, Destination to)
      : connection_(connection),
        json_(options.json),
        to_(std::move(to)),
        stream_(connection, [this](const Outcome& outcome) { on_outcome(outcome); }) {
    connection_.set_handler([this](const ClientEffect& effect) { on_effect(effect); });
  }
  ~PostDelivery() { connection_.set_handler(nullptr); }
  PostDelivery(const PostDelivery&) = delete;
  PostDelivery& operator=(const PostDelivery&) = delete;

  void send_text(const std::string& text) {
    stream_.post(1, to_, text);
    wait_for_all(connection_, stream_, [] { return true; });
  }

  void send_lines(int file) {
    bool ended = false;
    reader_ = std::make_unique<runtime::LineReader>(
        connection_.loop().loop(), file, [this](std::string line) { on_line(std::move(line)); },
        [&ended] { ended = true; });
    stream_.set_on_room([this] { reader_->resume(); });
    wait_for_all(connection_, stream_, [&ended] { return ended; });
    progress_.clear();
    if (empty_ > 0)
      std::fprintf(
          stderr, "peal send: %s\n",
          fmt::format("left out {}: an empty line is no message", counted(empty_, "empty line"))
              .c_str());
  }

  ExitCode conclude() const {
    if (!json_ && stream_.acknowledged() > 0)
      std::puts(fmt::format("{} acknowledged, stored on at least {}",
                            counted(stream_.acknowledged(), "message"),
                            counted(stream_.fewest_copies(), "server"))
                    .c_str());
    return stream_.refused() > 0 ? ExitCode::failed : ExitCode::done;
  }

 private:
  void on_line(std::string line) {
    ++lines_;
    if (line.empty()) {
      ++empty_;
      return;
    }
    stream_.post(lines_, to_, std::move(line));
    if (!stream_.has_room()) reader_->pause();
  }

  void on_outcome(const Outcome& outcome) {
    if (json_) print_outcome(outcome);
    if (outcome.accepted) return;
    progress_.clear();
    const std::string where = reader_ ? fmt::format("line {} was refused: ", outcome.line) : "";
    std::fprintf(stderr, "peal send: %s%s\n", where.c_str(), outcome.why.c_str());
  }

  void on_effect(const ClientEffect& effect) {
    stream_.on_effect(effect);
    if (!reader_ || !progress_.visible()) return;
    const Instant now = runtime::Loop::now();
    if (now - shown_ < milliseconds(100)) return;
    shown_ = now;
    const char* held = !connection_.home()   ? " (looking for a server)"
                       : stream_.held_back() ? " (the servers are busy)"
                                             : "";
    progress_.show(
        fmt::format("{} sent, {} acknowledged{}", stream_.posted(), stream_.acknowledged(), held));
  }

  Connection& connection_;
  bool json_;
  Destination to_;
  std::uint64_t lines_ = 0;
  std::uint64_t empty_ = 0;
  Instant shown_;
  ProgressLine progress_{stderr};
  MessageStream stream_;
  std::unique_ptr<runtime::LineReader> reader_;
};

ExitCode send(const SendOptions& options) {
  const std::string name = parse_user_name(options.name, "--as");
  std::optional<RoomName> room;
  if (!options.room.empty()) room = parse_room(options.room);
  std::string text = fmt::format("{}", fmt::join(options.words, " "));
  if (text.empty())
    throw usage_error("an empty text is no message: write one, or - for standard input");

  CommandLoop loop;
  // To find a user who registered a moment ago.
  const Reach reach = room ? options.reach : leader_first(loop, options.reach);
  Connection connection(loop, reach, Connection::Kind::person, name);
  introduce(connection, name);
  Destination to;
  if (room) {
    connection.submit(JoinRoom{*room});
    to = *room;
  } else {
    to = find_user(connection, options.to);
  }
  PostDelivery delivery(connection, options, to);
  if (text == "-")
    delivery.send_lines(STDIN_FILENO);
  else
    delivery.send_text(text);
  return delivery.conclude();
}

}  // namespace

Command add_send(CLI::App& peal) {
  auto options = std::make_shared<SendOptions>();
  CLI::App* app = peal.add_subcommand("send", "Send a message, or each line of standard input");
  app->add_option("--as", options->name, "Your name; registered at first use")
      ->type_name("NAME")
      ->required();
  CLI::Option_group* where = app->add_option_group("where", "exactly one of these");
  where->add_option("--room", options->room, "To this room; joins it, and opens it when it is new")
      ->type_name("ROOM");
  where->add_option("--to", options->to, "To this user alone")->type_name("USER");
  where->require_option(1);
  app->add_option("text", options->words, "The message; - reads standard input, each line is one")
      ->type_name("TEXT")
      ->required();
  add_reach_options(*app, options->reach);
  add_multicast_option(*app, options->reach);
  add_record_options(*app, options->reach.record, options->reach.record_redact, "this client");
  app->add_flag("--json", options->json,
                R"(One line for each message: {"n","id","message","copies","view"},)"
                R"( or {"n","error","detail"})");
  app->footer(
      "Returns when every message is on the disks of a majority of the ring.\n\n"
      "Examples:\n"
      "  peal send --as ann --room lunch \"pizza?\"\n"
      "  peal send --as ann --to bob \"are you coming?\"\n"
      "  tail -f build.log | peal send --as builder --room builds -");
  return {app, [options] { return send(*options); }};
}

}  // namespace peal::cli
