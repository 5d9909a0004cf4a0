// Entries are found by log, by conversation and by message id; the index may go at any time.
#include "runtime/entry_index.hpp"

#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/runtime/entries.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

constexpr std::uint64_t high_log = std::numeric_limits<std::uint64_t>::max() - 5;

class EntryIndexTest : public testing::Test {
 protected:
  EntryIndexTest() {
    log_.set_fact("name", "one");
    reopen();
  }

  [[nodiscard]] std::filesystem::path index_file() const { return place_.path() / "index.db"; }

  void add(const std::vector<SharedEntry>& entries) {
    log_.add(entries);
    index_->catch_up();
  }
  void reopen() {
    index_.reset();
    index_ = std::make_unique<EntryIndex>(index_file(), log_);
  }

  static std::vector<EntryId> ids(const EntryIndex::Page& page) {
    std::vector<EntryId> out;
    for (const StoredEntry& stored : page.entries) out.push_back(stored.entry->id);
    return out;
  }
  [[nodiscard]] std::vector<EntryId> whole_log() {
    return ids(index_->range({LogId{7}, 1, 100, 1'000'000}));
  }

  TestPlace place_;
  EntryLog log_{place_.path() / "history.db"};
  std::unique_ptr<EntryIndex> index_;
};

std::vector<EntryId> seqs(std::initializer_list<std::uint64_t> numbers) {
  std::vector<EntryId> out;
  for (const std::uint64_t n : numbers) out.push_back({LogId{7}, n});
  return out;
}

TEST_F(EntryIndexTest, ARangeStopsAtItsLimitAndSaysThatThereIsMore) {
  add(posts_of(7, 1, 5));

  const auto page = index_->range({LogId{7}, 2, 2, 1'000'000});

  EXPECT_EQ(ids(page), seqs({2, 3}));
  EXPECT_TRUE(page.more);
}

TEST_F(EntryIndexTest, ARangeHoldsOneEntryHoweverFewBytesAreWanted) {
  add(posts_of(7, 1, 5));

  const auto page = index_->range({LogId{7}, 4, 100, 1});

  EXPECT_EQ(ids(page), seqs({4}));
  EXPECT_TRUE(page.more);
}

TEST_F(EntryIndexTest, ARangeEndsAtAHole) {
  add(posts_of(7, 1, 2));
  add(posts_of(7, 4, 5));

  const auto page = index_->range({LogId{7}, 1, 100, 1'000'000});

  EXPECT_EQ(ids(page), seqs({1, 2}));
  EXPECT_FALSE(page.more);
}

TEST_F(EntryIndexTest, ARangeIsOfOneLog) {
  add({post_of(high_log, 1), post_of(7, 1), post_of(8, 1)});

  EXPECT_EQ(whole_log(), seqs({1}));
}

TEST_F(EntryIndexTest, AnEntryThatIsStoredTwiceIsFoundOnce) {
  add({post_of(7, 1)});
  add({post_of(7, 1), post_of(7, 2)});

  EXPECT_EQ(whole_log(), seqs({1, 2}));
  EXPECT_EQ(index_->timeline({RoomName{"#lunch"}, {}, {}, {}, 10}).entries.size(), 2U);
}

TEST_F(EntryIndexTest, ATimelineIsLatestFirstAndContinuesBeforeAKey) {
  add(posts_of(high_log, 1, 3));
  add(posts_of(7, 1, 3));
  TimelineRead query{.room = RoomName{"#lunch"}, .a = {}, .b = {}, .before = {}, .limit = 4};

  const auto first = index_->timeline(query);
  query.before = first.entries.back().entry->key();
  const auto second = index_->timeline(query);

  EXPECT_EQ(ids(first),
            (std::vector<EntryId>{
                {LogId{high_log}, 3}, {LogId{7}, 3}, {LogId{high_log}, 2}, {LogId{7}, 2}}));
  EXPECT_TRUE(first.more);
  EXPECT_EQ(ids(second), (std::vector<EntryId>{{LogId{high_log}, 1}, {LogId{7}, 1}}));
  EXPECT_FALSE(second.more);
}

TEST_F(EntryIndexTest, ATimelineHoldsThePostsOfItsRoomOnly) {
  Entry elsewhere = *post_of(7, 3);
  elsewhere.body = Post{RoomName{"#tea"}, "elsewhere"};
  add({join_of(7, 1), post_of(7, 2), SharedEntry(elsewhere)});

  EXPECT_EQ(ids(index_->timeline({RoomName{"#lunch"}, {}, {}, {}, 10})), seqs({2}));
  EXPECT_TRUE(index_->timeline({RoomName{"#nowhere"}, {}, {}, {}, 10}).entries.empty());
}

TEST_F(EntryIndexTest, ADirectConversationIsThatOfAnUnorderedPair) {
  add({direct_of(7, 1, 1, 2), direct_of(7, 2, 2, 1), direct_of(7, 3, 1, 3)});

  const auto one_way = index_->timeline({{}, user_of(1), user_of(2), {}, 10});
  const auto other_way = index_->timeline({{}, user_of(2), user_of(1), {}, 10});

  EXPECT_EQ(ids(one_way), seqs({2, 1}));
  EXPECT_EQ(ids(other_way), ids(one_way));
}

TEST_F(EntryIndexTest, AMessageInTwoLogsComesWithBothKeys) {
  Entry again = *post_of(9, 1);
  again.message = post_of(7, 1)->message;
  again.hlc = {5'000};
  const SharedEntry late(again);
  add({late, post_of(7, 1)});

  const auto page = index_->timeline({RoomName{"#lunch"}, {}, {}, {}, 10});

  ASSERT_EQ(page.entries.size(), 2U);
  const std::vector<EntryKey> both{post_of(7, 1)->key(), late->key()};
  EXPECT_EQ(page.entries[0].copies, both);
  EXPECT_EQ(page.entries[1].copies, both);
}

TEST_F(EntryIndexTest, WhatWasTakenInIsKept) {
  add(posts_of(7, 1, 3));

  reopen();

  EXPECT_EQ(whole_log(), seqs({1, 2, 3}));
}

TEST_F(EntryIndexTest, CatchingUpCanBeStoppedAndGoesOnLater) {
  log_.add(posts_of(7, 1, 3));

  index_->catch_up([] { return true; });
  EXPECT_TRUE(whole_log().empty());
  index_->catch_up();

  EXPECT_EQ(whole_log(), seqs({1, 2, 3}));
}

TEST_F(EntryIndexTest, ALongLogIsTakenInInPieces) {
  constexpr std::uint64_t chunks = 600;
  for (std::uint64_t n = 1; n <= chunks; ++n) log_.add(std::vector{post_of(7, n)});
  int pieces = 0;

  index_->catch_up([&] { return ++pieces > 1'000; });

  EXPECT_GT(pieces, 1);
  EXPECT_EQ(index_->range({LogId{7}, 1, 1'000, 1'000'000}).entries.size(), chunks);
}

TEST_F(EntryIndexTest, AnIndexThatIsDeletedIsMadeAnew) {
  add(posts_of(7, 1, 3));
  index_.reset();
  std::filesystem::remove(index_file());

  reopen();
  index_->catch_up();

  EXPECT_EQ(whole_log(), seqs({1, 2, 3}));
}

TEST_F(EntryIndexTest, AnIndexThatIsRubbishIsMadeAnew) {
  add(posts_of(7, 1, 3));
  index_.reset();
  std::ofstream(index_file(), std::ios::trunc) << std::string(50'000, 'x');

  reopen();
  index_->catch_up();

  EXPECT_EQ(whole_log(), seqs({1, 2, 3}));
}

TEST_F(EntryIndexTest, AnIndexOfAnotherLogIsMadeAnew) {
  add(posts_of(7, 1, 3));
  log_.set_fact("name", "two");
  index_.reset();
  Sqlite(index_file()).run("UPDATE place SET offset = offset + 1");

  reopen();
  index_->catch_up();

  EXPECT_EQ(whole_log(), seqs({1, 2, 3}));
}

}  // namespace
}  // namespace peal::runtime
