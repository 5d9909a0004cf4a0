// The schema, and the statements on it.
#include "runtime/history_store.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <variant>

#include <sqlite3.h>

#include "core/codec/entry_codec.hpp"
#include "core/digest.hpp"

namespace peal::runtime {
namespace {

// body is the whole entry; the columns before it are what it is found by. sum: its checksum.
// conversation: 'r' and the room's name, or 'u' and two user ids, the lower first; null for other
// than posts. Numbers are shifted so that SQLite's signed order is the order of u64.
constexpr const char* schema = R"(
  CREATE TABLE IF NOT EXISTS fact(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entry(
    log INTEGER NOT NULL, seq INTEGER NOT NULL, hlc INTEGER NOT NULL,
    session INTEGER NOT NULL, n INTEGER NOT NULL, author BLOB NOT NULL, kind INTEGER NOT NULL,
    conversation BLOB, sum BLOB NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY(log, seq)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS timeline ON entry(conversation, hlc, log, seq)
    WHERE conversation IS NOT NULL;
  CREATE INDEX IF NOT EXISTS message ON entry(session, n);
)";

std::int64_t shifted(std::uint64_t number) {
  return std::bit_cast<std::int64_t>(number ^ (std::uint64_t{1} << 63U));
}
std::uint64_t unshifted(std::int64_t number) {
  return std::bit_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63U);
}

std::string room_key(const RoomName& room) { return "r" + room.value; }

std::string direct_key(const UserId& a, const UserId& b) {
  const auto [low, high] = std::minmax(a, b);
  std::string key = "u";
  key.append(low.bytes.begin(), low.bytes.end());
  key.append(high.bytes.begin(), high.bytes.end());
  return key;
}

// Empty for other than posts.
std::string conversation_of(const Entry& entry) {
  const auto* post = std::get_if<Post>(&entry.body);
  if (post == nullptr) return {};
  if (const auto* room = std::get_if<RoomName>(&post->to)) return room_key(*room);
  return direct_key(entry.author, std::get<UserId>(post->to));
}

std::span<const std::uint8_t> as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::array<std::uint8_t, 16> sum_of(const Entry& entry) {
  const Digest digest = digest_of(entry);
  std::array<std::uint8_t, 16> sum{};
  for (std::size_t i = 0; i < 8; ++i) {
    sum[i] = static_cast<std::uint8_t>(digest.high >> (56 - 8 * i));
    sum[8 + i] = static_cast<std::uint8_t>(digest.low >> (56 - 8 * i));
  }
  return sum;
}

// Nothing when what is stored is not what was stored.
std::optional<SharedEntry> whole(std::span<const std::uint8_t> sum,
                                 std::span<const std::uint8_t> body, EntryId id) {
  auto entry = codec::decode_entry(body);
  if (!entry || entry->id != id || !std::ranges::equal(sum_of(*entry), sum)) return std::nullopt;
  return SharedEntry(std::move(*entry));
}

// An unfinished query would keep the write-ahead log from ever being emptied.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(Statement& statement) : statement_(&statement) {}
  ~ResetAtEnd() { statement_->reset(); }
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;

 private:
  Statement* statement_;
};

SqliteError damaged(EntryId id) {
  return {"entry " + std::to_string(id.seq) + " of log " + std::to_string(id.log.value) +
              " is damaged on disk; a restart drops it and gets it from the other servers",
          SQLITE_CORRUPT, DiskTrouble::corrupt};
}

}  // namespace

HistoryStore::Tables::Tables(Sqlite& sqlite) {
  // FULL: a commit is on disk when it returns. The log is emptied by checkpoint(), not by commits.
  sqlite.run(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;"
      "PRAGMA cache_size=-8192; PRAGMA temp_store=MEMORY;");
  Transaction transaction(sqlite);
  sqlite.run(schema);
  transaction.commit();
}

HistoryStore::HistoryStore(const std::filesystem::path& file)
    : sqlite_(file),
      tables_(sqlite_),
      insert_(sqlite_, "INSERT OR IGNORE INTO entry VALUES(?,?,?,?,?,?,?,?,?,?)"),
      range_(sqlite_,
             "SELECT seq, sum, body FROM entry WHERE log=? AND seq>=? ORDER BY seq LIMIT ?"),
      timeline_(sqlite_,
                "SELECT log, seq, sum, body FROM entry WHERE conversation=? AND "
                "(hlc,log,seq) < (?,?,?) ORDER BY hlc DESC, log DESC, seq DESC LIMIT ?"),
      copies_(sqlite_,
              "SELECT hlc, log, seq FROM entry WHERE session=? AND n=? ORDER BY hlc, log, seq") {
  sqlite3_wal_hook(
      sqlite_.raw(),
      [](void* store, sqlite3*, const char*, int pages) {
        static_cast<HistoryStore*>(store)->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
}

void HistoryStore::check_structure() {
  Statement check(sqlite_, "PRAGMA quick_check(1)");
  if (!check.step() || check.text(0) != "ok")
    throw SqliteError(check.text(0), SQLITE_CORRUPT, DiskTrouble::corrupt);
}

std::optional<std::string> HistoryStore::fact(std::string_view name) {
  Statement query(sqlite_, "SELECT value FROM fact WHERE name=?");
  if (!query.bind(1, name).step()) return std::nullopt;
  return query.text(0);
}

void HistoryStore::set_fact(std::string_view name, std::string_view value) {
  Statement(sqlite_, "INSERT OR REPLACE INTO fact VALUES(?,?)").bind(1, name).bind(2, value).run();
}

void HistoryStore::add(std::span<const SharedEntry> entries) {
  Transaction transaction(sqlite_);
  std::vector<std::uint8_t> body;
  for (const SharedEntry& shared : entries) {
    const Entry& entry = *shared;
    codec::encode_entry(entry, body);
    const std::string conversation = conversation_of(entry);
    const auto sum = sum_of(entry);
    insert_.bind(1, shifted(entry.id.log.value)).bind(2, shifted(entry.id.seq));
    insert_.bind(3, shifted(entry.hlc.value)).bind(4, shifted(entry.message.session.value));
    insert_.bind(5, shifted(entry.message.n)).bind(6, entry.author.bytes);
    insert_.bind(7, static_cast<std::int64_t>(entry.body.index()));
    if (conversation.empty())
      insert_.bind_null(8);
    else
      insert_.bind(8, as_bytes(conversation));
    insert_.bind(9, sum).bind(10, body).run();
  }
  transaction.commit();
}

std::vector<EntryId> HistoryStore::each(const std::function<void(const SharedEntry&)>& visit) {
  std::vector<EntryId> damaged_ids;
  Statement all(sqlite_, "SELECT log, seq, sum, body FROM entry ORDER BY log, seq");
  while (all.step()) {
    const EntryId id{LogId{unshifted(all.integer(0))}, unshifted(all.integer(1))};
    if (const auto entry = whole(all.bytes(2), all.bytes(3), id))
      visit(*entry);
    else
      damaged_ids.push_back(id);
  }
  return damaged_ids;
}

void HistoryStore::remove(std::span<const EntryId> entries) {
  Transaction transaction(sqlite_);
  Statement erase(sqlite_, "DELETE FROM entry WHERE log=? AND seq=?");
  for (const EntryId id : entries)
    erase.bind(1, shifted(id.log.value)).bind(2, shifted(id.seq)).run();
  transaction.commit();
}

HistoryStore::Page HistoryStore::range(const RangeRead& query) {
  Page page;
  const std::int64_t limit = std::max<std::int64_t>(1, query.limit);
  std::size_t bytes = 0;
  range_.bind(1, shifted(query.log.value)).bind(2, shifted(query.first)).bind(3, limit + 1);
  const ResetAtEnd done(range_);
  while (range_.step()) {
    const EntryId id{query.log, unshifted(range_.integer(0))};
    const bool full = std::ssize(page.entries) == limit || (bytes >= query.bytes && bytes > 0);
    const bool hole = id.seq != query.first + page.entries.size();
    if (full || hole) {
      page.more = full;
      break;
    }
    const auto entry = whole(range_.bytes(1), range_.bytes(2), id);
    bytes += range_.bytes(2).size();
    if (!entry) throw damaged(id);
    page.entries.push_back({*entry, copies_of((*entry)->message)});
  }
  return page;
}

HistoryStore::Page HistoryStore::timeline(const TimelineRead& query) {
  Page page;
  const std::string conversation = query.b ? direct_key(query.a, query.b) : room_key(query.room);
  // No entry has the highest key.
  constexpr auto highest = std::numeric_limits<std::uint64_t>::max();
  const EntryKey before = query.before.value_or(EntryKey{{highest}, {{highest}, highest}});
  const std::int64_t limit = std::max<std::int64_t>(1, query.limit);
  timeline_.bind(1, as_bytes(conversation)).bind(2, shifted(before.hlc.value));
  timeline_.bind(3, shifted(before.id.log.value))
      .bind(4, shifted(before.id.seq))
      .bind(5, limit + 1);
  const ResetAtEnd done(timeline_);
  while (timeline_.step()) {
    if (std::ssize(page.entries) == limit) {
      page.more = true;
      break;
    }
    const EntryId id{LogId{unshifted(timeline_.integer(0))}, unshifted(timeline_.integer(1))};
    const auto entry = whole(timeline_.bytes(2), timeline_.bytes(3), id);
    if (!entry) throw damaged(id);
    page.entries.push_back({*entry, copies_of((*entry)->message)});
  }
  return page;
}

std::vector<EntryKey> HistoryStore::copies_of(MessageId message) {
  std::vector<EntryKey> keys;
  copies_.bind(1, shifted(message.session.value)).bind(2, shifted(message.n));
  const ResetAtEnd done(copies_);
  while (copies_.step())
    keys.push_back({Hlc{unshifted(copies_.integer(0))},
                    {LogId{unshifted(copies_.integer(1))}, unshifted(copies_.integer(2))}});
  return keys;
}

void HistoryStore::checkpoint() {
  int pages = 0;
  int moved = 0;
  const int status =
      sqlite3_wal_checkpoint_v2(sqlite_.raw(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);
  if (status != SQLITE_OK && status != SQLITE_BUSY) throw sqlite_.error();
  if (pages >= 0 && pages == moved) log_pages_ = 0;
}

}  // namespace peal::runtime
