// Where one simulated run is written to while it happens.
#include "cli/sim_outputs.hpp"

#include <filesystem>
#include <iostream>
#include <utility>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "cli/trouble.hpp"
#include "cli/version.hpp"

namespace peal::cli {

OutputFile::OutputFile(std::string option, std::string path)
    : option_(std::move(option)), path_(std::move(path)) {
  if (path_ == "-") return;
  if (std::filesystem::is_directory(path_))
    throw usage_error(fmt::format("{} {}: is a directory", option_, harmless(path_)));
  file_.open(path_, std::ios::binary);
  if (!file_) throw usage_error(fmt::format("{} {}: cannot be written", option_, harmless(path_)));
}

std::ostream& OutputFile::stream() { return path_ == "-" ? std::cout : file_; }

void OutputFile::finish() {
  if (stream().flush()) return;
  const std::string who = path_ == "-" ? "standard output" : "the disk";
  throw failure(fmt::format("{} {}: {} took only part of it", option_, harmless(path_), who));
}

RunOutputs::RunOutputs(const std::string& lines, const std::string& trace,
                       const std::string& source) {
  if (!lines.empty() && lines == trace)
    throw usage_error(
        fmt::format("--lines and --trace both name {}: give two files", harmless(lines)));
  if (!lines.empty()) lines_.emplace("--lines", lines);
  if (trace.empty()) return;
  if (trace == "-") throw usage_error("--trace -: a trace is no text: give it a file");
  trace_.emplace("--trace", trace);
  recorder_.emplace(trace_->stream(), sim::TraceOptions{version, source});
}

void RunOutputs::look_at(sim::RunOptions& run) {
  if (lines_) run.trace = &lines_->stream();
  if (recorder_) run.recorder = &*recorder_;
}

void RunOutputs::finish() {
  if (recorder_) recorder_->close();
  if (lines_) lines_->finish();
  if (trace_) trace_->finish();
}

}  // namespace peal::cli
