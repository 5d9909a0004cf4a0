// Opening a server's disk: whose it is, whether it is whole, what it holds.
#include <charconv>
#include <string>

#include "runtime/history_store.hpp"
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

void check_format(HistoryStore& store, const DataDirectory& directory) {
  const auto format = store.fact("format");
  if (!format) return store.set_fact("format", std::to_string(HistoryStore::format));
  if (number_in(*format) == HistoryStore::format) return;
  throw Trouble(directory.database().string() + " has format " + *format +
                ", and this program knows format " + std::to_string(HistoryStore::format) +
                "; use the version of Peal that wrote it, or another --data");
}

void check_cluster(HistoryStore& store, const DataDirectory& directory,
                   const std::string& cluster) {
  const auto known = store.fact("cluster");
  if (!known) return store.set_fact("cluster", cluster);
  if (*known == cluster) return;
  throw Trouble("data directory " + directory.path().string() + " belongs to cluster " + *known +
                ", not to " + cluster + "; give --cluster " + *known + " or another --data");
}

ServerId settle_id(HistoryStore& store, const DataDirectory& directory,
                   std::optional<ServerId> wanted) {
  if (const auto known = store.fact("server")) {
    const ServerId id{number_in(*known)};
    if (!wanted || *wanted == id) return id;
    throw Trouble("data directory " + directory.path().string() + " belongs to server " + *known +
                  ", not to " + std::to_string(wanted->value) +
                  "; leave --id out, or give another --data");
  }
  // Below 2^32, so that people can read it; not zero.
  const ServerId id = wanted.value_or(ServerId{1 + random_u64() % 0xffff'fffeU});
  store.set_fact("server", std::to_string(id.value));
  return id;
}

Trouble explain(const SqliteError& error, const DataDirectory& directory) {
  const std::string file = directory.database().string();
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
                              const std::string& cluster, std::size_t window_entries) {
  try {
    HistoryStore store(directory.database());
    store.check_structure();
    check_format(store, directory);
    check_cluster(store, directory, cluster);
    StoredState state;
    state.server = settle_id(store, directory, wanted);
    directory.note(state.server);

    Recovery recovery(window_entries);
    const auto damaged = store.each([&](const SharedEntry& entry) { recovery.add(entry); });
    // A damaged entry would keep its intact copy from being stored again.
    if (!damaged.empty()) store.remove(damaged);
    state.damaged = damaged.size();
    state.recovered = std::move(recovery).finish();
    return state;
  } catch (const SqliteError& error) {
    throw explain(error, directory);
  }
}

}  // namespace peal::runtime
