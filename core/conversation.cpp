// Gathering what was said of each post, and putting it together when somebody looks.
#include "core/conversation.hpp"

namespace peal {

void Conversation::apply(const Delivery& item) {
  if (std::holds_alternative<Post>(item.body)) return add(item);
  const EntryKey key = key_of(item);
  if (const auto* body = std::get_if<EditPost>(&item.body)) {
    Edit& edit = amendments_[body->post].edits[item.author];
    if (edit.key < key) edit = {key, body->text};
  } else if (const auto* removal = std::get_if<DeletePost>(&item.body)) {
    amendments_[removal->post].deletions.insert(item.author);
  } else if (const auto* reaction = std::get_if<React>(&item.body)) {
    Sign& sign = amendments_[reaction->post].signs[reaction->sign][item.author];
    if (sign.key < key) sign = {key, reaction->on};
  }
}

void Conversation::add(const Delivery& post) {
  const auto [it, fresh] = posts_.try_emplace(post.message, post);
  Delivery& known = it->second;
  if (!fresh) {
    if (key_of(known) <= key_of(post)) return;
    order_.erase(key_of(known));
    known = post;
  }
  order_.emplace(key_of(known), post.message);
}

bool Conversation::is_deleted(const Delivery& post) const {
  const auto it = amendments_.find(post.message);
  return it != amendments_.end() && it->second.deletions.contains(post.author);
}

Conversation::Seen Conversation::seen(const Delivery& post) const {
  Seen now{.first = post, .text = std::get<Post>(post.body).text};
  const auto it = amendments_.find(post.message);
  if (it == amendments_.end()) return now;
  const Amendments& said = it->second;
  if (const auto edit = said.edits.find(post.author); edit != said.edits.end()) {
    now.text = edit->second.text;
    now.edited = true;
  }
  for (const auto& [sign, users] : said.signs) {
    Reaction reaction{sign, {}};
    for (const auto& [user, choice] : users)
      if (choice.on) reaction.users.push_back(user);
    if (!reaction.users.empty()) now.reactions.push_back(std::move(reaction));
  }
  now.deleted = is_deleted(post);
  if (now.deleted) now.text.clear();
  return now;
}

std::optional<Conversation::Seen> Conversation::find(MessageId post) const {
  const auto it = posts_.find(post);
  if (it == posts_.end()) return std::nullopt;
  return seen(it->second);
}

std::vector<Conversation::Seen> Conversation::posts() const {
  std::vector<Seen> all;
  all.reserve(order_.size());
  for (const auto& [key, message] : order_) all.push_back(seen(posts_.at(message)));
  return all;
}

std::optional<MessageId> Conversation::latest_of(UserId author, std::size_t back) const {
  for (auto it = order_.rbegin(); it != order_.rend(); ++it) {
    const Delivery& post = posts_.at(it->second);
    if (post.author != author || is_deleted(post)) continue;
    if (back-- == 0) return it->second;
  }
  return std::nullopt;
}

std::optional<MessageId> Conversation::latest() const {
  for (auto it = order_.rbegin(); it != order_.rend(); ++it)
    if (!is_deleted(posts_.at(it->second))) return it->second;
  return std::nullopt;
}

}  // namespace peal
