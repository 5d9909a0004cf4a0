// peal read: the messages of a conversation, those to come as well with --follow.
#include <algorithm>
#include <memory>
#include <set>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/telling.hpp"
#include "cli/terminal.hpp"
#include "cli/when.hpp"
#include "core/limits.hpp"
#include "runtime/loop.hpp"

namespace peal::cli {
namespace {

struct ReadOptions {
  Reach reach;
  std::string name;
  std::string room;
  std::string with;
  std::uint64_t last = 0;
  bool last_given = false;
  std::string since;
  bool follow = false;
  bool mark = false;
  bool json = false;
};

template <class Said>
void print(const Said& said, bool json, const Conversation* about = nullptr) {
  if (json) return print_json(json_of(said));
  if constexpr (std::is_same_v<Said, Delivery>) {
    std::puts(line_of(said, stdout, about).c_str());
  } else {
    std::puts(line_of(said, stdout).c_str());
  }
}

/// What goes on in one conversation, from its latest posts on.
class Follower {
 public:
  Follower(Destination conversation, UserId self, bool json)
      : conversation_(std::move(conversation)), self_(self), json_(json) {}

  void read(const std::vector<Conversation::Seen>& posts) {
    for (const Conversation::Seen& post : posts) {
      if (!shown_.insert(post.first.message).second) continue;
      print(post, json_);
      know(post.first);
    }
    std::fflush(stdout);
  }

  /// What arrived, in its order. Older than what is shown already: from the other side of a split.
  void take(const std::vector<Delivery>& arrived) {
    std::vector<Delivery> news;
    for (const Delivery& delivery : arrived)
      if (conversation_of(delivery, self_) == conversation_ &&
          shown_.insert(delivery.message).second)
        news.push_back(delivery);
    const auto late = std::ranges::count_if(news, [&](const Delivery& delivery) {
      return std::holds_alternative<Post>(delivery.body) && key_of(delivery) < latest_;
    });
    if (late != 0 && !json_)
      std::puts(
          paint(Colour::dim, "-- " + merged_line(static_cast<std::size_t>(late)), stdout).c_str());
    for (const Delivery& delivery : news) {
      know(delivery);
      print(delivery, json_, &known_);
    }
    std::fflush(stdout);
  }

  /// The place of the latest that was shown; the lowest one when nothing was.
  [[nodiscard]] EntryKey latest() const { return latest_; }

 private:
  void know(const Delivery& delivery) {
    known_.apply(delivery);
    latest_ = std::max(latest_, key_of(delivery));
  }

  Destination conversation_;
  UserId self_;
  bool json_;
  std::set<MessageId> shown_;
  Conversation known_;
  EntryKey latest_;
};

ExitCode read(const ReadOptions& options) {
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
  const auto posts = history(connection, conversation, last, since);
  // Reading a room joins it; only now, as joining would have opened one that does not exist.
  if (room) connection.submit(JoinRoom{*room});

  Follower follower(conversation, connection.user(), options.json);
  follower.read(posts);
  // Whatever became stable after the history was fetched and before the room was joined.
  if (options.follow && room && last != 0) {
    auto missed = history(connection, *room, limits::page_items_max, since);
    std::erase_if(missed, [&](const Conversation::Seen& post) {
      return key_of(post.first) < follower.latest();
    });
    follower.read(missed);
  }
  const bool mark = options.mark || is_terminal(stdout);
  if (mark && follower.latest() != EntryKey{})
    connection.submit(MarkRead{conversation, follower.latest()});
  while (options.follow) {
    follower.take(arrived);
    arrived.clear();
    if (!loop.run_until([&] { return !arrived.empty(); }, forever)) break;
  }
  return ExitCode::done;
}

}  // namespace

Command add_read(CLI::App& peal) {
  auto options = std::make_shared<ReadOptions>();
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
  app->add_flag("--mark", options->mark,
                "Remember on the servers how far you have read (a terminal always does)");
  add_reach_options(*app, options->reach);
  add_multicast_option(*app, options->reach);
  add_record_options(*app, options->reach.record, options->reach.record_redact, "this client");
  app->add_flag(
      "--json", options->json,
      R"(One line for each message: {"id","message","from","room","text","time","hlc"}, where it is so also "edited", "deleted", "reactions", "gap"; with --follow {"kind":"edit"|"delete"|"react","post",…} too)");
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
