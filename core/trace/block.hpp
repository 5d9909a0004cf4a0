// Blocks: what a trace is cut into, so that what is torn or damaged costs no more than itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/digest.hpp"

namespace peal::trace {

/// Of a block without a long record.
inline constexpr std::size_t block_bytes = 64 * 1'024;
/// "PB01", 0, twice {used, 0, hash}, sequence; all little-endian. The next block begins where this
/// one's records end.
inline constexpr std::size_t block_head_bytes = 48;
/// What a record of so many bytes takes in a block: its length, seven bits a byte, and itself.
[[nodiscard]] std::size_t bytes_in_block(std::size_t record_bytes);

/// A file that is being written, or was when its process was killed, is as long as some number of
/// these, and the last of them is its window: the block that is being written lies there until it
/// is copied behind those before it. Closed files have other lengths.
inline constexpr std::size_t window_bytes = block_bytes;
/// Where the window of these bytes would be; bytes.size() when a file of this length has none.
[[nodiscard]] std::size_t window_of(std::span<const std::uint8_t> bytes);

/// Makes zeros of what may be a block: at no moment it is one that is damaged.
void wipe(std::span<std::uint8_t> room);

/// Writes one block into memory that may be a file's: it is whole after every append(), also when
/// the process ends in the middle of the next one.
class BlockWriter {
 public:
  /// room: at least block_head_bytes, and whatever it has may be lost. sequence: of the block in
  /// its file, from 0.
  BlockWriter(std::span<std::uint8_t> room, std::uint64_t sequence);

  /// At most so many bytes_in_block().
  [[nodiscard]] std::size_t left() const { return room_.size() - block_head_bytes - used_; }
  [[nodiscard]] bool is_empty() const { return used_ == 0; }
  void append(std::span<const std::uint8_t> record);
  /// Gives back what was not used: how many bytes of the room the block has.
  [[nodiscard]] std::size_t close();

 private:
  void commit();

  std::span<std::uint8_t> room_;
  std::size_t used_ = 0;
  Hasher hasher_;
  unsigned commits_ = 0;
};

struct Block {
  std::span<const std::uint8_t> payload;  ///< records, each behind its length
  std::uint64_t sequence = 0;
  std::size_t bytes = 0;  ///< of the file, head included
};

/// The block at the beginning of these bytes; none when it is not whole.
[[nodiscard]] std::optional<Block> read_block(std::span<const std::uint8_t> bytes);
/// Takes the next record off a payload; none at its end, or where it is not sound.
[[nodiscard]] std::optional<std::span<const std::uint8_t>> take_record(
    std::span<const std::uint8_t>& payload);
/// Whether this begins as a block does, whole or not.
[[nodiscard]] bool begins_like_block(std::span<const std::uint8_t> bytes);
/// Where the next head of a block is, at or behind `from`; bytes.size() when there is none.
[[nodiscard]] std::size_t find_block(std::span<const std::uint8_t> bytes, std::size_t from);

}  // namespace peal::trace
