// The files that a command of peal trace is given: opened, looked at, and put in their order.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/trace/narrator.hpp"
#include "core/trace/reader.hpp"
#include "core/trace/record.hpp"
#include "runtime/mapped_file.hpp"

namespace peal::cli {

/// In the heading of a trace that peal trace merge made of others.
inline constexpr std::string_view merged_source = "merge";

/// One file. Throws usage_error when it is none that can be read.
class TraceFile {
 public:
  explicit TraceFile(std::filesystem::path path);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const trace::Heading& heading() const { return heading_; }
  /// What it begins with; nothing when that is not whole.
  [[nodiscard]] const std::optional<trace::Began>& first() const { return first_; }
  [[nodiscard]] trace::Reader reader() const { return trace::Reader(file_->bytes()); }
  [[nodiscard]] std::size_t bytes() const { return file_->bytes().size(); }
  /// One of those that one machine's recorder wrote, by the clock of its host. Others have all
  /// machines of a run and one clock: simulated runs, and what recordings were merged into.
  [[nodiscard]] bool is_recording() const {
    const std::string source = heading_.fact("source");
    return source == "serve" || source == "client";
  }

 private:
  std::filesystem::path path_;
  std::unique_ptr<runtime::MappedFile> file_;
  trace::Heading heading_;
  std::optional<trace::Began> first_;
};

/// What one recorder wrote: the files of one server or client, one after the other, or one file of
/// a whole run.
struct TraceChain {
  std::string name;  ///< "server 3", "seed 7"; of what was merged those names
  std::vector<TraceFile> files;
  [[nodiscard]] trace::Texts texts() const;
  [[nodiscard]] bool one_clock() const { return !files.front().is_recording(); }
  /// Calls for every record, in order, with its file; ends when told false.
  void each(const std::function<bool(const trace::Record&, const TraceFile&)>& take) const;
};

/// Files, and directories of a flight recorder for all in them. Throws usage_error when there is
/// none, or when they are of different clusters.
[[nodiscard]] std::vector<TraceChain> open_traces(const std::vector<std::string>& paths);
/// A line on standard error for each that another version wrote.
void tell_other_versions(const std::vector<TraceChain>& chains);
/// All of them as one story, in order.
[[nodiscard]] trace::Draft tell_story(const std::vector<TraceChain>& chains, trace::Detail detail);
/// The same of what is there; what another version wrote is told on standard error.
[[nodiscard]] trace::Draft open_story(const std::vector<std::string>& paths, trace::Detail detail);
/// What is missing or uncertain: a line on standard error for each.
void tell_notes(const trace::Story& story);

}  // namespace peal::cli
