// peal rooms: the rooms, their members, multicast groups and topics.
#include <memory>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

struct RoomsOptions {
  Reach reach;
  std::string name;
  bool json = false;
};

Json room_json(const RoomInfo& room) {
  Json json;
  json["room"] = room.name.value;
  json["members"] = room.members;
  json["group"] = text_of(room.group);
  json["topic"] = room.topic;
  json["private"] = room.only_invited;
  json["owner"] = text_of(room.owner);
  return json;
}

ExitCode list_rooms(const RoomsOptions& options) {
  CommandLoop loop;
  // Private rooms are shown to those who may enter them.
  const bool person = !options.name.empty();
  const auto connection =
      person ? up_to_date_connection(loop, options.reach, parse_user_name(options.name, "--as"))
             : std::make_unique<Connection>(loop, leader_first(loop, options.reach),
                                            Connection::Kind::asks_only);
  const std::vector<RoomInfo> rooms = all_rooms(*connection);
  if (options.json) {
    Json all = Json::array();
    for (const RoomInfo& room : rooms) all.push_back(room_json(room));
    print_json(all);
    return ExitCode::done;
  }
  if (rooms.empty()) {
    std::puts("no rooms yet: peal chat --as NAME --room ROOM opens one");
    return ExitCode::done;
  }
  Table table({{"room"}, {"members", Table::Align::right}, {"group"}, {"for"}, {"topic"}});
  for (const RoomInfo& room : rooms)
    table.add({{harmless(room.name.value), Colour::bold},
               std::to_string(room.members),
               text_of(room.group),
               room.only_invited ? "private" : "public",
               harmless(room.topic)});
  table.print(stdout);
  return ExitCode::done;
}

}  // namespace

Command add_rooms(CLI::App& peal) {
  auto options = std::make_shared<RoomsOptions>();
  CLI::App* app = peal.add_subcommand("rooms", "List the rooms, their members and groups");
  app->add_option("--as", options->name, "Also the private rooms that this user may enter")
      ->type_name("NAME");
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json, "One JSON array on standard output");
  app->footer(
      "Examples:\n"
      "  peal rooms\n"
      "  peal rooms --json | jq -r '.[].room'");
  return {app, [options] { return list_rooms(*options); }};
}

}  // namespace peal::cli
