// Looks over everything that a server's data directory holds, and changes nothing of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"

namespace peal::runtime {

/// One thing that is wrong, and what to do about it: one line each, for people.
struct DirectoryFault {
  std::string what;
  std::string advice;
};

/// What one log has from seq 1 on without holes, and what its directory lacks of it: up to
/// `named`, entries of others depend on it.
struct CheckedLog {
  LogId log;
  std::uint64_t held = 0;
  std::uint64_t named = 0;
  [[nodiscard]] std::uint64_t missing() const { return named > held ? named - held : 0; }
};

struct DirectoryReport {
  std::string cluster;             ///< empty: not noted
  std::optional<ServerId> server;  ///< none: not noted
  std::string format;
  std::uint64_t entries = 0;  ///< intact ones, each once
  std::uint64_t damaged = 0;  ///< records whose checksum fails
  std::vector<CheckedLog> logs;
  bool indexed = false;  ///< there is an index
  std::vector<DirectoryFault> faults;
  /// Predecessors that a split or an early end kept away: no fault, as they come from the others.
  [[nodiscard]] std::uint64_t missing() const;
};

/// Throws Trouble when there is nothing to check: no data directory (usage), or a server runs on
/// it. Structure of the databases; the checksum of every entry; each log without holes from seq 1,
/// its times rising; whose the directory is; where the index says that entries are.
[[nodiscard]] DirectoryReport check_directory(const std::filesystem::path& path);

}  // namespace peal::runtime
