// SQLite connections and statements that close themselves and throw.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/event.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace peal::runtime {

/// trouble: what kind of failure, as the core and people know it. code: SQLite's extended one.
class SqliteError : public std::runtime_error {
 public:
  SqliteError(const std::string& what, int code, DiskTrouble trouble)
      : std::runtime_error(what), code_(code), trouble_(trouble) {}
  [[nodiscard]] int code() const { return code_; }
  [[nodiscard]] DiskTrouble trouble() const { return trouble_; }

 private:
  int code_;
  DiskTrouble trouble_;
};

/// Chooses what opens a database without changing anything of it.
struct Unchanged {};

/// Used by one thread at a time.
class Sqlite {
 public:
  /// Opens the file, which is made when it is not there.
  explicit Sqlite(const std::filesystem::path& file);
  /// Opens a file that nobody else uses, for reading. Neither it nor what belongs to it is changed,
  /// made or deleted; what is in its write-ahead log only is seen all the same.
  Sqlite(const std::filesystem::path& file, Unchanged);
  /// Runs statements that answer nothing.
  void run(const char* sql);
  /// Rows of a table fact(name, value), which must be there.
  [[nodiscard]] std::optional<std::string> fact(std::string_view name);
  void set_fact(std::string_view name, std::string_view value);
  [[nodiscard]] sqlite3* raw() const { return connection_.get(); }
  /// The failure that the connection reports last.
  [[nodiscard]] SqliteError error() const;

 private:
  void open(const std::string& name, int flags);

  struct Close {
    void operator()(sqlite3* connection) const;
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

/// A prepared statement, used over and over: bind, step until false, columns in between. Blobs and
/// texts bound must live until the last step.
class Statement {
 public:
  Statement(Sqlite& sqlite, const char* sql);
  Statement& bind(int index, std::int64_t value);
  Statement& bind(int index, std::span<const std::uint8_t> bytes);
  Statement& bind(int index, std::string_view text);
  Statement& bind_null(int index);
  /// True: a row. False: done, and ready to be used again.
  [[nodiscard]] bool step();
  /// Steps a statement that answers nothing.
  void run();
  void reset();

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::span<const std::uint8_t> bytes(int column) const;
  [[nodiscard]] std::string text(int column) const;

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Sqlite* sqlite_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// An unfinished query would keep the write-ahead log from ever being emptied.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(Statement& statement) : statement_(&statement) {}
  ~ResetAtEnd() { statement_->reset(); }
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;

 private:
  Statement* statement_;
};

/// Rolls back unless it was committed.
class Transaction {
 public:
  explicit Transaction(Sqlite& sqlite);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit();

 private:
  Sqlite* sqlite_;
  bool done_ = false;
};

}  // namespace peal::runtime
