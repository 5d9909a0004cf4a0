// Rooms: made by whoever names one first, entered and left at will, each with a topic.
#include "core/chat_rules.hpp"
#include "core/limits.hpp"
#include "core/refusals.hpp"

namespace peal {

ChatState::Judgement ChatRules::judge_entering(const State& state, const RoomName& name,
                                               UserId author) {
  if (!valid_room_name(name.value)) return refuse_room_name();
  if (!state.is_registered(author)) return refuse_unregistered();
  if (state.is_member(name, author)) return ChatState::AlreadySo{};
  const Room* room = find(state, name);
  if (room == nullptr || room->owner == author) return ChatState::Fine{};
  const auto admission = room->admitted.find(author);
  const bool said = admission != room->admitted.end();
  if (said ? admission->second.latest().value : !room->private_since()) return ChatState::Fine{};
  const std::string why = said ? "you were removed from " : "only those who were invited enter ";
  return refuse(RejectReason::not_invited,
                why + quoted(name.value) + ": ask its owner, " + state.displayed_name(room->owner));
}

ChatState::Judgement ChatRules::judge(const State& state, const CreateRoom& body, UserId author) {
  return judge_entering(state, body.room, author);
}

void ChatRules::apply(State& state, const Entry& entry, const CreateRoom& body) {
  state.join(entry, body.room);
}

ChatState::Judgement ChatRules::judge(const State& state, const JoinRoom& body, UserId author) {
  return judge_entering(state, body.room, author);
}

void ChatRules::apply(State& state, const Entry& entry, const JoinRoom& body) {
  state.join(entry, body.room);
}

ChatState::Judgement ChatRules::judge(const State& state, const LeaveRoom& body, UserId author) {
  if (!valid_room_name(body.room.value)) return refuse_room_name();
  if (!state.is_registered(author)) return refuse_unregistered();
  if (!state.room_exists(body.room)) return refuse_room(body.room);
  if (!state.is_member(body.room, author)) return ChatState::AlreadySo{};
  return ChatState::Fine{};
}

void ChatRules::apply(State& state, const Entry& entry, const LeaveRoom& body) {
  state.set_joined(entry, body.room, false);
}

ChatState::Judgement ChatRules::judge(const State& state, const SetTopic& body, UserId author) {
  if (auto fault = refuse_text(check_topic(body.topic), "the topic", limits::topic_bytes_max))
    return *std::move(fault);
  if (!state.is_registered(author)) return refuse_unregistered();
  const Room* room = find(state, body.room);
  if (room == nullptr) return refuse_room(body.room);
  if (!state.is_member(body.room, author)) return refuse_stranger(body.room);
  if (room->topic.latest().value == body.topic) return ChatState::AlreadySo{};
  return ChatState::Fine{};
}

void ChatRules::apply(State& state, const Entry& entry, const SetTopic& body) {
  state.set_topic(entry, body);
}

}  // namespace peal
