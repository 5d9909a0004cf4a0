// Moving through a run: the same world at the same event, whichever way one came.
#include "sim/inspect/travel.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/inspect/names.hpp"
#include "sim/inspect/sought.hpp"

namespace peal::sim {
namespace {

constexpr std::uint64_t seed = 299;  // Four servers and many faults.

RunOptions short_run() {
  RunOptions options;
  options.chaos_us = 20'000'000;
  return options;
}

class Travel : public testing::Test {
 protected:
  Rerun rerun = run_of_seed(seed, short_run());
  Timeline timeline = read_timeline(rerun);

  // The digests of the world at the events of a journey.
  std::vector<Digest> journey(const std::vector<std::uint64_t>& events) {
    std::vector<Digest> digests;
    TraceLines trace;
    travel(
        rerun, events.front(),
        [&](const Moment& moment) {
          EXPECT_EQ(moment.event, events[digests.size()]);
          digests.push_back(moment.world.digest());
          return digests.size() < events.size() ? events[digests.size()] : 0;
        },
        trace);
    return digests;
  }
};

TEST_F(Travel, TimelineHasTheTimeOfEveryEvent) {
  ASSERT_EQ(timeline.last(), timeline.result.stats.events);

  EXPECT_TRUE(std::ranges::is_sorted(timeline.at_us));
  EXPECT_EQ(timeline.servers.size(), timeline.result.servers);
}

TEST_F(Travel, TheEventAtATimeIsTheLastOneUntilThen) {
  const std::uint64_t event = timeline.event_at(5'000'000);

  EXPECT_LE(timeline.time_of(event), 5'000'000);
  EXPECT_GT(timeline.time_of(event + 1), 5'000'000);
  EXPECT_EQ(timeline.event_at(-1), 1U);
}

TEST_F(Travel, GoingBackFindsTheWorldAsItWas) {
  const std::vector<Digest> digests = journey({500, 3'000, 500, 501, 3'000, 1});

  ASSERT_EQ(digests.size(), 6U);
  EXPECT_EQ(digests[0], digests[2]);
  EXPECT_EQ(digests[1], digests[4]);
  EXPECT_NE(digests[2], digests[3]);
}

TEST_F(Travel, StoppingTwiceAtOneEventIsNoWayBack) {
  const std::vector<Digest> digests = journey({500, 500});

  EXPECT_EQ(digests.at(0), digests.at(1));
}

TEST_F(Travel, EndsWhereTheRunEnds) {
  const std::vector<Digest> digests = journey({timeline.last(), timeline.last() + 1});

  EXPECT_EQ(digests.size(), 1U);
}

TEST_F(Travel, TracesWhatHappenedBetweenTwoEvents) {
  std::ostringstream whole;
  RunOptions options = short_run();
  options.trace = &whole;
  (void)run(seed, options);
  std::string all = whole.str();

  const TraceLines trace = trace_between(rerun, 400, 450);

  ASSERT_EQ(trace.events().size(), 51U);
  EXPECT_EQ(trace.events().front().event, 400U);
  std::size_t from = 0;
  for (const TracedEvent& event : trace.events())
    for (const std::string& line : event.lines) {
      from = all.find(line, from);
      ASSERT_NE(from, std::string::npos) << line;
    }
}

TEST_F(Travel, KeepsTheLatestEventsOfATrace) {
  TraceLines trace(10);
  travel(rerun, 100, [](const Moment&) { return std::uint64_t{0}; }, trace);

  ASSERT_EQ(trace.events().size(), 10U);
  EXPECT_EQ(trace.events().back().event, 100U);
}

TEST_F(Travel, FindsTheNextCrash) {
  const std::uint64_t event = find_event(rerun, 0, *sought_by("crash"));
  ASSERT_NE(event, 0U);

  std::map<std::uint64_t, std::size_t> up;
  TraceLines trace;
  travel(
      rerun, event - 1,
      [&](const Moment& moment) {
        for (std::size_t i = 0; i < moment.world.servers(); ++i)
          up[moment.event] += moment.world.server_up(i) ? 1 : 0;
        return moment.event < event ? event : 0;
      },
      trace);

  EXPECT_EQ(up[event] + 1, up[event - 1]);
}

TEST_F(Travel, FindsMessagesByTheirKind) {
  const std::uint64_t first = find_event(rerun, 0, *sought_by("heartbeat_ack"));
  const std::uint64_t second = find_event(rerun, first, *sought_by("HeartbeatAck"));

  ASSERT_NE(first, 0U);
  EXPECT_GT(second, first);
  const TraceLines trace = trace_between(rerun, second, second);
  EXPECT_STREQ(kind_name(std::size_t{trace.events().back().happening.message}), "HeartbeatAck");
}

TEST_F(Travel, ASearchKnowsWhatWasBeforeItsStart) {
  const std::uint64_t event = find_event(rerun, 2'000, *sought_by("said"));
  ASSERT_NE(event, 0U);

  const TraceLines trace = trace_between(rerun, event, event);

  EXPECT_TRUE(std::ranges::any_of(trace.events().back().lines, [](const std::string& line) {
    return line.find(" says ") != std::string::npos;
  }));
}

TEST_F(Travel, FindsNothingBehindTheEnd) {
  EXPECT_EQ(find_event(rerun, timeline.last(), *sought_by("Heartbeat")), 0U);
}

TEST_F(Travel, KnowsNoOtherWords) { EXPECT_FALSE(sought_by("nonsense")); }

TEST_F(Travel, EveryWordThatIsListedCanBeLookedFor) {
  for (const std::string& word : sought_words()) EXPECT_TRUE(sought_by(word)) << word;
}

TEST_F(Travel, TracingDisturbsNothing) {
  class Idle : public Watcher {
    bool happened(World& /*world*/, const Happening& /*happening*/) override { return true; }
  } idle;
  std::ostringstream trace;

  EXPECT_EQ(rerun(idle, &trace).digest, run(seed, short_run()).digest);
}

TEST_F(Travel, NamesStandForNumbersInTraces) {
  const Names names(timeline);
  const std::string id = std::to_string(timeline.servers[1].value);

  EXPECT_EQ(names.readable("  0 -> 1  Heartbeat 3/" + id + " n 7"),
            "  s0 -> s1  Heartbeat 3/s1 n 7");
  EXPECT_EQ(names.readable("s" + id + " crashes"), "s1 crashes");
  EXPECT_EQ(names.readable("4 <- refused by 1"), "p0 <- refused by s1");
  EXPECT_EQ(names.readable("client 2 says 1 join #room1"), "p2 says 1 join #room1");
  EXPECT_EQ(names.readable("  0 -> all  Probe"), "  s0 -> all  Probe");
}

TEST_F(Travel, LogsAreNamedByWhoWroteThem) {
  const Names names(timeline);
  const auto& [incarnation, server] = *timeline.processes.begin();
  const std::string brief = std::to_string(incarnation.value % 10'000);

  EXPECT_EQ(names.of(EntryId{log_of(incarnation), 7}),
            names.of_server(server) + "." + brief + ":7");
  EXPECT_EQ(names.readable("held {" + brief + ":7}"),
            "held {" + names.of_server(server) + "." + brief + ":7}");
}

TEST_F(Travel, NamesAreFoundAgain) {
  const Names names(timeline);

  EXPECT_EQ(names.server("s2"), 2U);
  EXPECT_EQ(names.client("p3"), 3U);
  EXPECT_EQ(names.client("r0"), names.people());
  EXPECT_FALSE(names.server("s99"));
  EXPECT_FALSE(names.client("p99"));
  EXPECT_EQ(names.place("p0"), timeline.servers.size());
}

TEST_F(Travel, WhatWaitsIsInTheOrderInWhichItHappens) {
  TraceLines trace;
  std::int64_t next_at = 0;
  travel(
      rerun, 700,
      [&](const Moment& moment) {
        const auto waiting = moment.world.waiting();
        EXPECT_TRUE(std::ranges::is_sorted(waiting, {}, [](const auto& one) { return one.first; }));
        next_at = waiting.front().first;
        return std::uint64_t{0};
      },
      trace);

  EXPECT_EQ(timeline.time_of(701), next_at);
}

}  // namespace
}  // namespace peal::sim
