// The disk of a server: durable answers in order, restarts, and every way in which it can fail.
#include "runtime/storage.hpp"

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include "runtime/entry_index.hpp"
#include "runtime/entry_log.hpp"
#include "runtime/trouble.hpp"
#include "tests/runtime/entries.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

constexpr std::size_t window = 1'000;

class StorageTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path directory() const { return place_.path() / "data"; }
  [[nodiscard]] std::filesystem::path database() const { return directory() / "history.db"; }

  StoredState open(std::optional<ServerId> id = {}, const std::string& cluster = "peal") {
    DataDirectory locked(directory());
    return open_stored_state(locked, id, cluster, window);
  }

  /// What opening says to the person who tried.
  std::string trouble(std::optional<ServerId> id = {}, const std::string& cluster = "peal") {
    try {
      open(id, cluster);
    } catch (const Trouble& trouble) {
      return trouble.what();
    }
    return "";
  }

  void start() {
    locked_ = std::make_unique<DataDirectory>(directory());
    storage_ = std::make_unique<Storage>(
        loop_, *locked_, [this](StorageAnswer answer) { answers_.push_back(std::move(answer)); });
  }

  void stop() {
    storage_.reset();
    locked_.reset();
  }

  void write(std::uint64_t token, std::vector<SharedEntry> entries) {
    std::vector<Write> batch{Write{Token{token}, std::move(entries)}};
    storage_->write(batch);
  }

  [[nodiscard]] bool answered(std::size_t count) {
    return loop_.run_until([&] { return answers_.size() >= count; }, patience);
  }

  TestPlace place_;
  Loop loop_;
  std::vector<StorageAnswer> answers_;
  std::unique_ptr<DataDirectory> locked_;
  std::unique_ptr<Storage> storage_;
};

TEST_F(StorageTest, WritesAreAnsweredInOrder) {
  open();
  start();
  constexpr std::uint64_t count = 500;

  for (std::uint64_t n = 1; n <= count; ++n) write(n, {post_of(7, n)});

  ASSERT_TRUE(answered(count));
  for (std::uint64_t n = 1; n <= count; ++n)
    EXPECT_EQ(std::get<Written>(answers_[n - 1]).token.value, n);
}

TEST_F(StorageTest, WhatWasWrittenIsRecovered) {
  open();
  start();
  write(1, {join_of(7, 1), post_of(7, 2)});
  write(2, {post_of(9, 1)});
  ASSERT_TRUE(answered(2));
  stop();

  const Recovered recovered = open().recovered;

  ASSERT_EQ(recovered.logs.size(), 2U);
  EXPECT_EQ(recovered.logs[0].seq, 2U);
  EXPECT_EQ(recovered.logs[1].seq, 1U);
  EXPECT_EQ(recovered.entries.size(), 3U);
  EXPECT_EQ(recovered.latest, post_of(7, 2)->hlc);
}

TEST_F(StorageTest, WritesThatWaitAreCompletedAtTheEnd) {
  open();
  start();

  for (std::uint64_t n = 1; n <= 200; ++n) write(n, {post_of(7, n)});
  stop();

  EXPECT_EQ(open().recovered.logs.at(0).seq, 200U);
}

TEST_F(StorageTest, WhatIsBehindAHoleIsNotRecovered) {
  open();
  start();
  write(1, {post_of(7, 1), post_of(7, 2), post_of(7, 4)});
  ASSERT_TRUE(answered(1));
  stop();

  const Recovered recovered = open().recovered;

  EXPECT_EQ(recovered.logs.at(0).seq, 2U);
  EXPECT_EQ(recovered.entries.size(), 2U);
}

TEST_F(StorageTest, AReadSeesWhatWasWrittenBefore) {
  open();
  start();
  write(1, {post_of(7, 1), post_of(7, 2)});
  ASSERT_TRUE(answered(1));

  storage_->read({Token{2}, RangeRead{LogId{7}, 1, 10, 10'000}});
  storage_->read({Token{3}, TimelineRead{RoomName{"#lunch"}, {}, {}, {}, 10}});

  ASSERT_TRUE(answered(3));
  EXPECT_EQ(std::get<ReadDone>(answers_[1]).token.value, 2U);
  EXPECT_EQ(std::get<ReadDone>(answers_[1]).entries.size(), 2U);
  EXPECT_EQ(std::get<ReadDone>(answers_[2]).entries.at(0).entry, post_of(7, 2));
}

TEST_F(StorageTest, ASessionIsFoundByWhatIsCoveredAndWasWrittenBefore) {
  open();
  start();
  write(1, posts_of(7, 1, 3));
  write(2, {post_of(7, 5), post_of(8, 1)});
  ASSERT_TRUE(answered(2));
  const VersionVector upto(std::vector<EntryId>{{LogId{7}, 4}});

  storage_->read({Token{3}, SessionRead{SessionId{8}, upto}});
  storage_->read({Token{4}, SessionRead{SessionId{99}, upto}});

  ASSERT_TRUE(answered(4));
  EXPECT_EQ(std::get<ReadDone>(answers_[2]).numbers, (Ranges{{1, 3}}));
  EXPECT_TRUE(std::get<ReadDone>(answers_[3]).numbers.empty());
}

TEST_F(StorageTest, OnlyTheSessionsThatWroteLastAreRecovered) {
  open();
  start();
  write(1, {post_of(7, 1), post_of(9, 1), post_of(9, 2)});
  ASSERT_TRUE(answered(1));
  stop();

  DataDirectory locked(directory());
  const SessionTable sessions = open_stored_state(locked, {}, "peal", window, 1).recovered.sessions;

  EXPECT_EQ(sessions.size(), 1U);
  EXPECT_TRUE(sessions.forgot_any());
}

TEST_F(StorageTest, ASearchSeesWhatWasWrittenBefore) {
  open();
  start();
  write(1, {post_of(7, 1), post_of(7, 2)});
  ASSERT_TRUE(answered(1));

  SearchRead search;
  search.words = {"post", "2"};
  search.limit = 10;
  storage_->read({Token{2}, search});

  ASSERT_TRUE(answered(2));
  const auto& found = std::get<ReadDone>(answers_[1]).entries;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].entry, post_of(7, 2));
}

TEST_F(StorageTest, TheLogIsEmptiedWhileWritesGoOn) {
  open();
  start();
  constexpr std::uint64_t batches = 400;
  for (std::uint64_t n = 1; n <= batches; ++n) {
    write(n, posts_of(7, 1 + (n - 1) * 1'000, n * 1'000));
    ASSERT_TRUE(answered(n));
  }

  // Some 40 MB went through it.
  EXPECT_LT(std::filesystem::file_size(database().string() + "-wal"), 36U << 20U);
  EXPECT_GT(std::filesystem::file_size(database()), 4U << 20U);
}

TEST_F(StorageTest, TheIndexFollowsByItself) {
  open();
  start();
  write(1, posts_of(7, 1, 10));
  ASSERT_TRUE(answered(1));

  const auto indexed = [&] {
    EntryLog log(database());
    EntryIndex index(directory() / "index.db", log);
    return index.range({LogId{7}, 1, 100, 1'000'000}).entries.size() == 10;
  };

  Timer again(loop_, [&] { again.after(milliseconds(50)); });
  again.after(milliseconds(50));
  EXPECT_TRUE(loop_.run_until(indexed, patience));
}

TEST_F(StorageTest, ReadsAfterDamageWasDroppedFindWhatIsIntact) {
  open();
  start();
  write(1, posts_of(7, 1, 3));
  storage_->read({Token{2}, RangeRead{LogId{7}, 1, 10, 10'000}});
  ASSERT_TRUE(answered(2));
  stop();
  Sqlite(database())
      .run("UPDATE chunk SET records = CAST(replace(records, 'post 1', 'post 9') AS BLOB)");
  open();

  start();
  write(3, posts_of(7, 1, 1));
  ASSERT_TRUE(answered(3));
  storage_->read({Token{4}, RangeRead{LogId{7}, 1, 10, 10'000}});
  ASSERT_TRUE(answered(4));

  const auto* done = std::get_if<ReadDone>(&answers_[3]);
  ASSERT_NE(done, nullptr) << std::get<ReadFailed>(answers_[3]).reason;
  ASSERT_EQ(done->entries.size(), 3U);
  EXPECT_EQ(done->entries[0].entry, post_of(7, 1));
}

TEST_F(StorageTest, TheServerIdIsRememberedAndBelow2To32) {
  const ServerId first = open().server;

  EXPECT_EQ(open().server, first);
  EXPECT_LT(first.value, std::uint64_t{1} << 32U);
  EXPECT_NE(first.value, 0U);
}

TEST_F(StorageTest, AnotherIdThanTheRememberedOneIsRefused) {
  open(ServerId{5});

  EXPECT_EQ(open(ServerId{5}).server, ServerId{5});
  EXPECT_EQ(trouble(ServerId{6}), "data directory " + directory().string() +
                                      " belongs to server 5, not to 6; leave --id out, or give "
                                      "another --data");
}

TEST_F(StorageTest, ADirectoryOfAnotherClusterIsRefused) {
  open({}, "ours");

  EXPECT_EQ(trouble({}, "theirs"), "data directory " + directory().string() +
                                       " belongs to cluster ours, not to theirs; give --cluster "
                                       "ours or another --data");
}

TEST_F(StorageTest, ADirectoryInUseIsRefusedWithTheProcessThatUsesIt) {
  const DataDirectory locked(directory());

  EXPECT_EQ(trouble(), "data directory " + directory().string() + " is in use by process " +
                           std::to_string(getpid()) + "; stop it, or give another one with --data");
}

TEST_F(StorageTest, TheFirstFreeNumberedDirectoryIsTaken) {
  const auto base = place_.path() / "many";
  const DataDirectory first = DataDirectory::first_free(base);
  {
    const DataDirectory second = DataDirectory::first_free(base);
    EXPECT_EQ(second.path(), base / "2");
  }

  EXPECT_EQ(first.path(), base / "1");
  EXPECT_EQ(DataDirectory::first_free(base).path(), base / "2");
}

TEST_F(StorageTest, ADirectoryThatCannotBeMadeIsAClearError) {
  std::ofstream(place_.path() / "data") << "a file";

  const std::string said = trouble();

  EXPECT_NE(said.find("cannot make the data directory"), std::string::npos) << said;
  EXPECT_NE(said.find("--data"), std::string::npos) << said;
}

TEST_F(StorageTest, ADatabaseThatIsNoneSaysHowToStartAnew) {
  open(ServerId{77});
  std::filesystem::remove(database().string() + "-wal");
  std::ofstream(database(), std::ios::trunc) << std::string(100'000, 'x');

  const std::string said = trouble();

  EXPECT_NE(said.find("is damaged"), std::string::npos) << said;
  EXPECT_NE(said.find("move " + directory().string() + " aside"), std::string::npos) << said;
  EXPECT_NE(said.find("--id 77"), std::string::npos) << said;
}

TEST_F(StorageTest, ATornPageIsFoundWhenOpening) {
  open(ServerId{77});
  start();
  std::vector<SharedEntry> many;
  for (std::uint64_t n = 1; n <= 5'000; ++n) many.push_back(post_of(7, n));
  write(1, many);
  ASSERT_TRUE(answered(1));
  stop();
  const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(database()) / 2);
  std::fstream file(database(), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(middle / 4'096 * 4'096);
  file << std::string(4'096, '\x7f');
  file.close();

  EXPECT_NE(trouble().find("is damaged"), std::string::npos);
}

TEST_F(StorageTest, DamagedEntriesAreDroppedAndCounted) {
  open();
  start();
  write(1, {post_of(7, 1), post_of(7, 2), post_of(7, 3)});
  ASSERT_TRUE(answered(1));
  stop();
  Sqlite(database())
      .run("UPDATE chunk SET records = CAST(replace(records, 'post 2', 'post 9') AS BLOB)");

  const StoredState state = open();

  EXPECT_EQ(state.damaged, 1U);
  EXPECT_EQ(state.recovered.logs.at(0).seq, 1U);
  EXPECT_EQ(open().damaged, 0U);
}

TEST_F(StorageTest, ADamagedEntryIsToldLeftOutAndWholeOnceItIsWrittenAgain) {
  open();
  start();
  write(1, {post_of(7, 1), post_of(7, 2), post_of(7, 3)});
  ASSERT_TRUE(answered(1));
  // It is in the index, as everything soon is, and what was read last is something else.
  write(11, {post_of(8, 1)});
  ASSERT_TRUE(answered(2));
  storage_->read({Token{12}, RangeRead{LogId{7}, 1, 10, 10'000}});
  storage_->read({Token{13}, RangeRead{LogId{8}, 1, 10, 10'000}});
  ASSERT_TRUE(answered(4));
  answers_.resize(1);
  Sqlite(database())
      .run("UPDATE chunk SET records = CAST(replace(records, 'post 2', 'post 9') AS BLOB)");
  const TimelineRead timeline{RoomName{"#lunch"}, {}, {}, {}, 10};
  SearchRead search;
  search.words = {"post"};
  search.limit = 10;
  const std::vector<EntryId> second{{LogId{7}, 2}};

  storage_->read({Token{2}, RangeRead{LogId{7}, 1, 10, 10'000}});
  storage_->read({Token{3}, RangeRead{LogId{7}, 2, 10, 10'000}});
  storage_->read({Token{4}, timeline});
  storage_->read({Token{5}, RangeRead{LogId{7}, 3, 10, 10'000}});
  ASSERT_TRUE(answered(5));
  const auto done = [&](std::size_t nth) { return std::get<ReadDone>(answers_[nth]); };
  EXPECT_EQ(done(1).entries.size(), 1U);
  EXPECT_EQ(done(1).damaged, second);
  EXPECT_TRUE(done(2).entries.empty());
  EXPECT_EQ(done(2).damaged, second);
  EXPECT_EQ(done(3).entries.size(), 3U);
  EXPECT_EQ(done(3).damaged, second);
  EXPECT_EQ(done(4).entries.size(), 1U);
  EXPECT_TRUE(done(4).damaged.empty());

  write(6, {post_of(7, 2)});
  ASSERT_TRUE(answered(6));
  storage_->read({Token{7}, RangeRead{LogId{7}, 1, 10, 10'000}});
  storage_->read({Token{8}, search});
  ASSERT_TRUE(answered(8));
  EXPECT_EQ(done(6).entries.size(), 3U);
  EXPECT_TRUE(done(6).damaged.empty());
  EXPECT_EQ(done(7).entries.size(), 4U);
  stop();

  // Not behind the others, where a restart would take it for one that came late.
  const StoredState state = open();
  EXPECT_EQ(state.damaged, 0U);
  EXPECT_EQ(state.recovered.logs.at(0).seq, 3U);
}

TEST_F(StorageTest, ANewerFormatIsRefused) {
  open();
  EntryLog(database()).set_fact("format", "9");

  EXPECT_NE(trouble().find("has format 9, and this program knows format 2"), std::string::npos);
}

/// No file of this process may grow beyond a size, while this lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit tight{bytes, before_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &tight), 0);
  }
  ~FileSizeLimit() {
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &before_), 0);
    signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int);
};

TEST_F(StorageTest, AFullDiskFailsTheWriteAsFullAndLaterWritesWorkAgain) {
  open();
  start();
  write(1, {post_of(7, 1)});
  ASSERT_TRUE(answered(1));
  std::vector<SharedEntry> many;
  for (std::uint64_t n = 2; n <= 2'000; ++n) many.push_back(post_of(7, n));
  {
    const FileSizeLimit limit(std::filesystem::file_size(database().string() + "-wal") + 8'192);
    write(2, many);
    ASSERT_TRUE(answered(2));
  }
  const auto* failed = std::get_if<WriteFailed>(&answers_[1]);
  ASSERT_NE(failed, nullptr);
  EXPECT_EQ(failed->trouble, DiskTrouble::full);
  EXPECT_NE(failed->reason, "");

  write(3, many);
  ASSERT_TRUE(answered(3));
  EXPECT_TRUE(std::holds_alternative<Written>(answers_[2]));
  stop();
  EXPECT_EQ(open().recovered.logs.at(0).seq, 2'000U);
}

TEST_F(StorageTest, WhatWasGivenBeforeAFailureWasToldFailsToo) {
  open();
  start();
  write(1, {post_of(7, 1)});
  ASSERT_TRUE(answered(1));
  std::vector<SharedEntry> many;  // So many that the next write has a transaction of its own.
  for (std::uint64_t n = 2; n <= 4'097; ++n) many.push_back(post_of(7, n));
  {
    const FileSizeLimit limit(std::filesystem::file_size(database().string() + "-wal") + 32'768);
    write(2, many);
    write(3, {post_of(7, 4'098)});
    ASSERT_TRUE(answered(3));
  }

  EXPECT_TRUE(std::holds_alternative<WriteFailed>(answers_[1]));
  EXPECT_TRUE(std::holds_alternative<WriteFailed>(answers_[2]));
  write(4, {post_of(7, 2)});
  ASSERT_TRUE(answered(4));
  EXPECT_TRUE(std::holds_alternative<Written>(answers_[3]));
}

}  // namespace
}  // namespace peal::runtime
