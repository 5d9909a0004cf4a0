// The files that a command of peal trace is given: opened, looked at, and put in their order.
#include "cli/trace_input.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/terminal.hpp"
#include "cli/trouble.hpp"
#include "cli/version.hpp"
#include "core/trace/align.hpp"
#include "core/trace/layout.hpp"
#include "core/trace/order.hpp"
#include "core/trace/words.hpp"
#include "sim/whole_number.hpp"

namespace peal::cli {
namespace {

std::vector<std::filesystem::path> files_of(const std::vector<std::string>& paths) {
  std::vector<std::filesystem::path> files;
  for (const std::string& path : paths) {
    if (!std::filesystem::is_directory(path)) {
      files.emplace_back(path);
      continue;
    }
    const std::size_t before = files.size();
    for (const auto& entry : std::filesystem::directory_iterator(path))
      if (entry.path().extension() == ".trace") files.push_back(entry.path());
    if (files.size() == before)
      throw usage_error(fmt::format("{}: no file there is called *.trace", harmless(path)));
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
  }
  return files;
}

/// Nothing would be wrong with the traces, but what is told of them together would be.
void refuse_what_is_no_run(const std::vector<TraceChain>& chains) {
  std::set<std::string> clusters;
  std::size_t whole_runs = 0;
  bool merged = false;
  for (const TraceChain& chain : chains)
    for (const TraceFile& file : chain.files) {
      if (file.is_recording())
        clusters.insert(file.heading().fact("cluster"));
      else
        ++whole_runs;
      merged = merged || file.heading().fact("source") == merged_source;
    }
  if (whole_runs > 1 || (whole_runs == 1 && !clusters.empty()))
    throw usage_error(merged ? "a merged trace stands for itself: give it alone, or the files that "
                               "it was made of"
                             : "a simulated run has one trace, which stands for itself: give it "
                               "alone");
  if (clusters.size() < 2) return;
  throw usage_error(
      fmt::format("these are of different clusters ({}), so they tell of different "
                  "runs: give those of one",
                  harmless(fmt::format("{}", fmt::join(clusters, ", ")))));
}

void refuse_twice(const std::vector<std::filesystem::path>& files) {
  std::set<std::filesystem::path> known;
  for (const std::filesystem::path& file : files) {
    std::error_code error;
    if (!known.insert(std::filesystem::weakly_canonical(file, error)).second)
      throw usage_error(fmt::format("{}: is given twice", harmless(file.string())));
  }
}

std::uint64_t number_of(const TraceFile& file) {
  return sim::whole_number(file.heading().fact("file")).value_or(0);
}

/// As their recorder counted them, whatever the wall clock said.
void sort_by_number(std::vector<TraceFile>& files) {
  std::ranges::sort(files, {},
                    [](const TraceFile& file) { return std::pair(number_of(file), file.path()); });
}

}  // namespace

TraceFile::TraceFile(std::filesystem::path path)
    : path_(std::move(path)), file_(std::make_unique<runtime::MappedFile>(path_)) {
  trace::Reader reader(file_->bytes());
  if (!reader.refusal().empty())
    throw usage_error(fmt::format("{} {}", harmless(path_.string()), reader.refusal()));
  heading_ = reader.heading();
  if (const auto record = reader.next())
    if (const auto* began = std::get_if<trace::Began>(&record->what)) first_ = *began;
}

trace::Texts TraceChain::texts() const {
  const bool kept = std::ranges::all_of(
      files, [](const TraceFile& file) { return file.heading().fact("texts") != "left out"; });
  return kept ? trace::Texts::kept : trace::Texts::left_out;
}

void TraceChain::each(
    const std::function<bool(const trace::Record&, const TraceFile&)>& take) const {
  const TraceFile* last = nullptr;
  for (const TraceFile& file : files) {
    const bool hole = last != nullptr && number_of(file) != number_of(*last) + 1;
    last = &file;
    const std::string called = file.path().filename().string();
    if (hole && !take({.what = trace::Damaged{.file = called}}, file)) return;
    trace::Reader reader = file.reader();
    while (auto record = reader.next()) {
      if (auto* damaged = std::get_if<trace::Damaged>(&record->what))
        if (damaged->file.empty()) damaged->file = called;
      if (!take(*record, file)) return;
    }
  }
}

std::vector<TraceChain> open_traces(const std::vector<std::string>& paths) {
  // Servers by their ids, then clients as they came.
  using Who = std::tuple<bool, ServerId, WallTime, std::uint64_t>;
  std::map<std::uint64_t, WallTime> came;
  std::map<Who, TraceChain> machines;
  std::vector<TraceChain> chains;
  const std::vector<std::filesystem::path> files = files_of(paths);
  refuse_twice(files);
  std::vector<TraceFile> opened;
  for (const std::filesystem::path& path : files) {
    const TraceFile& file = opened.emplace_back(path);
    if (!file.first() || file.first()->machine.is_server()) continue;
    WallTime& first = came.try_emplace(file.first()->machine.run, file.first()->wall).first->second;
    first = std::min(first, file.first()->wall);
  }
  for (TraceFile& file : opened) {
    if (file.is_recording() && file.first()) {
      const Sender machine = file.first()->machine;
      TraceChain& chain =
          machines[machine.is_server() ? Who{false, machine.server, {}, 0}
                                       : Who{true, {}, came.at(machine.run), machine.run}];
      chain.name = trace::name_of_machine(machine);
      chain.files.push_back(std::move(file));
    } else {
      TraceChain chain;
      const std::string source = file.heading().fact("source");
      chain.name = source == merged_source ? file.heading().fact("of") : source;
      chain.files.push_back(std::move(file));
      chains.push_back(std::move(chain));
    }
  }
  for (auto& [who, chain] : machines) {
    sort_by_number(chain.files);
    chains.push_back(std::move(chain));
  }
  refuse_what_is_no_run(chains);
  return chains;
}

void tell_other_versions(const std::vector<TraceChain>& chains) {
  for (const TraceChain& chain : chains)
    for (const TraceFile& file : chain.files)
      if (file.heading().fact("layout") != trace::layout())
        std::fprintf(stderr,
                     "%s was written by %s, a build whose machines are made of other parts than "
                     "those of this one (%s): trying all the same\n",
                     harmless(file.path().string()).c_str(),
                     harmless(file.heading().fact("program")).c_str(), version);
}

trace::Draft tell_story(const std::vector<TraceChain>& chains, trace::Detail detail) {
  trace::Draft draft;
  std::set<std::string> programs;
  for (const TraceChain& chain : chains) {
    trace::Narrator narrator(draft, detail, chain.texts(), chain.one_clock());
    chain.each([&](const trace::Record& record, const TraceFile& file) {
      programs.insert(file.heading().fact("program"));
      narrator.take(record);
      return true;
    });
  }
  trace::align(draft);
  (void)trace::put_in_order(draft);
  for (const TraceChain& chain : chains)
    for (const TraceFile& file : chain.files)
      if (const std::string note = file.heading().fact("uncertain"); !note.empty())
        draft.story.notes.push_back(note);
  std::vector<std::string> names;
  for (const TraceChain& chain : chains) names.push_back(chain.name);
  draft.story.title = fmt::format("{}", fmt::join(names, ", "));
  draft.story.program = fmt::format("{}", fmt::join(programs, ", "));
  return draft;
}

trace::Draft open_story(const std::vector<std::string>& paths, trace::Detail detail) {
  const std::vector<TraceChain> chains = open_traces(paths);
  tell_other_versions(chains);
  return tell_story(chains, detail);
}

void tell_notes(const trace::Story& story) {
  for (const std::string& note : story.notes) std::fprintf(stderr, "%s\n", harmless(note).c_str());
}

}  // namespace peal::cli
