// What is wrong with a data directory is found, and looking changes nothing.
#include "runtime/directory_check.hpp"

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "runtime/entry_index.hpp"
#include "runtime/entry_log.hpp"
#include "runtime/storage.hpp"
#include "runtime/trouble.hpp"
#include "tests/runtime/entries.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

class DirectoryCheck : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path directory() const { return place_.path() / "data #1?%"; }
  [[nodiscard]] std::filesystem::path history() const { return directory() / "history.db"; }

  /// A directory as a server leaves it, with its index made.
  void fill(const std::vector<SharedEntry>& entries) {
    DataDirectory locked(directory());
    static_cast<void>(open_stored_state(locked, ServerId{7}, "office", 1'000));
    EntryLog log(history());
    log.add(entries);
    EntryIndex index(locked.index_file(), log);
    index.catch_up();
  }
  /// Changes a byte of the text "post N" where it is stored.
  void damage(std::uint64_t n) { patch("post " + std::to_string(n), "Post"); }
  void patch(const std::string& text, const std::string& other) {
    Sqlite sqlite(history());
    std::map<std::int64_t, std::vector<std::uint8_t>> chunks;
    Statement all(sqlite, "SELECT number, records FROM chunk");
    while (all.step()) {
      const auto bytes = all.bytes(1);
      std::string records(bytes.begin(), bytes.end());
      const auto at = records.find(text);
      if (at == std::string::npos) continue;
      records.replace(at, other.size(), other);
      chunks[all.integer(0)].assign(records.begin(), records.end());
    }
    Statement put(sqlite, "UPDATE chunk SET records=? WHERE number=?");
    for (const auto& [number, records] : chunks) put.bind(1, records).bind(2, number).run();
  }
  [[nodiscard]] std::string faults() const {
    std::string all;
    for (const DirectoryFault& fault : check_directory(directory()).faults)
      all += fault.what + " | " + fault.advice + "\n";
    return all;
  }
  [[nodiscard]] std::string trouble() const {
    try {
      static_cast<void>(check_directory(directory()));
    } catch (const Trouble& trouble) {
      EXPECT_EQ(trouble.exit_code(), 2);
      return trouble.what();
    }
    return "";
  }
  /// Every file's bytes, and when it and the directory were changed.
  [[nodiscard]] std::map<std::string, std::pair<std::string, std::filesystem::file_time_type>>
  everything() const {
    std::map<std::string, std::pair<std::string, std::filesystem::file_time_type>> found;
    found[""] = {"", std::filesystem::last_write_time(directory())};
    for (const auto& item : std::filesystem::directory_iterator(directory())) {
      std::ifstream file(item.path(), std::ios::binary);
      found[item.path().filename()] = {{std::istreambuf_iterator<char>(file), {}},
                                       item.last_write_time()};
    }
    return found;
  }

  TestPlace place_;
};

TEST_F(DirectoryCheck, AWholeDirectoryHasNoFaults) {
  fill(posts_of(9, 1, 30));

  const DirectoryReport report = check_directory(directory());

  EXPECT_EQ(faults(), "");
  EXPECT_EQ(report.cluster, "office");
  EXPECT_EQ(report.server, ServerId{7});
  EXPECT_EQ(report.entries, 30U);
  EXPECT_EQ(report.damaged, 0U);
  EXPECT_EQ(report.missing(), 0U);
  EXPECT_TRUE(report.indexed);
}

TEST_F(DirectoryCheck, NothingIsChangedThoughAWriteAheadLogIsThere) {
  fill(posts_of(9, 1, 3));
  // A process that was killed leaves a log that was not moved into the database.
  const auto copy = place_.path() / "copy";
  {
    EntryLog log(history());
    log.add(posts_of(9, 4, 30));
    ASSERT_GT(std::filesystem::file_size(history().string() + "-wal"), 0U);
    std::filesystem::copy(directory(), copy);
  }
  std::filesystem::remove_all(directory());
  std::filesystem::rename(copy, directory());
  const auto before = everything();
  ASSERT_TRUE(before.contains("history.db-wal"));

  EXPECT_EQ(check_directory(directory()).entries, 30U);

  EXPECT_EQ(everything(), before);
}

TEST_F(DirectoryCheck, NothingIsMadeWhereALogIsMissing) {
  fill(posts_of(9, 1, 3));
  const auto before = everything();

  EXPECT_EQ(check_directory(directory()).entries, 3U);

  EXPECT_EQ(everything(), before);
}

TEST_F(DirectoryCheck, ADamagedEntryIsFoundAndTheHoleThatItLeaves) {
  fill(posts_of(9, 1, 30));
  damage(17);

  EXPECT_NE(faults().find("1 stored entries do not fit their checksums"), std::string::npos);
  EXPECT_NE(faults().find("log 9 lacks entry 17"), std::string::npos);
  EXPECT_EQ(check_directory(directory()).entries, 29U);
}

TEST_F(DirectoryCheck, AnEntryThatIsMissingIsFound) {
  fill(posts_of(9, 1, 3));
  EntryLog(history()).add(posts_of(9, 5, 6));

  EXPECT_NE(faults().find("log 9 lacks entry 4 and has later ones"), std::string::npos);
}

TEST_F(DirectoryCheck, TimesThatGoBackAreFound) {
  Entry early = *post_of(9, 4);
  early.hlc = {1};
  fill({post_of(9, 1), post_of(9, 2), post_of(9, 3), SharedEntry(early)});

  EXPECT_NE(faults().find("entry 9:4 is not later than the one before it"), std::string::npos);
}

TEST_F(DirectoryCheck, OneIdForTwoEntriesIsFound) {
  Entry other = *post_of(9, 2);
  other.hlc = {2'500};
  fill({post_of(9, 1), post_of(9, 2), SharedEntry(other)});

  EXPECT_NE(faults().find("two different entries are stored as 9:2"), std::string::npos);
}

TEST_F(DirectoryCheck, AnEntryThatIsStoredTwiceIsNoFault) {
  fill({post_of(9, 1), post_of(9, 2), post_of(9, 1)});

  EXPECT_EQ(faults(), "");
  EXPECT_EQ(check_directory(directory()).entries, 2U);
}

TEST_F(DirectoryCheck, PredecessorsThatAreMissingAreToldAndNoFault) {
  Entry entry = *post_of(9, 1);
  entry.deps = {{LogId{5}, 4}, {LogId{6}, 2}};
  fill({SharedEntry(entry), post_of(6, 1)});

  const DirectoryReport report = check_directory(directory());

  EXPECT_EQ(report.missing(), 5U);
  EXPECT_TRUE(report.faults.empty());
}

TEST_F(DirectoryCheck, WhoseItIsMustBeNoted) {
  fill(posts_of(9, 1, 3));
  Sqlite(history()).run("DELETE FROM fact WHERE name IN ('server', 'cluster')");

  EXPECT_NE(faults().find("whose cluster this is"), std::string::npos);
  EXPECT_NE(faults().find("whose server this is"), std::string::npos);
}

TEST_F(DirectoryCheck, TwoServersFilesInOneDirectoryAreFound) {
  fill(posts_of(9, 1, 3));
  Sqlite(history()).run("UPDATE fact SET value='8' WHERE name='server'");

  EXPECT_NE(faults().find("the history is that of server 8, and the file LOCK names server 7"),
            std::string::npos);
}

TEST_F(DirectoryCheck, AnotherFormatIsNotReadAnyFurther) {
  fill(posts_of(9, 1, 3));
  Sqlite(history()).run("UPDATE fact SET value='99' WHERE name='format'");

  EXPECT_NE(faults().find("format 99"), std::string::npos);
}

TEST_F(DirectoryCheck, ADatabaseThatIsRubbishIsAFault) {
  fill(posts_of(9, 1, 3));
  std::ofstream(history(), std::ios::trunc) << std::string(50'000, 'x');

  EXPECT_NE(faults().find("cannot be read"), std::string::npos);
}

TEST_F(DirectoryCheck, ADatabaseWithABrokenPageIsAFault) {
  fill({});
  for (std::uint64_t seq = 1; seq <= 400; ++seq) EntryLog(history()).add(posts_of(9, seq, seq));
  const auto size = std::filesystem::file_size(history());
  std::fstream file(history(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(size / 2 / 4096 * 4096));
  file << std::string(4096, 'x');
  file.close();

  EXPECT_NE(faults().find("history.db"), std::string::npos);
}

TEST_F(DirectoryCheck, AnIndexThatNamesWrongPlacesIsAFault) {
  fill(posts_of(9, 1, 30));
  Sqlite(directory() / "index.db").run("UPDATE place SET offset = offset + 1");

  EXPECT_NE(faults().find("index.db does not fit the history | delete index.db"),
            std::string::npos);
}

TEST_F(DirectoryCheck, AnIndexThatIsGoneIsMadeAnewAndNoFault) {
  fill(posts_of(9, 1, 30));
  std::filesystem::remove(directory() / "index.db");

  EXPECT_EQ(faults(), "");
  EXPECT_FALSE(check_directory(directory()).indexed);
}

TEST_F(DirectoryCheck, ADirectoryInUseIsLeftAlone) {
  fill(posts_of(9, 1, 3));
  const DataDirectory in_use(directory());

  EXPECT_NE(trouble().find("is in use by process " + std::to_string(getpid())), std::string::npos);
}

TEST_F(DirectoryCheck, WhatIsNoDataDirectoryIsSaidToBeNone) {
  EXPECT_NE(trouble().find("is not a data directory"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(directory()));
}

}  // namespace
}  // namespace peal::runtime
