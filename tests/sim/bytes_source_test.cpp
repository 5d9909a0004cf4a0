// Bytes as answers: few bytes last long, and what they say stays within what was asked.
#include "sim/bytes_source.hpp"

#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "sim/run.hpp"
#include "sim/summary.hpp"

namespace peal::sim {
namespace {

using Row = std::vector<std::uint8_t>;

constexpr Choice shape{About::setup};
constexpr Choice mistake{About::person};
constexpr Choice any_fate{About::fate};
constexpr Choice incarnation{About::incarnation};

TEST(Bytes, ThatAreUsedUpAnswerWithZero) {
  const Row none;
  Bytes bytes(none);

  EXPECT_EQ(bytes.answer(shape, 7), 0U);
  EXPECT_EQ(bytes.answer(mistake, 2), 0U);
  EXPECT_EQ(bytes.answer(any_fate, 4), 0U);
}

TEST(Bytes, GiveOneToSmallQuestionsAndMoreToLargeOnes) {
  const Row row{9, 0x34, 0x12, 5, 0xff, 0xff, 0xff, 0xff, 3};
  Bytes bytes(row);

  EXPECT_EQ(bytes.answer(shape, 256), 9U);
  EXPECT_EQ(bytes.answer(shape, 65'536), 0x1234U);
  EXPECT_EQ(bytes.answer(shape, 4), 1U);
  EXPECT_EQ(bytes.answer(shape, 0xffff'fffeU), 1U);
  EXPECT_EQ(bytes.answer(shape, 10), 3U);
}

TEST(Bytes, AreNotSpentOnWhatHasOneAnswer) {
  const Row row{9};
  Bytes bytes(row);

  EXPECT_EQ(bytes.answer(shape, 1), 0U);
  EXPECT_EQ(bytes.answer(shape, 256), 9U);
}

TEST(Bytes, SayYesToAChanceSeldom) {
  Row row(256);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<std::uint8_t>(i);
  Bytes bytes(row);
  std::uint64_t yes = 0;
  for (std::size_t i = 0; i < row.size(); ++i) yes += bytes.answer(mistake, 2);

  EXPECT_EQ(yes, 1U);
}

TEST(Bytes, StrikeFewDatagramsWhateverTheyAre) {
  const Row row(4'096, 3);
  Bytes bytes(row);
  std::uint64_t struck = 0;
  for (int i = 0; i < 10'000; ++i) struck += bytes.answer(any_fate, 4) != 0 ? 1 : 0;

  EXPECT_GT(struck, 0U);
  EXPECT_LT(struck, 1'000U);
}

TEST(Bytes, LetPeopleAndFaultsWaitLongestInTheEnd) {
  const Row row{2, 0, 0};
  Bytes bytes(row);

  EXPECT_EQ(bytes.answer(mistake, 1'000'000), 999'997U);
  EXPECT_EQ(bytes.answer(mistake, 1'000'000), 999'999U);
  EXPECT_EQ(bytes.answer({About::fault}, 1'000'000), 999'999U);
}

TEST(Bytes, OfDatagramsDoNotMoveThoseOfFaults) {
  const Row row{1, 2, 3, 4, 5, 6, 7, 8};
  Bytes calm(row);
  Bytes busy(row);

  for (int i = 0; i < 30; ++i) (void)busy.answer(any_fate, 4);

  for (int i = 0; i < 4; ++i) EXPECT_EQ(calm.answer(shape, 256), busy.answer(shape, 256));
}

TEST(Bytes, NumberIdentitiesSoThatTheyDiffer) {
  const Row none;
  Bytes bytes(none);
  Chooser chooser(bytes);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(chooser.identity(incarnation));

  EXPECT_EQ(seen.size(), 100U);
}

RunResult run_with(const Row& row) {
  Bytes bytes(row);
  RunOptions options;
  options.servers = 3;
  options.people = 3;
  options.chaos_us = 8'000'000;
  options.source = &bytes;
  return run(1, options);
}

TEST(Bytes, RunAWorldInWhichPeopleTalk) {
  const Row none;

  const RunResult result = run_with(none);

  EXPECT_FALSE(result.violation) << to_text(result);
  EXPECT_GT(result.stats.acknowledged, 0U);
}

TEST(Bytes, MakeOtherRunsWithFaultsWhenTheyAreOthers) {
  constexpr int runs = 10;
  std::set<Digest> digests;
  std::uint64_t faults = 0;
  for (std::uint64_t seed = 1; seed <= runs; ++seed) {
    Prng prng(seed);
    Row row(2'000);
    for (std::uint8_t& byte : row) byte = static_cast<std::uint8_t>(prng.next() >> 56U);

    const RunResult result = run_with(row);

    EXPECT_FALSE(result.violation) << to_text(result);
    digests.insert(result.digest);
    faults = std::accumulate(result.stats.faults.begin(), result.stats.faults.end(), faults);
  }

  EXPECT_EQ(digests.size(), runs);
  // Of the faults that a strike may be, about half do not exist in a run.
  EXPECT_GE(faults, runs / 2);
}

}  // namespace
}  // namespace peal::sim
