// Users, rooms and memberships from entries in any order.
#include "core/chat_state.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/limits.hpp"
#include "tests/support/entries.hpp"
#include "tests/support/lunch.hpp"

namespace peal {
namespace {

using test::entry_at;
using test::user;

const UserId ann = user(0xaaaa1111);
const UserId bob = user(0xbbbb2222);
const UserId cat = user(0xcccc3333);

Digest digest_of_state(const ChatState& state) {
  Hasher hasher;
  state.mix_into(hasher);
  return hasher.digest();
}

ChatState state_of(const std::vector<Entry>& entries) {
  ChatState state;
  for (const Entry& entry : entries) state.apply(entry);
  return state;
}

RejectReason reason_of(const ChatState::Judgement& judgement) {
  return std::get<Refusal>(judgement).reason;
}

bool fine(const ChatState::Judgement& judgement) {
  return std::holds_alternative<ChatState::Fine>(judgement);
}

bool already_so(const ChatState::Judgement& judgement) {
  return std::holds_alternative<ChatState::AlreadySo>(judgement);
}

TEST(ChatState, NameBelongsToTheEarliestClaimWhateverArrivesFirst) {
  const auto state =
      state_of({entry_at(2, bob, RegisterUser{"sam"}), entry_at(1, ann, RegisterUser{"sam"})});

  EXPECT_EQ(state.owner_of("sam"), ann);
  EXPECT_EQ(state.displayed_name(ann), "sam");
}

TEST(ChatState, LaterClaimantIsShownWithTheStartOfTheId) {
  const auto state =
      state_of({entry_at(1, ann, RegisterUser{"sam"}), entry_at(2, bob, RegisterUser{"sam"})});

  EXPECT_EQ(state.displayed_name(bob), "sam~bbbb");
  EXPECT_EQ(state.find_displayed("sam~bbbb"), bob);
  EXPECT_EQ(state.find_displayed("sam"), ann);
}

TEST(ChatState, IdsThatStartAlikeAreShownFurther) {
  const UserId bea = user(0xbbbb2f00);
  const auto state =
      state_of({entry_at(1, ann, RegisterUser{"sam"}), entry_at(2, bob, RegisterUser{"sam"}),
                entry_at(3, bea, RegisterUser{"sam"})});

  EXPECT_EQ(state.displayed_name(bob), "sam~bbbb22");
  EXPECT_EQ(state.displayed_name(bea), "sam~bbbb2f");
}

TEST(ChatState, OwnerThatRenamesLeavesTheNameToTheNextClaimant) {
  auto state =
      state_of({entry_at(1, ann, RegisterUser{"sam"}), entry_at(2, bob, RegisterUser{"sam"})});

  state.apply(entry_at(3, ann, Rename{"ann"}));

  EXPECT_EQ(state.displayed_name(bob), "sam");
  EXPECT_EQ(state.displayed_name(ann), "ann");
}

TEST(ChatState, LatestClaimOfAUserCountsWhateverArrivesLast) {
  const auto state =
      state_of({entry_at(2, ann, Rename{"anne"}), entry_at(1, ann, RegisterUser{"ann"})});

  EXPECT_EQ(state.displayed_name(ann), "anne");
  EXPECT_FALSE(state.owner_of("ann").has_value());
}

TEST(ChatState, UnknownUserHasNoName) {
  EXPECT_EQ(ChatState{}.displayed_name(ann), "");
  EXPECT_FALSE(ChatState{}.is_registered(ann));
}

TEST(ChatState, JoiningMakesARoom) {
  const auto state = state_of({entry_at(1, ann, JoinRoom{lunch})});

  EXPECT_TRUE(state.room_exists(lunch));
  EXPECT_TRUE(state.is_member(lunch, ann));
  EXPECT_EQ(state.room_count(), 1U);
}

TEST(ChatState, TwoHalvesThatMakeARoomShareIt) {
  const auto state =
      state_of({entry_at(1, ann, CreateRoom{lunch}), entry_at(2, bob, CreateRoom{lunch})});

  EXPECT_EQ(state.room_count(), 1U);
  EXPECT_EQ(state.members_of(lunch), (std::vector<UserId>{ann, bob}));
}

TEST(ChatState, LastWriterOfAMembershipWins) {
  const auto left =
      state_of({entry_at(2, ann, LeaveRoom{lunch}), entry_at(1, ann, JoinRoom{lunch})});
  const auto joined =
      state_of({entry_at(3, ann, JoinRoom{lunch}), entry_at(2, ann, LeaveRoom{lunch})});

  EXPECT_FALSE(left.is_member(lunch, ann));
  EXPECT_TRUE(joined.is_member(lunch, ann));
}

TEST(ChatState, SecondCopyOfALeaveDoesNotUndoTheJoinThatCameAfterIt) {
  const Entry leave = entry_at(2, ann, LeaveRoom{lunch});
  Entry copy = leave;  // Of a leader whose clock was ahead.
  copy.id.log = LogId{9};
  copy.hlc = entry_at(9, ann, LeaveRoom{lunch}).hlc;
  const Entry before = entry_at(1, ann, JoinRoom{lunch});
  const Entry after = entry_at(3, ann, JoinRoom{lunch});

  EXPECT_TRUE(state_of({before, leave, after, copy}).is_member(lunch, ann));
  EXPECT_TRUE(state_of({copy, after, before, leave}).is_member(lunch, ann));
}

TEST(ChatState, SecondCopyOfATopicDoesNotReplaceWhatOthersSetSince) {
  const Entry soup = entry_at(2, ann, SetTopic{lunch, "soup"});
  Entry copy = soup;
  copy.id.log = LogId{9};
  copy.hlc = entry_at(9, ann, SetTopic{lunch, "soup"}).hlc;
  const Entry join = entry_at(1, ann, JoinRoom{lunch});
  const Entry salad = entry_at(3, bob, SetTopic{lunch, "salad"});

  EXPECT_EQ(state_of({join, soup, salad, copy}).room(lunch)->topic, "salad");
  EXPECT_EQ(state_of({copy, salad, soup, join}).room(lunch)->topic, "salad");
}

TEST(ChatState, LastWriterOfATopicWins) {
  const auto state =
      state_of({entry_at(1, ann, JoinRoom{lunch}), entry_at(3, ann, SetTopic{lunch, "soup"}),
                entry_at(2, bob, SetTopic{lunch, "salad"})});

  EXPECT_EQ(state.room(lunch)->topic, "soup");
}

TEST(ChatState, RoomThatWasOnlyLeftOrTitledDoesNotExist) {
  const auto state =
      state_of({entry_at(1, ann, LeaveRoom{lunch}), entry_at(2, ann, SetTopic{lunch, "soup"})});

  EXPECT_FALSE(state.room_exists(lunch));
  EXPECT_FALSE(state.room(lunch).has_value());
  EXPECT_TRUE(state.rooms_after("", 10).empty());
}

TEST(ChatState, PostDoesNotJoin) {
  const auto state =
      state_of({entry_at(1, ann, JoinRoom{lunch}), entry_at(2, bob, Post{lunch, "hi"})});

  EXPECT_FALSE(state.is_member(lunch, bob));
}

TEST(ChatState, EqualSetsHaveEqualDigests) {
  const std::vector<Entry> entries = {
      entry_at(1, ann, RegisterUser{"ann"}), entry_at(2, ann, JoinRoom{lunch}),
      entry_at(3, bob, RegisterUser{"ann"}), entry_at(4, ann, SetTopic{lunch, "soup"})};
  std::vector<Entry> backwards(entries.rbegin(), entries.rend());

  EXPECT_EQ(state_of(entries), state_of(backwards));
  EXPECT_EQ(digest_of_state(state_of(entries)), digest_of_state(state_of(backwards)));
}

TEST(ChatState, EachKindOfRecordChangesTheDigest) {
  ChatState state;
  std::vector<Digest> digests = {digest_of_state(state)};
  for (const Entry& entry :
       {entry_at(1, ann, RegisterUser{"ann"}), entry_at(2, ann, JoinRoom{lunch}),
        entry_at(3, ann, SetTopic{lunch, "soup"}), entry_at(4, ann, LeaveRoom{lunch}),
        entry_at(5, ann, Rename{"anne"})}) {
    state.apply(entry);
    digests.push_back(digest_of_state(state));
  }

  std::ranges::sort(digests);

  EXPECT_EQ(std::ranges::adjacent_find(digests), digests.end());
}

TEST(ChatState, PagesRoomsByName) {
  const auto state =
      state_of({entry_at(1, ann, JoinRoom{{"#c"}}), entry_at(2, ann, JoinRoom{{"#a"}}),
                entry_at(3, bob, JoinRoom{{"#a"}}), entry_at(4, ann, JoinRoom{{"#b"}})});

  const auto first = state.rooms_after("", 2);
  const auto rest = state.rooms_after("#b", 2);

  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].name.value, "#a");
  EXPECT_EQ(first[0].members, 2U);
  EXPECT_EQ(first[1].name.value, "#b");
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].name.value, "#c");
}

TEST(ChatState, PagesUsersWithoutLosingClashes) {
  const auto state =
      state_of({entry_at(1, cat, RegisterUser{"sam"}), entry_at(2, ann, RegisterUser{"sam"}),
                entry_at(3, bob, RegisterUser{"sam"}), entry_at(4, user(1), RegisterUser{"sama"})});

  std::vector<std::string> seen;
  std::string after;
  while (true) {
    const auto page = state.users_after(after, 1);
    if (page.empty()) break;
    after = page.back().displayed;
    seen.push_back(after);
  }

  EXPECT_EQ(seen, (std::vector<std::string>{"sam", "sam~aaaa", "sam~bbbb", "sama"}));
}

TEST(GroupAddress, IsAlwaysTheSameAndOrganisationLocal) {
  const Endpoint group = group_address(lunch);

  EXPECT_EQ(group, group_address(RoomName{"#lunch"}));
  EXPECT_TRUE(group.is_v4());
  EXPECT_EQ(group.ip[12], 239);
  EXPECT_EQ(group.ip[13] & 0xfcU, 192U);
  EXPECT_EQ(group.port, group_port);
}

TEST(GroupAddress, DiffersBetweenRooms) {
  EXPECT_NE(group_address(lunch), group_address(RoomName{"#dinner"}));
}

class Judge : public testing::Test {
 protected:
  ChatState state =
      state_of({entry_at(1, ann, RegisterUser{"ann"}), entry_at(2, bob, RegisterUser{"bob"}),
                entry_at(3, ann, JoinRoom{lunch}), entry_at(4, ann, SetTopic{lunch, "soup"})});
};

TEST_F(Judge, RefusesATakenNameAndNamesItsHolder) {
  const auto judgement = state.judge(RegisterUser{"ann"}, cat);

  EXPECT_EQ(reason_of(judgement), RejectReason::name_taken);
  EXPECT_EQ(std::get<Refusal>(judgement).detail, "'ann' belongs to user aaaa1111…");
}

TEST_F(Judge, TakesAFreeName) { EXPECT_TRUE(fine(state.judge(RegisterUser{"cat"}, cat))); }

TEST_F(Judge, FindsNothingToDoForTheNameThatOneHas) {
  EXPECT_TRUE(already_so(state.judge(RegisterUser{"ann"}, ann)));
  EXPECT_TRUE(already_so(state.judge(Rename{"ann"}, ann)));
}

TEST_F(Judge, FindsNothingToDoForAClaimThatClashes) {
  state.apply(entry_at(9, cat, RegisterUser{"ann"}));

  EXPECT_TRUE(already_so(state.judge(RegisterUser{"ann"}, cat)));
}

TEST_F(Judge, RenamesOnlyWhoHasAName) {
  EXPECT_TRUE(fine(state.judge(Rename{"anne"}, ann)));
  EXPECT_EQ(reason_of(state.judge(Rename{"anne"}, cat)), RejectReason::not_registered);
  EXPECT_EQ(reason_of(state.judge(Rename{"bob"}, ann)), RejectReason::name_taken);
}

TEST_F(Judge, RefusesBadNames) {
  EXPECT_EQ(reason_of(state.judge(RegisterUser{"a b"}, cat)), RejectReason::invalid_name);
  EXPECT_EQ(reason_of(state.judge(JoinRoom{{"lunch"}}, ann)), RejectReason::invalid_name);
}

TEST_F(Judge, WantsANameBeforeAnythingElse) {
  for (const Body& body :
       std::vector<Body>{CreateRoom{lunch}, JoinRoom{lunch}, LeaveRoom{lunch}, SetTopic{lunch, "x"},
                         Post{lunch, "x"}, Post{ann, "x"}, EditPost{lunch, {SessionId{1}, 1}, "x"},
                         DeletePost{lunch, {SessionId{1}, 1}},
                         React{lunch, {SessionId{1}, 1}, "+1"}, MarkRead{lunch, {}},
                         SetPrivacy{lunch, true}, Invite{lunch, bob}, RemoveMember{lunch, bob}})
    EXPECT_EQ(reason_of(state.judge(body, cat)), RejectReason::not_registered) << body.index();
}

TEST_F(Judge, JoinsOnce) {
  EXPECT_TRUE(fine(state.judge(JoinRoom{lunch}, bob)));
  EXPECT_TRUE(fine(state.judge(CreateRoom{{"#new"}}, bob)));
  EXPECT_TRUE(already_so(state.judge(JoinRoom{lunch}, ann)));
  EXPECT_TRUE(already_so(state.judge(CreateRoom{lunch}, ann)));
}

TEST_F(Judge, LeavesOnce) {
  EXPECT_TRUE(fine(state.judge(LeaveRoom{lunch}, ann)));
  EXPECT_TRUE(already_so(state.judge(LeaveRoom{lunch}, bob)));
  EXPECT_EQ(reason_of(state.judge(LeaveRoom{{"#new"}}, bob)), RejectReason::no_such_room);
}

TEST_F(Judge, LetsMembersSetTheTopic) {
  EXPECT_TRUE(fine(state.judge(SetTopic{lunch, "salad"}, ann)));
  EXPECT_TRUE(already_so(state.judge(SetTopic{lunch, "soup"}, ann)));
  EXPECT_EQ(reason_of(state.judge(SetTopic{lunch, "salad"}, bob)), RejectReason::not_a_room_member);
  EXPECT_EQ(reason_of(state.judge(SetTopic{{"#new"}, "x"}, bob)), RejectReason::no_such_room);
  EXPECT_EQ(reason_of(state.judge(SetTopic{lunch, "a\nb"}, ann)), RejectReason::invalid_text);
}

TEST_F(Judge, LetsMembersPost) {
  EXPECT_TRUE(fine(state.judge(Post{lunch, "hi"}, ann)));
  EXPECT_EQ(reason_of(state.judge(Post{lunch, "hi"}, bob)), RejectReason::not_a_room_member);
  EXPECT_EQ(reason_of(state.judge(Post{RoomName{"#new"}, "hi"}, ann)), RejectReason::no_such_room);
}

TEST_F(Judge, LetsUsersWriteToUsers) {
  EXPECT_TRUE(fine(state.judge(Post{bob, "hi"}, ann)));
  EXPECT_EQ(reason_of(state.judge(Post{cat, "hi"}, ann)), RejectReason::no_such_user);
}

TEST_F(Judge, ChecksTexts) {
  const std::string long_text(limits::text_bytes_max + 1, 'a');

  EXPECT_EQ(reason_of(state.judge(Post{lunch, long_text}, ann)), RejectReason::text_too_long);
  EXPECT_EQ(reason_of(state.judge(Post{lunch, "\xff"}, ann)), RejectReason::invalid_text);
  EXPECT_EQ(reason_of(state.judge(Post{lunch, ""}, ann)), RejectReason::invalid_text);
}

// --- Who may be in a room

/// ann opened #lunch; bob is a member, cat is not.
class Admission : public testing::Test {
 protected:
  ChatState state =
      state_of({entry_at(1, ann, RegisterUser{"ann"}), entry_at(2, bob, RegisterUser{"bob"}),
                entry_at(3, cat, RegisterUser{"cat"}), entry_at(4, ann, CreateRoom{lunch}),
                entry_at(5, bob, JoinRoom{lunch})});
  std::uint64_t time = 10;
  void happens(UserId author, const Body& body) { state.apply(entry_at(time++, author, body)); }
};

TEST_F(Admission, OwnerIsWhoeverNamedTheRoomFirst) { EXPECT_EQ(state.owner_of_room(lunch), ann); }

TEST_F(Admission, EarlierCreatorFromTheOtherSideOfASplitBecomesTheOwner) {
  Entry earlier = entry_at(4, cat, CreateRoom{lunch});
  earlier.hlc = Hlc{1};
  state.apply(earlier);

  EXPECT_EQ(state.owner_of_room(lunch), cat);
}

TEST_F(Admission, OnlyTheOwnerMakesARoomPrivate) {
  EXPECT_TRUE(fine(state.judge(SetPrivacy{lunch, true}, ann)));
  EXPECT_EQ(reason_of(state.judge(SetPrivacy{lunch, true}, bob)), RejectReason::not_the_owner);
  EXPECT_TRUE(already_so(state.judge(SetPrivacy{lunch, false}, ann)));
}

TEST_F(Admission, PrivateRoomKeepsItsMembersAndTakesTheInvited) {
  happens(ann, SetPrivacy{lunch, true});

  EXPECT_TRUE(state.is_member(lunch, bob));
  EXPECT_EQ(reason_of(state.judge(JoinRoom{lunch}, cat)), RejectReason::not_invited);
  happens(bob, Invite{lunch, cat});
  EXPECT_TRUE(fine(state.judge(JoinRoom{lunch}, cat)));
  happens(cat, JoinRoom{lunch});
  EXPECT_TRUE(state.is_member(lunch, cat));
}

TEST_F(Admission, JoinBesideTheSwitchToPrivateDoesNotCount) {
  happens(ann, SetPrivacy{lunch, true});
  happens(cat, JoinRoom{lunch});

  EXPECT_FALSE(state.is_member(lunch, cat));
  happens(ann, SetPrivacy{lunch, true});
  EXPECT_FALSE(state.is_member(lunch, cat)) << "saying so again is no invitation";
}

TEST_F(Admission, PrivateRoomIsSeenByItsOwn) {
  happens(ann, SetPrivacy{lunch, true});

  EXPECT_TRUE(state.rooms_after("", 10).empty());
  EXPECT_TRUE(state.rooms_after("", 10, cat).empty());
  ASSERT_EQ(state.rooms_after("", 10, bob).size(), 1U);
  EXPECT_TRUE(state.rooms_after("", 10, bob).front().only_invited);
}

TEST_F(Admission, WhoWasRemovedStaysOutUntilTheOwnerInvitesThem) {
  happens(ann, RemoveMember{lunch, bob});
  happens(bob, JoinRoom{lunch});

  EXPECT_FALSE(state.is_member(lunch, bob));
  EXPECT_EQ(reason_of(state.judge(JoinRoom{lunch}, bob)), RejectReason::not_invited);
  EXPECT_EQ(reason_of(state.judge(Post{lunch, "hi"}, bob)), RejectReason::not_a_room_member);
  happens(cat, JoinRoom{lunch});
  EXPECT_EQ(reason_of(state.judge(Invite{lunch, bob}, cat)), RejectReason::not_the_owner);
  EXPECT_TRUE(fine(state.judge(Invite{lunch, bob}, ann)));
  happens(ann, Invite{lunch, bob});
  EXPECT_TRUE(state.is_member(lunch, bob));
}

TEST_F(Admission, OnlyTheOwnerRemovesAndNeverThemselves) {
  EXPECT_TRUE(fine(state.judge(RemoveMember{lunch, bob}, ann)));
  EXPECT_EQ(reason_of(state.judge(RemoveMember{lunch, ann}, bob)), RejectReason::not_the_owner);
  EXPECT_EQ(reason_of(state.judge(RemoveMember{lunch, ann}, ann)), RejectReason::not_the_owner);
}

TEST_F(Admission, WhoWasRemovedIsTold) {
  const Entry removal = entry_at(time++, ann, RemoveMember{lunch, bob});
  state.apply(removal);

  EXPECT_TRUE(state.concerns(removal, bob));
  EXPECT_FALSE(state.concerns(removal, cat));
}

TEST_F(Admission, StrangersDoNotInvite) {
  EXPECT_EQ(reason_of(state.judge(Invite{lunch, bob}, cat)), RejectReason::not_a_room_member);
  EXPECT_EQ(reason_of(state.judge(Invite{lunch, user(0xdd000000)}, ann)),
            RejectReason::no_such_user);
}

// --- Conversations of a user

TEST_F(Admission, ConversationsAreRoomsThenUsersTalkedWith) {
  happens(ann, Post{bob, "psst"});

  const auto of_bob = state.conversations_after(std::nullopt, bob, 10);
  ASSERT_EQ(of_bob.size(), 2U);
  EXPECT_EQ(of_bob[0], Destination{lunch});
  EXPECT_EQ(of_bob[1], Destination{ann});
  EXPECT_EQ(state.conversations_after(of_bob[0], bob, 10),
            std::vector<Destination>{Destination{ann}});
  EXPECT_TRUE(state.conversations_after(of_bob[1], bob, 10).empty());
  EXPECT_TRUE(state.conversations_after(std::nullopt, cat, 10).empty());
}

TEST_F(Admission, ReadMarkerOnlyMovesForward) {
  const EntryKey later{Hlc{9}, {LogId{1}, 9}};
  const EntryKey earlier{Hlc{8}, {LogId{1}, 8}};
  happens(bob, MarkRead{lunch, later});
  happens(bob, MarkRead{lunch, earlier});

  EXPECT_EQ(state.read_marker(bob, lunch), later);
  EXPECT_EQ(state.read_marker(ann, lunch), EntryKey{});
  EXPECT_TRUE(already_so(state.judge(MarkRead{lunch, earlier}, bob)));
}

TEST_F(Judge, WantsOneSignAsAReaction) {
  const MessageId post{SessionId{1}, 1};
  for (const char* sign : {"+1", "\xf0\x9f\x91\x8d", "\xe2\x9d\xa4\xef\xb8\x8f", "yes"})
    EXPECT_TRUE(fine(state.judge(React{lunch, post, sign}, ann))) << sign;
  for (const char* sign : {"", "two words", "a\nb", "\xff", "\xe2\x80\x8d"})
    EXPECT_EQ(reason_of(state.judge(React{lunch, post, sign}, ann)), RejectReason::invalid_text)
        << sign;
}

}  // namespace
}  // namespace peal
