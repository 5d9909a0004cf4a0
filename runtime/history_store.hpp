// Entries in SQLite: what a server's disk holds.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/effect.hpp"
#include "core/entry.hpp"
#include "core/event.hpp"
#include "runtime/sqlite.hpp"

namespace peal::runtime {

/// One connection to the database, used by one thread at a time; several may be open. Failures are
/// thrown as SqliteError. Every entry that is read is compared with its checksum.
class HistoryStore {
 public:
  static constexpr std::int64_t format = 1;

  /// Opens the database, with its tables made when they are not there.
  explicit HistoryStore(const std::filesystem::path& file);
  /// Throws SqliteError (corrupt) when the database is damaged. Reads all of it.
  void check_structure();

  [[nodiscard]] std::optional<std::string> fact(std::string_view name);
  void set_fact(std::string_view name, std::string_view value);

  /// Adds entries, all or none of them, durably. An entry that is stored already stays as it is.
  void add(std::span<const SharedEntry> entries);

  /// Each stored entry, by log, in order of seq. Damaged ones are left out; their ids come back.
  [[nodiscard]] std::vector<EntryId> each(const std::function<void(const SharedEntry&)>& visit);
  void remove(std::span<const EntryId> entries);

  struct Page {
    std::vector<StoredEntry> entries;
    bool more = false;
  };
  /// Throws SqliteError (corrupt) at a damaged entry.
  [[nodiscard]] Page range(const RangeRead& query);
  [[nodiscard]] Page timeline(const TimelineRead& query);

  /// Moves what the write-ahead log holds into the database, as far as that waits for nobody.
  void checkpoint();
  /// Pages in the write-ahead log after the last add().
  [[nodiscard]] int log_pages() const { return log_pages_; }

 private:
  [[nodiscard]] std::vector<EntryKey> copies_of(MessageId message);

  Sqlite sqlite_;
  int log_pages_ = 0;
  struct Tables {
    explicit Tables(Sqlite& sqlite);
  };
  Tables tables_;
  Statement insert_;
  Statement range_;
  Statement timeline_;
  Statement copies_;
};

}  // namespace peal::runtime
