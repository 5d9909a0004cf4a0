// Blocks: what a trace is cut into, so that what is torn or damaged costs no more than itself.
#include "core/trace/block.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <limits>

#include "core/check.hpp"

namespace peal::trace {
namespace {

constexpr std::array<std::uint8_t, 4> magic = {'P', 'B', '0', '1'};
// Two, written in turn: while one is written the other is right.
constexpr std::array<std::size_t, 2> slots_at = {8, 24};
constexpr std::size_t hash_in_slot = 8;
constexpr std::size_t sequence_at = 40;

template <class T>
void store(std::span<std::uint8_t> bytes, std::size_t at, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    bytes[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

template <class T>
T load(std::span<const std::uint8_t> bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | (T{bytes[at + i]} << (8 * i)));
  return value;
}

/// What was stored before it is in the file no later than what is stored behind it, as far as a
/// process that is killed goes.
void keep_order() { std::atomic_signal_fence(std::memory_order_seq_cst); }

/// Whether the records that a slot speaks of are what they were.
bool is_whole(std::span<const std::uint8_t> payload, std::uint64_t sequence, std::uint64_t hash) {
  Hasher hasher(sequence);
  while (!payload.empty()) {
    const auto record = take_record(payload);
    if (!record) return false;
    hasher.add(*record);
  }
  return hasher.digest().low == hash;
}

}  // namespace

std::size_t bytes_in_block(std::size_t record_bytes) {
  std::size_t bytes = record_bytes + 1;
  for (std::size_t length = record_bytes; length >= 0x80; length >>= 7U) ++bytes;
  return bytes;
}

std::size_t window_of(std::span<const std::uint8_t> bytes) {
  const bool windowed = bytes.size() > window_bytes && bytes.size() % window_bytes == 0;
  return windowed ? bytes.size() - window_bytes : bytes.size();
}

void wipe(std::span<std::uint8_t> room) {
  // The magic first, as what has none is no block.
  std::ranges::fill(room.first(std::min(room.size(), magic.size())), std::uint8_t{0});
  keep_order();
  std::ranges::fill(room, std::uint8_t{0});
}

BlockWriter::BlockWriter(std::span<std::uint8_t> room, std::uint64_t sequence)
    : room_(room), hasher_(sequence) {
  CHECK(room.size() >= block_head_bytes);
  CHECK(room.size() <= std::numeric_limits<std::uint32_t>::max());
  wipe(room_.first(block_head_bytes));
  store(room_, sequence_at, sequence);
  commit();
  // The magic last, as what has none is no block.
  keep_order();
  std::ranges::copy(magic, room_.begin());
}

void BlockWriter::append(std::span<const std::uint8_t> record) {
  CHECK(bytes_in_block(record.size()) <= left());
  std::size_t at = block_head_bytes + used_;
  for (std::size_t length = record.size();; length >>= 7U) {
    room_[at++] = static_cast<std::uint8_t>(length < 0x80 ? length : length | 0x80U);
    if (length < 0x80) break;
  }
  std::ranges::copy(record, room_.begin() + static_cast<std::ptrdiff_t>(at));
  hasher_.add(record);
  used_ = at + record.size() - block_head_bytes;
  commit();
}

/// A process that ends in here, wherever, leaves one slot that is right: a hash fits nothing but
/// all that it speaks of.
void BlockWriter::commit() {
  const std::size_t slot = slots_at[commits_++ % slots_at.size()];
  store(room_, slot, static_cast<std::uint32_t>(used_));
  store(room_, slot + hash_in_slot, hasher_.digest().low);
}

std::size_t BlockWriter::close() {
  room_ = room_.first(block_head_bytes + used_);
  return room_.size();
}

std::optional<std::span<const std::uint8_t>> take_record(std::span<const std::uint8_t>& payload) {
  std::uint64_t length = 0;
  for (unsigned shift = 0; shift < 35; shift += 7) {
    if (payload.empty()) return std::nullopt;
    const std::uint8_t byte = payload.front();
    payload = payload.subspan(1);
    length |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte >= 0x80) continue;
    if (length > payload.size()) return std::nullopt;
    const auto record = payload.first(length);
    payload = payload.subspan(length);
    return record;
  }
  return std::nullopt;
}

bool begins_like_block(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= magic.size() && std::ranges::equal(bytes.first(magic.size()), magic);
}

std::optional<Block> read_block(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < block_head_bytes || !begins_like_block(bytes)) return std::nullopt;
  const std::size_t most = bytes.size() - block_head_bytes;
  const auto sequence = load<std::uint64_t>(bytes, sequence_at);
  std::optional<std::size_t> used;
  for (const std::size_t slot : slots_at) {
    const std::size_t size = load<std::uint32_t>(bytes, slot);
    if (size > most || (used && size <= *used)) continue;
    const auto hash = load<std::uint64_t>(bytes, slot + hash_in_slot);
    if (is_whole(bytes.subspan(block_head_bytes, size), sequence, hash)) used = size;
  }
  if (!used) return std::nullopt;
  return Block{bytes.subspan(block_head_bytes, *used), sequence, block_head_bytes + *used};
}

std::size_t find_block(std::span<const std::uint8_t> bytes, std::size_t from) {
  for (std::size_t at = from; at < bytes.size(); ++at) {
    // Room that was never used has many bytes, and no such letter.
    const void* letter = std::memchr(bytes.data() + at, magic[0], bytes.size() - at);
    if (letter == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(letter) - bytes.data());
    if (begins_like_block(bytes.subspan(at))) return at;
  }
  return bytes.size();
}

}  // namespace peal::trace
