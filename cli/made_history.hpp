// A long history on disk that nobody wrote, for benchmarks and tests of servers that have much to
// tell.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/ids.hpp"

namespace peal::cli {

struct MadeHistory {
  ServerId server;
  std::string cluster;
  std::uint64_t entries = 0;
  std::size_t text_bytes = 90;
};

/// Fills a new data directory for that server: some people who have talked in some rooms, under
/// several leaders one after the other. The same description makes the same entries, whosever
/// directory it is. Throws Trouble when the directory holds a history already. Tells its progress
/// now and then.
void make_history(const std::filesystem::path& data, const MadeHistory& made,
                  const std::function<void(std::uint64_t)>& on_progress = {});

}  // namespace peal::cli
