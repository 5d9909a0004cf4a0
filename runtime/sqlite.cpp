// SQLite's C interface behind owners and exceptions.
#include "runtime/sqlite.hpp"

#include <cerrno>

#include <sqlite3.h>

namespace peal::runtime {
namespace {

DiskTrouble trouble_of(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return DiskTrouble::corrupt;
    case SQLITE_FULL: return DiskTrouble::full;
    default: break;
  }
  // SQLite calls a quota or a limit of the file's size an I/O error.
  const bool full = system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
  return (code & 0xff) == SQLITE_IOERR && full ? DiskTrouble::full : DiskTrouble::failing;
}

SqliteError error_of(sqlite3* connection, int code) {
  // Of a commit that fails SQLite does not keep the system's reason, but errno does.
  const int last_errno = errno;
  int system_error = connection != nullptr ? sqlite3_system_errno(connection) : 0;
  if (system_error == 0) system_error = last_errno;
  const char* text = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
  return {text, code, trouble_of(code, system_error)};
}

// A file's name as a URI: what means something there is written as %XX.
std::string uri_of(const std::filesystem::path& file) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string uri = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#')
      ((uri += '%') += digits[byte >> 4U]) += digits[byte & 0xfU];
    else
      uri += c;
  }
  return uri;
}

}  // namespace

void Sqlite::open(const std::string& name, int flags) {
  sqlite3* opened = nullptr;
  const int status = sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(opened);
  if (status != SQLITE_OK) throw error_of(opened, status);
  sqlite3_extended_result_codes(opened, 1);
  // Reader and writer wait for each other only while the log is recovered or reset.
  sqlite3_busy_timeout(opened, 5'000);
}

Sqlite::Sqlite(const std::filesystem::path& file) {
  open(file.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}

// Without locks and with the index of the write-ahead log in memory, nothing is written; a
// connection that is the last one would move the log into the database at its end, were it not told
// otherwise. Without a log there must be none made either.
Sqlite::Sqlite(const std::filesystem::path& file, Unchanged) {
  std::error_code none;
  const auto log_bytes = std::filesystem::file_size(file.string() + "-wal", none);
  const bool has_log = !none && log_bytes > 0;
  open(uri_of(file) + (has_log ? "?mode=ro&vfs=unix-none" : "?immutable=1"),
       SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  sqlite3_db_config(raw(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  run("PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY;");
}

void Sqlite::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

void Sqlite::run(const char* sql) {
  errno = 0;
  if (sqlite3_exec(raw(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) throw error();
}

std::optional<std::string> Sqlite::fact(std::string_view name) {
  Statement query(*this, "SELECT value FROM fact WHERE name=?");
  if (!query.bind(1, name).step()) return std::nullopt;
  return query.text(0);
}

void Sqlite::set_fact(std::string_view name, std::string_view value) {
  Statement(*this, "INSERT OR REPLACE INTO fact VALUES(?,?)").bind(1, name).bind(2, value).run();
}

SqliteError Sqlite::error() const { return error_of(raw(), sqlite3_extended_errcode(raw())); }

Statement::Statement(Sqlite& sqlite, const char* sql) : sqlite_(&sqlite) {
  sqlite3_stmt* prepared = nullptr;
  const int status =
      sqlite3_prepare_v3(sqlite.raw(), sql, -1, SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  statement_.reset(prepared);
  if (status != SQLITE_OK) throw sqlite.error();
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement& Statement::bind(int index, std::int64_t value) {
  if (sqlite3_bind_int64(statement_.get(), index, value) != SQLITE_OK) throw sqlite_->error();
  return *this;
}
Statement& Statement::bind(int index, std::span<const std::uint8_t> bytes) {
  const int status = sqlite3_bind_blob64(statement_.get(), index, bytes.data(), bytes.size(),
                                         nullptr);  // SQLITE_STATIC
  if (status != SQLITE_OK) throw sqlite_->error();
  return *this;
}
Statement& Statement::bind(int index, std::string_view text) {
  const int status = sqlite3_bind_text64(statement_.get(), index, text.data(), text.size(), nullptr,
                                         SQLITE_UTF8);  // SQLITE_STATIC
  if (status != SQLITE_OK) throw sqlite_->error();
  return *this;
}
Statement& Statement::bind_null(int index) {
  if (sqlite3_bind_null(statement_.get(), index) != SQLITE_OK) throw sqlite_->error();
  return *this;
}

bool Statement::step() {
  errno = 0;
  const int status = sqlite3_step(statement_.get());
  if (status == SQLITE_ROW) return true;
  if (status != SQLITE_DONE) {
    const SqliteError failure = sqlite_->error();  // Before the reset forgets it.
    sqlite3_reset(statement_.get());
    throw failure;
  }
  sqlite3_reset(statement_.get());
  return false;
}

void Statement::run() {
  while (step()) {
  }
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::span<const std::uint8_t> Statement::bytes(int column) const {
  const auto* data =
      static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::string Statement::text(int column) const {
  const auto blob = bytes(column);
  return {blob.begin(), blob.end()};
}

Transaction::Transaction(Sqlite& sqlite) : sqlite_(&sqlite) { sqlite.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  // A failure that is serious enough has rolled back by itself; then this one fails, harmlessly.
  if (!done_) sqlite3_exec(sqlite_->raw(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  sqlite_->run("COMMIT");
  done_ = true;
}

}  // namespace peal::runtime
