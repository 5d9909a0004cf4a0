// Blocks of a trace: whole after every record, and never taken for more than they are.
#include "core/trace/block.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace peal::trace {
namespace {

std::vector<std::uint8_t> as_bytes(std::string_view text) { return {text.begin(), text.end()}; }

std::vector<std::string> words_in(std::span<const std::uint8_t> block) {
  std::vector<std::string> records;
  const auto read = read_block(block);
  if (!read) return {"damaged"};
  auto payload = read->payload;
  while (const auto record = take_record(payload))
    records.emplace_back(record->begin(), record->end());
  return records;
}

TEST(Block, IsWholeAfterEveryRecord) {
  std::vector<std::uint8_t> room(1'000);
  BlockWriter block(room, 3);
  EXPECT_EQ(words_in(room), std::vector<std::string>{});

  block.append(as_bytes("one"));
  EXPECT_EQ(words_in(room), std::vector<std::string>{"one"});

  block.append(as_bytes(std::string(300, 'x')));
  EXPECT_EQ(words_in(room), (std::vector<std::string>{"one", std::string(300, 'x')}));
}

TEST(Block, WhoseWriterDiedInTheMiddleHasWhatCameBefore) {
  std::vector<std::uint8_t> room(1'000);
  BlockWriter block(room, 0);
  block.append(as_bytes("one"));
  const std::vector<std::uint8_t> before = room;
  block.append(as_bytes("two"));
  // Whatever part of the second record reached the file, head included.
  for (std::size_t torn = 0; torn < room.size(); ++torn) {
    std::vector<std::uint8_t> half = room;
    std::ranges::copy(std::span<const std::uint8_t>(before).first(torn), half.begin());
    const auto records = words_in(half);
    ASSERT_FALSE(records.empty()) << torn;
    ASSERT_EQ(records[0], "one") << torn;
  }
}

TEST(Block, GivesBackTheRoomThatItDidNotUse) {
  std::vector<std::uint8_t> room(1'000);
  BlockWriter block(room, 0);
  block.append(as_bytes("one"));

  const std::size_t bytes = block.close();

  EXPECT_EQ(bytes, block_head_bytes + bytes_in_block(3));
  EXPECT_EQ(read_block(room)->bytes, bytes);
  EXPECT_EQ(words_in(std::span<std::uint8_t>(room).first(bytes)), std::vector<std::string>{"one"});
}

TEST(Block, InTheRoomOfAnotherHasNothingOfIt) {
  std::vector<std::uint8_t> room(1'000);
  BlockWriter(room, 0).append(as_bytes("of the other"));

  BlockWriter block(room, 1);
  EXPECT_EQ(read_block(room)->sequence, 1U);
  EXPECT_EQ(words_in(room), std::vector<std::string>{});

  block.append(as_bytes("one"));
  EXPECT_EQ(words_in(room), std::vector<std::string>{"one"});
}

TEST(Block, InWhichABitFlippedIsNone) {
  std::vector<std::uint8_t> room(80);
  BlockWriter block(room, 0);
  block.append(as_bytes("one"));
  block.append(as_bytes("two"));
  const std::size_t end = block.close();

  for (std::size_t bit = block_head_bytes * 8; bit < end * 8; ++bit) {
    std::vector<std::uint8_t> flipped = room;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    const auto records = words_in(flipped);
    // The slot before knew of the first alone.
    ASSERT_TRUE(records == std::vector<std::string>{"damaged"} ||
                records == std::vector<std::string>{"one"})
        << bit;
  }
}

TEST(Block, IsFoundBehindDamage) {
  std::vector<std::uint8_t> room(200);
  BlockWriter block(std::span<std::uint8_t>(room).subspan(77), 0);
  block.append(as_bytes("one"));

  EXPECT_EQ(find_block(room, 0), 77U);
  EXPECT_EQ(find_block(room, 78), room.size());
}

}  // namespace
}  // namespace peal::trace
