// Who may be in a room: all, or those who were invited; and never those whom its owner removed.
#include "core/chat_rules.hpp"
#include "core/refusals.hpp"

namespace peal {

ChatState::Judgement ChatRules::judge_owner(const State& state, const RoomName& name,
                                            UserId author) {
  if (!valid_room_name(name.value)) return refuse_room_name();
  if (!state.is_registered(author)) return refuse_unregistered();
  const Room* room = find(state, name);
  if (room == nullptr) return refuse_room(name);
  if (room->owner == author) return ChatState::Fine{};
  return refuse(RejectReason::not_the_owner, quoted(name.value) + " belongs to " +
                                                 state.displayed_name(room->owner) +
                                                 ": only its owner may do that");
}

ChatState::Judgement ChatRules::judge(const State& state, const SetPrivacy& body, UserId author) {
  Judgement judgement = judge_owner(state, body.room, author);
  if (!std::holds_alternative<ChatState::Fine>(judgement)) return judgement;
  if (state.is_private(body.room) == body.only_invited) return ChatState::AlreadySo{};
  return judgement;
}

void ChatRules::apply(State& state, const Entry& entry, const SetPrivacy& body) {
  state.set_privacy(entry, body);
}

ChatState::Judgement ChatRules::judge(const State& state, const Invite& body, UserId author) {
  if (!valid_room_name(body.room.value)) return refuse_room_name();
  if (!state.is_registered(author)) return refuse_unregistered();
  const Room* room = find(state, body.room);
  if (room == nullptr) return refuse_room(body.room);
  if (!state.is_member(body.room, author) && room->owner != author)
    return refuse_stranger(body.room);
  if (!state.is_registered(body.user)) return refuse_user(body.user);
  const auto admission = room->admitted.find(body.user);
  const bool said = admission != room->admitted.end();
  if (said && !admission->second.latest().value) return judge_owner(state, body.room, author);
  if (said || state.is_member(body.room, body.user)) return ChatState::AlreadySo{};
  return ChatState::Fine{};
}

void ChatRules::apply(State& state, const Entry& entry, const Invite& body) {
  state.set_admitted(entry, body.room, body.user, true);
}

ChatState::Judgement ChatRules::judge(const State& state, const RemoveMember& body, UserId author) {
  Judgement judgement = judge_owner(state, body.room, author);
  if (!std::holds_alternative<ChatState::Fine>(judgement)) return judgement;
  if (body.user == author)
    return refuse(RejectReason::not_the_owner, "the owner of a room cannot be removed from it");
  if (!state.is_registered(body.user)) return refuse_user(body.user);
  const Room* room = find(state, body.room);
  const auto admission = room->admitted.find(body.user);
  if (admission != room->admitted.end() && !admission->second.latest().value)
    return ChatState::AlreadySo{};
  return judgement;
}

void ChatRules::apply(State& state, const Entry& entry, const RemoveMember& body) {
  state.set_admitted(entry, body.room, body.user, false);
}

}  // namespace peal
