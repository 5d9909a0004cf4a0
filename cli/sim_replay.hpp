// peal sim --record and --replay: all decisions of a run as a file, and the run from them again.
#pragma once

#include <cstdint>
#include <string>

#include "cli/trouble.hpp"
#include "sim/run.hpp"

namespace peal::cli {

/// The file holds the whole run, or is not touched.
struct RecordRequest {
  std::uint64_t seed = 0;
  sim::RunOptions run;
  std::string mutant;
  std::string file;
  bool json = false;
};
ExitCode record_run(const RecordRequest& request);

struct ReplayRequest {
  std::string file;
  bool lenient = false;  ///< goes on where decisions do not fit
  sim::RunOptions run;   ///< who looks on
  std::string mutant;    ///< at work now
  bool json = false;
};
/// Throws usage_error when the file is no whole recording, and failure where it diverges.
ExitCode replay_run(const ReplayRequest& request);

}  // namespace peal::cli
