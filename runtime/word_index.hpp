// Which posts have which words: SQLite's full-text index over the entry log.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/effect.hpp"
#include "runtime/entry_log.hpp"
#include "runtime/sqlite.hpp"

namespace peal::runtime {

/// Tables of the entry index's database. Follows the log by itself, as words cost more than places.
/// Words are compared without regard to case and accents, in any script (the tokenizer unicode61).
class WordIndex {
 public:
  /// Makes its tables where they are not there; within a transaction.
  static void make_tables(Sqlite& sqlite);
  /// The connection, with those tables, and the log must outlive this.
  WordIndex(Sqlite& sqlite, EntryLog& log);

  /// Takes in the next chunks of the log. False: nothing is left.
  bool take_in_a_piece();

  struct Page {
    std::vector<std::pair<EntryId, Place>> posts;  ///< latest first
    bool more = false;
  };
  [[nodiscard]] Page search(const SearchRead& query);

 private:
  void take_in(Place place, const Entry& entry);
  [[nodiscard]] bool claim_row(std::int64_t row, Place place, const Entry& entry);

  Sqlite* sqlite_;
  EntryLog* log_;
  std::int64_t taken_in_ = 0;  ///< the last chunk
  Statement find_row_;
  Statement add_row_;
  Statement move_row_;
  Statement add_words_;
  Statement search_;
};

}  // namespace peal::runtime
