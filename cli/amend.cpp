// peal amend: another text for a message, none at all, or a sign below it.
#include <charconv>
#include <memory>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/output.hpp"

namespace peal::cli {
namespace {

struct AmendOptions {
  Reach reach;
  std::string name;
  std::string room;
  std::string with;
  std::string post;
  std::string text;
  bool removes = false;
  std::string sign;
  std::string takes_back;
  bool json = false;
};

/// "session:n", as --json prints it.
MessageId parse_message(const std::string& text) {
  MessageId message;
  const char* end = text.data() + text.size();
  const auto session = std::from_chars(text.data(), end, message.session.value);
  if (session.ec == std::errc{} && session.ptr != end && *session.ptr == ':') {
    const auto n = std::from_chars(session.ptr + 1, end, message.n);
    if (n.ec == std::errc{} && n.ptr == end && message.session && message.n != 0) return message;
  }
  throw usage_error(
      fmt::format("--post {}: a message is named SESSION:N, the \"message\" of `peal read "
                  "--json`",
                  text));
}

Body body_of(const AmendOptions& options, const Destination& to) {
  const MessageId post = parse_message(options.post);
  if (options.removes) return DeletePost{to, post};
  if (!options.text.empty()) return EditPost{to, post, options.text};
  if (!options.sign.empty()) return React{to, post, options.sign, true};
  return React{to, post, options.takes_back, false};
}

ExitCode amend(const AmendOptions& options) {
  const std::string name = parse_user_name(options.name, "--as");
  std::optional<RoomName> room;
  if (!options.room.empty()) room = parse_room(options.room);
  (void)body_of(options, RoomName{"#any"});  // Its form, before anybody is asked.
  CommandLoop loop;
  Connection connection(loop, options.reach, Connection::Kind::person, name);
  introduce(connection, name);
  const Destination to =
      room ? Destination{*room} : Destination{find_user(connection, options.with)};
  const Acknowledged done = connection.submit(body_of(options, to));
  if (!options.json) return ExitCode::done;
  Json json;
  json["id"] = text_of(done.accepted.entry);
  json["message"] = text_of(done.message);
  json["copies"] = done.accepted.copies;
  json["view"] = json_of(done.accepted.view);
  print_json(json);
  return ExitCode::done;
}

}  // namespace

Command add_amend(CLI::App& peal) {
  auto options = std::make_shared<AmendOptions>();
  CLI::App* app =
      peal.add_subcommand("amend", "Edit or delete a message of yours, or react to one");
  app->add_option("--as", options->name, "Your name; registered at first use")
      ->type_name("NAME")
      ->required();
  CLI::Option_group* where = app->add_option_group("where", "exactly one of these");
  where->add_option("--room", options->room, "The message is in this room")->type_name("ROOM");
  where->add_option("--with", options->with, "It is in your conversation with this user")
      ->type_name("USER");
  where->require_option(1);
  app->add_option("--post", options->post, "Which: \"message\" of `peal read --json`")
      ->type_name("SESSION:N")
      ->required();
  CLI::Option_group* what = app->add_option_group("what", "exactly one of these");
  what->add_option("--text", options->text, "Give your message this text")->type_name("TEXT");
  what->add_flag("--delete", options->removes, "Take your message away");
  what->add_option("--react", options->sign, "Put this sign below it")->type_name("SIGN");
  what->add_option("--unreact", options->takes_back, "Take your sign away again")
      ->type_name("SIGN");
  what->require_option(1);
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json, R"(On success {"id","message","copies","view"})");
  app->footer(
      "The text of a message is its author's: what others say of it is refused, or has no\n"
      "effect. A deleted message stays in the servers' histories, and is shown no more.\n\n"
      "Examples:\n"
      "  peal amend --as ann --room lunch --post 8241:7 --text 'pizza!'\n"
      "  peal amend --as bob --room lunch --post 8241:7 --react +1");
  return {app, [options] { return amend(*options); }};
}

}  // namespace peal::cli
