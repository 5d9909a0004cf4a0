// When processes are due: the earliest of one time for each place, whatever changes.
#include "sim/wakes.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "core/prng.hpp"

namespace peal::sim {
namespace {

TEST(Wakes, NobodyIsDueAtFirst) {
  EXPECT_EQ(Wakes(0).next_at(), no_time);
  EXPECT_EQ(Wakes(3).next_at(), no_time);
}

TEST(Wakes, OfEqualTimesTheLowerPlaceIsFirst) {
  Wakes wakes(3);
  wakes.set(2, 10);
  wakes.set(1, 10);

  EXPECT_EQ(wakes.next(), 1);
  wakes.clear(1);
  EXPECT_EQ(wakes.next(), 2);
  EXPECT_EQ(wakes.next_at(), 10);
}

TEST(Wakes, ATimeCanBePutOffAndMovedUp) {
  Wakes wakes(2);
  wakes.set(0, 10);
  wakes.set(1, 20);

  wakes.set(0, 30);
  EXPECT_EQ(wakes.next(), 1);
  wakes.set(0, 5);
  EXPECT_EQ(wakes.next(), 0);
  EXPECT_EQ(wakes.at(0), 5);
}

TEST(Wakes, AgreeWithTheLeastOfAllTimesWhateverChanges) {
  constexpr std::size_t places = 37;
  Prng prng(5);
  Wakes wakes(places);
  std::vector<std::int64_t> times(places, no_time);
  for (int round = 0; round < 10'000; ++round) {
    const auto place = static_cast<Place>(prng.below(places));
    times[place] =
        prng.below(4) == 0 ? no_time : static_cast<std::int64_t>(prng.below(100)) + round;
    wakes.set(place, times[place]);

    const auto least = std::ranges::min_element(times);
    ASSERT_EQ(wakes.next_at(), *least);
    if (*least != no_time) {
      ASSERT_EQ(wakes.next(), least - times.begin());
    }
  }
}

}  // namespace
}  // namespace peal::sim
