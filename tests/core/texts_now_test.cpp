// Which texts of a conversation people read now: what a search looks through.
#include "core/texts_now.hpp"

#include <string>

#include <gtest/gtest.h>

#include "tests/support/lunch.hpp"

namespace peal {
namespace {

using Texts = std::vector<std::string>;

class TextsNow : public testing::Test {
 protected:
  static UserId user(std::uint8_t n) {
    UserId id;
    id.bytes[0] = n;
    return id;
  }
  void say(std::uint64_t at, std::uint64_t n, const Body& body, std::uint8_t author = 1) {
    Entry entry;
    entry.id = {LogId{7}, at};
    entry.hlc = {at};
    entry.message = {SessionId{5}, n};
    entry.author = user(author);
    entry.body = body;
    timeline_.emplace(entry.key(), SharedEntry(entry));
  }
  static MessageId message(std::uint64_t n) { return {SessionId{5}, n}; }
  [[nodiscard]] Texts texts() const {
    Texts texts;
    for (const SharedEntry& entry : texts_now(timeline_))
      texts.emplace_back(text_said(entry->body));
    return texts;
  }

  std::map<EntryKey, SharedEntry> timeline_;
};

TEST_F(TextsNow, AreThoseOfPostsAndTheirLatestEdits) {
  say(1, 1, Post{lunch, "one"});
  say(2, 2, Post{lunch, "two"});
  say(3, 3, EditPost{lunch, message(1), "one again"});
  say(4, 4, EditPost{lunch, message(1), "one at last"});

  EXPECT_EQ(texts(), (Texts{"two", "one at last"}));
}

TEST_F(TextsNow, DoNotHaveWhatWasDeleted) {
  say(1, 1, Post{lunch, "one"});
  say(2, 2, DeletePost{lunch, message(1)});
  say(3, 3, EditPost{lunch, message(1), "one again"});

  EXPECT_EQ(texts(), Texts{});
}

TEST_F(TextsNow, AreChangedByTheAuthorOnly) {
  say(1, 1, Post{lunch, "one"});
  say(2, 2, DeletePost{lunch, message(1)}, 2);
  say(3, 3, EditPost{lunch, message(1), "not one"}, 2);

  EXPECT_EQ(texts(), Texts{"one"});
}

TEST_F(TextsNow, TakeAnEditThatIsStoredTwiceAtItsSmallestKey) {
  say(1, 1, Post{lunch, "one"});
  say(2, 2, EditPost{lunch, message(1), "early"});
  say(3, 3, EditPost{lunch, message(1), "late"});
  say(4, 2, EditPost{lunch, message(1), "early"});

  EXPECT_EQ(texts(), Texts{"late"});
}

}  // namespace
}  // namespace peal
