// Which bodies the chat state lets become entries, and what people are told when it does not.
#include "core/chat_state.hpp"
#include "core/limits.hpp"
#include "core/text_rules.hpp"

namespace peal {
namespace {

constexpr std::size_t told_digits = 8;

Refusal refuse(RejectReason reason, std::string detail) { return {reason, std::move(detail)}; }

Refusal refuse_unregistered() {
  return refuse(RejectReason::not_registered, "you have no name yet: register one first");
}

/// Names come from people; what cannot be shown safely is not repeated to them.
std::string quoted(const std::string& name) {
  return valid_utf8(name) && name.size() <= limits::name_bytes_max ? "'" + name + "'" : "this name";
}

std::string name_rule(const char* kind) {
  return std::string(kind) + " 1 to " + std::to_string(limits::name_characters_max) +
         " visible characters without blanks or '~'";
}

Refusal refuse_user_name() {
  return refuse(RejectReason::invalid_name,
                name_rule("a user name has") + ", and does not start with '#'");
}

Refusal refuse_room_name() {
  return refuse(RejectReason::invalid_name, name_rule("a room name has") + ", the first is '#'");
}

std::optional<Refusal> fault_of(TextFault fault, const char* what, std::size_t bytes_max) {
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

Refusal refuse_room(const RoomName& room) {
  return refuse(RejectReason::no_such_room, "there is no room " + quoted(room.value));
}

Refusal refuse_stranger(const RoomName& room) {
  return refuse(RejectReason::not_a_room_member,
                "you are not in " + quoted(room.value) + ": join it first");
}

}  // namespace

bool rests_on_absence(RejectReason reason) {
  return reason == RejectReason::not_registered || reason == RejectReason::no_such_room ||
         reason == RejectReason::no_such_user || reason == RejectReason::not_a_room_member;
}

// The form of a body is judged before what it says of users and rooms: a body of bad form is
// refused also where the latter cannot be judged.
ChatState::Judgement ChatState::judge(const Body& body, UserId author) const {
  struct Judge {
    const ChatState& state;
    UserId author;
    Judgement operator()(const RegisterUser& b) const { return state.judge_name(b.name, author); }
    Judgement operator()(const Rename& b) const {
      if (valid_user_name(b.name) && !state.is_registered(author)) return refuse_unregistered();
      return state.judge_name(b.name, author);
    }
    Judgement operator()(const CreateRoom& b) const { return state.judge_join(b.room, author); }
    Judgement operator()(const JoinRoom& b) const { return state.judge_join(b.room, author); }
    Judgement operator()(const LeaveRoom& b) const { return state.judge_leave(b.room, author); }
    Judgement operator()(const SetTopic& b) const { return state.judge_topic(b, author); }
    Judgement operator()(const Post& b) const { return state.judge_post(b, author); }
  };
  return std::visit(Judge{*this, author}, body);
}

ChatState::Judgement ChatState::judge_name(const std::string& name, UserId author) const {
  if (!valid_user_name(name)) return refuse_user_name();
  const auto mine = users_.find(author);
  if (mine != users_.end() && mine->second.name == name) return AlreadySo{};
  const auto owner = owner_of(name);
  if (!owner) return Fine{};
  return refuse(RejectReason::name_taken,
                quoted(name) + " belongs to user " + to_hex(*owner, told_digits) + "\u2026");
}

ChatState::Judgement ChatState::judge_join(const RoomName& room, UserId author) const {
  if (!valid_room_name(room.value)) return refuse_room_name();
  if (!is_registered(author)) return refuse_unregistered();
  if (is_member(room, author)) return AlreadySo{};
  return Fine{};
}

ChatState::Judgement ChatState::judge_leave(const RoomName& room, UserId author) const {
  if (!valid_room_name(room.value)) return refuse_room_name();
  if (!is_registered(author)) return refuse_unregistered();
  if (!room_exists(room)) return refuse_room(room);
  if (!is_member(room, author)) return AlreadySo{};
  return Fine{};
}

ChatState::Judgement ChatState::judge_topic(const SetTopic& body, UserId author) const {
  if (auto fault = fault_of(check_topic(body.topic), "the topic", limits::topic_bytes_max))
    return *std::move(fault);
  if (!is_registered(author)) return refuse_unregistered();
  const Room* room = find_room(body.room.value);
  if (room == nullptr) return refuse_room(body.room);
  if (!is_member(body.room, author)) return refuse_stranger(body.room);
  if (room->topic == body.topic) return AlreadySo{};
  return Fine{};
}

ChatState::Judgement ChatState::judge_post(const Post& post, UserId author) const {
  if (auto fault = fault_of(check_text(post.text), "the text", limits::text_bytes_max))
    return *std::move(fault);
  if (!is_registered(author)) return refuse_unregistered();
  if (const auto* user = std::get_if<UserId>(&post.to)) {
    if (is_registered(*user)) return Fine{};
    return refuse(RejectReason::no_such_user, "there is no user " + to_hex(*user, told_digits));
  }
  const RoomName& room = std::get<RoomName>(post.to);
  if (!room_exists(room)) return refuse_room(room);
  if (!is_member(room, author)) return refuse_stranger(room);
  return Fine{};
}

}  // namespace peal
