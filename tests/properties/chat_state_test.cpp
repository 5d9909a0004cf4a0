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
      rc::gen::map(room, [](RoomName to) -> Body { return SetTopic{std::move(to), "t"}; }),
      rc::gen::map(room, [](RoomName to) -> Body { return Post{std::move(to), "x"}; }));
}

/// Entries of three logs; some messages are in two of them, as after a split.
std::vector<Entry> entries_of_a_life() {
  const auto bodies = *rc::gen::container<std::vector<Body>>(small_body());
  std::vector<Entry> entries;
  std::uint64_t time = 0;
  for (const Body& body : bodies) {
    Entry entry = test::entry_at(++time, test::user(*rc::gen::inRange(1U, 5U) << 24U), body);
    entry.id.log = LogId{*rc::gen::inRange<std::uint64_t>(1, 4)};
    entry.hlc = Hlc{*rc::gen::inRange<std::uint64_t>(1, 20)};
    entries.push_back(entry);
    if (*rc::gen::inRange(0, 5) != 0) continue;
    entry.id = {LogId{9}, time};
    entry.hlc = Hlc{*rc::gen::inRange<std::uint64_t>(1, 20)};
    entries.push_back(entry);
  }
  return entries;
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

  std::map<UserId, std::pair<EntryKey, std::string>> current;
  for (const Entry& entry : entries) {
    const auto* registers = std::get_if<RegisterUser>(&entry.body);
    const auto* renames = std::get_if<Rename>(&entry.body);
    if (registers == nullptr && renames == nullptr) continue;
    auto& claim = current[entry.author];
    if (entry.key() > claim.first)
      claim = {entry.key(), registers != nullptr ? registers->name : renames->name};
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
  ChatState state = state_of(entries);
  const Body body = *small_body();
  const UserId author = test::user(*rc::gen::inRange(1U, 5U) << 24U);
  RC_PRE(std::holds_alternative<ChatState::AlreadySo>(state.judge(body, author)));
  const auto users = state.users_after("", 100);
  const auto infos = state.rooms_after("", 100);

  state.apply(test::entry_at(1'000, author, body));

  // Saying it again may cost the author the seniority of a claim, never change a room.
  RC_ASSERT(state.rooms_after("", 100) == infos);
  RC_ASSERT(state.user_count() == users.size());
}

}  // namespace
}  // namespace peal
