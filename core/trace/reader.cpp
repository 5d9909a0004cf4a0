// Reads a trace, record by record. The bytes may be anything.
#include "core/trace/reader.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/trace/archive_reader.hpp"
#include "core/trace/block.hpp"
#include "core/trace/record_kind.hpp"
#include "core/trace/writer.hpp"

namespace peal::trace {
namespace {

constexpr std::string_view magic_words = "peal trace ";

bool begins_with(std::span<const std::uint8_t> bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::ranges::equal(bytes.first(text.size()), text, [](std::uint8_t a, char b) {
           return a == static_cast<std::uint8_t>(b);
         });
}

std::string refusal_of(std::span<const std::uint8_t> file) {
  if (file.empty()) return "is empty";
  if (begins_with(file, file_magic)) return {};
  if (!begins_with(file, magic_words)) return "is no trace of peal";
  return "has a format of trace that this version does not know: read it with the version that "
         "wrote it, or a later one";
}

template <class Step>
bool get_step(ArchiveReader& archive, Clocks& clocks, const Record& record, Step& step) {
  Clocks::Offsets offsets;
  if (!archive.get(offsets.clock) || !archive.get(offsets.wall) || !archive.get(step.event.what))
    return false;
  std::tie(step.clock, step.event.wall) = clocks.give(record.track, record.at_us, offsets);
  return true;
}

template <class T>
bool get_into(ArchiveReader& archive, Record& record) {
  return archive.get(record.what.emplace<T>());
}

}  // namespace

Reader::Reader(std::span<const std::uint8_t> file)
    : file_(file),
      window_at_(window_of(file)),
      window_(read_block(file.subspan(window_at_))),
      refusal_(refusal_of(file)) {
  if (!refusal_.empty()) return;
  at_ = file_magic.size();
  if (auto first = next_of_any())
    if (auto* heading = std::get_if<Heading>(&first->what)) {
      heading_ = std::move(*heading);
      return;
    }
  refusal_ = "is damaged at its beginning, so nothing of it can be read";
}

std::optional<Record> Reader::next() {
  if (!refusal_.empty()) return std::nullopt;
  return next_of_any();
}

Record Reader::damage(std::size_t from, std::size_t to, bool torn) const {
  // Room that was never used is neither.
  const bool room = torn || to == window_at_;
  while (room && to > from && file_[to - 1] == 0) --to;
  return {.at_us = latest_us_,
          .track = 0,
          .what = Damaged{.offset = from, .bytes = to - from, .torn = torn}};
}

/// The block there. What is in the window may have been read already, where it was copied to.
std::optional<Block> Reader::block_at(std::size_t at) const {
  if (at != window_at_) return read_block(file_.subspan(at));
  return window_ && window_->sequence >= sequence_ ? window_ : std::nullopt;
}

/// Whether the next block is rather the one in the window: what is before it is then room, or a
/// copy that nobody finished. Such a copy may be whole by its older slot.
bool Reader::is_in_window(const std::optional<Block>& next) const {
  if (at_ >= window_at_ || !window_ || window_->sequence != sequence_) return false;
  return !next || (next->sequence == sequence_ && next->bytes < window_->bytes);
}

/// Goes to the next whole block, or to the end.
std::optional<Block> Reader::search() {
  std::optional<Block> block;
  while (!block && at_ < file_.size()) {
    at_ = find_block(file_, at_ + 1);
    // What is behind a block in the window was there before it.
    if (window_ && at_ > window_at_) at_ = file_.size();
    block = block_at(at_);
  }
  return block;
}

void Reader::begin(const Block& block) {
  begun_ = at_;
  // What is behind the records in the window was there before them.
  at_ = begun_ == window_at_ ? file_.size() : begun_ + block.bytes;
  sequence_ = block.sequence + 1;
  payload_ = block.payload;
  context_ = {};
}

bool Reader::next_block(std::optional<Record>& damaged) {
  const std::size_t from = at_;
  auto block = block_at(at_);
  const bool in_window = is_in_window(block);
  if (in_window) {
    at_ = window_at_;
    block = window_;
  }
  if (!block) block = search();
  if (!block) {
    damaged = remains(from);
    return damaged.has_value();
  }
  const bool skipped = !in_window && (at_ != from || block->sequence != sequence_);
  if (skipped) damaged = damage(from, at_, false);
  begin(*block);
  return true;
}

/// What is wrong with the end of the file, behind the last block.
std::optional<Record> Reader::remains(std::size_t from) const {
  // What has no magic in the window, or was read already, is nothing.
  const bool window = window_ || !begins_like_block(file_.subspan(window_at_));
  const std::size_t end = window && from <= window_at_ ? window_at_ : file_.size();
  const auto rest = file_.subspan(from, end - from);
  // Behind the last block a file may have room that was never used.
  const auto used = std::ranges::find_if(rest, [](std::uint8_t byte) { return byte != 0; });
  if (used == rest.end()) return std::nullopt;
  from += static_cast<std::size_t>(used - rest.begin());
  // What begins like a block was one.
  const bool torn = sequence_ != 0 && !begins_like_block(file_.subspan(from));
  return damage(from, end, torn);
}

std::optional<Record> Reader::next_of_any() {
  while (payload_.empty()) {
    std::optional<Record> damaged;
    if (at_ >= file_.size() || !next_block(damaged)) return std::nullopt;
    if (damaged) return damaged;
  }
  const auto bytes = take_record(payload_);
  auto record = bytes ? decode(*bytes) : std::nullopt;
  if (record) {
    latest_us_ = record->at_us;
    latest_track_ = record->track;
    return record;
  }
  // The sums are right and the words are not: another version wrote them, or somebody meant harm.
  payload_ = {};
  return damage(begun_, at_, false);
}

std::optional<Record> Reader::decode(std::span<const std::uint8_t> bytes) {
  ArchiveReader archive(bytes, context_.recall);
  Record record;
  if (bytes.size() == sizeof(Checked::check)) {
    record.at_us = latest_us_;
    record.track = latest_track_;
    if (!archive.get_check(record.what.emplace<Checked>().check)) return std::nullopt;
    return record;
  }
  RecordKind kind{};
  std::int64_t later = 0;
  if (!archive.get(kind) || !archive.get(record.track) || !archive.get(later)) return std::nullopt;
  // Whatever it says, time does not go back.
  record.at_us =
      std::max(latest_us_, static_cast<std::int64_t>(static_cast<std::uint64_t>(context_.at_us) +
                                                     static_cast<std::uint64_t>(later)));
  context_.at_us = record.at_us;
  const auto read = [&] {
    switch (kind) {
      case RecordKind::heading: return get_into<Heading>(archive, record);
      case RecordKind::began: return get_into<Began>(archive, record);
      case RecordKind::stepped:
        return get_step(archive, context_.clocks, record, record.what.emplace<Stepped>());
      case RecordKind::client_stepped:
        return get_step(archive, context_.clocks, record, record.what.emplace<ClientStepped>());
      case RecordKind::digested: {
        auto& digested = record.what.emplace<Digested>();
        return archive.get(digested.clock) && archive.get(digested.digest);
      }
      case RecordKind::ended: return get_into<Ended>(archive, record);
      case RecordKind::fact: return get_into<Fact>(archive, record);
      case RecordKind::damaged: return get_into<Damaged>(archive, record);
      case RecordKind::count_: break;
    }
    return false;
  };
  if (!read() || !archive.at_end()) return std::nullopt;
  return record;
}

}  // namespace peal::trace
