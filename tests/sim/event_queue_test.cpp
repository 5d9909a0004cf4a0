// The event queue: order of time, then of arrival.
#include "sim/event_queue.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "sim/buffers.hpp"

namespace peal::sim {
namespace {

TEST(EventQueue, GivesEventsInTheOrderOfTime) {
  EventQueue<int> queue;
  queue.push(30, 3);
  queue.push(10, 1);
  queue.push(20, 2);

  EXPECT_EQ(queue.next_at(), 10);
  EXPECT_EQ(queue.pop().second, 1);
  EXPECT_EQ(queue.pop().second, 2);
  EXPECT_EQ(queue.pop().second, 3);
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, KeepsTheOrderOfArrivalAtOneTime) {
  EventQueue<int> queue;
  for (int i = 0; i < 100; ++i) queue.push(5, i);

  for (int i = 0; i < 100; ++i) ASSERT_EQ(queue.pop().second, i);
}

TEST(EventQueue, TellsWhetherTheFirstComesBeforeSomethingElse) {
  EventQueue<int> queue;
  queue.push_last(5, 1);

  EXPECT_TRUE(queue.next_precedes(6));
  EXPECT_FALSE(queue.next_precedes(5));
  queue.push(5, 2);
  EXPECT_TRUE(queue.next_precedes(5));
  EXPECT_FALSE(queue.next_precedes(4));
}

TEST(EventQueue, ListsWhatWaitsInTheOrderInWhichItComesOut) {
  EventQueue<int> queue;
  Prng prng(3);
  for (int i = 0; i < 50; ++i) queue.push(static_cast<std::int64_t>(prng.below(10)), i);
  (void)queue.pop();

  const auto waiting = queue.in_order();

  ASSERT_EQ(waiting.size(), queue.size());
  for (const auto& expected : waiting) EXPECT_EQ(queue.pop(), expected);
}

TEST(EventQueue, AgreesWithAStableSortWhateverComes) {
  Prng prng(11);
  EventQueue<int> queue;
  std::vector<std::pair<std::int64_t, int>> expected;
  std::vector<std::pair<std::int64_t, int>> got;
  int next = 0;
  std::int64_t now = 0;
  for (int round = 0; round < 5'000; ++round) {
    if (queue.empty() || prng.below(5) < 3) {
      const auto at = now + static_cast<std::int64_t>(prng.below(20));
      queue.push(at, next);
      expected.emplace_back(at, next++);
    } else {
      got.push_back(queue.pop());
      now = got.back().first;
    }
  }
  while (!queue.empty()) got.push_back(queue.pop());

  // Numbered as they came, so that this order is that of a stable sort by time.
  std::ranges::sort(expected);
  EXPECT_EQ(got, expected);
}

TEST(Buffers, AreUsedAgainOnlyAfterTheLastReference) {
  Buffers buffers;
  const std::uint32_t first = buffers.take();
  buffers.at(first) = {1, 2, 3};
  buffers.share(first);

  buffers.release(first);
  const std::uint32_t second = buffers.take();
  EXPECT_NE(second, first);
  EXPECT_EQ(buffers.at(first).size(), 3U);

  buffers.release(first);
  EXPECT_EQ(buffers.take(), first);
  EXPECT_TRUE(buffers.at(first).empty());
  EXPECT_EQ(buffers.in_use(), 2U);
}

}  // namespace
}  // namespace peal::sim
