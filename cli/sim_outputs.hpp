// Where one simulated run is written to while it happens.
#pragma once

#include <fstream>
#include <optional>
#include <ostream>
#include <string>

#include "sim/run.hpp"
#include "sim/tracing/trace_recorder.hpp"

namespace peal::cli {

/// A file, or standard output when it is called "-". Throws usage_error when it cannot be written.
class OutputFile {
 public:
  OutputFile(std::string option, std::string path);
  [[nodiscard]] std::ostream& stream();
  /// Throws failure when it was not taken as a whole.
  void finish();

 private:
  std::string option_;
  std::string path_;
  std::ofstream file_;
};

/// --lines and --trace of a run.
class RunOutputs {
 public:
  /// source: what the run is, for the heading of the trace.
  RunOutputs(const std::string& lines, const std::string& trace, const std::string& source);
  void look_at(sim::RunOptions& run);
  void finish();

 private:
  std::optional<OutputFile> lines_;
  std::optional<OutputFile> trace_;
  std::optional<sim::TraceRecorder> recorder_;
};

}  // namespace peal::cli
