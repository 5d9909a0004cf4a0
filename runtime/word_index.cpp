// Rows of words in the order of time, and the queries that find them.
#include "runtime/word_index.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>

namespace peal::runtime {
namespace {

// Pieces are small, so that reads that wait for one do not wait long.
constexpr std::int64_t chunks_at_once = 16;

// A row's number is the post's time with two bits below it, so that the index itself gives the
// latest first, and a page costs no more when a million posts match. Posts of different logs may
// have the very same time: the bits tell up to four of them apart. The index stores no texts: they
// are in the entry log. Edits have rows as posts have, and deletions rows that no word leads to:
// each says which post it speaks of (session, n), where that is and who says so, and its own
// message id.
constexpr std::int64_t rows_of_a_time = 4;
constexpr const char* words_schema = R"(
  CREATE TABLE IF NOT EXISTS words_of(
    row INTEGER PRIMARY KEY, log INTEGER, seq INTEGER, chunk INTEGER, offset INTEGER,
    kind INTEGER, session INTEGER, n INTEGER, place TEXT, author BLOB,
    own_session INTEGER, own_n INTEGER);
  CREATE INDEX IF NOT EXISTS words_about ON words_of(session, n);
  CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
    place, text, content='', tokenize='unicode61 remove_diacritics 2');
)";

// Those whose text people read now, as in core/texts_now.hpp: posts that their author neither
// edited nor deleted; and the latest edits, which count at their smallest key.
constexpr const char* query_text = R"(
  SELECT w.rowid, o.log, o.seq, o.chunk, o.offset, o.place
  FROM words w CROSS JOIN words_of o ON o.row=w.rowid
  WHERE w.words MATCH ? AND w.rowid <= ?
  AND NOT EXISTS(
    SELECT 1 FROM words_of s
    WHERE s.session=o.session AND s.n=o.n AND s.author=o.author AND s.place=o.place
    AND (s.kind=2 OR (s.kind=1 AND o.kind=0) OR (
      s.kind=1 AND (s.row>>2, s.log, s.seq) > (o.row>>2, o.log, o.seq) AND NOT EXISTS(
        SELECT 1 FROM words_of t
        WHERE t.session=s.session AND t.n=s.n AND t.author=s.author AND t.place=s.place
        AND t.kind=1 AND t.own_session=s.own_session AND t.own_n=s.own_n
        AND (t.row>>2, t.log, t.seq) < (s.row>>2, s.log, s.seq)))))
  AND (o.kind=0 OR EXISTS(
    SELECT 1 FROM words_of p
    WHERE p.session=o.session AND p.n=o.n AND p.author=o.author AND p.place=o.place AND p.kind=0))
  ORDER BY w.rowid DESC
)";
static_assert(rows_of_a_time == 4, "the query shifts the two bits away");
enum class Kind : std::uint8_t { post = 0, edit = 1, deletion = 2 };

constexpr std::string_view taken_in_fact = "words taken in";

std::int64_t shifted(std::uint64_t number) {
  return std::bit_cast<std::int64_t>(number ^ (std::uint64_t{1} << 63U));
}
std::uint64_t unshifted(std::int64_t number) {
  return std::bit_cast<std::uint64_t>(number) ^ (std::uint64_t{1} << 63U);
}

// Times are at most hlc_max; what has exactly that is of no honest clock, and not found.
static_assert(hlc_max.value <= std::numeric_limits<std::uint64_t>::max() / rows_of_a_time + 1);
std::int64_t first_row(Hlc hlc) { return shifted(hlc.value * rows_of_a_time); }

template <class Bytes>
void append_hex(std::string& out, const Bytes& bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const auto byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    out += digits[value >> 4U];
    out += digits[value & 0xfU];
  }
}

// Where a post is, as words of its own: "room" and one for the room; or one for each of two users,
// and one for the pair. The last one is the place's name.
constexpr std::string_view any_room = "room";
std::string room_word(const RoomName& room) {
  std::string word = "r";
  append_hex(word, room.value);
  return word;
}
std::string user_word(UserId user) {
  std::string word = "u";
  append_hex(word, user.bytes);
  return word;
}
std::string pair_word(UserId a, UserId b) {
  const auto [low, high] = std::minmax(a, b);
  std::string word = "p";
  append_hex(word, low.bytes);
  append_hex(word, high.bytes);
  return word;
}

std::string place_name(const Destination& to, UserId author) {
  if (const auto* room = std::get_if<RoomName>(&to)) return room_word(*room);
  return pair_word(author, std::get<UserId>(to));
}

std::string place_words(const Destination& to, UserId author) {
  const std::string name = place_name(to, author);
  if (std::holds_alternative<RoomName>(to)) return std::string(any_room) + " " + name;
  return user_word(author) + " " + user_word(std::get<UserId>(to)) + " " + name;
}

// What an entry says of which post; none for entries that say nothing of a post's text.
struct Said {
  Kind kind = Kind::post;
  MessageId post;
};
std::optional<Said> said_by(const Entry& entry) {
  if (std::holds_alternative<Post>(entry.body)) return Said{Kind::post, entry.message};
  if (const auto* edit = std::get_if<EditPost>(&entry.body)) return Said{Kind::edit, edit->post};
  if (const auto* removal = std::get_if<DeletePost>(&entry.body))
    return Said{Kind::deletion, removal->post};
  return std::nullopt;
}

// A word in quotes means nothing but itself.
std::string in_quotes(std::string_view word) {
  std::string out = "\"";
  for (const char c : word) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string match_of(const SearchRead& query) {
  std::string match = "place : (";
  if (query.room) {
    match += in_quotes(room_word(*query.room));
  } else if (query.with) {
    match += in_quotes(pair_word(query.self, query.with));
  } else {
    match += in_quotes(any_room);
    if (query.self) match += " OR " + in_quotes(user_word(query.self));
  }
  match += ") AND text : (";
  for (const std::string& word : query.words) match += in_quotes(word) + " ";
  return match + "*)";
}

}  // namespace

void WordIndex::make_tables(Sqlite& sqlite) { sqlite.run(words_schema); }

WordIndex::WordIndex(Sqlite& sqlite, EntryLog& log)
    : sqlite_(&sqlite),
      log_(&log),
      find_row_(sqlite, "SELECT log, seq FROM words_of WHERE row=?"),
      add_row_(sqlite, "INSERT INTO words_of VALUES(?,?,?,?,?,?,?,?,?,?,?,?)"),
      move_row_(sqlite, "UPDATE words_of SET chunk=?, offset=? WHERE row=?"),
      add_words_(sqlite, "INSERT INTO words(rowid, place, text) VALUES(?,?,?)"),
      search_(sqlite, query_text) {
  const std::string known = sqlite.fact(taken_in_fact).value_or("0");
  std::from_chars(known.data(), known.data() + known.size(), taken_in_);
}

bool WordIndex::take_in_a_piece() {
  Transaction transaction(*sqlite_);
  const auto visited =
      log_->visit(taken_in_, chunks_at_once,
                  [&](Place place, const SharedEntry& entry) { take_in(place, *entry); });
  if (visited.last == taken_in_) return false;
  sqlite_->set_fact(taken_in_fact, std::to_string(visited.last));
  transaction.commit();
  taken_in_ = visited.last;
  return visited.more;
}

void WordIndex::take_in(Place place, const Entry& entry) {
  if (!said_by(entry) || entry.hlc >= hlc_max) return;
  for (std::int64_t row = first_row(entry.hlc); row < first_row(entry.hlc) + rows_of_a_time;
       ++row) {
    if (!claim_row(row, place, entry)) continue;
    return;
  }
}

// Puts the entry there, unless another one is there. One that is stored again has moved.
bool WordIndex::claim_row(std::int64_t row, Place place, const Entry& entry) {
  find_row_.bind(1, row);
  bool taken = false;
  bool own = false;
  {
    const ResetAtEnd done(find_row_);
    taken = find_row_.step();
    own = taken && unshifted(find_row_.integer(0)) == entry.id.log.value &&
          unshifted(find_row_.integer(1)) == entry.id.seq;
  }
  if (own) move_row_.bind(1, place.chunk).bind(2, place.offset).bind(3, row).run();
  if (taken) return own;
  const Said said = said_by(entry).value();
  const Destination& to = *timeline_of(entry.body);
  const std::string name = place_name(to, entry.author);
  add_row_.bind(1, row).bind(2, shifted(entry.id.log.value)).bind(3, shifted(entry.id.seq));
  add_row_.bind(4, place.chunk).bind(5, place.offset).bind(6, static_cast<std::int64_t>(said.kind));
  add_row_.bind(7, shifted(said.post.session.value)).bind(8, shifted(said.post.n));
  add_row_.bind(9, name).bind(10, std::span<const std::uint8_t>(entry.author.bytes));
  add_row_.bind(11, shifted(entry.message.session.value)).bind(12, shifted(entry.message.n)).run();
  if (said.kind == Kind::deletion) return true;
  const std::string where = place_words(to, entry.author);
  add_words_.bind(1, row).bind(2, where).bind(3, text_said(entry.body)).run();
  return true;
}

WordIndex::Page WordIndex::search(const SearchRead& query) {
  constexpr auto latest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t from = query.before && query.before->hlc < hlc_max
                                ? first_row(query.before->hlc) + rows_of_a_time - 1
                                : latest;
  const std::string match = match_of(query);
  search_.bind(1, match).bind(2, from);
  const ResetAtEnd done(search_);
  std::set<std::string, std::less<>> hidden;
  for (const RoomName& room : query.hidden) hidden.insert(room_word(room));
  // Posts of one time stay on one page, as the index has them in no order of logs.
  std::vector<std::pair<EntryKey, Place>> found;
  Page page;
  const std::size_t limit = std::max<std::uint32_t>(1, query.limit);
  while (search_.step()) {
    const Hlc hlc{unshifted(search_.integer(0)) / rows_of_a_time};
    const EntryKey key{hlc, {LogId{unshifted(search_.integer(1))}, unshifted(search_.integer(2))}};
    if (query.before && key >= *query.before) continue;
    if (hidden.contains(search_.text(5))) continue;
    page.more = found.size() >= limit && found.back().first.hlc != hlc;
    if (page.more) break;
    found.emplace_back(key, Place{search_.integer(3), search_.integer(4)});
  }
  std::ranges::sort(found, [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [key, place] : found) page.posts.emplace_back(key.id, place);
  return page;
}

}  // namespace peal::runtime
