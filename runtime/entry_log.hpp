// Entries on disk in the order in which they were written: the durable truth of a server.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/entry.hpp"
#include "runtime/sqlite.hpp"

namespace peal::runtime {

/// Where an entry is stored: a chunk, and the byte in it at which the entry begins.
struct Place {
  std::int64_t chunk = 0;
  std::int64_t offset = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// One connection to history.db, used by one thread at a time; several may be open. A write is one
/// row, whatever it holds, which is what makes it cheap: entries are found by the EntryIndex, which
/// follows. Failures are thrown as SqliteError. Every entry that is read is compared with its
/// checksum.
///
/// A chunk is a sequence of records: the length of the body (4 bytes, lowest first), the digest of
/// the entry (16 bytes), the body as codec::encode_entry makes it.
class EntryLog {
 public:
  static constexpr std::int64_t format = 2;

  /// Opens the database, with its tables made when they are not there.
  explicit EntryLog(const std::filesystem::path& file);
  /// Only for reading, see Sqlite. Throws SqliteError when the tables are not there.
  EntryLog(const std::filesystem::path& file, Unchanged unchanged);
  /// Throws SqliteError (corrupt) when the database is damaged. Reads all of it.
  void check_structure();

  [[nodiscard]] std::optional<std::string> fact(std::string_view name);
  void set_fact(std::string_view name, std::string_view value);

  using Places = std::map<EntryId, Place>;
  /// Adds entries, all or none of them, durably. An entry may be stored more than once; the first
  /// intact one counts. Those that are known to be damaged are put back in their places instead,
  /// so that each log stays in order.
  void add(std::span<const SharedEntry> entries, const Places& damaged = {});

  struct Visited {
    std::int64_t last = 0;    ///< the last chunk that there is, or was asked for
    bool more = false;        ///< there are chunks behind it
    std::size_t damaged = 0;  ///< records that were left out
    std::set<std::int64_t> chunks_with_damage;
  };
  /// Each intact entry of at most `chunks_max` chunks after one, in the order of writing.
  Visited visit(std::int64_t after, std::int64_t chunks_max,
                const std::function<void(Place, const SharedEntry&)>& on_entry);
  /// Rewrites these chunks without what is damaged in them. Places in them are different then.
  void drop_damage(const std::set<std::int64_t>& chunks);

  /// Nothing when no intact entry is there.
  [[nodiscard]] std::optional<SharedEntry> find(Place place);

  /// Moves what the write-ahead log holds into the database, as far as that waits for nobody.
  void checkpoint();
  /// Pages in the write-ahead log after the last add().
  [[nodiscard]] int log_pages() const { return log_pages_; }

 private:
  explicit EntryLog(Sqlite sqlite);
  void insert_chunk(std::vector<std::uint8_t>& chunk);
  [[nodiscard]] bool put_back(Place place, const Entry& entry);
  void load(std::int64_t chunk);

  Sqlite sqlite_;
  Statement insert_;
  Statement after_;
  Statement one_;
  int log_pages_ = 0;
  /// The chunk that was read last: neighbours in a range or timeline often share one.
  std::int64_t cached_ = 0;
  std::vector<std::uint8_t> cache_;
};

}  // namespace peal::runtime
