// Which names and texts pass.
#include "core/text_rules.hpp"

#include <array>
#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "core/limits.hpp"

namespace peal {
namespace {

std::string repeated(const std::string& piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(UserName, MayBeOfAnyScript) {
  EXPECT_TRUE(valid_user_name("ann"));
  EXPECT_TRUE(valid_user_name("Zoë"));
  EXPECT_TRUE(valid_user_name("李雷"));
  EXPECT_TRUE(valid_user_name("🦊"));
}

TEST(UserName, IsNotEmpty) { EXPECT_FALSE(valid_user_name("")); }

TEST(UserName, IsCountedInCharactersNotBytes) {
  EXPECT_TRUE(valid_user_name(repeated("🦊", limits::name_characters_max)));
  EXPECT_FALSE(valid_user_name(repeated("🦊", limits::name_characters_max + 1)));
  EXPECT_FALSE(valid_user_name(repeated("a", limits::name_characters_max + 1)));
}

TEST(UserName, HasNoBlankAnywhere) {
  EXPECT_FALSE(valid_user_name(" ann"));
  EXPECT_FALSE(valid_user_name("ann "));
  EXPECT_FALSE(valid_user_name("ann lee"));
  EXPECT_FALSE(valid_user_name("ann\u00a0lee"));
  EXPECT_FALSE(valid_user_name("ann\u3000lee"));
}

TEST(UserName, HasNothingThatIsNotSeen) {
  EXPECT_FALSE(valid_user_name("a\u200bnn"));
  EXPECT_FALSE(valid_user_name("\u202enna"));
  EXPECT_FALSE(valid_user_name("ann\ufeff"));
}

TEST(UserName, HasNoControlCharacter) {
  EXPECT_FALSE(valid_user_name("ann\n"));
  EXPECT_FALSE(valid_user_name(std::string_view("a\0n", 3)));
  EXPECT_FALSE(valid_user_name("a\x7fn"));
  EXPECT_FALSE(valid_user_name("a\u0085n"));
}

TEST(UserName, LeavesTheMarksOfRoomsAndClashesAlone) {
  EXPECT_FALSE(valid_user_name("#ann"));
  EXPECT_FALSE(valid_user_name("ann~3f2a"));
  EXPECT_TRUE(valid_user_name("a#"));
}

TEST(RoomName, StartsWithANumberSignAndHasMore) {
  EXPECT_TRUE(valid_room_name("#lunch"));
  EXPECT_FALSE(valid_room_name("lunch"));
  EXPECT_FALSE(valid_room_name("#"));
  EXPECT_FALSE(valid_room_name(""));
  EXPECT_FALSE(valid_room_name("#lunch break"));
}

TEST(RoomName, CountsItsSign) {
  EXPECT_TRUE(valid_room_name("#" + repeated("a", limits::name_characters_max - 1)));
  EXPECT_FALSE(valid_room_name("#" + repeated("a", limits::name_characters_max)));
}

TEST(Utf8, RefusesOverlongForms) {
  EXPECT_FALSE(valid_utf8("\xc0\x80"));
  EXPECT_FALSE(valid_utf8("\xc1\xbf"));
  EXPECT_FALSE(valid_utf8("\xe0\x9f\xbf"));
  EXPECT_FALSE(valid_utf8("\xf0\x8f\xbf\xbf"));
}

TEST(Utf8, RefusesSurrogatesAndWhatIsBeyondTheLastCodePoint) {
  EXPECT_FALSE(valid_utf8("\xed\xa0\x80"));
  EXPECT_FALSE(valid_utf8("\xed\xbf\xbf"));
  EXPECT_TRUE(valid_utf8("\xf4\x8f\xbf\xbf"));
  EXPECT_FALSE(valid_utf8("\xf4\x90\x80\x80"));
  EXPECT_FALSE(valid_utf8("\xf8\x88\x80\x80\x80"));
}

TEST(Utf8, RefusesWhatIsCutOffOrStartsInTheMiddle) {
  EXPECT_FALSE(valid_utf8("\xe6\x9d"));
  EXPECT_FALSE(valid_utf8("\x9d"));
  EXPECT_FALSE(valid_utf8("\xe6 \x9d"));
}

TEST(Utf8, LeavesTextAloneWhereItIsWrong) {
  std::string_view text = "\xff";

  EXPECT_FALSE(take_code_point(text).has_value());

  EXPECT_EQ(text.size(), 1U);
}

TEST(Text, MayHaveLinesAndTabs) { EXPECT_EQ(check_text("one\n\ttwo"), TextFault::none); }

TEST(Text, IsNotEmpty) { EXPECT_EQ(check_text(""), TextFault::empty); }

TEST(Text, IsBoundedInBytes) {
  EXPECT_EQ(check_text(std::string(limits::text_bytes_max, 'a')), TextFault::none);
  EXPECT_EQ(check_text(std::string(limits::text_bytes_max + 1, 'a')), TextFault::too_long);
}

TEST(Text, HasNoOtherControlCharacters) {
  EXPECT_EQ(check_text("a\rb"), TextFault::invalid);
  EXPECT_EQ(check_text("\x1b[2J"), TextFault::invalid);
  EXPECT_EQ(check_text("\u009b2J"), TextFault::invalid);
}

TEST(Text, IsUtf8) { EXPECT_EQ(check_text("caf\xe9"), TextFault::invalid); }

TEST(Topic, IsOneLineAndMayBeEmpty) {
  EXPECT_EQ(check_topic(""), TextFault::none);
  EXPECT_EQ(check_topic("who brings what"), TextFault::none);
  EXPECT_EQ(check_topic("a\nb"), TextFault::invalid);
  EXPECT_EQ(check_topic(std::string(limits::topic_bytes_max + 1, 'a')), TextFault::too_long);
}

TEST(CutText, KeepsWhatFits) {
  EXPECT_EQ(cut_text("", 0), "");
  EXPECT_EQ(cut_text("abc", 3), "abc");
  EXPECT_EQ(cut_text("abcd", 3), "abc");
}

TEST(CutText, CutsNoCodePointInTwo) {
  const std::string text = "a\u00e4\u20ac\U0001f514";  // Of 1, 2, 3 and 4 bytes.

  const std::array<std::size_t, 11> kept{0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10};
  for (std::size_t bytes = 0; bytes < kept.size(); ++bytes)
    EXPECT_EQ(cut_text(text, bytes), text.substr(0, kept[bytes])) << bytes;
}

TEST(CutText, CutsWhatIsNoUtf8SomewhereNear) {
  EXPECT_EQ(cut_text(std::string(100, '\x80'), 50).size(), 47U);
}

TEST(Mentions, AreWholeNamesBehindAnAt) {
  EXPECT_TRUE(mentions("hi @ann!", "ann"));
  EXPECT_TRUE(mentions("@ann", "ann"));
  EXPECT_TRUE(mentions("(@ann~4f2c)", "ann~4f2c"));
  EXPECT_FALSE(mentions("@anne", "ann"));
  EXPECT_FALSE(mentions("@ann~4f2c", "ann"));
  EXPECT_FALSE(mentions("mail joe@ann", "ann"));
  EXPECT_FALSE(mentions("ann", "ann"));
  EXPECT_FALSE(mentions("@", ""));
}

}  // namespace
}  // namespace peal
