// peal trace scenario: what was recorded, as a scenario for the simulator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/trouble.hpp"

namespace peal::cli {

struct FieldRequest {
  std::vector<std::string> files;
  std::string out;      ///< empty: standard output
  bool shrink = false;  ///< to the least that still comes out as it did
  unsigned jobs = 1;
  double seconds = 0;  ///< for trials; then whatever was reached is told
  bool json = false;   ///< what is told besides, as one line
};

/// failed: the scenario does not come out as it did when it was recorded.
ExitCode write_field_scenario(const FieldRequest& request);

}  // namespace peal::cli
