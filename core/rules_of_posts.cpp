// Conversations: who may speak where. Texts, edits and reactions are no part of the chat state:
// whoever reads a conversation puts them together, see core/conversation.hpp.
#include "core/chat_rules.hpp"
#include "core/limits.hpp"
#include "core/refusals.hpp"

namespace peal {
namespace {

/// Two users who talk have a conversation; a room has one anyway.
const UserId* addressee(const Destination& to) { return std::get_if<UserId>(&to); }

}  // namespace

ChatState::Judgement ChatRules::judge_place(const State& state, const Destination& to,
                                            UserId author) {
  if (!state.is_registered(author)) return refuse_unregistered();
  if (const UserId* user = addressee(to)) {
    if (state.is_registered(*user)) return ChatState::Fine{};
    return refuse_user(*user);
  }
  const RoomName& room = std::get<RoomName>(to);
  if (!state.room_exists(room)) return refuse_room(room);
  if (!state.is_member(room, author)) return refuse_stranger(room);
  return ChatState::Fine{};
}

ChatState::Judgement ChatRules::judge(const State& state, const Post& body, UserId author) {
  if (auto fault = refuse_text(check_text(body.text), "the text", limits::text_bytes_max))
    return *std::move(fault);
  return judge_place(state, body.to, author);
}

void ChatRules::apply(State& state, const Entry& entry, const Post& body) {
  if (const UserId* user = addressee(body.to)) state.note_talk(entry.author, *user);
}

ChatState::Judgement ChatRules::judge(const State& state, const EditPost& body, UserId author) {
  if (auto fault = refuse_text(check_text(body.text), "the text", limits::text_bytes_max))
    return *std::move(fault);
  return judge_place(state, body.to, author);
}

void ChatRules::apply(State&, const Entry&, const EditPost&) {}

ChatState::Judgement ChatRules::judge(const State& state, const DeletePost& body, UserId author) {
  return judge_place(state, body.to, author);
}

void ChatRules::apply(State&, const Entry&, const DeletePost&) {}

ChatState::Judgement ChatRules::judge(const State& state, const React& body, UserId author) {
  if (!valid_sign(body.sign))
    return refuse(RejectReason::invalid_text, "a reaction is one emoji or short word of at most " +
                                                  std::to_string(limits::sign_bytes_max) +
                                                  " bytes, without blanks");
  return judge_place(state, body.to, author);
}

void ChatRules::apply(State&, const Entry&, const React&) {}

ChatState::Judgement ChatRules::judge(const State& state, const MarkRead& body, UserId author) {
  Judgement judgement = judge_place(state, body.conversation, author);
  if (!std::holds_alternative<ChatState::Fine>(judgement)) return judgement;
  if (body.upto <= state.read_marker(author, body.conversation)) return ChatState::AlreadySo{};
  return judgement;
}

void ChatRules::apply(State& state, const Entry& entry, const MarkRead& body) {
  state.mark_read(entry, body);
}

}  // namespace peal
