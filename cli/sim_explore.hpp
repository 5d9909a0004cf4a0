// peal sim --explore: every interleaving of a small world.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"

namespace peal::cli {

struct ExploreOptions {
  bool explore = false;
  std::string scene = "voting";
  std::size_t servers = 3;
  std::size_t lines = 1;
  unsigned crashes = 0;
  unsigned restarts = 0;
  unsigned losses = 0;
  unsigned duplicates = 0;
  unsigned early_wakes = 0;
  double horizon_s = 0;  ///< 0: the scene's own
  double settle_s = 5;
  bool in_order = false;
  std::uint32_t depth = 0;  ///< 0: no limit
  std::uint64_t states_max = 100'000'000;
  std::uint64_t memory_mib = 4'096;
  std::vector<const CLI::Option*> given;  ///< all of these, to see which were written
};

/// runs: the group of which exactly one is given.
void add_explore_options(CLI::App& app, CLI::App& runs, ExploreOptions& options);
/// For the other runs: a usage error when any of the options is there.
void refuse_without_explore(const ExploreOptions& options);
[[nodiscard]] ExitCode run_exploration(const ExploreOptions& options, bool json);

}  // namespace peal::cli
