// The script of a run is that run again.
#include <gtest/gtest.h>

#include "sim/perform.hpp"

namespace peal::sim {
namespace {

TEST(Script, OfARunIsTheSameRunAgain) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Script script;
    RunOptions options;
    options.chaos_us = 20'000'000;
    options.script = &script;
    const RunResult first = run(seed, options);
    options.script = nullptr;

    const RunResult second = perform(script, options);

    EXPECT_EQ(first.violation.has_value(), second.violation.has_value()) << seed;
    EXPECT_EQ(first.digest, second.digest) << seed;
  }
}

}  // namespace
}  // namespace peal::sim
