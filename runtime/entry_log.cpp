// Chunks of entries in SQLite.
#include "runtime/entry_log.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <sqlite3.h>

#include "core/codec/entry_codec.hpp"
#include "core/digest.hpp"

namespace peal::runtime {
namespace {

constexpr const char* log_schema = R"(
  CREATE TABLE IF NOT EXISTS fact(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS chunk(number INTEGER PRIMARY KEY, records BLOB NOT NULL);
)";

// A chunk is closed when it is longer than this: reading one entry reads a chunk.
constexpr std::size_t chunk_bytes = 32U << 10U;
constexpr std::size_t length_bytes = 4;
constexpr std::size_t sum_bytes = 16;
constexpr std::size_t record_head_bytes = length_bytes + sum_bytes;

using Bytes = std::vector<std::uint8_t>;
using View = std::span<const std::uint8_t>;

std::array<std::uint8_t, sum_bytes> sum_of(const Entry& entry) {
  const Digest digest = digest_of(entry);
  std::array<std::uint8_t, sum_bytes> sum{};
  for (std::size_t i = 0; i < 8; ++i) {
    sum[i] = static_cast<std::uint8_t>(digest.high >> (56 - 8 * i));
    sum[8 + i] = static_cast<std::uint8_t>(digest.low >> (56 - 8 * i));
  }
  return sum;
}

void append_record(Bytes& chunk, const Entry& entry, Bytes& body) {
  codec::encode_entry(entry, body);
  for (std::size_t i = 0; i < length_bytes; ++i)
    chunk.push_back(static_cast<std::uint8_t>(body.size() >> (8 * i)));
  const auto sum = sum_of(entry);
  chunk.insert(chunk.end(), sum.begin(), sum.end());
  chunk.insert(chunk.end(), body.begin(), body.end());
}

// One record of a chunk. Without an entry: damaged.
struct Record {
  std::size_t bytes = 0;
  std::optional<SharedEntry> entry;
};

// A length that cannot be makes all the rest of the chunk one damaged record.
Record record_at(View chunk, std::size_t offset) {
  if (offset >= chunk.size()) return {};
  const View rest = chunk.subspan(offset);
  Record record{.bytes = rest.size(), .entry = std::nullopt};
  if (rest.size() < record_head_bytes) return record;
  std::size_t length = 0;
  for (std::size_t i = 0; i < length_bytes; ++i) length |= std::size_t{rest[i]} << (8 * i);
  if (length > rest.size() - record_head_bytes) return record;
  record.bytes = record_head_bytes + length;
  auto entry = codec::decode_entry(rest.subspan(record_head_bytes, length));
  if (entry && std::ranges::equal(sum_of(*entry), rest.subspan(length_bytes, sum_bytes)))
    record.entry.emplace(std::move(*entry));
  return record;
}

}  // namespace

namespace {

Sqlite with_tables(const std::filesystem::path& file) {
  Sqlite sqlite(file);
  // FULL: a commit is on disk when it returns. The log is emptied by checkpoint(), not by commits.
  sqlite.run(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
      "PRAGMA cache_size=-2048; PRAGMA temp_store=MEMORY;");
  Transaction transaction(sqlite);
  sqlite.run(log_schema);
  transaction.commit();
  return sqlite;
}

}  // namespace

EntryLog::EntryLog(const std::filesystem::path& file) : EntryLog(with_tables(file)) {}

EntryLog::EntryLog(const std::filesystem::path& file, Unchanged unchanged)
    : EntryLog(Sqlite(file, unchanged)) {}

EntryLog::EntryLog(Sqlite sqlite)
    : sqlite_(std::move(sqlite)),
      insert_(sqlite_, "INSERT INTO chunk(records) VALUES(?)"),
      after_(sqlite_, "SELECT number, records FROM chunk WHERE number>? ORDER BY number LIMIT ?"),
      one_(sqlite_, "SELECT records FROM chunk WHERE number=?") {
  sqlite3_wal_hook(
      sqlite_.raw(),
      [](void* log, sqlite3*, const char*, int pages) {
        static_cast<EntryLog*>(log)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

void EntryLog::check_structure() {
  Statement check(sqlite_, "PRAGMA quick_check(1)");
  if (!check.step() || check.text(0) != "ok")
    throw SqliteError(check.text(0), SQLITE_CORRUPT, DiskTrouble::corrupt);
}

std::optional<std::string> EntryLog::fact(std::string_view name) { return sqlite_.fact(name); }
void EntryLog::set_fact(std::string_view name, std::string_view value) {
  sqlite_.set_fact(name, value);
}

void EntryLog::insert_chunk(Bytes& chunk) {
  if (chunk.empty()) return;
  insert_.bind(1, chunk).run();
  chunk.clear();
}

void EntryLog::add(std::span<const SharedEntry> entries, const Places& damaged) {
  Transaction transaction(sqlite_);
  Bytes chunk;
  Bytes body;
  for (const SharedEntry& entry : entries) {
    const auto place = damaged.find(entry->id);
    if (place != damaged.end() && put_back(place->second, *entry)) continue;
    append_record(chunk, *entry, body);
    if (chunk.size() >= chunk_bytes) insert_chunk(chunk);
  }
  insert_chunk(chunk);
  transaction.commit();
}

// The same entry has the same bytes. False when they do not fit where the damaged ones are.
bool EntryLog::put_back(Place place, const Entry& entry) {
  load(place.chunk);
  cached_ = 0;
  Bytes record;
  Bytes body;
  append_record(record, entry, body);
  const auto offset = static_cast<std::size_t>(place.offset);
  if (offset + record.size() > cache_.size()) return false;
  // The length itself may be what is damaged: then what follows shows where the record ends.
  const std::size_t behind = offset + record.size();
  const Record now = record_at(cache_, offset);
  if (now.entry && (*now.entry)->id != entry.id) return false;
  const bool same_size = now.bytes == record.size();
  const bool followed = behind == cache_.size() || record_at(cache_, behind).entry.has_value();
  if (!same_size && !followed) return false;
  std::ranges::copy(record, cache_.begin() + place.offset);
  Statement replace(sqlite_, "UPDATE chunk SET records=? WHERE number=?");
  replace.bind(1, cache_).bind(2, place.chunk).run();
  return true;
}

EntryLog::Visited EntryLog::visit(std::int64_t after, std::int64_t chunks_max,
                                  const std::function<void(Place, const SharedEntry&)>& on_entry) {
  Visited visited{.last = after};
  after_.bind(1, after).bind(2, chunks_max);
  const ResetAtEnd done(after_);
  std::int64_t chunks = 0;
  while (after_.step()) {
    ++chunks;
    visited.last = after_.integer(0);
    const View chunk = after_.bytes(1);
    for (std::size_t offset = 0; offset < chunk.size();) {
      const Record record = record_at(chunk, offset);
      if (record.entry) {
        on_entry({visited.last, static_cast<std::int64_t>(offset)}, *record.entry);
      } else {
        ++visited.damaged;
        visited.chunks_with_damage.insert(visited.last);
      }
      offset += record.bytes;
    }
  }
  visited.more = chunks == chunks_max;
  return visited;
}

void EntryLog::drop_damage(const std::set<std::int64_t>& chunks) {
  Transaction transaction(sqlite_);
  Statement replace(sqlite_, "UPDATE chunk SET records=? WHERE number=?");
  Bytes body;
  for (const std::int64_t number : chunks) {
    Bytes intact;
    visit(number - 1, 1,
          [&](Place, const SharedEntry& entry) { append_record(intact, *entry, body); });
    replace.bind(1, intact).bind(2, number).run();
  }
  transaction.commit();
  cached_ = 0;
}

void EntryLog::load(std::int64_t chunk) {
  one_.bind(1, chunk);
  const ResetAtEnd done(one_);
  const View found = one_.step() ? one_.bytes(0) : View{};
  cache_.assign(found.begin(), found.end());
  cached_ = chunk;
}

std::optional<SharedEntry> EntryLog::find(Place place) {
  const bool fresh = place.chunk != cached_;
  if (fresh) load(place.chunk);
  const auto offset = static_cast<std::size_t>(place.offset);
  Record record = record_at(cache_, offset);
  if (!record.entry && !fresh) {  // It may have been put back since.
    load(place.chunk);
    record = record_at(cache_, offset);
  }
  return std::move(record.entry);
}

void EntryLog::checkpoint() {
  int pages = 0;
  int moved = 0;
  const int status =
      sqlite3_wal_checkpoint_v2(sqlite_.raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
  if (status != SQLITE_OK && status != SQLITE_BUSY) throw sqlite_.error();
  if (pages >= 0 && pages == moved) log_pages_ = 0;
}

}  // namespace peal::runtime
