// What was written comes back in the order of writing, or is found to be damaged.
#include "runtime/entry_log.hpp"

#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/runtime/entries.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();

class EntryLogTest : public testing::Test {
 protected:
  struct Read {
    std::vector<SharedEntry> entries;
    std::vector<Place> places;
    EntryLog::Visited visited;
  };

  [[nodiscard]] std::filesystem::path file() const { return place_.path() / "history.db"; }

  static Read read(EntryLog& log, std::int64_t after = 0, std::int64_t chunks = all) {
    Read out;
    out.visited = log.visit(after, chunks, [&](Place place, const SharedEntry& entry) {
      out.places.push_back(place);
      out.entries.push_back(entry);
    });
    return out;
  }

  /// Changes what is on disk, behind the log's back.
  void spoil(const std::string& from, const std::string& to) {
    const std::string sql =
        "UPDATE chunk SET records = CAST(replace(records, '" + from + "', '" + to + "') AS BLOB)";
    Sqlite(file()).run(sql.c_str());
  }

  [[nodiscard]] std::vector<std::uint8_t> chunk() {
    Statement one(sqlite_, "SELECT records FROM chunk WHERE number=1");
    EXPECT_TRUE(one.step());
    const auto bytes = one.bytes(0);
    return {bytes.begin(), bytes.end()};
  }

  TestPlace place_;
  Sqlite sqlite_{file()};
};

TEST_F(EntryLogTest, EntriesComeBackInTheOrderOfWritingAfterReopening) {
  std::vector<SharedEntry> written{post_of(9, 1), post_of(7, 1), join_of(7, 2)};
  {
    EntryLog log(file());
    log.add(written);
    log.add(std::vector{post_of(9, 2)});
  }
  written.push_back(post_of(9, 2));

  EntryLog log(file());
  const Read found = read(log);

  EXPECT_EQ(found.entries, written);
  EXPECT_EQ(found.visited.damaged, 0U);
}

TEST_F(EntryLogTest, AnEntryIsFoundAtItsPlace) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 1'000));

  const Read found = read(log);

  ASSERT_EQ(found.entries.size(), 1'000U);
  EXPECT_GT(found.places.back().chunk, 1) << "one chunk for everything tests too little";
  for (const std::size_t nth : {0U, 1U, 500U, 999U, 2U})
    EXPECT_EQ(log.find(found.places[nth]), found.entries[nth]);
}

TEST_F(EntryLogTest, VisitingGoesOnBehindAChunk) {
  EntryLog log(file());
  for (std::uint64_t n = 1; n <= 5; ++n) log.add(std::vector{post_of(7, n)});

  const Read first = read(log, 0, 2);
  const Read second = read(log, first.visited.last, 3);
  const Read third = read(log, second.visited.last, 3);

  EXPECT_EQ(first.entries, posts_of(7, 1, 2));
  EXPECT_TRUE(first.visited.more);
  EXPECT_EQ(second.entries, posts_of(7, 3, 5));
  EXPECT_TRUE(third.entries.empty());
  EXPECT_FALSE(third.visited.more);
  EXPECT_EQ(third.visited.last, second.visited.last);
}

TEST_F(EntryLogTest, AnotherConnectionSeesWhatWasWritten) {
  EntryLog writer(file());
  EntryLog reader(file());

  writer.add(std::vector{post_of(7, 1)});

  EXPECT_EQ(read(reader).entries, posts_of(7, 1, 1));
}

TEST_F(EntryLogTest, AChangedByteCostsOneEntry) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 3));

  spoil("post 2", "post 9");

  const Read found = read(log);
  EXPECT_EQ(found.entries, (std::vector{post_of(7, 1), post_of(7, 3)}));
  EXPECT_EQ(found.visited.damaged, 1U);
}

TEST_F(EntryLogTest, ALengthThatCannotBeCostsTheRestOfItsChunkOnly) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 3));
  log.add(posts_of(7, 4, 5));
  Sqlite(file()).run("UPDATE chunk SET records = X'FFFFFFFF' || records WHERE number = 1");

  const Read found = read(log);

  EXPECT_EQ(found.entries, posts_of(7, 4, 5));
  EXPECT_EQ(found.visited.chunks_with_damage, std::set<std::int64_t>{1});
}

TEST_F(EntryLogTest, ACutOffChunkIsDamaged) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 3));
  Sqlite(file()).run("UPDATE chunk SET records = substr(records, 1, length(records) - 1)");

  const Read found = read(log);

  EXPECT_EQ(found.entries, posts_of(7, 1, 2));
  EXPECT_EQ(found.visited.damaged, 1U);
}

TEST_F(EntryLogTest, ADamagedEntryIsNotHandedOut) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 3));
  const Place second = read(log).places[1];
  spoil("post 2", "post 9");

  EXPECT_EQ(log.find(second), std::nullopt);
}

TEST_F(EntryLogTest, ADamagedEntryIsPutBackInItsPlace) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 3));
  const Place second = read(log).places[1];
  spoil("post 2", "post 9");
  ASSERT_EQ(log.find(second), std::nullopt);

  log.add(std::vector{post_of(7, 4), post_of(7, 2)}, {{{LogId{7}, 2}, second}});

  EXPECT_EQ(log.find(second), post_of(7, 2));
  EXPECT_EQ(read(log).entries, posts_of(7, 1, 4));
}

TEST_F(EntryLogTest, AnEntryIsPutBackThoughItsLengthIsDamagedAndTheChunkWasReadBefore) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 3));
  EntryLog reader(file());
  const Read before = read(reader);
  Statement change(sqlite_, "UPDATE chunk SET records=? WHERE number=1");
  std::vector<std::uint8_t> records = chunk();
  records[static_cast<std::size_t>(before.places[1].offset)] ^= 0xffU;
  change.bind(1, records).run();
  ASSERT_EQ(reader.find(before.places[1]), std::nullopt);
  ASSERT_EQ(reader.find(before.places[2]), post_of(7, 3));

  log.add(std::vector{post_of(7, 2)}, {{{LogId{7}, 2}, before.places[1]}});

  EXPECT_EQ(reader.find(before.places[1]), post_of(7, 2));
  EXPECT_EQ(read(log).entries, posts_of(7, 1, 3));
}

TEST_F(EntryLogTest, WhatDoesNotFitInItsPlaceIsWrittenBehindTheOthers) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 2));
  const Place first = read(log).places[0];

  // The place is that of another entry, which is whole; and one that is not there.
  log.add(std::vector{post_of(7, 3)}, {{{LogId{7}, 3}, first}});
  log.add(std::vector{post_of(7, 4)}, {{{LogId{7}, 4}, {99, 0}}});

  EXPECT_EQ(read(log).entries, posts_of(7, 1, 4));
}

TEST_F(EntryLogTest, DroppedDamageLeavesWhatIsIntact) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 3));
  spoil("post 2", "post 9");

  log.drop_damage(read(log).visited.chunks_with_damage);

  const Read found = read(log);
  EXPECT_EQ(found.entries, (std::vector{post_of(7, 1), post_of(7, 3)}));
  EXPECT_EQ(found.visited.damaged, 0U);
}

TEST_F(EntryLogTest, FactsAreKeptAndReplaced) {
  EntryLog log(file());
  EXPECT_EQ(log.fact("cluster"), std::nullopt);

  log.set_fact("cluster", "peal");
  log.set_fact("cluster", "other");

  EXPECT_EQ(log.fact("cluster"), "other");
}

TEST_F(EntryLogTest, ACheckpointEmptiesTheWriteAheadLog) {
  EntryLog log(file());
  log.add(posts_of(7, 1, 200));
  ASSERT_GT(log.log_pages(), 0);

  log.checkpoint();

  EXPECT_EQ(log.log_pages(), 0);
}

}  // namespace
}  // namespace peal::runtime
