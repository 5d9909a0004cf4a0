// What was stored comes back, in the order asked for, or is found to be damaged.
#include "runtime/history_store.hpp"

#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "tests/runtime/entries.hpp"
#include "tests/runtime/place.hpp"

namespace peal::runtime {
namespace {

constexpr std::uint64_t high_log = std::numeric_limits<std::uint64_t>::max() - 5;

class HistoryStoreTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return place_.path() / "history.db"; }

  static std::vector<SharedEntry> posts(std::uint64_t log, std::uint64_t first,
                                        std::uint64_t last) {
    std::vector<SharedEntry> out;
    for (std::uint64_t seq = first; seq <= last; ++seq) out.push_back(post_of(log, seq));
    return out;
  }

  static std::vector<EntryId> ids(const HistoryStore::Page& page) {
    std::vector<EntryId> out;
    for (const StoredEntry& stored : page.entries) out.push_back(stored.entry->id);
    return out;
  }

  static void run(const std::filesystem::path& database, const char* sql) {
    Sqlite(database).run(sql);
  }

  Place place_;
};

TEST_F(HistoryStoreTest, EntriesComeBackByLogAndSeqAfterReopening) {
  const std::vector<SharedEntry> high = posts(high_log, 1, 3);
  const std::vector<SharedEntry> low = posts(7, 1, 2);
  {
    HistoryStore store(file());
    store.add(high);
    store.add(low);
  }

  HistoryStore store(file());
  std::vector<SharedEntry> found;
  const auto damaged = store.each([&](const SharedEntry& entry) { found.push_back(entry); });

  std::vector<SharedEntry> expected = low;
  expected.insert(expected.end(), high.begin(), high.end());
  EXPECT_EQ(found, expected);
  EXPECT_TRUE(damaged.empty());
}

TEST_F(HistoryStoreTest, AnEntryThatIsThereStaysAsItIs) {
  HistoryStore store(file());
  const SharedEntry first = post_of(7, 1);
  Entry other = *first;
  other.body = Post{RoomName{"#lunch"}, "another text"};

  store.add(std::vector{first});
  store.add(std::vector{SharedEntry(other)});

  const auto page = store.range({LogId{7}, 1, 10, 1'000});
  ASSERT_EQ(page.entries.size(), 1U);
  EXPECT_EQ(page.entries[0].entry, first);
}

TEST_F(HistoryStoreTest, ARangeStopsAtItsLimitAndSaysThatThereIsMore) {
  HistoryStore store(file());
  store.add(posts(7, 1, 5));

  const auto page = store.range({LogId{7}, 2, 2, 1'000'000});

  EXPECT_EQ(ids(page), (std::vector<EntryId>{{LogId{7}, 2}, {LogId{7}, 3}}));
  EXPECT_TRUE(page.more);
}

TEST_F(HistoryStoreTest, ARangeHoldsOneEntryHoweverFewBytesAreWanted) {
  HistoryStore store(file());
  store.add(posts(7, 1, 5));

  const auto page = store.range({LogId{7}, 4, 100, 1});

  EXPECT_EQ(ids(page), (std::vector<EntryId>{{LogId{7}, 4}}));
  EXPECT_TRUE(page.more);
}

TEST_F(HistoryStoreTest, ARangeEndsAtAHole) {
  HistoryStore store(file());
  store.add(posts(7, 1, 2));
  store.add(posts(7, 4, 5));

  const auto page = store.range({LogId{7}, 1, 100, 1'000'000});

  EXPECT_EQ(ids(page), (std::vector<EntryId>{{LogId{7}, 1}, {LogId{7}, 2}}));
  EXPECT_FALSE(page.more);
}

TEST_F(HistoryStoreTest, ATimelineIsLatestFirstAndContinuesBeforeAKey) {
  HistoryStore store(file());
  store.add(posts(high_log, 1, 3));
  store.add(posts(7, 1, 3));
  TimelineRead query{.room = RoomName{"#lunch"}, .a = {}, .b = {}, .before = {}, .limit = 4};

  const auto first = store.timeline(query);
  query.before = first.entries.back().entry->key();
  const auto second = store.timeline(query);

  EXPECT_EQ(ids(first),
            (std::vector<EntryId>{
                {LogId{high_log}, 3}, {LogId{7}, 3}, {LogId{high_log}, 2}, {LogId{7}, 2}}));
  EXPECT_TRUE(first.more);
  EXPECT_EQ(ids(second), (std::vector<EntryId>{{LogId{high_log}, 1}, {LogId{7}, 1}}));
  EXPECT_FALSE(second.more);
}

TEST_F(HistoryStoreTest, ATimelineHoldsPostsOnly) {
  HistoryStore store(file());
  store.add(std::vector{join_of(7, 1), post_of(7, 2)});

  const auto page = store.timeline({RoomName{"#lunch"}, {}, {}, {}, 10});

  EXPECT_EQ(ids(page), (std::vector<EntryId>{{LogId{7}, 2}}));
}

TEST_F(HistoryStoreTest, ADirectConversationIsThatOfAnUnorderedPair) {
  HistoryStore store(file());
  store.add(std::vector{direct_of(7, 1, 1, 2), direct_of(7, 2, 2, 1), direct_of(7, 3, 1, 3)});

  const auto one_way = store.timeline({{}, user_of(1), user_of(2), {}, 10});
  const auto other_way = store.timeline({{}, user_of(2), user_of(1), {}, 10});

  EXPECT_EQ(ids(one_way), (std::vector<EntryId>{{LogId{7}, 2}, {LogId{7}, 1}}));
  EXPECT_EQ(ids(other_way), ids(one_way));
}

TEST_F(HistoryStoreTest, AMessageInTwoLogsComesWithBothKeys) {
  HistoryStore store(file());
  Entry again = *post_of(9, 1);
  again.message = post_of(7, 1)->message;
  again.hlc = {5'000};
  const SharedEntry late(again);
  store.add(std::vector{late, post_of(7, 1)});

  const auto page = store.timeline({RoomName{"#lunch"}, {}, {}, {}, 10});

  ASSERT_EQ(page.entries.size(), 2U);
  const std::vector<EntryKey> both{post_of(7, 1)->key(), late->key()};
  EXPECT_EQ(page.entries[0].copies, both);
  EXPECT_EQ(page.entries[1].copies, both);
}

TEST_F(HistoryStoreTest, AFlippedBitOfAnEntryIsFound) {
  HistoryStore store(file());
  store.add(posts(7, 1, 3));
  run(file(), "UPDATE entry SET body = CAST(replace(body, 'post 2', 'post 9') AS BLOB)");

  std::vector<SharedEntry> found;
  const auto damaged = store.each([&](const SharedEntry& entry) { found.push_back(entry); });

  EXPECT_EQ(damaged, (std::vector<EntryId>{{LogId{7}, 2}}));
  EXPECT_EQ(found.size(), 2U);
}

TEST_F(HistoryStoreTest, ReadingADamagedEntryFailsAsCorrupt) {
  HistoryStore store(file());
  store.add(posts(7, 1, 3));
  run(file(), "UPDATE entry SET sum = zeroblob(16)");

  try {
    static_cast<void>(store.range({LogId{7}, 1, 10, 1'000}));
    FAIL() << "a damaged entry was handed out";
  } catch (const SqliteError& error) {
    EXPECT_EQ(error.trouble(), DiskTrouble::corrupt);
  }
}

TEST_F(HistoryStoreTest, ADamagedEntryThatWasRemovedIsStoredAnew) {
  HistoryStore store(file());
  store.add(posts(7, 1, 2));
  run(file(), "UPDATE entry SET sum = zeroblob(16)");
  const auto damaged = store.each([](const SharedEntry&) {});

  store.remove(damaged);
  store.add(posts(7, 1, 2));

  EXPECT_EQ(store.range({LogId{7}, 1, 10, 1'000}).entries.size(), 2U);
}

TEST_F(HistoryStoreTest, FactsAreKeptAndReplaced) {
  HistoryStore store(file());
  EXPECT_EQ(store.fact("cluster"), std::nullopt);

  store.set_fact("cluster", "peal");
  store.set_fact("cluster", "other");

  EXPECT_EQ(store.fact("cluster"), "other");
}

TEST_F(HistoryStoreTest, ACheckpointEmptiesTheLog) {
  HistoryStore store(file());
  store.add(posts(7, 1, 200));
  ASSERT_GT(store.log_pages(), 0);

  store.checkpoint();

  EXPECT_EQ(store.log_pages(), 0);
}

}  // namespace
}  // namespace peal::runtime
