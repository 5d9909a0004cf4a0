// Which sessions are remembered follows from the entries that are held, and what is said of them is
// whole.
#include "core/session_table.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/history.hpp"
#include "core/prng.hpp"
#include "core/recovery.hpp"
#include "tests/support/entries.hpp"

namespace peal {
namespace {

using Logs = std::vector<std::vector<SharedEntry>>;

/// Some logs of few sessions whose messages may be in several of them.
Logs some_logs() {
  Logs logs(*rc::gen::inRange<std::size_t>(1, 5));
  for (std::size_t log = 0; log < logs.size(); ++log) {
    const auto length = *rc::gen::inRange<std::uint64_t>(1, 9);
    for (std::uint64_t seq = 1; seq <= length; ++seq) {
      Entry entry = test::entry_at(1, test::user(1), Post{RoomName{"#a"}, "hi"});
      entry.id = {LogId{log + 1}, seq};
      entry.hlc = Hlc{*rc::gen::inRange<std::uint64_t>(1, 60)};
      entry.message = {SessionId{*rc::gen::inRange<std::uint64_t>(1, 8)},
                       *rc::gen::inRange<std::uint64_t>(1, 7)};
      logs[log].emplace_back(std::move(entry));
    }
  }
  return logs;
}

/// What a table is to hold: the definition.
std::map<SessionId, SessionTable::Record> by_definition(const Logs& logs, std::size_t keep) {
  std::map<SessionId, SessionTable::Record> all;
  for (const auto& log : logs) {
    for (const SharedEntry& entry : log) {
      auto& record = all[entry->message.session];
      add_to_ranges(record.numbers, entry->message.n);
      record.last = std::max(record.last, entry->key());
    }
  }
  while (all.size() > keep)
    all.erase(std::ranges::min_element(
        all, {}, [](const auto& each) -> const EntryKey& { return each.second.last; }));
  return all;
}

/// A server's history while entries come in any order, become durable, and sessions are looked up.
class Play {
 public:
  Play(const Logs& logs, std::size_t keep)
      : logs_(logs),
        prng_(*rc::gen::arbitrary<std::uint64_t>()),
        history_(Recovered{}, 1'000, 1'000'000, keep) {}

  void perform() {
    while (!holds_all()) {
      switch (prng_.below(6)) {
        case 0: history_.forget_sessions(); break;
        case 1: become_durable(); break;
        case 2: ask(); break;
        case 3: answer(); break;
        default: arrive(); break;
      }
      check();
    }
    for (const EntryId end : history_.held().pairs()) history_.now_durable(end);
    while (!asked_.empty()) answer();
    history_.forget_sessions();
    check();
  }

  /// Looks up all that is not known in full.
  void complete() {
    for (const auto& [session, record] : std::map(table().records())) {
      if (record.complete) continue;
      history_.sessions().look_up(session);
      history_.sessions().found(session, on_disk(session, history_.durable()));
    }
  }

  [[nodiscard]] const SessionTable& table() const { return history_.sessions(); }

 private:
  [[nodiscard]] bool holds_all() const {
    for (const auto& log : logs_)
      if (!history_.held().covers(log.back()->id)) return false;
    return true;
  }
  void arrive() {
    const auto& log = logs_[prng_.below(logs_.size())];
    // The next one mostly; else one again, or one ahead of a hole.
    const std::uint64_t held = history_.held().at(log.front()->id.log);
    const bool next = held < log.size() && prng_.below(3) != 0;
    std::vector<SharedEntry> news;
    history_.add(next ? log[held] : log[prng_.below(log.size())], news);
  }
  void become_durable() {
    if (history_.held().empty()) return;
    const auto pairs = history_.held().pairs();
    const EntryId end = pairs[prng_.below(pairs.size())];
    history_.now_durable({end.log, prng_.below(end.seq + 1)});
  }
  void ask() {
    const SessionId session{1 + prng_.below(7)};
    if (table().knows(session) || table().is_looked_up(session)) return;
    history_.sessions().look_up(session);
    // The disk may be read right now, and the answer come much later.
    asked_.emplace_back(session, on_disk(session, history_.durable()));
  }
  void answer() {
    if (asked_.empty()) return;
    const auto at = asked_.begin() + static_cast<std::ptrdiff_t>(prng_.below(asked_.size()));
    if (prng_.below(4) == 0) {
      history_.sessions().not_found(at->first);
    } else {
      history_.sessions().found(at->first, at->second);
    }
    asked_.erase(at);
  }
  [[nodiscard]] Ranges on_disk(SessionId session, const VersionVector& upto) const {
    Ranges numbers;
    for (const auto& log : logs_)
      for (const SharedEntry& entry : log)
        if (entry->message.session == session && upto.covers(entry->id))
          add_to_ranges(numbers, entry->message.n);
    return numbers;
  }
  /// Of whom all is known, all that is held is known; and nothing else of anybody.
  void check() const {
    for (std::uint64_t number = 1; number < 8; ++number) {
      const SessionId session{number};
      const Ranges held = on_disk(session, history_.held());
      const auto record = table().records().find(session);
      const Ranges known = record == table().records().end() ? Ranges{} : record->second.numbers;
      if (table().knows(session)) RC_ASSERT(known == held);
      Ranges both = held;
      add_to_ranges(both, known);
      RC_ASSERT(both == held);
    }
  }

  const Logs& logs_;
  Prng prng_;
  History history_;
  std::vector<std::pair<SessionId, Ranges>> asked_;
};

void compare(const SessionTable& table, const std::map<SessionId, SessionTable::Record>& expected) {
  RC_ASSERT(table.size() == expected.size());
  for (const auto& [session, record] : table.records()) {
    RC_ASSERT(expected.contains(session));
    RC_ASSERT(record.last == expected.at(session).last);
    if (record.complete) RC_ASSERT(record.numbers == expected.at(session).numbers);
  }
}

RC_GTEST_PROP(SessionTableProperty, ServersThatHoldTheSameEntriesRememberTheSameSessions, ()) {
  const Logs logs = some_logs();
  const auto keep = *rc::gen::inRange<std::size_t>(1, 8);
  const auto expected = by_definition(logs, keep);
  Play one(logs, keep);
  Play other(logs, keep);

  one.perform();
  other.perform();

  compare(one.table(), expected);
  compare(other.table(), expected);
  RC_ASSERT(one.table().forgot_any() == other.table().forgot_any());
  one.complete();
  other.complete();
  for (const auto& [session, record] : one.table().records())
    RC_ASSERT(other.table().records().at(session).numbers == record.numbers);
}

RC_GTEST_PROP(SessionTableProperty, AServerThatStartsRemembersWhatOneThatRunsDoes, ()) {
  const Logs logs = some_logs();
  const auto keep = *rc::gen::inRange<std::size_t>(1, 8);
  Recovery recovery(1'000, keep);
  Prng prng(*rc::gen::arbitrary<std::uint64_t>());
  std::vector<std::size_t> next(logs.size(), 0);
  for (std::size_t left = logs.size(); left != 0;) {
    const auto log = prng.below(logs.size());
    if (next[log] == logs[log].size()) continue;
    recovery.add(logs[log][next[log]++]);
    if (next[log] == logs[log].size()) --left;
  }

  const SessionTable table = std::move(recovery).finish().sessions;

  compare(table, by_definition(logs, keep));
  RC_ASSERT(table.forgot_any() == (by_definition(logs, 100).size() > keep));
}

/// Numbers of a few ranges, and the same as a set.
std::pair<Ranges, std::set<std::uint64_t>> some_numbers() {
  const auto numbers =
      *rc::gen::container<std::set<std::uint64_t>>(rc::gen::inRange<std::uint64_t>(1, 24));
  Ranges ranges;
  for (const std::uint64_t n : numbers) add_to_ranges(ranges, n);
  return {ranges, numbers};
}

RC_GTEST_PROP(RangesProperty, AddingRangesIsAddingTheirNumbers, ()) {
  auto [ranges, numbers] = some_numbers();
  const auto [others, other_numbers] = some_numbers();
  Ranges one_by_one = ranges;
  for (const std::uint64_t n : other_numbers) add_to_ranges(one_by_one, n);

  add_to_ranges(ranges, others);

  RC_ASSERT(ranges == one_by_one);
}

}  // namespace
}  // namespace peal
