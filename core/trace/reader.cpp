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

Reader::Reader(std::span<const std::uint8_t> file) : file_(file), refusal_(refusal_of(file)) {
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
  // Room that was never used is not torn.
  while (torn && to > from && file_[to - 1] == 0) --to;
  return {.at_us = latest_us_,
          .track = 0,
          .what = Damaged{.offset = from, .bytes = to - from, .torn = torn}};
}

bool Reader::next_block(std::optional<Record>& damaged) {
  const std::size_t from = at_;
  // Behind the last block a file may have room that was never used.
  const auto rest = file_.subspan(at_);
  if (std::ranges::all_of(rest, [](std::uint8_t byte) { return byte == 0; })) return false;
  auto block = read_block(rest);
  while (!block) {
    at_ = find_block(file_, at_ + 1);
    if (at_ == file_.size()) break;
    block = read_block(file_.subspan(at_));
  }
  if (block) {
    begun_ = at_;
    at_ += block->bytes;
    payload_ = block->payload;
    context_ = {};
  }
  // What begins like a block was one.
  const bool torn = !block && sequence_ != 0 && find_block(rest, 0) != 0;
  const bool skipped = begun_ != from || !block || block->sequence != sequence_;
  if (skipped) damaged = damage(from, block ? begun_ : at_, torn);
  if (block) sequence_ = block->sequence + 1;
  return block.has_value() || skipped;
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
