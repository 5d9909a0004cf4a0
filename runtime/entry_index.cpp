// The index's tables and statements.
#include "runtime/entry_index.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

#include <sqlite3.h>

namespace peal::runtime {
namespace {

// Numbers of 64 bits are shifted so that SQLite's signed order is theirs. A conversation's key is
// 'r' and the room's name, or 'u' and two user ids, the lower first.
constexpr const char* index_schema = R"(
  CREATE TABLE IF NOT EXISTS fact(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS place(
    log INTEGER, seq INTEGER, chunk INTEGER, offset INTEGER,
    PRIMARY KEY(log, seq)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS conversation(number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE);
  CREATE TABLE IF NOT EXISTS post(
    conversation INTEGER, hlc INTEGER, log INTEGER, seq INTEGER, chunk INTEGER, offset INTEGER,
    PRIMARY KEY(conversation, hlc, log, seq)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS message(
    session INTEGER, n INTEGER, hlc INTEGER, log INTEGER, seq INTEGER,
    PRIMARY KEY(session, n, hlc, log, seq)) WITHOUT ROWID;
)";
constexpr std::string_view format = "2";

// A piece of catching up: some megabytes at most.
constexpr std::int64_t chunks_at_once = 256;
constexpr std::size_t conversations_cached = 4'096;

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

// Empty for what stands in no timeline.
std::string conversation_of(const Entry& entry) {
  const Destination* to = timeline_of(entry.body);
  if (to == nullptr) return {};
  if (const auto* room = std::get_if<RoomName>(to)) return room_key(*room);
  return direct_key(entry.author, std::get<UserId>(*to));
}

std::span<const std::uint8_t> as_bytes(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

void remove_files(const std::filesystem::path& file) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"})
    std::filesystem::remove(file.string() + suffix, ignored);
}

// Nothing when the file is no index of this log.
std::optional<Sqlite> open_existing(const std::filesystem::path& file,
                                    const std::string& log_name) {
  try {
    Sqlite sqlite(file);
    // NORMAL: after a power cut the index may lack its last pieces, which are taken in again.
    sqlite.run(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-8192;"
        "PRAGMA temp_store=MEMORY;");
    Transaction transaction(sqlite);
    sqlite.run(index_schema);
    WordIndex::make_tables(sqlite);
    if (!sqlite.fact("format")) {
      sqlite.set_fact("format", format);
      sqlite.set_fact("log", log_name);
    }
    transaction.commit();
    if (sqlite.fact("format") == format && sqlite.fact("log") == log_name) return sqlite;
  } catch (const SqliteError& error) {
    if (error.trouble() != DiskTrouble::corrupt) throw;
  }
  return std::nullopt;
}

Sqlite open_index(const std::filesystem::path& file, EntryLog& log) {
  const std::string log_name = log.fact("name").value_or("");
  if (auto sqlite = open_existing(file, log_name)) return std::move(*sqlite);
  remove_files(file);
  if (auto sqlite = open_existing(file, log_name)) return std::move(*sqlite);
  throw SqliteError("the index cannot be made anew", SQLITE_CORRUPT, DiskTrouble::corrupt);
}

}  // namespace

// What the index says of an entry.
struct EntryIndex::Found {
  Place place;
  EntryKey key;
  MessageId message;
  std::int64_t conversation = 0;  // 0: none.
};

EntryIndex::Opened::Opened(const std::filesystem::path& file, EntryLog& log)
    : sqlite(open_index(file, log)) {}

EntryIndex::EntryIndex(const std::filesystem::path& file, EntryLog& log)
    : opened_(file, log),
      log_(&log),
      add_place_(opened_.sqlite, "INSERT OR REPLACE INTO place VALUES(?,?,?,?)"),
      add_post_(opened_.sqlite, "INSERT OR REPLACE INTO post VALUES(?,?,?,?,?,?)"),
      add_message_(opened_.sqlite, "INSERT OR IGNORE INTO message VALUES(?,?,?,?,?)"),
      add_conversation_(opened_.sqlite, "INSERT OR IGNORE INTO conversation(key) VALUES(?)"),
      find_conversation_(opened_.sqlite, "SELECT number FROM conversation WHERE key=?"),
      range_(opened_.sqlite,
             "SELECT seq, chunk, offset FROM place WHERE log=? AND seq>=? ORDER BY seq LIMIT ?"),
      timeline_(opened_.sqlite,
                "SELECT chunk, offset, log, seq FROM post WHERE conversation=? AND "
                "(hlc,log,seq) < (?,?,?) ORDER BY hlc DESC, log DESC, seq DESC LIMIT ?"),
      copies_(opened_.sqlite,
              "SELECT hlc, log, seq FROM message WHERE session=? AND n=? ORDER BY hlc, log, seq"),
      session_(opened_.sqlite, "SELECT n, log, seq FROM message WHERE session=?"),
      words_(opened_.sqlite, log) {
  const std::string known = opened_.sqlite.fact("taken in").value_or("0");
  std::from_chars(known.data(), known.data() + known.size(), taken_in_);
}

bool EntryIndex::fits(Sqlite& index, EntryLog& log) {
  if (index.fact("format") != format || index.fact("log") != log.fact("name")) return true;
  Statement places(index, "SELECT log, seq, chunk, offset FROM place ORDER BY chunk, offset");
  while (places.step()) {
    const EntryId id{LogId{unshifted(places.integer(0))}, unshifted(places.integer(1))};
    const auto entry = log.find({places.integer(2), places.integer(3)});
    if (!entry || (*entry)->id != id) return false;
  }
  return true;
}

void EntryIndex::catch_up(const std::function<bool()>& stop) {
  try {
    while (!stop() && take_in_a_piece()) {
    }
  } catch (const SqliteError&) {
    conversations_.clear();  // Numbers of a transaction that was rolled back mean nothing.
    throw;
  }
}

bool EntryIndex::catch_up_words(const std::function<bool()>& stop) {
  do {
    if (!words_.take_in_a_piece()) return true;
  } while (!stop());
  return false;
}

// False: nothing is left to take in.
bool EntryIndex::take_in_a_piece() {
  std::vector<Found> found;
  Transaction transaction(opened_.sqlite);
  const auto visited =
      log_->visit(taken_in_, chunks_at_once, [&](Place place, const SharedEntry& entry) {
        const std::string conversation = conversation_of(*entry);
        found.push_back({place, entry->key(), entry->message,
                         conversation.empty() ? 0 : conversation_number(conversation)});
      });
  if (visited.last == taken_in_) return false;
  take_in(found, visited.last);
  transaction.commit();
  taken_in_ = visited.last;
  return visited.more;
}

void EntryIndex::take_in(const std::vector<Found>& found, std::int64_t last) {
  for (const Found& each : found) {
    add_place_.bind(1, shifted(each.key.id.log.value)).bind(2, shifted(each.key.id.seq));
    add_place_.bind(3, each.place.chunk).bind(4, each.place.offset).run();
    add_message_.bind(1, shifted(each.message.session.value)).bind(2, shifted(each.message.n));
    add_message_.bind(3, shifted(each.key.hlc.value)).bind(4, shifted(each.key.id.log.value));
    add_message_.bind(5, shifted(each.key.id.seq)).run();
    if (each.conversation == 0) continue;
    add_post_.bind(1, each.conversation).bind(2, shifted(each.key.hlc.value));
    add_post_.bind(3, shifted(each.key.id.log.value)).bind(4, shifted(each.key.id.seq));
    add_post_.bind(5, each.place.chunk).bind(6, each.place.offset).run();
  }
  opened_.sqlite.set_fact("taken in", std::to_string(last));
}

std::int64_t EntryIndex::conversation_number(const std::string& key) {
  if (const auto known = conversations_.find(key); known != conversations_.end())
    return known->second;
  add_conversation_.bind(1, as_bytes(key)).run();
  find_conversation_.bind(1, as_bytes(key));
  const ResetAtEnd done(find_conversation_);
  const std::int64_t number = find_conversation_.step() ? find_conversation_.integer(0) : 0;
  if (conversations_.size() >= conversations_cached) conversations_.clear();
  conversations_.emplace(key, number);
  return number;
}

EntryIndex::Page EntryIndex::range(const RangeRead& query) {
  Page page;
  const std::int64_t limit = std::max<std::int64_t>(1, query.limit);
  std::size_t bytes = 0;
  range_.bind(1, shifted(query.log.value)).bind(2, shifted(query.first)).bind(3, limit + 1);
  const ResetAtEnd done(range_);
  while (range_.step()) {
    const bool hole = unshifted(range_.integer(0)) != query.first + page.entries.size();
    if (hole) return page;
    page.more = std::ssize(page.entries) == limit || (bytes >= query.bytes && bytes > 0);
    if (page.more) return page;
    auto entry = whole({query.log, unshifted(range_.integer(0))},
                       {range_.integer(1), range_.integer(2)}, page);
    if (!entry) return page;
    page.entries.push_back({*std::move(entry), {}});
    bytes += encoded_bytes_max(*page.entries.back().entry);
  }
  return page;
}

EntryIndex::Page EntryIndex::timeline(const TimelineRead& query) {
  Page page;
  const std::string key = query.b ? direct_key(query.a, query.b) : room_key(query.room);
  // No entry has the highest key.
  constexpr auto highest = std::numeric_limits<std::uint64_t>::max();
  const EntryKey before = query.before.value_or(EntryKey{{highest}, {{highest}, highest}});
  const std::int64_t limit = std::max<std::int64_t>(1, query.limit);
  find_conversation_.bind(1, as_bytes(key));
  const ResetAtEnd found(find_conversation_);
  if (!find_conversation_.step()) return page;
  timeline_.bind(1, find_conversation_.integer(0)).bind(2, shifted(before.hlc.value));
  timeline_.bind(3, shifted(before.id.log.value)).bind(4, shifted(before.id.seq));
  timeline_.bind(5, limit + 1);
  const ResetAtEnd done(timeline_);
  while (timeline_.step()) {
    page.more = std::ssize(page.entries) == limit;
    if (page.more) return page;
    const EntryId id{LogId{unshifted(timeline_.integer(2))}, unshifted(timeline_.integer(3))};
    give_with_copies(id, {timeline_.integer(0), timeline_.integer(1)}, page);
  }
  return page;
}

EntryIndex::Page EntryIndex::search(const SearchRead& query) {
  const WordIndex::Page found = words_.search(query);
  Page page{.entries = {}, .more = found.more, .damaged = {}};
  for (const auto& [id, place] : found.posts) give_with_copies(id, place, page);
  return page;
}

Ranges EntryIndex::numbers_of(const SessionRead& query) {
  Ranges numbers;
  session_.bind(1, shifted(query.session.value));
  const ResetAtEnd done(session_);
  while (session_.step())
    if (query.upto.covers({LogId{unshifted(session_.integer(1))}, unshifted(session_.integer(2))}))
      add_to_ranges(numbers, unshifted(session_.integer(0)));
  return numbers;
}

// None when it is damaged, which the page says then.
std::optional<SharedEntry> EntryIndex::whole(EntryId id, Place place, Page& page) {
  std::optional<SharedEntry> entry = log_->find(place);
  if (entry && (*entry)->id == id) return entry;
  page.damaged.emplace(id, place);
  return std::nullopt;
}

// Into the page, or among what is damaged in it.
void EntryIndex::give_with_copies(EntryId id, Place place, Page& page) {
  auto entry = whole(id, place, page);
  if (!entry) return;
  const MessageId message = (*entry)->message;
  page.entries.push_back({*std::move(entry), copies_of(message)});
}

std::vector<EntryKey> EntryIndex::copies_of(MessageId message) {
  std::vector<EntryKey> keys;
  copies_.bind(1, shifted(message.session.value)).bind(2, shifted(message.n));
  const ResetAtEnd done(copies_);
  while (copies_.step())
    keys.push_back({Hlc{unshifted(copies_.integer(0))},
                    {LogId{unshifted(copies_.integer(1))}, unshifted(copies_.integer(2))}});
  return keys;
}

}  // namespace peal::runtime
