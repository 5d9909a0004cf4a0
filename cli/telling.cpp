// Lines that line up, and JSON whose fields mean the same everywhere.
#include "cli/telling.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "core/overloaded.hpp"
#include "core/text_rules.hpp"
#include "runtime/loop.hpp"

namespace peal::cli {
namespace {

/// Who and what, apart: names are padded to this so that texts line up.
constexpr std::size_t name_columns = 10;
/// How much of a message is repeated where another speaks of it.
constexpr std::size_t quote_bytes = 40;

/// The beginning of a post, to tell which one is meant.
std::string quote(MessageId post, const Conversation* about) {
  const auto seen = about != nullptr ? about->find(post) : std::nullopt;
  if (!seen || seen->first.body.index() != Body(Post{}).index()) return "an earlier message";
  const std::string& text = std::get<Post>(seen->first.body).text;
  const std::string line = text.substr(0, text.find('\n'));
  const std::string start = cut_text(line, quote_bytes);
  return fmt::format("\"{}{}\"", harmless(start), start.size() < text.size() ? "\u2026" : "");
}

/// What a body other than a post says about its author: "joined #lunch".
std::string deed_of(const Body& body, const Conversation* about) {
  return std::visit(
      Overloaded{
          [](const RegisterUser&) { return std::string(); },
          [](const Rename& rename) { return "took the name " + harmless(rename.name); },
          [](const CreateRoom& create) { return "opened " + harmless(create.room.value); },
          [](const JoinRoom& join) { return "joined " + harmless(join.room.value); },
          [](const LeaveRoom& leave) { return "left " + harmless(leave.room.value); },
          [](const SetTopic& topic) {
            return fmt::format("set the topic of {}: {}", harmless(topic.room.value),
                               harmless(topic.topic));
          },
          [](const Post&) { return std::string(); },
          [&](const EditPost& edit) {
            return fmt::format("changed {} to \"{}\"", quote(edit.post, about),
                               harmless(edit.text));
          },
          [&](const DeletePost& removal) { return "deleted " + quote(removal.post, about); },
          [&](const React& react) {
            return fmt::format("{} {} {} {}", react.on ? "put" : "took", harmless(react.sign),
                               react.on ? "to" : "from", quote(react.post, about));
          },
          [](const MarkRead&) { return std::string(); },
          [](const SetPrivacy& privacy) {
            return fmt::format("made {} {}", harmless(privacy.room.value),
                               privacy.only_invited ? "private" : "public");
          },
          [](const Invite& invite) { return "invited somebody to " + harmless(invite.room.value); },
          [](const RemoveMember& removal) {
            return "removed somebody from " + harmless(removal.room.value);
          }},
      body);
}

std::string author_name_of(const Delivery& delivery) {
  return delivery.author_name.empty() ? text_of(delivery.author).substr(0, 8)
                                      : harmless(delivery.author_name);
}

std::string gap_of(const Delivery& delivery, std::FILE* stream) {
  if (delivery.gap == 0) return {};
  return paint(Colour::dim, "  (" + counted(delivery.gap, "earlier message") + " not here yet)",
               stream);
}

std::string post_line(const Delivery& post, const std::string& text, const std::string& after,
                      std::FILE* stream) {
  const std::string clock = clock_time(time_of(post));
  const std::string name = author_name_of(post);
  const std::size_t width = width_of(name);
  const std::string pad(width < name_columns ? name_columns - width : 0, ' ');
  const std::size_t indent = width_of(clock) + 2 + width + pad.size() + 2;
  return fmt::format("{}  {}{}  {}{}{}", paint(Colour::dim, clock, stream),
                     paint(colour_of(name), name, stream), pad, indented(text, indent),
                     paint(Colour::dim, after, stream), gap_of(post, stream));
}

void add_place(Json& json, const Destination& to) {
  if (const RoomName* room = std::get_if<RoomName>(&to)) {
    json["room"] = room->value;
  } else {
    json["room"] = nullptr;
    json["to"] = text_of(std::get<UserId>(to));
  }
}

Json start_of(const Delivery& delivery, const Destination& to) {
  Json json;
  json["id"] = text_of(delivery.id);
  json["message"] = text_of(delivery.message);
  json["from"] = delivery.author_name;
  add_place(json, to);
  return json;
}

Json with_end(Json json, const Delivery& delivery) {
  json["time"] = rfc3339(time_of(delivery));
  json["hlc"] = std::to_string(delivery.hlc.value);
  if (delivery.gap != 0) json["gap"] = delivery.gap;
  return json;
}

}  // namespace

std::string indented(std::string_view text, std::size_t columns) {
  std::string out;
  while (true) {
    const auto end = text.find('\n');
    out += harmless(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += "\n" + std::string(columns, ' ');
    text.remove_prefix(end + 1);
  }
}

WallTime time_of(const Delivery& delivery) {
  return std::min(delivery.written(), runtime::Loop::wall());
}

std::string line_of(const Delivery& delivery, std::FILE* stream, const Conversation* about) {
  if (const Post* post = std::get_if<Post>(&delivery.body))
    return post_line(delivery, post->text, "", stream);
  const std::string deed = deed_of(delivery.body, about);
  if (deed.empty()) return {};
  const std::string clock = clock_time(time_of(delivery));
  return fmt::format(
      "{}  {}{}", paint(Colour::dim, clock, stream),
      paint(Colour::dim, fmt::format("{} {}", author_name_of(delivery), deed), stream),
      gap_of(delivery, stream));
}

std::string line_of(const Conversation::Seen& post, std::FILE* stream) {
  if (post.deleted) return post_line(post.first, "", "(deleted)", stream);
  std::string after = post.edited ? "  (edited)" : "";
  for (const Conversation::Reaction& reaction : post.reactions)
    after += fmt::format("  [{} {}]", harmless(reaction.sign), reaction.users.size());
  return post_line(post.first, post.text, after, stream);
}

std::string merged_line(std::size_t messages) {
  return fmt::format("{} from the other side of a split {} merged", counted(messages, "message"),
                     messages == 1 ? "was" : "were");
}

Json json_of(const Delivery& delivery) {
  const Destination* to = timeline_of(delivery.body);
  if (to == nullptr) return nullptr;
  Json json = start_of(delivery, *to);
  if (const auto* post = std::get_if<Post>(&delivery.body)) {
    json["text"] = post->text;
  } else if (const auto* edit = std::get_if<EditPost>(&delivery.body)) {
    json["kind"] = "edit";
    json["post"] = text_of(edit->post);
    json["text"] = edit->text;
  } else if (const auto* removal = std::get_if<DeletePost>(&delivery.body)) {
    json["kind"] = "delete";
    json["post"] = text_of(removal->post);
  } else if (const auto* reaction = std::get_if<React>(&delivery.body)) {
    json["kind"] = "react";
    json["post"] = text_of(reaction->post);
    json["sign"] = reaction->sign;
    json["on"] = reaction->on;
  }
  return with_end(std::move(json), delivery);
}

Json json_of(const Conversation::Seen& post) {
  Json json = start_of(post.first, std::get<Post>(post.first.body).to);
  json["text"] = post.text;
  json = with_end(std::move(json), post.first);
  if (post.edited) json["edited"] = true;
  if (post.deleted) json["deleted"] = true;
  if (!post.reactions.empty()) {
    Json signs = Json::object();
    for (const Conversation::Reaction& reaction : post.reactions)
      signs[reaction.sign] = reaction.users.size();
    json["reactions"] = std::move(signs);
  }
  return json;
}

std::optional<Destination> conversation_of(const Delivery& delivery, UserId self) {
  const Destination* to = timeline_of(delivery.body);
  if (to == nullptr) return std::nullopt;
  if (std::holds_alternative<UserId>(*to) && delivery.author != self) return delivery.author;
  return *to;
}

}  // namespace peal::cli
