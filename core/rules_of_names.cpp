// Names: a user has one, and the earliest claim of it owns it.
#include "core/chat_rules.hpp"
#include "core/refusals.hpp"

namespace peal {
namespace {

ChatState::Judgement judge_name(const ChatState& state, const std::string& name, UserId author) {
  if (!valid_user_name(name)) return refuse_user_name();
  if (state.claimed_name(author) == name) return ChatState::AlreadySo{};
  const auto owner = state.owner_of(name);
  if (!owner) return ChatState::Fine{};
  return refuse(RejectReason::name_taken, quoted(name) + " belongs to user " + short_id(*owner));
}

}  // namespace

ChatState::Judgement ChatRules::judge(const State& state, const RegisterUser& body, UserId author) {
  return judge_name(state, body.name, author);
}

void ChatRules::apply(State& state, const Entry& entry, const RegisterUser& body) {
  state.claim(entry, body.name);
}

ChatState::Judgement ChatRules::judge(const State& state, const Rename& body, UserId author) {
  if (valid_user_name(body.name) && !state.is_registered(author)) return refuse_unregistered();
  return judge_name(state, body.name, author);
}

void ChatRules::apply(State& state, const Entry& entry, const Rename& body) {
  state.claim(entry, body.name);
}

}  // namespace peal
