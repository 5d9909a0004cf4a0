// Whatever the order, the repetitions and the detours: the same entries make the same chat.
#include "core/chat_state.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/prng.hpp"
#include "core/text_rules.hpp"
#include "tests/support/entries.hpp"

namespace peal {
namespace {

const std::vector<std::string> names = {"ann", "bob", "sam"};
const std::vector<std::string> rooms = {"#a", "#b"};

rc::Gen<UserId> small_user() {
  return rc::gen::map(rc::gen::inRange(1U, 5U), [](unsigned n) { return test::user(n << 24U); });
}

/// Few users, names and rooms, so that claims clash and writers race.
rc::Gen<Body> small_body() {
  const auto name = rc::gen::elementOf(names);
  const auto room = rc::gen::map(rc::gen::elementOf(rooms),
                                 [](std::string text) { return RoomName{std::move(text)}; });
  return rc::gen::oneOf(
      rc::gen::map(name, [](std::string text) -> Body { return RegisterUser{std::move(text)}; }),
      rc::gen::map(name, [](std::string text) -> Body { return Rename{std::move(text)}; }),
      rc::gen::map(room, [](RoomName to) -> Body { return CreateRoom{std::move(to)}; }),
      rc::gen::map(room, [](RoomName to) -> Body { return JoinRoom{std::move(to)}; }),
      rc::gen::map(room, [](RoomName to) -> Body { return LeaveRoom{std::move(to)}; }),
      rc::gen::apply([](RoomName to, std::string topic)
                         -> Body { return SetTopic{std::move(to), std::move(topic)}; },
                     room, rc::gen::elementOf(std::vector<std::string>{"s", "t"})),
      rc::gen::map(room, [](RoomName to) -> Body { return Post{std::move(to), "x"}; }),
      rc::gen::apply([](UserId to) -> Body { return Post{to, "x"}; }, small_user()),
      rc::gen::apply([](RoomName of, std::uint64_t time)
                         -> Body { return MarkRead{std::move(of), {Hlc{time}, {LogId{1}, time}}}; },
                     room, rc::gen::inRange<std::uint64_t>(1, 20)),
      rc::gen::apply([](RoomName of, bool yes) -> Body { return SetPrivacy{std::move(of), yes}; },
                     room, rc::gen::arbitrary<bool>()),
      rc::gen::apply([](RoomName to, UserId who) -> Body { return Invite{std::move(to), who}; },
                     room, small_user()),
      rc::gen::apply(
          [](RoomName from, UserId who) -> Body { return RemoveMember{std::move(from), who}; },
          room, small_user()));
}

/// Entries of three logs; some messages are in two of them, as after a split.
std::vector<Entry> entries_of_a_life() {
  const auto bodies = *rc::gen::container<std::vector<Body>>(small_body());
  std::vector<Entry> entries;
  std::uint64_t time = 0;
  for (const Body& body : bodies) {
    Entry entry = test::entry_at(++time, *small_user(), body);
    entry.id.log = LogId{*rc::gen::inRange<std::uint64_t>(1, 4)};
    entry.hlc = Hlc{*rc::gen::inRange<std::uint64_t>(1, 20)};
    entry.message.session = SessionId{*rc::gen::inRange<std::uint64_t>(1, 4)};
    entries.push_back(entry);
    if (*rc::gen::inRange(0, 5) != 0) continue;
    entry.id = {LogId{9}, time};
    entry.hlc = Hlc{*rc::gen::inRange<std::uint64_t>(1, 20)};
    entries.push_back(entry);
  }
  return entries;
}

/// Of the entries that a test picks, the one that counts last: of each session the latest message,
/// at the smallest key of its copies, and of these the one with the highest key. Null: none.
template <class Pick>
const Entry* last_word(const std::vector<Entry>& entries, Pick pick) {
  std::map<SessionId, const Entry*> words;
  for (const Entry& entry : entries) {
    if (!pick(entry)) continue;
    const Entry*& word = words[entry.message.session];
    const bool counts = word == nullptr || entry.message.n > word->message.n ||
                        (entry.message.n == word->message.n && entry.key() < word->key());
    if (counts) word = &entry;
  }
  const Entry* last = nullptr;
  for (const auto& [session, word] : words)
    if (last == nullptr || word->key() > last->key()) last = word;
  return last;
}

ChatState state_of(const std::vector<Entry>& entries) {
  ChatState state;
  for (const Entry& entry : entries) state.apply(entry);
  return state;
}

Digest digest_of_state(const ChatState& state) {
  Hasher hasher;
  state.mix_into(hasher);
  return hasher.digest();
}

void shuffle(std::vector<Entry>& entries) {
  Prng prng(*rc::gen::arbitrary<std::uint64_t>());
  for (std::size_t i = entries.size(); i > 1; --i)
    std::swap(entries[i - 1], entries[prng.below(i)]);
}

RC_GTEST_PROP(ChatStateProperty, AnyOrderGivesTheSameStateAndDigest, ()) {
  const auto entries = entries_of_a_life();
  auto shuffled = entries;
  shuffle(shuffled);

  RC_ASSERT(state_of(shuffled) == state_of(entries));
  RC_ASSERT(digest_of_state(state_of(shuffled)) == digest_of_state(state_of(entries)));
}

RC_GTEST_PROP(ChatStateProperty, ApplyingAgainChangesNothing, ()) {
  const auto entries = entries_of_a_life();
  auto twice = entries;
  twice.insert(twice.end(), entries.begin(), entries.end());
  shuffle(twice);

  RC_ASSERT(state_of(twice) == state_of(entries));
  RC_ASSERT(digest_of_state(state_of(twice)) == digest_of_state(state_of(entries)));
}

RC_GTEST_PROP(ChatStateProperty, TwoThatExchangeWhatTheyLackBecomeEqual, ()) {
  const auto entries = entries_of_a_life();
  std::vector<Entry> here;
  std::vector<Entry> there;
  for (const Entry& entry : entries) {
    const int side = *rc::gen::inRange(0, 3);
    if (side != 0) here.push_back(entry);
    if (side != 1) there.push_back(entry);
  }
  ChatState left = state_of(here);
  ChatState right = state_of(there);

  for (const Entry& entry : there) left.apply(entry);
  for (const Entry& entry : here) right.apply(entry);

  RC_ASSERT(left == right);
  RC_ASSERT(digest_of_state(left) == digest_of_state(right));
}

RC_GTEST_PROP(ChatStateProperty, DifferentStatesHaveDifferentDigests, ()) {
  auto entries = entries_of_a_life();
  const auto more = entries_of_a_life();
  ChatState left = state_of(entries);
  ChatState right = state_of(more);

  RC_ASSERT((left == right) == (digest_of_state(left) == digest_of_state(right)));
}

RC_GTEST_PROP(ChatStateProperty, DisplayedNamesAreUniqueAndLeadBack, ()) {
  const auto state = state_of(entries_of_a_life());

  std::set<std::string> seen;
  const auto users = state.users_after("", 1'000);
  for (const ChatState::User& user : users) {
    RC_ASSERT(seen.insert(user.displayed).second);
    RC_ASSERT(state.find_displayed(user.displayed) == user.id);
    RC_ASSERT(state.displayed_name(user.id) == user.displayed);
  }
  RC_ASSERT(users.size() == state.user_count());
}

RC_GTEST_PROP(ChatStateProperty, NameBelongsToTheEarliestOfTheCurrentClaims, ()) {
  const auto entries = entries_of_a_life();
  const auto state = state_of(entries);

  const auto name_in = [](const Entry& entry) {
    const auto* registers = std::get_if<RegisterUser>(&entry.body);
    const auto* renames = std::get_if<Rename>(&entry.body);
    return registers != nullptr ? &registers->name : renames != nullptr ? &renames->name : nullptr;
  };
  std::map<UserId, std::pair<EntryKey, std::string>> current;
  for (unsigned n = 1; n < 5; ++n) {
    const UserId user = test::user(n << 24U);
    const Entry* claim = last_word(entries, [&](const Entry& entry) {
      return entry.author == user && name_in(entry) != nullptr;
    });
    if (claim != nullptr) current[user] = {claim->key(), *name_in(*claim)};
  }
  std::map<std::string, std::pair<EntryKey, UserId>> owners;
  for (const auto& [user, claim] : current) {
    const auto [it, fresh] = owners.try_emplace(claim.second, claim.first, user);
    if (!fresh && claim.first < it->second.first) it->second = {claim.first, user};
  }
  for (const std::string& name : names) {
    const auto owner = owners.find(name);
    RC_ASSERT(state.owner_of(name) ==
              (owner == owners.end() ? std::nullopt : std::optional(owner->second.second)));
  }
}

RC_GTEST_PROP(ChatStateProperty, PagesOfAnySizeGiveTheSameUsers, ()) {
  const auto state = state_of(entries_of_a_life());
  const auto limit = *rc::gen::inRange<std::size_t>(1, 5);

  std::vector<ChatState::User> paged;
  std::string after;
  while (true) {
    const auto page = state.users_after(after, limit);
    if (page.empty()) break;
    paged.insert(paged.end(), page.begin(), page.end());
    after = page.back().displayed;
  }

  RC_ASSERT(paged == state.users_after("", 1'000));
}

RC_GTEST_PROP(ChatStateProperty, WhatIsAlreadySoWouldChangeNoPerceivedState, ()) {
  const auto entries = entries_of_a_life();
  const ChatState state = state_of(entries);

  // What somebody has said already is often still so.
  for (const Entry& entry : entries) {
    if (!std::holds_alternative<ChatState::AlreadySo>(state.judge(entry.body, entry.author)))
      continue;
    ChatState again = state;
    again.apply(test::entry_at(1'000, entry.author, entry.body));

    // Saying it again may cost the author the seniority of a claim, never change a room.
    RC_ASSERT(again.rooms_after("", 100) == state.rooms_after("", 100));
    RC_ASSERT(again.user_count() == state.user_count());
  }
}

/// What the entries say of one room, looked at one rule at a time and without any order: the
/// meaning that ChatState must have however it gets there.
struct RoomByDefinition {
  const std::vector<Entry>& entries;
  RoomName room;

  [[nodiscard]] bool enters(const Entry& entry) const {
    const auto* join = std::get_if<JoinRoom>(&entry.body);
    const auto* create = std::get_if<CreateRoom>(&entry.body);
    return (join != nullptr && join->room == room) || (create != nullptr && create->room == room);
  }
  [[nodiscard]] bool leaves(const Entry& entry) const {
    const auto* leave = std::get_if<LeaveRoom>(&entry.body);
    return leave != nullptr && leave->room == room;
  }
  [[nodiscard]] UserId owner() const {
    const Entry* first = nullptr;
    for (const Entry& entry : entries)
      if (enters(entry) && (first == nullptr || entry.key() < first->key())) first = &entry;
    return first == nullptr ? UserId{} : first->author;
  }
  /// Each switch at the smallest key of its copies.
  [[nodiscard]] std::optional<EntryKey> private_since() const {
    std::map<MessageId, const Entry*> switches;
    for (const Entry& entry : entries) {
      const auto* privacy = std::get_if<SetPrivacy>(&entry.body);
      if (privacy == nullptr || privacy->room != room) continue;
      const Entry*& first = switches[entry.message];
      if (first == nullptr || entry.key() < first->key()) first = &entry;
    }
    std::map<EntryKey, bool> in_order;
    for (const auto& [message, entry] : switches)
      in_order[entry->key()] = std::get<SetPrivacy>(entry->body).only_invited;
    std::optional<EntryKey> since;
    for (const auto& [key, only_invited] : in_order)
      since = only_invited ? std::optional(since.value_or(key)) : std::nullopt;
    return since;
  }
  [[nodiscard]] bool is_member(UserId user) const {
    const Entry* word = last_word(entries, [&](const Entry& entry) {
      return entry.author == user && (enters(entry) || leaves(entry));
    });
    if (word == nullptr || leaves(*word) || !owner()) return false;
    const Entry* admission = last_word(entries, [&](const Entry& entry) {
      const auto* invite = std::get_if<Invite>(&entry.body);
      const auto* removal = std::get_if<RemoveMember>(&entry.body);
      return (invite != nullptr && invite->room == room && invite->user == user) ||
             (removal != nullptr && removal->room == room && removal->user == user);
    });
    if (admission != nullptr) return std::holds_alternative<Invite>(admission->body);
    const auto since = private_since();
    return !since || user == owner() || word->key() < *since;
  }
};

RC_GTEST_PROP(ChatStateProperty, RoomsHaveTheMembersOwnerAndPrivacyOfTheirDefinition, ()) {
  const auto entries = entries_of_a_life();
  const auto state = state_of(entries);

  for (const std::string& name : rooms) {
    const RoomName room{name};
    const RoomByDefinition meant{entries, room};
    RC_ASSERT(state.owner_of_room(room) == meant.owner());
    RC_ASSERT(state.is_private(room) == (meant.owner() && meant.private_since()));
    std::vector<UserId> members;
    for (unsigned n = 1; n < 5; ++n)
      if (meant.is_member(test::user(n << 24U))) members.push_back(test::user(n << 24U));
    RC_ASSERT(state.members_of(room) == members);
    RC_ASSERT(!state.room(room) || state.room(room)->members == members.size());
  }
}

RC_GTEST_PROP(ChatStateProperty, ReadMarkerIsTheHighestThatItsUserSaid, ()) {
  const auto entries = entries_of_a_life();
  const auto state = state_of(entries);

  std::map<std::pair<UserId, Destination>, EntryKey> highest;
  for (const Entry& entry : entries)
    if (const auto* marker = std::get_if<MarkRead>(&entry.body)) {
      EntryKey& upto = highest[{entry.author, marker->conversation}];
      upto = std::max(upto, marker->upto);
    }
  for (unsigned n = 1; n < 5; ++n)
    for (const std::string& name : rooms) {
      const UserId reader = test::user(n << 24U);
      RC_ASSERT(state.read_marker(reader, RoomName{name}) ==
                (highest[{reader, Destination{RoomName{name}}}]));
    }
}

RC_GTEST_PROP(ChatStateProperty, ConversationsAreRoomsOfMembersAndWhoeverTalked, ()) {
  const auto entries = entries_of_a_life();
  const auto state = state_of(entries);
  const UserId user = *small_user();
  const auto limit = *rc::gen::inRange<std::size_t>(1, 4);

  std::set<Destination> expected;
  for (const std::string& name : rooms)
    if (state.is_member(RoomName{name}, user)) expected.insert(RoomName{name});
  for (const Entry& entry : entries) {
    const auto* post = std::get_if<Post>(&entry.body);
    const auto* to = post != nullptr ? std::get_if<UserId>(&post->to) : nullptr;
    if (to == nullptr) continue;
    if (entry.author == user) expected.insert(*to);
    if (*to == user) expected.insert(entry.author);
  }
  std::vector<Destination> paged;
  while (true) {
    const auto after = paged.empty() ? std::nullopt : std::optional(paged.back());
    const auto page = state.conversations_after(after, user, limit);
    if (page.empty()) break;
    paged.insert(paged.end(), page.begin(), page.end());
  }

  RC_ASSERT(paged == std::vector<Destination>(expected.begin(), expected.end()));
}

RC_GTEST_PROP(ChatStateProperty, TopicIsTheLastWritersWord, ()) {
  const auto entries = entries_of_a_life();
  const auto state = state_of(entries);

  for (const std::string& name : rooms) {
    const Entry* word = last_word(entries, [&](const Entry& entry) {
      const auto* topic = std::get_if<SetTopic>(&entry.body);
      return topic != nullptr && topic->room.value == name;
    });
    const auto info = state.room(RoomName{name});
    if (!info) continue;
    RC_ASSERT(info->topic == (word == nullptr ? "" : std::get<SetTopic>(word->body).topic));
  }
}

}  // namespace
}  // namespace peal
