// peal who: the users on line and their home servers.
#include <memory>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace peal::cli {
namespace {

struct WhoOptions {
  Reach reach;
  bool json = false;
};

Json user_json(const OnlineUser& user) {
  Json json;
  json["name"] = user.name;
  json["user"] = text_of(user.user);
  json["home"] = json_of(user.home.value);
  return json;
}

ExitCode list_online(const WhoOptions& options) {
  CommandLoop loop;
  Connection connection(loop, leader_first(loop, options.reach), Connection::Kind::asks_only);
  const std::vector<OnlineUser> users = all_online(connection);
  if (options.json) {
    Json all = Json::array();
    for (const OnlineUser& user : users) all.push_back(user_json(user));
    print_json(all);
    return ExitCode::done;
  }
  if (users.empty()) {
    std::puts("nobody is on line");
    return ExitCode::done;
  }
  Table table({{"user"}, {"home"}, {"id"}});
  for (const OnlineUser& user : users) {
    const std::string name = user.name.empty() ? "(no name yet)" : harmless(user.name);
    table.add({{name, colour_of(name)},
               text_of(user.home),
               {text_of(user.user).substr(0, 8), Colour::dim}});
  }
  table.print(stdout);
  return ExitCode::done;
}

}  // namespace

Command add_who(CLI::App& peal) {
  auto options = std::make_shared<WhoOptions>();
  CLI::App* app = peal.add_subcommand("who", "List the users on line and their home servers");
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json, "One JSON array on standard output");
  app->footer(
      "Examples:\n"
      "  peal who\n"
      "  peal who --json | jq length");
  return {app, [options] { return list_online(*options); }};
}

}  // namespace peal::cli
