// peal read: the messages of a conversation, those to come as well with --follow.
#include <memory>
#include <set>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "cli/when.hpp"
#include "core/limits.hpp"
#include "runtime/loop.hpp"

namespace peal::cli {
namespace {

struct Options {
  Reach reach;
  std::string name;
  std::string room;
  std::string with;
  std::uint64_t last = 0;
  bool last_given = false;
  std::string since;
  bool follow = false;
  bool json = false;
};

bool belongs(const Delivery& delivery, const Destination& conversation, UserId self) {
  const Post* post = std::get_if<Post>(&delivery.body);
  if (post == nullptr) return false;
  const UserId* other = std::get_if<UserId>(&conversation);
  const UserId* to = std::get_if<UserId>(&post->to);
  if (other == nullptr || to == nullptr) return post->to == conversation;
  return (delivery.author == self && *to == *other) || (delivery.author == *other && *to == self);
}

void print_post(const Delivery& delivery, bool json) {
  if (json) return print_json(json_of(delivery));
  std::puts(line_of(delivery, stdout).c_str());
}

/// Whatever became stable after the history was fetched and before the room was joined.
void print_missed(Connection& connection, const RoomName& room, std::optional<WallTime> since,
                  const std::vector<Delivery>& posts, std::set<MessageId>& shown, bool json) {
  const auto key = [](const Delivery& post) { return EntryKey{post.hlc, post.id}; };
  for (const Delivery& post : history(connection, room, limits::page_items_max, since)) {
    if (!posts.empty() && key(post) < key(posts.back())) continue;
    if (shown.insert(post.message).second) print_post(post, json);
  }
}

ExitCode read(const Options& options) {
  const std::string name = parse_user_name(options.name, "--as");
  std::optional<WallTime> since;
  if (!options.since.empty()) since = parse_when(options.since, "--since", runtime::Loop::wall());
  std::optional<RoomName> room;
  if (!options.room.empty()) room = parse_room(options.room);

  CommandLoop loop;
  const auto owned = up_to_date_connection(loop, options.reach, name);
  Connection& connection = *owned;
  // What becomes stable while the history is fetched arrives beside it.
  std::vector<Delivery> arrived;
  connection.set_handler([&](const ClientEffect& effect) {
    if (const Arrived* arrival = std::get_if<Arrived>(&effect))
      arrived.push_back(arrival->delivery);
  });
  introduce(connection, name);
  const Destination conversation =
      room ? Destination{*room} : Destination{find_user(connection, options.with)};
  const auto last = options.last_given ? std::optional(std::size_t{options.last}) : std::nullopt;
  std::vector<Delivery> posts = history(connection, conversation, last, since);
  // Reading a room joins it; only now, as joining would have opened one that does not exist.
  if (room) connection.submit(JoinRoom{*room});

  std::set<MessageId> shown;
  for (const Delivery& post : posts) {
    shown.insert(post.message);
    print_post(post, options.json);
  }
  std::fflush(stdout);
  if (options.follow && room && last != 0)
    print_missed(connection, *room, since, posts, shown, options.json);
  while (options.follow) {
    for (const Delivery& post : arrived)
      if (belongs(post, conversation, connection.user()) && !shown.contains(post.message))
        print_post(post, options.json);
    std::fflush(stdout);
    arrived.clear();
    if (!loop.run_until([&] { return !arrived.empty(); }, forever)) break;
  }
  return ExitCode::done;
}

}  // namespace

Command add_read(CLI::App& peal) {
  auto options = std::make_shared<Options>();
  CLI::App* app = peal.add_subcommand("read", "Print a conversation, oldest message first");
  app->add_option("--as", options->name, "Your name; registered at first use")
      ->type_name("NAME")
      ->required();
  CLI::Option_group* what = app->add_option_group("what", "exactly one of these");
  what->add_option("--room", options->room, "This room; joins it")->type_name("ROOM");
  what->add_option("--with", options->with, "Your conversation with this user")->type_name("USER");
  what->require_option(1);
  CLI::Option* last =
      app->add_option("--last", options->last, "Only the latest N messages (default: all)")
          ->type_name("N");
  app->add_option("--since", options->since, "Only messages from this time on")->type_name("TIME");
  app->add_flag("--follow", options->follow, "Then go on with what arrives, until Ctrl-C");
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json,
                R"(One line for each message: {"id","message","from","room","text","time","hlc"})");
  app->footer(
      "TIME: 2h (ago; s, m, h, d or w), 10:30 (today), 2026-11-21, 2026-11-21T10:30; with a Z in "
      "UTC.\n\n"
      "Examples:\n"
      "  peal read --as ann --room lunch --last 20\n"
      "  peal read --as ann --room lunch --since 2h\n"
      "  peal read --as ann --with bob --follow\n"
      "  peal read --as ann --room lunch --json | jq -r .text");
  return {app, [options, last] {
            options->last_given = last->count() > 0;
            return read(*options);
          }};
}

}  // namespace peal::cli
