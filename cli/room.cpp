// peal room: what its members and its owner decide about a room.
#include <memory>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

struct RoomOptions {
  Reach reach;
  std::string name;
  std::string room;
  std::string topic;
  bool closes = false;
  bool opens = false;
  std::string invites;
  std::string removes;
};

Body body_of(const RoomOptions& options, const RoomName& room, Connection& connection) {
  if (options.closes) return SetPrivacy{room, true};
  if (options.opens) return SetPrivacy{room, false};
  if (!options.invites.empty()) return Invite{room, find_user(connection, options.invites)};
  if (!options.removes.empty()) return RemoveMember{room, find_user(connection, options.removes)};
  return SetTopic{room, options.topic};
}

ExitCode decide(const RoomOptions& options) {
  const std::string name = parse_user_name(options.name, "--as");
  const RoomName room = parse_room(options.room);
  CommandLoop loop;
  Connection connection(loop, options.reach, Connection::Kind::person, name);
  introduce(connection, name);
  connection.submit(body_of(options, room, connection));
  return ExitCode::done;
}

}  // namespace

Command add_room(CLI::App& peal) {
  auto options = std::make_shared<RoomOptions>();
  CLI::App* app = peal.add_subcommand("room", "Decide who may be in a room, and its topic");
  app->add_option("room", options->room, "The room")->type_name("ROOM")->required();
  app->add_option("--as", options->name, "Your name; registered at first use")
      ->type_name("NAME")
      ->required();
  CLI::Option_group* what = app->add_option_group("what", "exactly one of these");
  what->add_option("--topic", options->topic, "Give it this topic (members)")->type_name("TEXT");
  what->add_flag("--private", options->closes, "Only the invited enter from now on (its owner)");
  what->add_flag("--public", options->opens, "Everybody may enter again (its owner)");
  what->add_option("--invite", options->invites,
                   "Let this user in (members; its owner, for one who was removed)")
      ->type_name("USER");
  what->add_option("--remove", options->removes,
                   "Put this user out until they are invited (its owner)")
      ->type_name("USER");
  what->require_option(1);
  add_reach_options(*app, options->reach);
  app->footer(
      "A room belongs to whoever named it first. Where both sides of a split opened the same "
      "room,\n"
      "the earlier of them has it after the merge.\n\n"
      "Examples:\n"
      "  peal room plans --as ann --private\n"
      "  peal room plans --as ann --invite bob\n"
      "  peal room lunch --as ann --topic 'pizza on Fridays'");
  return {app, [options] { return decide(*options); }};
}

}  // namespace peal::cli
