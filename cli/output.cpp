// Ids, times and deliveries as text and JSON.
#include "cli/output.hpp"

#include <cstdio>
#include <ctime>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "runtime/address.hpp"

namespace peal::cli {
namespace {

constexpr std::uint64_t exact_in_a_double = std::uint64_t{1} << 53U;
/// Who and what, apart: names are padded to this so that texts line up.
constexpr std::size_t name_columns = 10;

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::tm local_time(WallTime time) {
  const auto seconds = static_cast<std::time_t>(time.ms / 1'000);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return parts;
}

/// What a body other than a post says about its author: "joined #lunch".
std::string deed_of(const Body& body) {
  return std::visit(
      Overloaded{[](const RegisterUser&) { return std::string(); },
                 [](const Rename& rename) { return "took the name " + harmless(rename.name); },
                 [](const CreateRoom& create) { return "opened " + harmless(create.room.value); },
                 [](const JoinRoom& join) { return "joined " + harmless(join.room.value); },
                 [](const LeaveRoom& leave) { return "left " + harmless(leave.room.value); },
                 [](const SetTopic& topic) {
                   return fmt::format("set the topic of {}: {}", harmless(topic.room.value),
                                      harmless(topic.topic));
                 },
                 [](const Post&) { return std::string(); }},
      body);
}

/// The lines of a text below each other, so that none can pass for another message.
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

}  // namespace

Json json_of(std::uint64_t number) {
  if (number > exact_in_a_double) return std::to_string(number);
  return number;
}

Json json_of(ViewId view) {
  return Json::array({json_of(view.number), json_of(view.leader.value)});
}

Json json_of(const VersionVector& vector) {
  Json json = Json::object();
  for (const EntryId pair : vector.pairs())
    json[std::to_string(pair.log.value)] = json_of(pair.seq);
  return json;
}

void print_json(const Json& value) {
  std::puts(value.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
  std::fflush(stdout);
}

std::string text_of(EntryId entry) { return fmt::format("{}:{}", entry.log.value, entry.seq); }
std::string text_of(MessageId message) {
  return fmt::format("{}:{}", message.session.value, message.n);
}
std::string text_of(Digest digest) {
  return fmt::format("{:016x}{:016x}", digest.high, digest.low);
}
std::string text_of(UserId user) {
  std::string text;
  for (const std::uint8_t byte : user.bytes) text += fmt::format("{:02x}", byte);
  return text;
}
std::string text_of(ServerId server) { return fmt::format("s{}", server.value); }

std::string text_of(Role role) {
  switch (role) {
    case Role::looking: return "looking";
    case Role::member: return "member";
    case Role::leader: return "leader";
    case Role::leaving: return "leaving";
    case Role::failed: return "failed";
  }
  return "unknown";
}

std::string text_of(const Endpoint& endpoint) {
  return endpoint ? runtime::format_endpoint(endpoint) : "-";
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string explain(RejectReason reason, std::string_view detail) {
  // The server's own words say why; what to do here is for us to add.
  const auto said = [&](std::string_view otherwise) {
    return detail.empty() ? std::string(otherwise) : harmless(detail);
  };
  switch (reason) {
    case RejectReason::invalid_name: return said("this name cannot be used");
    case RejectReason::name_taken:
      return said("the name is taken") + ": choose another with --as, or ask its owner";
    case RejectReason::not_registered: return said("no name is registered yet: use --as NAME");
    case RejectReason::no_such_room:
      if (detail.starts_with('#'))
        return "there is no room " + harmless(detail) + " (peal rooms lists those that exist)";
      return said("there is no such room") + " (peal rooms lists those that exist)";
    case RejectReason::no_such_user:
      return said("nobody has that name") + " (peal who lists the users on line)";
    case RejectReason::not_a_room_member: return said("not a member of the room: join it first");
    case RejectReason::text_too_long:
      return said("the text is too long") + ": split it into several messages";
    case RejectReason::invalid_text: return said("this text cannot be sent");
    case RejectReason::out_of_order:
      return said("a later message of this session is in the history already") + ": send it again";
  }
  return said("refused");
}

std::string rfc3339(WallTime time) {
  const auto seconds = static_cast<std::time_t>(time.ms / 1'000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1'900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     time.ms % 1'000);
}

std::string clock_time(WallTime time) {
  const std::tm then = local_time(time);
  const std::tm now = local_time(WallTime{static_cast<std::int64_t>(std::time(nullptr)) * 1'000});
  std::string clock = fmt::format("{:02}:{:02}", then.tm_hour, then.tm_min);
  if (then.tm_year == now.tm_year && then.tm_yday == now.tm_yday) return clock;
  return fmt::format("{:04}-{:02}-{:02} {}", then.tm_year + 1'900, then.tm_mon + 1, then.tm_mday,
                     clock);
}

std::string line_of(const Delivery& delivery, std::FILE* stream) {
  const std::string clock = clock_time(delivery.hlc.wall());
  const std::string time = paint(Colour::dim, clock, stream);
  const std::string name = delivery.author_name.empty() ? text_of(delivery.author).substr(0, 8)
                                                        : harmless(delivery.author_name);
  const std::string gap =
      delivery.gap == 0
          ? ""
          : paint(Colour::dim, "  (" + counted(delivery.gap, "earlier message") + " not here yet)",
                  stream);
  if (const Post* post = std::get_if<Post>(&delivery.body)) {
    const std::size_t width = width_of(name);
    const std::string pad(width < name_columns ? name_columns - width : 0, ' ');
    const std::size_t indent = width_of(clock) + 2 + width + pad.size() + 2;
    return fmt::format("{}  {}{}  {}{}", time, paint(colour_of(name), name, stream), pad,
                       indented(post->text, indent), gap);
  }
  const std::string deed = deed_of(delivery.body);
  if (deed.empty()) return {};
  return fmt::format("{}  {}{}", time, paint(Colour::dim, fmt::format("{} {}", name, deed), stream),
                     gap);
}

Json json_of(const Delivery& delivery) {
  const Post* post = std::get_if<Post>(&delivery.body);
  if (post == nullptr) return nullptr;
  Json json;
  json["id"] = text_of(delivery.id);
  json["message"] = text_of(delivery.message);
  json["from"] = delivery.author_name;
  if (const RoomName* room = std::get_if<RoomName>(&post->to)) {
    json["room"] = room->value;
  } else {
    json["room"] = nullptr;
    json["to"] = text_of(std::get<UserId>(post->to));
  }
  json["text"] = post->text;
  json["time"] = rfc3339(delivery.hlc.wall());
  json["hlc"] = std::to_string(delivery.hlc.value);
  if (delivery.gap != 0) json["gap"] = delivery.gap;
  return json;
}

}  // namespace peal::cli
