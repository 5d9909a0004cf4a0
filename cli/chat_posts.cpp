// The commands of a chat about messages that were said, and about who may be in a room.
#include <algorithm>

#include "cli/chat_room.hpp"
#include "cli/terminal.hpp"
#include "core/text_rules.hpp"

namespace peal::cli {

bool ChatRoom::run_post_command(std::string_view name, const std::string& words) {
  if (name == "/edit") {
    edit(words);
  } else if (name == "/delete") {
    remove_post();
  } else if (name == "/react") {
    react(words);
  } else {
    return false;
  }
  return true;
}

bool ChatRoom::run_admission_command(std::string_view name, const std::string& words) {
  const bool about_user = name == "/invite" || name == "/remove";
  const bool about_room = name == "/private" || name == "/public";
  if (!about_user && !about_room) return false;
  if (!room_) {
    screen_.note("you are in no room: /join ROOM");
  } else if (about_room) {
    change(SetPrivacy{*room_, name == "/private"});
  } else if (words.empty()) {
    screen_.note(std::string(name) + " USER");
  } else {
    with_user(words, [this, room = *room_, invites = name == "/invite"](UserId user) {
      change(invites ? Body(Invite{room, user}) : Body(RemoveMember{room, user}));
    });
  }
  return true;
}

void ChatRoom::change(Body body) {
  submit(std::move(body), [this](const std::string& refusal) {
    if (!refusal.empty()) screen_.note(refusal);
  });
}

void ChatRoom::with_user(const std::string& name, std::function<void(UserId)> then) {
  ask(FindUserQuery{name}, [this, name, then = std::move(then)](const AnswerBody& body) {
    const auto& found = std::get<FindUserAnswer>(body);
    if (!found.user) return screen_.note("nobody is called " + harmless(name));
    then(found.user);
  });
}

void ChatRoom::edit(const std::string& words) {
  if (words.empty()) return screen_.note("/edit TEXT: another text for your last message here");
  const auto post = here_.latest_of(connection_.user());
  if (!post || !room_) return screen_.note("you said nothing here yet, as far as this chat shows");
  change(EditPost{*room_, *post, words});
}

void ChatRoom::remove_post() {
  const auto post = here_.latest_of(connection_.user());
  if (!post || !room_) return screen_.note("you said nothing here yet, as far as this chat shows");
  change(DeletePost{*room_, *post});
}

void ChatRoom::react(const std::string& words) {
  if (!valid_sign(words)) return screen_.note("/react SIGN: one emoji or short word");
  const auto post = here_.latest();
  if (!post || !room_)
    return screen_.note("there is no message here yet, as far as this chat shows");
  const auto seen = here_.find(*post);
  bool on = true;
  for (const Conversation::Reaction& reaction : seen->reactions)
    if (reaction.sign == words && std::ranges::binary_search(reaction.users, connection_.user()))
      on = false;
  change(React{*room_, *post, words, on});
}

}  // namespace peal::cli
