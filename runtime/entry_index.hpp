// Where each entry of the log is: by log and seq, by conversation, by message id, by its words.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/effect.hpp"
#include "core/event.hpp"
#include "runtime/entry_log.hpp"
#include "runtime/sqlite.hpp"
#include "runtime/word_index.hpp"

namespace peal::runtime {

/// A database of its own (index.db) beside the entry log, made from it alone: it may be deleted at
/// any time, and one that is damaged or belongs to another log is. So nothing of it need be
/// durable, and durable writes never wait for it. Used by one thread. Failures are thrown as
/// SqliteError.
class EntryIndex {
 public:
  /// The log must outlive this.
  EntryIndex(const std::filesystem::path& file, EntryLog& log);
  /// Whether every entry is where an index says, of a log without damage. An index of another log
  /// or format says nothing: it is made anew when it is opened.
  [[nodiscard]] static bool fits(Sqlite& index, EntryLog& log);

  /// Takes in what the log has got since the last call, in pieces; stops early when asked to
  /// between two of them.
  void catch_up(const std::function<bool()>& stop = [] { return false; });
  /// The same for words, which cost more and are looked for rarely; one small piece at least. True:
  /// nothing is left.
  bool catch_up_words(const std::function<bool()>& stop = [] { return false; });

  struct Page {
    std::vector<StoredEntry> entries;
    bool more = false;
    EntryLog::Places damaged;  ///< left out; a range ends there
  };
  /// Of what was there at the last catch_up(), and catch_up_words() for search().
  [[nodiscard]] Page range(const RangeRead& query);
  [[nodiscard]] Page timeline(const TimelineRead& query);
  [[nodiscard]] Page search(const SearchRead& query);
  [[nodiscard]] Ranges numbers_of(const SessionRead& query);

 private:
  struct Found;

  bool take_in_a_piece();
  void take_in(const std::vector<Found>& found, std::int64_t last);
  [[nodiscard]] std::int64_t conversation_number(const std::string& key);
  [[nodiscard]] std::vector<EntryKey> copies_of(MessageId message);
  std::optional<SharedEntry> whole(EntryId id, Place place, Page& page);
  void give_with_copies(EntryId id, Place place, Page& page);

  struct Opened {
    Opened(const std::filesystem::path& file, EntryLog& log);
    Sqlite sqlite;
  };
  Opened opened_;
  EntryLog* log_;
  std::int64_t taken_in_ = 0;  ///< the last chunk
  Statement add_place_;
  Statement add_post_;
  Statement add_message_;
  Statement add_conversation_;
  Statement find_conversation_;
  Statement range_;
  Statement timeline_;
  Statement copies_;
  Statement session_;
  std::map<std::string, std::int64_t> conversations_;  ///< some of them
  WordIndex words_;
};

}  // namespace peal::runtime
