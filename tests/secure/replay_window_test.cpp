// The replay window against a plain set of counters.
#include "core/secure/replay_window.hpp"

#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace peal::secure {
namespace {

using Verdict = ReplayWindow::Verdict;

/// The same by the book: all counters that were ever marked.
struct Model {
  std::set<std::uint64_t> marked;

  [[nodiscard]] Verdict check(std::uint64_t counter) const {
    if (!marked.empty() && *marked.rbegin() >= counter + replay_window_size)
      return Verdict::too_old;
    return marked.contains(counter) ? Verdict::repeated : Verdict::fresh;
  }
};

RC_GTEST_PROP(ReplayWindow, AgreesWithASetOfCounters, ()) {
  ReplayWindow window;
  Model model;
  std::uint64_t near = *rc::gen::inRange<std::uint64_t>(0, 10'000);
  for (int i = 0; i < 300; ++i) {
    // Mostly about the same place, at times a leap: to the window's edges, or past all of it.
    const auto leap = *rc::gen::weightedOneOf<std::uint64_t>(
        {{20, rc::gen::inRange<std::uint64_t>(0, 8)},
         {3, rc::gen::inRange<std::uint64_t>(2'040, 2'056)},
         {2, rc::gen::inRange<std::uint64_t>(0, 6'000)},
         {1, rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 40U)}});
    const bool back = *rc::gen::arbitrary<bool>();
    const std::uint64_t counter = back ? near - std::min(near, leap) : near + leap;

    const Verdict verdict = window.check(counter);

    RC_ASSERT(verdict == model.check(counter));
    if (verdict != Verdict::fresh) continue;
    window.mark(counter);
    model.marked.insert(counter);
    near = *model.marked.rbegin();
    RC_ASSERT(window.check(counter) == Verdict::repeated);
  }
}

TEST(ReplayWindow, RemembersExactlyItsSize) {
  ReplayWindow window;
  window.mark(5'000);

  EXPECT_EQ(window.check(5'000 - replay_window_size), Verdict::too_old);
  EXPECT_EQ(window.check(5'000 - replay_window_size + 1), Verdict::fresh);
  EXPECT_EQ(window.check(5'000), Verdict::repeated);
  EXPECT_EQ(window.check(5'001), Verdict::fresh);
}

TEST(ReplayWindow, AcceptsEachOfManyCountersOnce) {
  ReplayWindow window;
  for (std::uint64_t counter = 0; counter < 10'000; ++counter) {
    ASSERT_EQ(window.check(counter), Verdict::fresh);
    window.mark(counter);
    ASSERT_EQ(window.check(counter), Verdict::repeated);
    if (counter < replay_window_size) continue;
    ASSERT_EQ(window.check(counter - replay_window_size), Verdict::too_old);
  }
}

}  // namespace
}  // namespace peal::secure
