// What two sequences have in common is as long as it can be.
#include "sim/field/alignment.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "core/prng.hpp"

namespace peal::sim {
namespace {

std::vector<Arrival> random_arrivals(Prng& prng, std::size_t most, std::uint64_t kinds) {
  std::vector<Arrival> all(prng.below(most + 1));
  for (Arrival& arrival : all) arrival.origin.kind = static_cast<std::uint8_t>(prng.below(kinds));
  return all;
}

/// By the table of all beginnings.
std::size_t longest_common(const std::vector<Arrival>& one, const std::vector<Arrival>& other) {
  std::vector<std::vector<std::size_t>> length(one.size() + 1,
                                               std::vector<std::size_t>(other.size() + 1));
  for (std::size_t i = 1; i <= one.size(); ++i)
    for (std::size_t j = 1; j <= other.size(); ++j)
      length[i][j] = one[i - 1].origin == other[j - 1].origin
                         ? length[i - 1][j - 1] + 1
                         : std::max(length[i - 1][j], length[i][j - 1]);
  return length[one.size()][other.size()];
}

bool rises(const Alignment& alignment) {
  return std::ranges::adjacent_find(alignment, [](const auto& a, const auto& b) {
           return a.first >= b.first || a.second >= b.second;
         }) == alignment.end();
}

TEST(FieldAlignment, IsALongestCommonSubsequence) {
  Prng prng(7);
  for (int trial = 0; trial < 500; ++trial) {
    const auto one = random_arrivals(prng, 40, 1 + prng.below(5));
    const auto other = random_arrivals(prng, 40, 1 + prng.below(5));

    const Alignment alignment = align(one, other);

    ASSERT_EQ(alignment.size(), longest_common(one, other)) << trial;
    ASSERT_TRUE(rises(alignment)) << trial;
    for (const auto& [i, j] : alignment) ASSERT_EQ(one[i].origin, other[j].origin) << trial;
  }
}

TEST(FieldAlignment, OfOneSequenceWithItselfIsAllOfIt) {
  Prng prng(8);
  const auto one = random_arrivals(prng, 5'000, 6);

  EXPECT_EQ(align(one, one).size(), one.size());
}

TEST(FieldAlignment, GoesOnBehindMoreDifferencesThanItKeeps) {
  std::vector<Arrival> one(3'000);
  std::vector<Arrival> other(3'000);
  for (Arrival& arrival : other) arrival.origin.kind = 1;
  std::vector<Arrival> both(500);
  for (Arrival& arrival : both) arrival.origin.kind = 2;
  one.insert(one.end(), both.begin(), both.end());
  other.insert(other.end(), both.begin(), both.end());

  const Alignment alignment = align(one, other);

  EXPECT_TRUE(rises(alignment));
  for (const auto& [i, j] : alignment) EXPECT_EQ(one[i].origin, other[j].origin);
}

}  // namespace
}  // namespace peal::sim
