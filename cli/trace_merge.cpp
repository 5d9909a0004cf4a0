// peal trace merge: one trace of many recordings.
#include "cli/trace_merge.hpp"

#include <cstdio>
#include <filesystem>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_input.hpp"
#include "cli/version.hpp"
#include "cli/whole_file.hpp"
#include "core/trace/merger.hpp"
#include "core/trace/writer.hpp"

namespace peal::cli {
namespace {

/// What was there before is replaced; a recording would be gone.
void refuse_place(const std::string& out, const std::vector<TraceChain>& chains) {
  if (out == "-") throw usage_error("-o -: a trace is no text: give it a file");
  std::error_code error;
  for (const TraceChain& chain : chains)
    for (const TraceFile& file : chain.files)
      if (std::filesystem::equivalent(out, file.path(), error))
        throw usage_error(
            fmt::format("-o {}: is one of the recordings: give another file", harmless(out)));
}

/// A check is of what came of an event with its texts left out, or with them.
trace::Texts texts_of(const std::vector<TraceChain>& chains) {
  std::set<std::string> texts;
  for (const TraceChain& chain : chains)
    for (const TraceFile& file : chain.files) texts.insert(file.heading().fact("texts"));
  if (texts.size() > 1)
    throw usage_error(
        "some of these leave out what people wrote and others do not: give those of one kind");
  return chains.front().texts();
}

/// The different words of all files, in the order of their alphabet.
std::string words_of(const std::vector<TraceChain>& chains, const std::string& fact) {
  std::set<std::string> words;
  for (const TraceChain& chain : chains)
    for (const TraceFile& file : chain.files) words.insert(file.heading().fact(fact));
  words.erase("");
  return fmt::format("{}", fmt::join(words, ", "));
}

trace::Heading heading_of(const std::vector<TraceChain>& chains,
                          const std::vector<std::string>& uncertain) {
  std::vector<std::string> names;
  std::vector<std::string> files;
  for (const TraceChain& chain : chains) {
    names.push_back(chain.name);
    for (const TraceFile& file : chain.files) files.push_back(file.path().filename().string());
  }
  return {{{"program", words_of(chains, "program")},
           {"layout", words_of(chains, "layout")},
           {"source", std::string(merged_source)},
           {"cluster", words_of(chains, "cluster")},
           {"texts", words_of(chains, "texts")},
           {"of", fmt::format("{}", fmt::join(names, ", "))},
           {"files", fmt::format("{}", fmt::join(files, ", "))},
           {"merged by", version},
           {"uncertain", fmt::format("{}", fmt::join(uncertain, "; "))}}};
}

}  // namespace

ExitCode merge_traces(const std::vector<std::string>& paths, const std::string& out) {
  const std::vector<TraceChain> chains = open_traces(paths);
  refuse_place(out, chains);
  const trace::Texts texts = texts_of(chains);
  tell_other_versions(chains);
  trace::Merger merger;
  for (const TraceChain& chain : chains) {
    merger.next_recording(chain.texts(), chain.one_clock());
    chain.each([&](const trace::Record& record, const TraceFile& /*file*/) {
      merger.take(record);
      return true;
    });
  }
  const trace::Merger::Merged merged = std::move(merger).finish();
  tell_notes(merged.story);
  const std::vector<std::uint8_t> file =
      trace::trace_of(heading_of(chains, merged.uncertain), merged.records, texts);
  write_private(out, {file.begin(), file.end()}, "-o");
  std::puts(fmt::format("{}: {} into {} in {:.3f} s", harmless(out),
                        counted(merged.story.steps.size(), "event"),
                        counted(merged.story.lines.size(), "machine"),
                        static_cast<double>(merged.story.duration_us) / 1e6)
                .c_str());
  return ExitCode::done;
}

}  // namespace peal::cli
