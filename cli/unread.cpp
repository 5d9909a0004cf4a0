// peal unread: how many messages wait for a person, and where.
#include "cli/unread.hpp"

#include <memory>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "core/limits.hpp"
#include "core/text_rules.hpp"

namespace peal::cli {
namespace {

/// Counting further back helps nobody.
constexpr std::size_t counted_max = 1'024;

struct UnreadOptions {
  Reach reach;
  std::string name;
  bool json = false;
};

Unread count_unread(Connection& connection, ConversationInfo conversation,
                    const std::string& name) {
  Unread unread{.conversation = std::move(conversation)};
  const Destination& with = unread.conversation.with;
  const EntryKey read = unread.conversation.read_upto;
  for (const Conversation::Seen& post :
       history_behind(connection, with, read, counted_max, unread.more)) {
    if (post.deleted || post.first.author == connection.user()) continue;
    ++unread.messages;
    if (mentions(post.text, name)) ++unread.mentions;
  }
  return unread;
}

Json unread_json(const Unread& unread) {
  Json json;
  const auto* room = std::get_if<RoomName>(&unread.conversation.with);
  json[room != nullptr ? "room" : "with"] = name_of(unread.conversation);
  json["unread"] = unread.messages;
  json["mentions"] = unread.mentions;
  json["more"] = unread.more;
  return json;
}

ExitCode list_unread(const UnreadOptions& options) {
  const std::string name = parse_user_name(options.name, "--as");
  CommandLoop loop;
  const auto connection = up_to_date_connection(loop, options.reach, name);
  introduce(*connection, name);
  const std::vector<Unread> all = unread_of(*connection, name);
  if (options.json) {
    Json list = Json::array();
    for (const Unread& unread : all) list.push_back(unread_json(unread));
    print_json(list);
    return ExitCode::done;
  }
  Table table(
      {{"conversation"}, {"unread", Table::Align::right}, {"name you", Table::Align::right}});
  bool any = false;
  for (const Unread& unread : all) {
    if (unread.messages == 0) continue;
    any = true;
    table.add({{harmless(name_of(unread.conversation)), Colour::bold},
               count_of(unread),
               unread.mentions != 0 ? std::to_string(unread.mentions) : "-"});
  }
  if (any) {
    table.print(stdout);
  } else {
    std::puts("you have read everything");
  }
  return ExitCode::done;
}

}  // namespace

std::string name_of(const ConversationInfo& conversation) {
  const auto* room = std::get_if<RoomName>(&conversation.with);
  if (room != nullptr) return room->value;
  return conversation.name.empty() ? text_of(std::get<UserId>(conversation.with)).substr(0, 8)
                                   : conversation.name;
}

std::string count_of(const Unread& unread) {
  return std::to_string(unread.messages) + (unread.more ? "+" : "");
}

std::vector<Unread> unread_of(Connection& connection, const std::string& name) {
  std::vector<Unread> all;
  for (ConversationInfo& conversation : all_conversations(connection))
    all.push_back(count_unread(connection, std::move(conversation), name));
  return all;
}

Command add_unread(CLI::App& peal) {
  auto options = std::make_shared<UnreadOptions>();
  CLI::App* app = peal.add_subcommand("unread", "Count what you have not read yet");
  app->add_option("--as", options->name, "Your name; registered at first use")
      ->type_name("NAME")
      ->required();
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json,
                R"(One JSON array of {"room" or "with","unread","mentions","more"})");
  app->footer(
      "Counts messages of others in your rooms and direct conversations, behind what `peal chat`,\n"
      "or `peal read` on a terminal or with --mark, has shown to you on any machine.\n\n"
      "Examples:\n"
      "  peal unread --as ann\n"
      "  peal unread --as ann --json | jq '[.[].unread] | add'");
  return {app, [options] { return list_unread(*options); }};
}

}  // namespace peal::cli
