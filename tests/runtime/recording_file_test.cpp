// A file of a flight recorder: what is in its room is in the file, and what is closed has no room.
#include "runtime/recording_file.hpp"

#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "core/trace/block.hpp"
#include "runtime/mapped_file.hpp"
#include "tests/runtime/test_place.hpp"

namespace peal::runtime {
namespace {

using trace::window_bytes;

constexpr std::string_view beginning = "a beginning";

/// Blocks of one record each.
class Blocks {
 public:
  explicit Blocks(const TestPlace& place, std::size_t about_bytes = 8U << 20U)
      : path_(place.path() / "file"),
        file_(std::make_unique<RecordingFile>(path_, beginning, about_bytes)) {}

  [[nodiscard]] bool begin(std::size_t record_bytes) {
    const std::size_t least = trace::block_head_bytes + trace::bytes_in_block(record_bytes);
    const auto room = file_->room(least);
    if (room.size() < least) return false;
    bytes_ = least;
    trace::BlockWriter(room, number_++).append(std::vector<std::uint8_t>(record_bytes, 'x'));
    return true;
  }
  void close_block() { file_->use(bytes_); }
  void write(std::size_t record_bytes) {
    ASSERT_TRUE(begin(record_bytes));
    close_block();
  }
  void close() { file_.reset(); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::size_t used() const { return file_->used(); }
  [[nodiscard]] RecordingFile& file() { return *file_; }

 private:
  std::filesystem::path path_;
  std::unique_ptr<RecordingFile> file_;
  std::uint64_t number_ = 0;
  std::size_t bytes_ = 0;
};

/// Of the file's blocks one behind the other, and of the one in the window.
struct Found {
  std::size_t blocks = 0;
  std::size_t bytes = 0;
  std::optional<std::uint64_t> in_window;
  std::size_t bytes_in_window = 0;
};

Found found_in(const std::filesystem::path& path) {
  const MappedFile file(path);
  const auto bytes = file.bytes();
  Found found;
  found.bytes = beginning.size();
  while (const auto block = trace::read_block(bytes.subspan(found.bytes))) {
    EXPECT_EQ(block->sequence, found.blocks);
    found.bytes += block->bytes;
    ++found.blocks;
  }
  if (const auto block = trace::read_block(bytes.subspan(trace::window_of(bytes)))) {
    found.in_window = block->sequence;
    found.bytes_in_window = block->bytes;
  }
  return found;
}

TEST(RecordingFile, HasTheBlockThatIsBeingWrittenInItsWindow) {
  const TestPlace place;
  Blocks blocks(place);
  blocks.write(1'000);
  ASSERT_TRUE(blocks.begin(1'000));

  const Found found = found_in(blocks.path());

  EXPECT_EQ(found.blocks, 1U);
  EXPECT_EQ(found.in_window, 1U);
}

TEST(RecordingFile, ClosedIsAsLongAsWhatIsInIt) {
  const TestPlace place;
  Blocks blocks(place);
  for (std::size_t i = 0; i < 100; ++i) blocks.write(60'000);
  const std::size_t used = blocks.used();
  blocks.close();

  EXPECT_EQ(std::filesystem::file_size(blocks.path()), used);
  EXPECT_EQ(found_in(blocks.path()).blocks, 100U);
}

TEST(RecordingFile, ClosedNeverHasALengthThatMeansAWindow) {
  const TestPlace place;
  Blocks blocks(place);
  const std::size_t head = trace::block_head_bytes + 3;
  blocks.write(2 * window_bytes - beginning.size() - head);
  ASSERT_EQ(blocks.used(), 2 * window_bytes);
  blocks.close();

  EXPECT_EQ(std::filesystem::file_size(blocks.path()), 2 * window_bytes + 1);
}

TEST(RecordingFile, TakesARecordThatIsLongerThanTheWindow) {
  const TestPlace place;
  Blocks blocks(place);
  blocks.write(10);
  ASSERT_TRUE(blocks.begin(5U << 20U));
  EXPECT_EQ(found_in(blocks.path()).blocks, 2U);
  blocks.close_block();
  blocks.write(10);

  EXPECT_EQ(found_in(blocks.path()).blocks, 3U);
}

TEST(RecordingFile, HasZerosBehindTheBlocksWhereverTheWindowWas) {
  const TestPlace place;
  Blocks blocks(place, 1U << 18U);
  for (std::size_t i = 0; i < 10; ++i) {
    blocks.write(50'000);
    const MappedFile file(blocks.path());
    const auto bytes = file.bytes();
    for (std::size_t at = blocks.used(); at < trace::window_of(bytes); ++at)
      ASSERT_EQ(bytes[at], 0) << at;
  }
}

TEST(RecordingFile, ReservesWhatItMayUse) {
  const TestPlace place;
  Blocks blocks(place);
  blocks.write(10);

  struct stat status{};
  ASSERT_EQ(::stat(blocks.path().c_str(), &status), 0);
  EXPECT_GE(status.st_blocks * 512, status.st_size);
  EXPECT_LE(static_cast<std::size_t>(status.st_size), blocks.used() + recording_reserve_bytes);
}

/// No file may be written behind so many bytes, but for what is mapped.
class NoLongerThan {
 public:
  explicit NoLongerThan(std::size_t bytes) : before_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    const rlimit less{bytes, limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &less);
  }
  ~NoLongerThan() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    std::signal(SIGXFSZ, before_);
  }
  NoLongerThan(const NoLongerThan&) = delete;
  NoLongerThan& operator=(const NoLongerThan&) = delete;

 private:
  rlimit limit_{};
  void (*before_)(int);
};

TEST(RecordingFile, WhatCannotBeCopiedStaysInTheWindow) {
  const TestPlace place;
  Blocks blocks(place);
  blocks.write(60'000);
  ASSERT_TRUE(blocks.begin(60'000));
  {
    const NoLongerThan limit(blocks.used() + 10'000);
    blocks.close_block();
  }
  EXPECT_TRUE(blocks.file().room(10).empty());
  blocks.close();

  const Found found = found_in(blocks.path());

  EXPECT_EQ(found.in_window, 1U);
  EXPECT_GT(found.bytes_in_window, 60'000U);
}

}  // namespace
}  // namespace peal::runtime
