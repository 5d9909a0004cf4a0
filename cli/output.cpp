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
std::tm local_time(WallTime time) {
  const auto seconds = static_cast<std::time_t>(time.ms / 1'000);
  std::tm parts{};
  ::localtime_r(&seconds, &parts);
  return parts;
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

std::string line_of(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void print_json(const Json& value) {
  std::puts(line_of(value).c_str());
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
    case Role::joining: return "joining";
  }
  return "unknown";
}

std::string text_of(const Endpoint& endpoint) {
  return endpoint ? runtime::format_endpoint(endpoint) : "-";
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
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
    case RejectReason::not_invited: return said("only those who were invited enter this room");
    case RejectReason::not_the_owner: return said("only the owner of the room may do that");
    case RejectReason::not_yours: return said("that message is somebody else's");
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

}  // namespace peal::cli
