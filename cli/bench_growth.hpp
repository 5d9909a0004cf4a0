// peal bench sim --growth: what a simulated second costs as servers or people become more.
#pragma once

#include <vector>

#include "cli/command.hpp"

namespace peal::cli {

struct GrowthOptions {
  double seconds = 0;                  ///< for each line
  std::vector<std::size_t> servers{};  ///< with 20 people
  std::vector<std::size_t> people{};   ///< with 5 servers
  bool json = false;
};

ExitCode bench_growth(const GrowthOptions& options);

}  // namespace peal::cli
