// Posts with their edits and reactions, from entries in any order.
#include "core/conversation.hpp"

#include <gtest/gtest.h>

#include "tests/support/entries.hpp"
#include "tests/support/lunch.hpp"

namespace peal {
namespace {

const UserId first_user = test::user(0xaaaa1111);
const UserId second_user = test::user(0xbbbb2222);

Delivery said(std::uint64_t time, UserId author, Body body) {
  const Entry entry = test::entry_at(time, author, std::move(body));
  return {entry.id, entry.hlc, entry.message, entry.author, "", entry.body, 0};
}

Conversation conversation_of(const std::vector<Delivery>& items) {
  Conversation conversation;
  for (const Delivery& item : items) conversation.apply(item);
  return conversation;
}

const Delivery pizza = said(1, first_user, Post{lunch, "piza?"});

TEST(ConversationTest, AuthorsGiveTheirPostsAnotherText) {
  const auto now =
      conversation_of({pizza, said(2, first_user, EditPost{lunch, pizza.message, "pizza?"})})
          .find(pizza.message);

  ASSERT_TRUE(now);
  EXPECT_EQ(now->text, "pizza?");
  EXPECT_TRUE(now->edited);
}

TEST(ConversationTest, OthersDoNot) {
  const auto now = conversation_of({said(2, second_user, EditPost{lunch, pizza.message, "soup!"}),
                                    pizza, said(3, second_user, DeletePost{lunch, pizza.message})})
                       .find(pizza.message);

  ASSERT_TRUE(now);
  EXPECT_EQ(now->text, "piza?");
  EXPECT_FALSE(now->edited);
  EXPECT_FALSE(now->deleted);
}

TEST(ConversationTest, LatestTextCountsWheneverItComes) {
  const auto now =
      conversation_of({said(3, first_user, EditPost{lunch, pizza.message, "pizza!"}), pizza,
                       said(2, first_user, EditPost{lunch, pizza.message, "pizza?"})})
          .find(pizza.message);

  EXPECT_EQ(now->text, "pizza!");
}

TEST(ConversationTest, DeletedPostHasNoTextWhateverIsSaidLater) {
  const auto conversation =
      conversation_of({pizza, said(2, first_user, DeletePost{lunch, pizza.message}),
                       said(3, first_user, EditPost{lunch, pizza.message, "pizza!"})});

  EXPECT_TRUE(conversation.find(pizza.message)->deleted);
  EXPECT_EQ(conversation.find(pizza.message)->text, "");
  EXPECT_FALSE(conversation.latest());
}

TEST(ConversationTest, ReactionsAreTakenBack) {
  const auto now = conversation_of({pizza, said(2, second_user, React{lunch, pizza.message, "+1"}),
                                    said(3, first_user, React{lunch, pizza.message, "+1"}),
                                    said(4, second_user, React{lunch, pizza.message, "+1", false})})
                       .find(pizza.message);

  ASSERT_EQ(now->reactions.size(), 1U);
  EXPECT_EQ(now->reactions.front().users, std::vector<UserId>{first_user});
}

TEST(ConversationTest, PostOfTwoLeadersStandsOnceAtItsSmallestKey) {
  Delivery copy = pizza;
  copy.id = {LogId{9}, 1};
  copy.hlc = Hlc{1};

  const auto conversation = conversation_of({pizza, copy});

  ASSERT_EQ(conversation.size(), 1U);
  EXPECT_EQ(conversation.posts().front().first.id, copy.id);
}

TEST(ConversationTest, FindsTheLatestOfAnAuthor) {
  const Delivery second = said(2, first_user, Post{lunch, "now?"});
  const auto conversation =
      conversation_of({said(3, second_user, Post{lunch, "ok"}), second, pizza});

  EXPECT_EQ(conversation.latest_of(first_user), second.message);
  EXPECT_EQ(conversation.latest_of(first_user, 1), pizza.message);
  EXPECT_FALSE(conversation.latest_of(first_user, 2));
}

}  // namespace
}  // namespace peal
