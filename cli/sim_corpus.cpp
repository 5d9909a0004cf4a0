// peal sim --corpus: reading, adding to and replaying a directory of seeds.
#include "cli/sim_corpus.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "cli/whole_file.hpp"
#include "runtime/loop.hpp"
#include "sim/campaign.hpp"
#include "sim/run_options_json.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

constexpr int same_names_max = 100;

sim::Keepsake read_keepsake(const std::string& path) {
  const std::string text = read_whole(path, "--corpus");
  try {
    return sim::parse_keepsake(text);
  } catch (const sim::Damaged& damage) {
    throw usage_error(fmt::format("--corpus: {} is no seed of a corpus: {}; repair or remove it",
                                  harmless(path), harmless(damage.what())));
  }
}

std::vector<std::string> json_files(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator it(directory, error);
  for (; !error && it != std::filesystem::directory_iterator(); it.increment(error))
    if (it->path().extension() == ".json") names.push_back(it->path().filename().string());
  if (error)
    throw usage_error(
        fmt::format("--corpus {}: cannot be read: {}", harmless(directory), error.message()));
  std::ranges::sort(names);
  return names;
}

const char* again_words(sim::Again again) {
  static constexpr std::array<const char*, 5> words = {"still violated", "another violation",
                                                       "gone", "hit", "no longer hit"};
  return words.at(static_cast<std::size_t>(again));
}

Colour again_colour(sim::Again again) {
  switch (again) {
    case sim::Again::violated:
    case sim::Again::other: return Colour::red;
    case sim::Again::gone: return Colour::green;
    case sim::Again::not_hit: return Colour::yellow;
    case sim::Again::hit: return Colour::plain;
  }
  return Colour::plain;
}

// What the runs of a corpus have become, and the lines that say so.
class Replay {
 public:
  explicit Replay(const SimOptions& options) : options_(options) {}

  void look(const CorpusDirectory::Kept& kept, const sim::RunResult& result) {
    const sim::Again again = compare(kept.keepsake, result);
    ++counts_.at(static_cast<std::size_t>(again));
    if (options_.json) return tell_json(kept, result, again);
    if (again == sim::Again::hit) return;  // As it should be: told as a number.
    const std::string words =
        result.violation ? fmt::format("{}: {}", sim::oracle_name(result.violation->oracle),
                                       result.violation->what)
                         : "";
    table_.add({kept.name, {again_words(again), again_colour(again)}, words});
  }

  [[nodiscard]] std::uint64_t count(sim::Again again) const {
    return counts_.at(static_cast<std::size_t>(again));
  }

  void conclude(std::uint64_t seeds) const {
    std::FILE* stream = options_.json ? stderr : stdout;
    if (!options_.json) std::fputs(table_.text(stdout).c_str(), stdout);
    std::fputs(
        fmt::format("{}; failures: {} still violated, {} gone; marks: {} hit, {} no longer hit; "
                    "other violations: {}\n",
                    counted(seeds, "seed"), count(sim::Again::violated), count(sim::Again::gone),
                    count(sim::Again::hit), count(sim::Again::not_hit), count(sim::Again::other))
            .c_str(),
        stream);
  }

 private:
  static void tell_json(const CorpusDirectory::Kept& kept, const sim::RunResult& result,
                        sim::Again again) {
    Json json;
    json["file"] = kept.name;
    json["seed"] = std::to_string(kept.keepsake.seed);
    json["now"] = again_words(again);
    json["violation"] = sim::to_json(result)["violation"];
    print_json(json);
  }

  const SimOptions& options_;
  std::array<std::uint64_t, 5> counts_{};
  Table table_{{{"kept"}, {"now"}, {""}}};
};

// Seeds of the same options are run together; each once, for whatever it is kept.
struct Batch {
  sim::RunOptions run;
  std::map<std::uint64_t, std::vector<const CorpusDirectory::Kept*>> by_seed;
};

std::map<std::string, Batch> batches_of(const std::vector<CorpusDirectory::Kept>& all) {
  std::map<std::string, Batch> batches;
  for (const CorpusDirectory::Kept& kept : all) {
    Batch& batch = batches[sim::to_json(kept.keepsake.run).dump()];
    batch.run = kept.keepsake.run;
    batch.by_seed[kept.keepsake.seed].push_back(&kept);
  }
  return batches;
}

}  // namespace

CorpusDirectory::CorpusDirectory(std::string path) : path_(std::move(path)) {
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  for (const std::string& name : json_files(path_)) {
    kept_.push_back({name, read_keepsake((std::filesystem::path(path_) / name).string())});
    corpus_.add(kept_.back().keepsake);
  }
}

void CorpusDirectory::look(const sim::RunResult& result, const sim::RunOptions& run,
                           const sim::Totals& totals) {
  for (const sim::Keepsake& keepsake : corpus_.look(result, run, version, totals)) write(keepsake);
}

void CorpusDirectory::write(const sim::Keepsake& keepsake) {
  const std::string text = sim::document_text(sim::to_json(keepsake));
  const auto place = std::filesystem::path(path_) / sim::file_name(keepsake);
  // The same seed may fail otherwise with other options, or with another version of the code.
  for (int number = 1; number <= same_names_max; ++number) {
    const std::string ending = number == 1 ? ".json" : fmt::format("-{}.json", number);
    if (write_new(place.string() + ending, text, "--corpus")) return;
    if (read_whole(place.string() + ending, "--corpus") == text) return;
  }
  throw failure(fmt::format("--corpus: there are {} files like {} already", same_names_max,
                            harmless(place.string())));
}

ExitCode replay_corpus(const SimOptions& options) {
  if (!std::filesystem::is_directory(options.corpus))
    throw usage_error(
        fmt::format("--corpus {}: there is no such directory; with --seeds A..B one "
                    "is made and filled",
                    harmless(options.corpus)));
  const CorpusDirectory directory(options.corpus);
  catch_stop_signals();
  Replay replay(options);
  ProgressLine progress(stderr);
  std::uint64_t seeds = 0;
  for (const auto& [name, batch] : batches_of(directory.kept())) {
    sim::CampaignOptions campaign;
    for (const auto& [seed, kept] : batch.by_seed) campaign.seeds.push_back({seed, seed, 1});
    campaign.jobs = options.jobs;
    campaign.run = batch.run;
    campaign.stop = [] { return stop_requested(); };
    campaign.clock = [] { return runtime::Loop::now().us; };
    campaign.run_us_max = run_us_max_of(options);
    const auto& by_seed = batch.by_seed;
    sim::run_campaign(campaign, [&](const sim::RunResult& result, const sim::Totals&) {
      ++seeds;
      for (const CorpusDirectory::Kept* kept : by_seed.at(result.seed)) replay.look(*kept, result);
      progress.show(counted(seeds, "seed"));
    });
  }
  progress.clear();
  replay.conclude(seeds);
  if (replay.count(sim::Again::violated) + replay.count(sim::Again::other) > 0)
    return ExitCode::failed;
  if (stop_requested()) throw failure("interrupted: not all of the corpus was run");
  return ExitCode::done;
}

}  // namespace peal::cli
