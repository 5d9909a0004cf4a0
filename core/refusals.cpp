// The words of refusals: one line each, why and what to do.
#include "core/refusals.hpp"

#include "core/limits.hpp"

namespace peal {
namespace {

constexpr std::size_t told_digits = 8;

std::string name_rule(const char* kind) {
  return std::string(kind) + " 1 to " + std::to_string(limits::name_characters_max) +
         " visible characters without blanks or '~'";
}

}  // namespace

Refusal refuse(RejectReason reason, std::string detail) { return {reason, std::move(detail)}; }

Refusal refuse_unregistered() {
  return refuse(RejectReason::not_registered, "you have no name yet: register one first");
}

Refusal refuse_user_name() {
  return refuse(RejectReason::invalid_name,
                name_rule("a user name has") + ", and does not start with '#'");
}

Refusal refuse_room_name() {
  return refuse(RejectReason::invalid_name, name_rule("a room name has") + ", the first is '#'");
}

Refusal refuse_room(const RoomName& room) {
  return refuse(RejectReason::no_such_room, "there is no room " + quoted(room.value));
}

Refusal refuse_stranger(const RoomName& room) {
  return refuse(RejectReason::not_a_room_member,
                "you are not in " + quoted(room.value) + ": join it first");
}

Refusal refuse_user(UserId user) {
  return refuse(RejectReason::no_such_user, "there is no user " + to_hex(user, told_digits));
}

std::optional<Refusal> refuse_text(TextFault fault, const char* what, std::size_t bytes_max) {
  switch (fault) {
    case TextFault::none: return std::nullopt;
    case TextFault::empty:
      return refuse(RejectReason::invalid_text, std::string(what) + " is empty");
    case TextFault::too_long:
      return refuse(RejectReason::text_too_long,
                    std::string(what) + " is longer than " + std::to_string(bytes_max) + " bytes");
    case TextFault::invalid: break;
  }
  return refuse(RejectReason::invalid_text,
                std::string(what) + " is not UTF-8, or contains control characters");
}

std::string quoted(const std::string& name) {
  return valid_utf8(name) && name.size() <= limits::name_bytes_max ? "'" + name + "'" : "this name";
}

std::string short_id(UserId user) { return to_hex(user, told_digits) + "\u2026"; }

}  // namespace peal
