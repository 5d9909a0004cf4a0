// The directory of one server: found or made, and locked against a second process.
#pragma once

#include <filesystem>
#include <optional>

#include "core/ids.hpp"

namespace peal::runtime {

/// A resource: the lock lasts as long as this. The lock file also names the process and the server
/// id, for people and for the advice when the database is damaged.
class DataDirectory {
 public:
  /// Throws Trouble: in use (by which process), not a directory, cannot be written.
  explicit DataDirectory(std::filesystem::path path);
  /// The first of base/1, base/2, … that no process uses.
  [[nodiscard]] static DataDirectory first_free(const std::filesystem::path& base);
  /// Of a directory that is there, for looking into it: nothing is made or written. Throws Trouble
  /// when a process uses it.
  [[nodiscard]] static DataDirectory unchanged(const std::filesystem::path& path);
  ~DataDirectory();
  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path history_file() const { return path_ / "history.db"; }
  [[nodiscard]] std::filesystem::path index_file() const { return path_ / "index.db"; }
  [[nodiscard]] std::filesystem::path peers_file() const { return path_ / "peers"; }
  /// The id that the lock file names, also from before.
  [[nodiscard]] std::optional<ServerId> noted_id() const { return noted_id_; }
  void note(ServerId id);

 private:
  DataDirectory() = default;
  DataDirectory(std::filesystem::path path, bool only_if_free);

  std::filesystem::path path_;
  int lock_ = -1;  ///< of the lock file; -1: in use by another process
  std::optional<ServerId> noted_id_;
};

}  // namespace peal::runtime
