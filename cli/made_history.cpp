// Entries as leaders would have written them, straight into the log.
#include "cli/made_history.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "cli/trouble.hpp"
#include "core/entry.hpp"
#include "core/prng.hpp"
#include "runtime/data_directory.hpp"
#include "runtime/entry_index.hpp"
#include "runtime/entry_log.hpp"

namespace peal::cli {
namespace {

constexpr std::uint64_t people = 100;
constexpr std::uint64_t rooms = 20;
constexpr std::uint64_t leaders = 4;
constexpr std::uint64_t entries_at_once = 4'096;
// The history begins at some time in 2020, with a message each second.
constexpr std::uint64_t begin_ms = 1'577'836'800'000;
constexpr std::uint64_t between_ms = 1'000;

UserId user_of(std::uint64_t person) {
  UserId user;
  user.bytes[0] = 0x70;
  user.bytes[15] = static_cast<std::uint8_t>(person + 1);
  return user;
}

RoomName room_of(std::uint64_t room) { return {fmt::format("#room{}", room)}; }

/// Makes the entries one after the other.
class Story {
 public:
  explicit Story(const MadeHistory& made)
      : made_(made), each_(std::max<std::uint64_t>(1, (made.entries + leaders - 1) / leaders)) {}

  SharedEntry entry(std::uint64_t i) {
    const std::uint64_t leader = i / each_;
    Entry entry;
    entry.id = {LogId{1'000 + leader}, i % each_ + 1};
    entry.hlc = {(begin_ms + i * between_ms) << 16U};
    if (leader > 0 && entry.id.seq == 1) entry.deps = {{LogId{1'000 + leader - 1}, each_}};
    const std::uint64_t person = i < 2 * people ? i % people : prng_.below(people);
    entry.author = user_of(person);
    entry.message = {SessionId{2'000 + person}, ++said_[person]};
    entry.body = body(i, person);
    return SharedEntry(std::move(entry));
  }

 private:
  Body body(std::uint64_t i, std::uint64_t person) {
    const RoomName room = room_of(person % rooms);
    if (i < people) return RegisterUser{fmt::format("person{}", person)};
    if (i < 2 * people) return JoinRoom{room};
    std::string text = fmt::format("message {} ", i);
    while (text.size() < made_.text_bytes) text += static_cast<char>('a' + prng_.below(26));
    return Post{room, std::move(text)};
  }

  MadeHistory made_;
  std::uint64_t each_;
  Prng prng_{7};
  std::vector<std::uint64_t> said_ = std::vector<std::uint64_t>(people);
};

void set_facts(runtime::EntryLog& log, const MadeHistory& made) {
  log.set_fact("format", std::to_string(runtime::EntryLog::format));
  log.set_fact("cluster", made.cluster);
  log.set_fact("server", std::to_string(made.server.value));
  log.set_fact("name", std::to_string(made.server.value));
}

}  // namespace

void make_history(const std::filesystem::path& data, const MadeHistory& made,
                  const std::function<void(std::uint64_t)>& on_progress) {
  const runtime::DataDirectory directory(data);
  runtime::EntryLog log(directory.history_file());
  if (log.fact("server"))
    throw failure(
        fmt::format("{} holds a history already: give a new directory", harmless(data.string())));
  set_facts(log, made);
  Story story(made);
  std::vector<SharedEntry> batch;
  for (std::uint64_t i = 0; i < made.entries;) {
    batch.clear();
    for (; i < made.entries && batch.size() < entries_at_once; ++i) batch.push_back(story.entry(i));
    log.add(batch);
    if (log.log_pages() > 4'000) log.checkpoint();
    if (on_progress) on_progress(i);
  }
  log.checkpoint();
  runtime::EntryIndex index(directory.index_file(), log);
  index.catch_up();
}

}  // namespace peal::cli
