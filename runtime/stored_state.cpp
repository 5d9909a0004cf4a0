// Opening a server's disk: whose it is, whether it is whole, what it holds.
#include <charconv>
#include <limits>
#include <string>

#include "runtime/entry_index.hpp"
#include "runtime/entry_log.hpp"
#include "runtime/profile.hpp"
#include "runtime/storage.hpp"
#include "runtime/trouble.hpp"

namespace peal::runtime {
namespace {

std::uint64_t number_in(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

void check_format(EntryLog& log, const DataDirectory& directory) {
  const auto format = log.fact("format");
  if (!format) return log.set_fact("format", std::to_string(EntryLog::format));
  if (number_in(*format) == EntryLog::format) return;
  throw Trouble(directory.history_file().string() + " has format " + *format +
                ", and this program knows format " + std::to_string(EntryLog::format) +
                "; use the version of Peal that wrote it, or another --data");
}

void check_cluster(EntryLog& log, const DataDirectory& directory, const std::string& cluster) {
  const auto known = log.fact("cluster");
  if (!known) return log.set_fact("cluster", cluster);
  if (*known == cluster) return;
  throw Trouble("data directory " + directory.path().string() + " belongs to cluster " + *known +
                ", not to " + cluster + "; give --cluster " + *known + " or another --data");
}

ServerId settle_id(EntryLog& log, const DataDirectory& directory, std::optional<ServerId> wanted) {
  if (const auto known = log.fact("server")) {
    const ServerId id{number_in(*known)};
    if (!wanted || *wanted == id) return id;
    throw Trouble("data directory " + directory.path().string() + " belongs to server " + *known +
                  ", not to " + std::to_string(wanted->value) +
                  "; leave --id out, or give another --data");
  }
  // Below 2^32, so that people can read it; not zero.
  const ServerId id = wanted.value_or(ServerId{1 + random_u64() % 0xffff'fffeU});
  log.set_fact("server", std::to_string(id.value));
  return id;
}

Trouble explain(const SqliteError& error, const DataDirectory& directory) {
  const std::string file = directory.history_file().string();
  if (error.trouble() == DiskTrouble::corrupt) {
    const auto id = directory.noted_id();
    return Trouble(file + " is damaged (" + error.what() + "); move " + directory.path().string() +
                   " aside and start again" +
                   (id ? " with --id " + std::to_string(id->value) : "") +
                   ": the other servers refill it");
  }
  if (error.trouble() == DiskTrouble::full)
    return Trouble("no space left for " + file + "; make room and start again");
  return Trouble("cannot use " + file + ": " + error.what() +
                 "; check the directory's owner and permissions, and the disk");
}

}  // namespace

StoredState open_stored_state(DataDirectory& directory, std::optional<ServerId> wanted,
                              const std::string& cluster, std::size_t window_entries,
                              std::size_t sessions_max) {
  try {
    EntryLog log(directory.history_file());
    log.check_structure();
    check_format(log, directory);
    check_cluster(log, directory, cluster);
    StoredState state;
    state.server = settle_id(log, directory, wanted);
    directory.note(state.server);

    Recovery recovery(window_entries, sessions_max);
    const auto visited = log.visit(0, std::numeric_limits<std::int64_t>::max(),
                                   [&](Place, const SharedEntry& entry) { recovery.add(entry); });
    state.damaged = visited.damaged;
    state.recovered = std::move(recovery).finish();
    if (visited.damaged > 0) log.drop_damage(visited.chunks_with_damage);
    // The index knows its log by this name, and where entries are.
    if (visited.damaged > 0 || !log.fact("name"))
      log.set_fact("name", std::to_string(random_u64()));
    // Made here if need be, so that trouble with it is told at the start.
    const EntryIndex index(directory.index_file(), log);
    return state;
  } catch (const SqliteError& error) {
    throw explain(error, directory);
  }
}

}  // namespace peal::runtime
