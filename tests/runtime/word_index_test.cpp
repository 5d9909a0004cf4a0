// Posts are found by their words, in the right places, latest first, however many match.
#include "runtime/word_index.hpp"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/search_words.hpp"
#include "runtime/entry_index.hpp"
#include "tests/runtime/entries.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

class WordIndexTest : public testing::Test {
 protected:
  WordIndexTest() {
    log_.set_fact("name", "one");
    reopen();
  }

  void reopen() {
    index_.reset();
    index_ = std::make_unique<EntryIndex>(place_.path() / "index.db", log_);
  }
  void add(const std::vector<SharedEntry>& entries) {
    log_.add(entries);
    index_->catch_up();
    EXPECT_TRUE(index_->catch_up_words());
  }
  static SharedEntry say(std::uint64_t seq, const std::string& text,
                         const Destination& to = RoomName{"#lunch"}, std::uint8_t author = 1) {
    Entry entry = *post_of(7, seq);
    entry.author = user_of(author);
    entry.body = Post{to, text};
    return SharedEntry(entry);
  }
  /// What user `author` says of the first post that say() made with this seq.
  static SharedEntry amend(std::uint64_t seq, const Body& body, std::uint8_t author = 1) {
    Entry entry = *say(seq, "");
    entry.author = user_of(author);
    entry.body = body;
    return SharedEntry(entry);
  }
  static MessageId message(std::uint64_t seq) { return say(seq, "")->message; }
  static SharedEntry copy_of(const SharedEntry& original, std::uint64_t log, std::uint64_t at) {
    Entry entry = *original;
    entry.id = {LogId{log}, 1};
    entry.hlc = {1'000 * at};
    return SharedEntry(entry);
  }
  static SearchRead query(const std::string& text) {
    SearchRead read;
    read.words = words_of(text);
    read.limit = 100;
    return read;
  }
  [[nodiscard]] std::vector<std::string> found(const SearchRead& read) {
    std::vector<std::string> texts;
    for (const StoredEntry& stored : index_->search(read).entries)
      texts.emplace_back(text_said(stored.entry->body));
    return texts;
  }
  [[nodiscard]] std::vector<std::string> found(const std::string& text) {
    return found(query(text));
  }

  using Texts = std::vector<std::string>;
  TestPlace place_;
  EntryLog log_{place_.path() / "history.db"};
  std::unique_ptr<EntryIndex> index_;
};

TEST_F(WordIndexTest, EveryWordMustBeThereTheLastPerhapsOnlyBegun) {
  add({say(1, "pizza at noon"), say(2, "Pizza tomorrow"), say(3, "soup at noon")});

  EXPECT_EQ(found("pizza"), (Texts{"Pizza tomorrow", "pizza at noon"}));
  EXPECT_EQ(found("noon pizz"), (Texts{"pizza at noon"}));
  EXPECT_TRUE(found("pizz noon").empty());
  EXPECT_TRUE(found("caviar").empty());
}

TEST_F(WordIndexTest, CaseAndAccentsMakeNoDifference) {
  add({say(1, "Frau M\u00dcLLER"), say(2, "\u0416\u0423\u041a")});

  EXPECT_EQ(found("muller").size(), 1U);
  EXPECT_EQ(found("M\u00fcller").size(), 1U);
  EXPECT_EQ(found("\u0436\u0443\u043a").size(), 1U);
}

TEST_F(WordIndexTest, WordsOfTheQueryLanguageAreJustWords) {
  add({say(1, "to be or not to be"), say(2, "near and far"), say(3, "place text")});

  EXPECT_EQ(found("OR NOT"), Texts{"to be or not to be"});
  EXPECT_EQ(found("AND NEAR"), Texts{"near and far"});
  EXPECT_EQ(found("text:place"), Texts{"place text"});
  EXPECT_TRUE(found("room").empty());  // What marks a place is no word of a text.
  SearchRead raw = query("x");
  raw.words = {"\"", "far\" OR \"place"};
  EXPECT_TRUE(found(raw).empty());
}

TEST_F(WordIndexTest, APlaceIsARoomOrTheConversationOfTwo) {
  add({say(1, "word in lunch"), say(2, "word in tea", RoomName{"#tea"}),
       say(3, "word to 2", user_of(2), 1), say(4, "word to 1", user_of(1), 2),
       say(5, "word to 3", user_of(3), 1), say(6, "word of others", user_of(4), 5)});

  SearchRead read = query("word");
  EXPECT_EQ(found(read), (Texts{"word in tea", "word in lunch"}));
  read.self = user_of(2);
  EXPECT_EQ(found(read), (Texts{"word to 1", "word to 2", "word in tea", "word in lunch"}));
  read.with = user_of(1);
  EXPECT_EQ(found(read), (Texts{"word to 1", "word to 2"}));
  read.with = {};
  read.room = RoomName{"#tea"};
  EXPECT_EQ(found(read), Texts{"word in tea"});
}

TEST_F(WordIndexTest, AnEditedPostIsFoundByItsLatestTextOnly) {
  const RoomName lunch{"#lunch"};
  add({say(1, "first word"), amend(2, EditPost{lunch, message(1), "second word"}),
       amend(3, EditPost{lunch, message(1), "third word"}), say(4, "other word")});

  EXPECT_EQ(found("word"), (Texts{"other word", "third word"}));
  EXPECT_TRUE(found("first").empty());
  EXPECT_TRUE(found("second").empty());
}

TEST_F(WordIndexTest, ADeletedPostIsNotFoundInWhateverOrderItsEntriesCame) {
  const RoomName lunch{"#lunch"};
  add({amend(3, DeletePost{lunch, message(1)}), say(1, "first word")});
  EXPECT_TRUE(found("word").empty());

  add({amend(2, EditPost{lunch, message(1), "second word"})});
  EXPECT_TRUE(found("word").empty());
}

TEST_F(WordIndexTest, WhatOthersSayOfAPostOrSayElsewhereChangesNothing) {
  const RoomName lunch{"#lunch"};
  const RoomName tea{"#tea"};
  add({say(1, "first word"), amend(2, EditPost{lunch, message(1), "second word"}, 2),
       amend(3, DeletePost{lunch, message(1)}, 2), amend(4, DeletePost{tea, message(1)}),
       amend(5, EditPost{tea, message(1), "third word"})});

  EXPECT_EQ(found("word"), Texts{"first word"});
}

TEST_F(WordIndexTest, AnEditThatIsStoredTwiceCountsAtItsSmallestKey) {
  const RoomName lunch{"#lunch"};
  const SharedEntry early = amend(2, EditPost{lunch, message(1), "early word"});
  add({say(1, "first word"), early, amend(3, EditPost{lunch, message(1), "late word"}),
       copy_of(early, 9, 4)});

  // The copy is left out by the server, as every message's copies are.
  EXPECT_EQ(found("word"), (Texts{"early word", "late word"}));
}

TEST_F(WordIndexTest, RoomsThatAreHiddenAreLeftOutAndDoNotCount) {
  add({say(1, "word in tea", RoomName{"#tea"}), say(2, "word in lunch")});
  SearchRead read = query("word");
  read.hidden = {RoomName{"#lunch"}};
  read.limit = 1;

  EXPECT_EQ(found(read), Texts{"word in tea"});
  read.hidden = {RoomName{"#tea"}};
  EXPECT_EQ(found(read), Texts{"word in lunch"});
  EXPECT_FALSE(index_->search(read).more);
}

TEST_F(WordIndexTest, APageGoesOnBeforeAKey) {
  std::vector<SharedEntry> entries;
  for (std::uint64_t seq = 1; seq <= 9; ++seq)
    entries.push_back(say(seq, "word " + std::to_string(seq)));
  add(entries);
  SearchRead read = query("word");
  read.limit = 4;

  const auto first = index_->search(read);
  ASSERT_EQ(first.entries.size(), 4U);
  EXPECT_TRUE(first.more);
  read.before = first.entries.back().entry->key();

  EXPECT_EQ(found(read), (Texts{"word 5", "word 4", "word 3", "word 2"}));
  read.before = entries.front()->key();
  EXPECT_TRUE(found(read).empty());
}

TEST_F(WordIndexTest, PostsOfTheVeryTimeAreSortedByLogAndNoneIsLostBetweenPages) {
  std::vector<SharedEntry> entries;
  for (const std::uint64_t log : {8U, 2U, 5U}) {
    Entry entry = *post_of(log, 1);
    entry.body = Post{RoomName{"#lunch"}, "word of " + std::to_string(log)};
    entries.emplace_back(entry);
  }
  add(entries);
  SearchRead read = query("word");
  read.limit = 1;

  EXPECT_EQ(found(read), (Texts{"word of 8", "word of 5", "word of 2"}));
  read.before = entries[2]->key();
  EXPECT_EQ(found(read), Texts{"word of 2"});
}

TEST_F(WordIndexTest, APostThatIsStoredAgainIsFoundOnce) {
  add({say(1, "word")});
  add({say(1, "word")});

  EXPECT_EQ(found("word").size(), 1U);
}

TEST_F(WordIndexTest, WordsAreKeptAndMadeAnewWithTheIndex) {
  add({say(1, "word")});
  reopen();
  EXPECT_EQ(found("word").size(), 1U);

  index_.reset();
  std::filesystem::remove(place_.path() / "index.db");
  reopen();
  EXPECT_TRUE(found("word").empty());
  index_->catch_up();
  EXPECT_TRUE(index_->catch_up_words());

  EXPECT_EQ(found("word").size(), 1U);
}

TEST_F(WordIndexTest, CatchingUpStopsBetweenPiecesAndSaysWhetherItIsDone) {
  for (std::uint64_t n = 1; n <= 100; ++n) log_.add(std::vector{say(n, "word")});
  index_->catch_up();

  EXPECT_FALSE(index_->catch_up_words([] { return true; }));
  EXPECT_LT(found("word").size(), 100U);
  EXPECT_TRUE(index_->catch_up_words());

  EXPECT_EQ(found("word").size(), 100U);
}

}  // namespace
}  // namespace peal::runtime
