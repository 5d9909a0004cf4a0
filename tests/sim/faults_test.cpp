// Faults by their names: what is set holds, and what is wrong is said.
#include "sim/faults.hpp"

#include <set>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "sim/run.hpp"

namespace peal::sim {
namespace {

std::string error_of(const std::string& text) {
  try {
    (void)parse_faults(text);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "";
}

TEST(Faults, EveryFaultAndEveryHarmHasOneName) {
  std::set<std::string> names;
  std::set<Fault> faults;
  std::set<Harm> harms;
  for (const FaultName& name : fault_names()) {
    EXPECT_TRUE(names.insert(name.name).second) << name.name;
    EXPECT_NE(name.fault.has_value(), name.harm.has_value()) << name.name;
    if (name.fault) faults.insert(*name.fault);
    if (name.harm) harms.insert(*name.harm);
  }
  EXPECT_EQ(faults.size(), fault_count);
  EXPECT_EQ(harms.size(), harm_count);
}

TEST(Faults, WhatIsWrongIsSaid) {
  EXPECT_NE(error_of("network.los=0.1").find("no fault network.los"), std::string::npos);
  EXPECT_NE(error_of("network.loss").find("NAME=NUMBER"), std::string::npos);
  EXPECT_NE(error_of("network.loss=on").find("from 0 to 1"), std::string::npos);
  EXPECT_NE(error_of("network.loss=1.5").find("from 0 to 1"), std::string::npos);
  EXPECT_NE(error_of("process.crash=often").find("on, off"), std::string::npos);
  EXPECT_NE(error_of("process.crash=-1").find("on, off"), std::string::npos);
  EXPECT_NE(error_of("all=on").find("only be off"), std::string::npos);
  EXPECT_NE(error_of("network.loss=0.5,network.corrupt=0.5").find("0.9"), std::string::npos);
}

TEST(Faults, OnlyWhatIsOnStrikes) {
  Stats stats;
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    RunOptions options;
    options.which_faults = parse_faults("all=off,process.crash=3");
    stats.add(run(seed, options).stats);
  }

  EXPECT_GT(stats.faults[static_cast<std::size_t>(Fault::crash)], 0U);
  stats.faults[static_cast<std::size_t>(Fault::crash)] = 0;
  for (std::size_t i = 0; i < fault_count; ++i)
    EXPECT_EQ(stats.faults[i], 0U) << fault_name(static_cast<Fault>(i));
  EXPECT_EQ(stats.corrupted, 0U);
}

Stats of_runs_with(const std::string& faults) {
  Stats stats;
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    RunOptions options;
    options.servers = 3;
    options.people = 3;
    options.which_faults = parse_faults(faults);
    const RunResult result = run(seed, options);
    EXPECT_FALSE(result.violation) << faults << ", seed " << seed;
    stats.add(result.stats);
  }
  return stats;
}

TEST(Faults, EachStrikesWhereItIsTheOnlyOne) {
  for (const FaultName& name : fault_names()) {
    if (!name.fault) continue;
    // Only who is down is removed.
    const bool helped = *name.fault == Fault::remove;
    const Stats stats = of_runs_with(std::string("all=off,") + name.name + "=5" +
                                     (helped ? ",process.silent-crash=5" : ""));
    for (std::size_t i = 0; i < fault_count; ++i) {
      const auto fault = static_cast<Fault>(i);
      if (fault == *name.fault) {
        EXPECT_GT(stats.faults[i], 0U) << name.name;
      } else if (!helped || fault != Fault::silent_crash) {
        EXPECT_EQ(stats.faults[i], 0U) << fault_name(fault) << " beside " << name.name;
      }
    }
  }
}

TEST(Faults, WhatIsOffNeverStrikesAndTheRestOfTheSeedStays) {
  RunOptions options;
  options.which_faults = parse_faults("process.crash=off,network.loss=0.2");

  const RunResult with = run(3, options);
  const RunResult without = run(3, {});

  EXPECT_EQ(with.stats.faults[static_cast<std::size_t>(Fault::crash)], 0U);
  EXPECT_GT(with.stats.lost, with.stats.datagrams / 10);
  EXPECT_EQ(with.servers, without.servers);
  EXPECT_EQ(with.people, without.people);
}

}  // namespace
}  // namespace peal::sim
