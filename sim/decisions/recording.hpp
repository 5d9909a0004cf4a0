// All decisions of one run as a file that outlives the code which made them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.hpp"
#include "sim/chooser.hpp"
#include "sim/decisions/words.hpp"
#include "sim/json_fields.hpp"
#include "sim/run.hpp"

namespace peal::sim {

struct Recording {
  std::string program;  ///< name and version of what made it
  std::string mutant;   ///< the deliberate mistake in it; empty: none
  std::uint64_t seed = 0;
  RunOptions run;
  HostCounts hosts;
  std::optional<Violation> violation;
  Digest digest;
  std::vector<Decision> decisions;
  /// Of decisions about what this program does not ask, the words; the choice has About::foreign
  /// and counts them with its subject and object.
  std::vector<std::string> foreign;

  [[nodiscard]] std::string describe(const Choice& choice) const;
};

/// What a run of this seed with these options decided and became.
[[nodiscard]] Recording recording_of(const RunResult& result, const RunOptions& run,
                                     std::vector<Decision> decisions);

/// Schema peal-decisions, version 1: docs/recordings.md tells its lines.
[[nodiscard]] std::string to_text(const Recording& recording);
/// Damaged when the text is no such file, or not all of it as it was written.
[[nodiscard]] Recording parse_recording(std::string_view text);

}  // namespace peal::sim
