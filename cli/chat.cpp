// peal chat: the terminal client; without a terminal, each line of standard input is a message.
#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/chat_room.hpp"
#include "cli/command.hpp"
#include "cli/stop.hpp"
#include "cli/telling.hpp"
#include "cli/terminal.hpp"
#include "runtime/lines.hpp"

namespace peal::cli {
namespace {

struct ChatOptions {
  Reach reach;
  std::string name;
  std::string room = "lobby";
  bool json = false;
};

constexpr std::size_t latest_when_entering = 20;
/// After the last acknowledgement, for one's own messages to come back.
constexpr Patience delivery_patience = std::chrono::seconds(10);

ExitCode talk(CommandLoop& loop, Connection& connection, const std::string& name,
              const RoomName& room) {
  PlainScreen waiting;
  waiting.note("looking for a server ...");
  connection.connect();
  std::unique_ptr<ChatRoom> chat;
  bool done = false;
  LiveScreen screen(loop, [&](std::optional<std::string> line) {
    if (!line) done = true;
    if (line && chat) chat->take_line(*line);
  });
  chat = std::make_unique<ChatRoom>(connection, screen, name);
  chat->enter(room, latest_when_entering);
  screen.note(fmt::format("you are {} in {}, at {}; /help lists the commands", harmless(name),
                          harmless(room.value), text_of(connection.home()->home)));
  loop.run_until([&] { return done || chat->quit(); }, forever);
  if (!chat->stream().idle()) {
    screen.note("waiting until your last messages are acknowledged (Ctrl-C to give up)");
    wait_for_all(connection, chat->stream(), [] { return true; });
  }
  chat->finish();
  return ExitCode::done;
}

ExitCode pipe_lines(CommandLoop& loop, Connection& connection, const std::string& name,
                    const RoomName& room, bool json) {
  PlainScreen plain;
  QuietScreen quiet;
  ChatRoom chat(connection, json ? static_cast<Screen&>(quiet) : plain, name);
  if (json)
    chat.set_observer([](const Delivery& delivery) {
      if (timeline_of(delivery.body) != nullptr) print_json(json_of(delivery));
    });
  chat.enter(room, 0);
  bool ended = false;
  std::unique_ptr<runtime::LineReader> reader;
  reader = std::make_unique<runtime::LineReader>(
      loop.loop(), STDIN_FILENO,
      [&](std::string line) {
        if (line.empty()) return;  // No message.
        chat.post(std::move(line));
        if (!chat.stream().has_room()) reader->pause();
      },
      [&ended] { ended = true; });
  chat.set_on_room([&reader] { reader->resume(); });
  wait_for_all(connection, chat.stream(), [&ended] { return ended; });
  if (!loop.run_until([&] { return chat.not_shown_yet() == 0; }, delivery_patience))
    throw failure(fmt::format("{} of your messages were acknowledged but did not come back yet",
                              chat.not_shown_yet()));
  return chat.stream().refused() > 0 ? ExitCode::failed : ExitCode::done;
}

ExitCode chat(const ChatOptions& options) {
  const std::string name = parse_user_name(options.name, "--as");
  const RoomName room = parse_room(options.room);
  CommandLoop loop;
  Connection connection(loop, options.reach, Connection::Kind::person, name);
  const bool live = is_terminal(stdin) && is_terminal(stdout);
  if (live && !options.json) return talk(loop, connection, name, room);
  return pipe_lines(loop, connection, name, room, options.json);
}

}  // namespace

Command add_chat(CLI::App& peal) {
  auto options = std::make_shared<ChatOptions>();
  CLI::App* app = peal.add_subcommand("chat", "Talk in a room");
  app->add_option("--as", options->name, "Your name; registered at first use")
      ->type_name("NAME")
      ->required();
  app->add_option("--room", options->room, "Begin in this room; opened when it is new")
      ->type_name("ROOM")
      ->capture_default_str();
  add_reach_options(*app, options->reach);
  add_multicast_option(*app, options->reach);
  add_record_options(*app, options->reach.record, options->reach.record_redact, "this client");
  app->add_flag("--json", options->json,
                "Lines of standard input; the conversation as `peal read --json` has it");
  app->footer(
      "With a terminal, a prompt: /help lists its commands. Without one, each line of standard\n"
      "input is a message; it ends when all are acknowledged, and prints the conversation.\n\n"
      "Examples:\n"
      "  peal chat --as ann --room lunch\n"
      "  echo \"pizza?\" | peal chat --as ann --room lunch");
  return {app, [options] { return chat(*options); }};
}

}  // namespace peal::cli
