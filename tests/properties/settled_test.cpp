// Of logs that ended long ago, two servers say the same exactly when they hold the same.
#include "core/settled.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/entries.hpp"

namespace peal {
namespace {

using Logs = std::vector<std::vector<SharedEntry>>;

Logs some_settled_logs() {
  Logs logs(*rc::gen::inRange<std::size_t>(1, 7));
  for (std::size_t log = 0; log < logs.size(); ++log) {
    const auto length = *rc::gen::inRange<std::uint64_t>(1, 6);
    std::uint64_t time = *rc::gen::inRange<std::uint64_t>(1, 20);
    for (std::uint64_t seq = 1; seq <= length; ++seq) {
      time += *rc::gen::inRange<std::uint64_t>(1, 6);
      Entry entry = test::entry_at(time, test::user(1), Post{RoomName{"#a"}, "hi"});
      entry.id = {LogId{log + 1}, seq};
      logs[log].emplace_back(std::move(entry));
    }
  }
  return logs;
}

/// Holds all of these, durable; they came in any order.
History holding(const Logs& logs) {
  History history(Recovered{}, 1'000, 1'000'000);
  std::vector<SharedEntry> entries;
  for (const auto& log : logs) entries.insert(entries.end(), log.begin(), log.end());
  while (!entries.empty()) {
    const auto next = *rc::gen::inRange<std::size_t>(0, entries.size());
    std::vector<SharedEntry> news;
    history.add(entries[next], news);
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(next));
  }
  for (const EntryId end : history.held().pairs()) history.now_durable(end);
  return history;
}

Settled said_of(const History& history, Hlc horizon) {
  return settled(settled_logs(history, history.held(), horizon), horizon);
}

Hlc some_time() { return Hlc{*rc::gen::inRange<std::uint64_t>(0, 60) << 16U}; }

RC_GTEST_PROP(SettledProperty, ServersThatHoldTheSameSayTheSame, ()) {
  const Logs logs = some_settled_logs();
  const Hlc horizon = some_time();

  RC_ASSERT(said_of(holding(logs), horizon) == said_of(holding(logs), horizon));
}

RC_GTEST_PROP(SettledProperty, WhoLacksTheEndOfAnOldLogSaysOtherwise, ()) {
  Logs logs = some_settled_logs();
  const Hlc horizon = some_time();
  const History whole = holding(logs);
  const auto changed = *rc::gen::inRange<std::size_t>(0, logs.size());
  RC_PRE(logs[changed].back()->hlc < horizon);

  logs[changed].resize(*rc::gen::inRange<std::size_t>(0, logs[changed].size()),
                       logs[changed].front());

  RC_ASSERT(said_of(holding(logs), horizon) != said_of(whole, horizon));
}

RC_GTEST_PROP(SettledProperty, ALogIsSettledWhenAllOfItIsOldDurableAndStable, ()) {
  const Logs logs = some_settled_logs();
  const Hlc horizon = some_time();
  History history(Recovered{}, 1'000, 1'000'000);
  std::vector<SharedEntry> news;
  VersionVector stable;
  for (const auto& log : logs) {
    for (const SharedEntry& entry : log) history.add(entry, news);
    history.now_durable({log.front()->id.log, *rc::gen::inRange<std::uint64_t>(0, log.size() + 1)});
    stable.advance({log.front()->id.log, *rc::gen::inRange<std::uint64_t>(0, log.size() + 1)});
  }

  const VersionVector found = settled_logs(history, stable, horizon);

  for (const auto& log : logs) {
    const EntryId end = log.back()->id;
    const bool expected =
        log.back()->hlc < horizon && history.durable().covers(end) && stable.covers(end);
    RC_ASSERT(found.at(end.log) == (expected ? end.seq : 0));
  }
}

RC_GTEST_PROP(SettledProperty, WhatIsLeftOutAndTheRestAreTheWhole, ()) {
  const Logs logs = some_settled_logs();
  const History history = holding(logs);
  const VersionVector old = settled_logs(history, history.held(), some_time());

  VersionVector rest = history.held().without(old);
  for (const EntryId pair : old.pairs()) RC_ASSERT(rest.at(pair.log) == 0U);
  rest.merge(old);

  RC_ASSERT(rest == history.held());
}

RC_GTEST_PROP(SettledProperty, TheHorizonIsLongAgoAndNeverGoesBack, ()) {
  const Duration after = milliseconds(*rc::gen::inRange<std::int64_t>(1, 100'000));
  const std::uint64_t now = *rc::gen::inRange<std::uint64_t>(0, 1'000'000);
  const std::uint64_t later = now + *rc::gen::inRange<std::uint64_t>(0, 100'000);

  const Hlc horizon = settled_before(Hlc{now << 16U}, after);

  RC_ASSERT(horizon <= settled_before(Hlc{later << 16U}, after));
  RC_ASSERT(horizon.wall().ms <=
            std::max<std::int64_t>(0, static_cast<std::int64_t>(now) - after.us / 1'000));
}

}  // namespace
}  // namespace peal
