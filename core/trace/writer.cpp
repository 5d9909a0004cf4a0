// Writes a trace, record by record, into whatever room it is given.
#include "core/trace/writer.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/overloaded.hpp"
#include "core/trace/archive_writer.hpp"

namespace peal::trace {
namespace {

template <class List>
std::uint32_t check_of_list(const List& effects, Texts texts) {
  HashWriter hash(texts);
  hash.put(effects);
  return static_cast<std::uint32_t>(hash.digest().low);
}

}  // namespace

std::uint32_t check_of(const Effects& effects, Texts texts) {
  return check_of_list(effects.list(), texts);
}
std::uint32_t check_of(const ClientEffects& effects, Texts texts) {
  return check_of_list(effects.list(), texts);
}

template <class Put>
void Writer::encode(std::int64_t at_us, std::uint32_t track, RecordKind kind, const Put& put) {
  scratch_.clear();
  ArchiveWriter archive(scratch_, context_.recall, texts_);
  archive.put(kind);
  archive.put(track);
  archive.put(at_us - context_.at_us);
  context_.at_us = at_us;
  put(archive);
}

template <class Put>
bool Writer::write(std::int64_t at_us, std::uint32_t track, RecordKind kind, const Put& put) {
  if (block_) {
    encode(at_us, track, kind, put);
    if (bytes_in_block(scratch_.size()) <= block_->left()) {
      block_->append(scratch_);
      return true;
    }
  }
  // What a new block does not remember must be said in full.
  context_ = {};
  encode(at_us, track, kind, put);
  return append_anew();
}

bool Writer::append_anew() {
  close();
  const std::size_t least = block_head_bytes + bytes_in_block(scratch_.size());
  const std::span<std::uint8_t> room = room_(least);
  if (room.size() < least) return false;
  block_.emplace(room.first(std::max(least, std::min(block_bytes, room.size()))), blocks_++);
  block_->append(scratch_);
  return true;
}

void Writer::close() {
  if (!block_) return;
  closed_(block_->close());
  block_.reset();
}

bool Writer::heading(const Heading& heading) {
  return write(0, 0, RecordKind::heading, [&](auto& archive) { archive.put(heading); });
}

bool Writer::began(std::int64_t at_us, std::uint32_t track, const Began& began) {
  return write(at_us, track, RecordKind::began, [&](auto& archive) { archive.put(began); });
}

template <class E>
bool Writer::write_step(std::int64_t at_us, std::uint32_t track, RecordKind kind, Instant clock,
                        const E& event) {
  return write(at_us, track, kind, [&](auto& archive) {
    const Clocks::Offsets offsets = context_.clocks.take(track, at_us, clock, event.wall);
    archive.put(offsets.clock);
    archive.put(offsets.wall);
    archive.put(event.what);
  });
}

bool Writer::stepped(std::int64_t at_us, std::uint32_t track, Instant clock, const Event& event) {
  return write_step(at_us, track, RecordKind::stepped, clock, event);
}

bool Writer::stepped(std::int64_t at_us, std::uint32_t track, Instant clock,
                     const ClientEvent& event) {
  return write_step(at_us, track, RecordKind::client_stepped, clock, event);
}

bool Writer::checked(std::uint32_t check) {
  scratch_.clear();
  ArchiveWriter(scratch_, context_.recall, texts_).put_check(check);
  if (block_ && bytes_in_block(scratch_.size()) <= block_->left()) {
    block_->append(scratch_);
    return true;
  }
  context_ = {};
  return append_anew();
}

bool Writer::digested(std::int64_t at_us, std::uint32_t track, const Digested& digested) {
  return write(at_us, track, RecordKind::digested, [&](auto& archive) {
    archive.put(digested.clock);
    archive.put(digested.digest);
  });
}

bool Writer::ended(std::int64_t at_us, std::uint32_t track, const Ended& ended) {
  return write(at_us, track, RecordKind::ended, [&](auto& archive) { archive.put(ended); });
}

bool Writer::fact(std::int64_t at_us, const Fact& fact) {
  return write(at_us, 0, RecordKind::fact, [&](auto& archive) { archive.put(fact); });
}

bool Writer::damaged(std::int64_t at_us, std::uint32_t track, const Damaged& damaged) {
  return write(at_us, track, RecordKind::damaged, [&](auto& archive) { archive.put(damaged); });
}

bool Writer::record(const Record& record) {
  const std::int64_t at_us = record.at_us;
  const std::uint32_t track = record.track;
  return std::visit(
      Overloaded{
          [&](const Heading& what) { return heading(what); },
          [&](const Began& what) { return began(at_us, track, what); },
          [&](const Stepped& what) { return stepped(at_us, track, what.clock, what.event); },
          [&](const ClientStepped& what) { return stepped(at_us, track, what.clock, what.event); },
          [&](const Checked& what) { return checked(what.check); },
          [&](const Digested& what) { return digested(at_us, track, what); },
          [&](const Ended& what) { return ended(at_us, track, what); },
          [&](const Fact& what) { return fact(at_us, what); },
          [&](const Damaged& what) { return damaged(at_us, track, what); },
      },
      record.what);
}

std::vector<std::uint8_t> trace_of(const Heading& heading, std::span<const Record> records,
                                   Texts texts) {
  std::vector<std::uint8_t> file(file_magic.begin(), file_magic.end());
  std::vector<std::uint8_t> room;
  Writer writer(
      [&](std::size_t at_least) {
        room.resize(std::max(at_least, block_bytes));
        return std::span(room);
      },
      [&](std::size_t used) {
        file.insert(file.end(), room.begin(), room.begin() + static_cast<std::ptrdiff_t>(used));
      },
      texts);
  // In memory there is always room.
  CHECK(writer.heading(heading));
  for (const Record& record : records) CHECK(writer.record(record));
  writer.close();
  return file;
}

}  // namespace peal::trace
