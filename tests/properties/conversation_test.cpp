// Whatever the order, the repetitions and the detours: the same entries make the same conversation.
#include "core/conversation.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/prng.hpp"
#include "tests/support/entries.hpp"

namespace peal {
namespace {

const RoomName room{"#a"};

UserId somebody() { return test::user(*rc::gen::inRange(1U, 4U) << 24U); }
MessageId some_post() { return {SessionId{1}, *rc::gen::inRange<std::uint64_t>(1, 5)}; }

Body some_body() {
  const std::vector<std::string> texts = {"x", "y"};
  switch (*rc::gen::inRange(0, 4)) {
    case 0: return Post{room, *rc::gen::elementOf(texts)};
    case 1: return EditPost{room, some_post(), *rc::gen::elementOf(texts)};
    case 2: return DeletePost{room, some_post()};
    default:
      return React{room, some_post(), *rc::gen::elementOf(texts), *rc::gen::arbitrary<bool>()};
  }
}

/// Posts 1 to 4 of session 1, each perhaps accepted by two leaders, and what users say of them.
std::vector<Delivery> some_items() {
  std::vector<Delivery> items;
  const std::map<std::uint64_t, UserId> authors = {
      {1, somebody()}, {2, somebody()}, {3, somebody()}, {4, somebody()}};
  const int count = *rc::gen::inRange(0, 20);
  for (int i = 0; i < count; ++i) {
    Delivery item;
    item.id = {LogId{*rc::gen::inRange<std::uint64_t>(1, 3)}, static_cast<std::uint64_t>(i + 1)};
    item.hlc = Hlc{*rc::gen::inRange<std::uint64_t>(1, 10)};
    item.body = some_body();
    item.author = somebody();
    item.message = {SessionId{2}, static_cast<std::uint64_t>(i + 1)};
    if (auto* post = std::get_if<Post>(&item.body)) {
      item.message = some_post();
      item.author = authors.at(item.message.n);
      post->text = "text " + std::to_string(item.message.n);  // Copies of a message are alike.
    }
    items.push_back(std::move(item));
  }
  return items;
}

Conversation conversation_of(const std::vector<Delivery>& items) {
  Conversation conversation;
  for (const Delivery& item : items) conversation.apply(item);
  return conversation;
}

RC_GTEST_PROP(ConversationProperty, AnyOrderAndAnyRepetitionGiveTheSame, ()) {
  const auto items = some_items();
  auto shuffled = items;
  shuffled.insert(shuffled.end(), items.begin(), items.end());
  Prng prng(*rc::gen::arbitrary<std::uint64_t>());
  for (std::size_t i = shuffled.size(); i > 1; --i)
    std::swap(shuffled[i - 1], shuffled[prng.below(i)]);

  RC_ASSERT(conversation_of(shuffled) == conversation_of(items));
}

RC_GTEST_PROP(ConversationProperty, TwoThatExchangeWhatTheyLackBecomeEqual, ()) {
  std::vector<Delivery> here;
  std::vector<Delivery> there;
  for (const Delivery& item : some_items()) {
    const int side = *rc::gen::inRange(0, 3);
    if (side != 0) here.push_back(item);
    if (side != 1) there.push_back(item);
  }
  Conversation left = conversation_of(here);
  Conversation right = conversation_of(there);

  for (const Delivery& item : there) left.apply(item);
  for (const Delivery& item : here) right.apply(item);

  RC_ASSERT(left == right);
}

RC_GTEST_PROP(ConversationProperty, EveryPostIsAsItsDefinitionSays, ()) {
  const auto items = some_items();

  std::map<MessageId, Delivery> posts;
  for (const Delivery& item : items) {
    if (!std::holds_alternative<Post>(item.body)) continue;
    const auto [it, fresh] = posts.try_emplace(item.message, item);
    if (EntryKey{item.hlc, item.id} < EntryKey{it->second.hlc, it->second.id}) it->second = item;
  }
  const auto conversation = conversation_of(items);
  RC_ASSERT(conversation.size() == posts.size());
  for (const auto& [message, post] : posts) {
    EntryKey latest;
    std::string text = std::get<Post>(post.body).text;
    bool deleted = false;
    for (const Delivery& item : items) {
      const auto* edit = std::get_if<EditPost>(&item.body);
      const auto* removal = std::get_if<DeletePost>(&item.body);
      deleted |= removal != nullptr && removal->post == message && item.author == post.author;
      if (edit == nullptr || edit->post != message || item.author != post.author) continue;
      if (EntryKey{item.hlc, item.id} < latest) continue;
      latest = {item.hlc, item.id};
      text = edit->text;
    }
    const auto seen = conversation.find(message);
    RC_ASSERT(seen.has_value());
    RC_ASSERT(seen->first == post);
    RC_ASSERT(seen->deleted == deleted);
    RC_ASSERT(seen->text == (deleted ? "" : text));
  }
}

RC_GTEST_PROP(ConversationProperty, ReactionIsTheLastWordOfItsUser, ()) {
  const auto items = some_items();
  const auto conversation = conversation_of(items);

  for (const Conversation::Seen& seen : conversation.posts()) {
    std::map<std::string, std::map<UserId, std::pair<EntryKey, bool>>> last;
    for (const Delivery& item : items) {
      const auto* reaction = std::get_if<React>(&item.body);
      if (reaction == nullptr || reaction->post != seen.first.message) continue;
      auto& word = last[reaction->sign][item.author];
      if (word.first < EntryKey{item.hlc, item.id})
        word = {EntryKey{item.hlc, item.id}, reaction->on};
    }
    std::vector<Conversation::Reaction> expected;
    for (const auto& [sign, users] : last) {
      Conversation::Reaction reaction{sign, {}};
      for (const auto& [user, word] : users)
        if (word.second) reaction.users.push_back(user);
      if (!reaction.users.empty()) expected.push_back(reaction);
    }
    RC_ASSERT(seen.reactions == expected);
  }
}

}  // namespace
}  // namespace peal
