// One pass over the entry log, one over the index.
#include "runtime/directory_check.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <utility>

#include "core/version_vector.hpp"
#include "runtime/data_directory.hpp"
#include "runtime/entry_index.hpp"
#include "runtime/entry_log.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

constexpr std::size_t faults_shown = 20;
constexpr const char* refill =
    "move the directory aside and start again with the same --id: the other servers refill it";
constexpr const char* restart =
    "start the server: it drops what is damaged and gets it from the others";

// When entries of one log were written, by seq: a few bytes for each.
class Times {
 public:
  // False when the entry was there with another time.
  bool add(std::uint64_t seq, Hlc hlc) {
    Hlc& time = blocks_[seq / block_entries][seq % block_entries];
    if (time.value != 0) return time == hlc;
    time = hlc;
    ++count_;
    return true;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  // Calls visit(seq, time) in order of seq.
  template <class Visit>
  void each(const Visit& visit) const {
    for (const auto& [number, block] : blocks_)
      for (std::size_t i = 0; i < block_entries; ++i)
        if (block[i].value != 0) visit(number * block_entries + i, block[i]);
  }

 private:
  static constexpr std::size_t block_entries = 512;
  std::map<std::uint64_t, std::array<Hlc, block_entries>> blocks_;
  std::uint64_t count_ = 0;
};

std::string id_text(EntryId id) {
  return std::to_string(id.log.value) + ":" + std::to_string(id.seq);
}

class Check {
 public:
  explicit Check(const std::filesystem::path& path) : directory_(DataDirectory::unchanged(path)) {}

  DirectoryReport run() {
    try {
      EntryLog log(directory_.history_file(), Unchanged{});
      check_structure(log);
      check_facts(log);
      if (report_.format != std::to_string(EntryLog::format)) return finish();
      check_entries(log);
      check_logs();
      check_index(log);
    } catch (const SqliteError& error) {
      fault(directory_.history_file().string() + " cannot be read: " + error.what(), refill);
    }
    return finish();
  }

 private:
  void fault(std::string what, const char* advice) {
    ++faults_;
    if (report_.faults.size() < faults_shown) report_.faults.push_back({std::move(what), advice});
  }

  DirectoryReport finish() {
    if (faults_ > report_.faults.size())
      report_.faults.push_back(
          {"and " + std::to_string(faults_ - report_.faults.size()) + " faults more", refill});
    return std::move(report_);
  }

  void check_structure(EntryLog& log) {
    try {
      log.check_structure();
    } catch (const SqliteError& error) {
      fault(directory_.history_file().string() + " is damaged: " + error.what(), refill);
    }
  }

  void check_facts(EntryLog& log) {
    report_.format = log.fact("format").value_or("");
    report_.cluster = log.fact("cluster").value_or("");
    const std::string server = log.fact("server").value_or("");
    const bool number =
        !server.empty() && server.find_first_not_of("0123456789") == std::string::npos;
    if (number && server.size() < 20) report_.server = ServerId{std::stoull(server)};
    if (report_.format.empty())
      return fault("the format of the history is not noted in it", refill);
    if (report_.format != std::to_string(EntryLog::format))
      return fault("the history has format " + report_.format + ", and this program knows format " +
                       std::to_string(EntryLog::format) + "; nothing else was checked",
                   "use the version of Peal that wrote it");
    if (report_.cluster.empty())
      fault("whose cluster this is, is not noted in the history", refill);
    if (!report_.server || report_.server->value == 0)
      return fault("whose server this is, is not noted in the history", refill);
    const auto noted = directory_.noted_id();
    if (noted && *noted != *report_.server)
      fault("the history is that of server " + server + ", and the file LOCK names server " +
                std::to_string(noted->value),
            "find out which files were mixed up; the history counts");
  }

  void check_entries(EntryLog& log) {
    const auto visited = log.visit(0, std::numeric_limits<std::int64_t>::max(),
                                   [&](Place, const SharedEntry& entry) { take(*entry); });
    report_.damaged = visited.damaged;
    if (visited.damaged > 0)
      fault(std::to_string(visited.damaged) + " stored entries do not fit their checksums, in " +
                std::to_string(visited.chunks_with_damage.size()) + " chunks, the first of them " +
                std::to_string(*visited.chunks_with_damage.begin()),
            restart);
  }

  void take(const Entry& entry) {
    if (!times_[entry.id.log].add(entry.id.seq, entry.hlc))
      fault("two different entries are stored as " + id_text(entry.id), refill);
    for (const EntryId pair : entry.deps) named_.advance(pair);
  }

  void check_logs() {
    for (const auto& [log, times] : times_) {
      CheckedLog checked{.log = log, .held = 0, .named = named_.at(log)};
      Hlc last;
      std::optional<std::uint64_t> hole;
      times.each([&](std::uint64_t seq, Hlc hlc) {
        if (hlc <= last)
          fault("entry " + id_text({log, seq}) + " is not later than the one before it", refill);
        last = hlc;
        if (seq == checked.held + 1)
          checked.held = seq;
        else if (!hole)
          hole = checked.held + 1;
      });
      if (hole)
        fault("log " + std::to_string(log.value) + " lacks entry " + std::to_string(*hole) +
                  " and has later ones",
              restart);
      report_.entries += times.count();
      report_.logs.push_back(checked);
    }
    for (const EntryId pair : named_.pairs())
      if (!times_.contains(pair.log)) report_.logs.push_back({pair.log, 0, pair.seq});
  }

  void check_index(EntryLog& log) {
    const auto file = directory_.index_file();
    std::error_code none;
    report_.indexed = std::filesystem::exists(file, none);
    if (!report_.indexed) return;
    const char* advice = "delete index.db, index.db-wal and index.db-shm: they are made anew";
    try {
      Sqlite index(file, Unchanged{});
      Statement structure(index, "PRAGMA quick_check(1)");
      if (!structure.step() || structure.text(0) != "ok")
        return fault(file.string() + " is damaged: " + structure.text(0), advice);
      if (report_.damaged == 0 && !EntryIndex::fits(index, log))
        fault(file.string() + " does not fit the history", advice);
    } catch (const SqliteError& error) {
      fault(file.string() + " cannot be read: " + error.what(), advice);
    }
  }

  DataDirectory directory_;
  DirectoryReport report_;
  std::size_t faults_ = 0;
  std::map<LogId, Times> times_;
  VersionVector named_;
};

}  // namespace

std::uint64_t DirectoryReport::missing() const {
  std::uint64_t sum = 0;
  for (const CheckedLog& log : logs) sum += log.missing();
  return sum;
}

DirectoryReport check_directory(const std::filesystem::path& path) {
  std::error_code none;
  if (!std::filesystem::is_regular_file(path / "history.db", none))
    throw Trouble(path.string() +
                      " is not a data directory: there is no history.db in it; give the directory "
                      "of a server (its --data)",
                  Trouble::Kind::usage);
  return Check(path).run();
}

}  // namespace peal::runtime
