// peal sim --seed N --enumerate: all runs that differ from a seed's in a few answers.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/trouble.hpp"
#include "sim/run.hpp"

namespace peal::cli {

struct EnumerateOptions {
  std::vector<std::string> what;  ///< as fate:vote
  std::size_t first = 6;
  std::uint64_t runs_max = 100'000;
  std::string answers;  ///< of the one run that is wanted; empty: all

  [[nodiscard]] bool enumerate() const { return !what.empty(); }
};

void add_enumerate_options(CLI::App& app, EnumerateOptions& options);

struct EnumerateRequest {
  std::uint64_t seed = 0;
  sim::RunOptions run;
  std::string faults;  ///< as on the command line: for the command that runs one again
  bool json = false;
};
/// Throws usage_error when what is to be enumerated is nothing that can be.
ExitCode run_enumeration(const EnumerateOptions& options, const EnumerateRequest& request);

}  // namespace peal::cli
