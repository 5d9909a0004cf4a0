// peal sim --seeds, --minutes, --resume: which seeds, the runs, and the report.
#include "cli/sim_campaign.hpp"

#include <cstdio>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/figures.hpp"
#include "cli/output.hpp"
#include "cli/sim_corpus.hpp"
#include "cli/sim_report.hpp"
#include "cli/sim_shrink.hpp"
#include "cli/sim_table.hpp"
#include "cli/stop.hpp"
#include "cli/terminal.hpp"
#include "cli/version.hpp"
#include "runtime/loop.hpp"
#include "sim/campaign.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

// Of so many causes one seed is shrunk by itself, each for so long at most, and printed if it is no
// longer than a page.
constexpr std::size_t shrunk_max = 3;
constexpr double shrink_found_s = 20;
constexpr std::size_t shrunk_actions_max = 60;
// Whoever ends the process without a word loses no more than so much.
constexpr double report_every_s = 10;
constexpr double progress_every_s = 0.1;

sim::SeedRange range_of(const SimOptions& options) {
  const auto range = sim::parse_seed_range(options.seeds);
  if (options.seeds.find("..") == std::string::npos || !range || range->step != 1)
    throw usage_error(fmt::format(
        "--seeds {}: write the first and the last seed, the lower one first, as in 1..2000; seeds "
        "are whole numbers from 0 to 2^64-1",
        harmless(options.seeds)));
  return *range;
}

sim::SeedRange shard_of(const SimOptions& options, const sim::SeedRange& range) {
  const std::string_view text = options.shard;
  const auto slash = text.find('/');
  const auto index = sim::parse_seed(text.substr(0, slash));
  const auto of =
      slash == std::string_view::npos ? std::nullopt : sim::parse_seed(text.substr(slash + 1));
  if (!index || !of || *index == 0 || *index > *of)
    throw usage_error(
        fmt::format("--shard {}: write I/N, I from 1 to N, as in 2/8", harmless(options.shard)));
  const auto shard = sim::shard_of(range, *index, *of);
  if (!shard)
    throw usage_error(fmt::format("--shard {}: there are only {}", harmless(options.shard),
                                  counted(range.count(), "seed")));
  return *shard;
}

sim::Report report_to_go_on_with(const SimOptions& options) {
  sim::Report report = read_report(options.resume, "--resume");
  const std::string file = harmless(options.resume);
  if (!options.faults.empty())
    throw usage_error("--faults does not go with --resume: the report says what its runs are");
  if (options.run_seconds)
    throw usage_error("--run-seconds: a campaign that is gone on with keeps the one in its report");
  if (report.program != version)
    throw usage_error(
        fmt::format("--resume {}: written by {}, this is {}, where a seed may be "
                    "another run; begin anew with --seeds",
                    file, harmless(report.program), version));
  if (report.mutant != mutant_of(options))
    throw usage_error(fmt::format("--resume {}: its runs are of the mutant {}", file,
                                  report.mutant.empty() ? "none" : harmless(report.mutant)));
  return report;
}

/// The report before the first run of this process.
sim::Report report_at_first(const SimOptions& options) {
  if (!options.shard.empty() && options.seeds.empty())
    throw usage_error("--shard cuts a range of seeds: use it with --seeds A..B");
  if (!options.resume.empty()) return report_to_go_on_with(options);
  sim::Report report;
  report.program = version;
  report.run_us_max = run_us_max_of(options);
  report.mutant = mutant_of(options);
  report.run = run_options_of(options);
  if (!options.seeds.empty()) {
    const sim::SeedRange range = range_of(options);
    report.wanted = {options.shard.empty() ? range : shard_of(options, range)};
  } else {
    const std::uint64_t first = std::random_device{}();  // Other seeds each time, short enough.
    report.wanted = {{first, first + (std::uint64_t{1} << 40U), 1}};
  }
  return report;
}

// One process's part of a campaign, as it runs.
class Campaign {
 public:
  explicit Campaign(const SimOptions& options)
      : options_(options),
        before_(report_at_first(options)),
        file_(options.report.empty() ? options.resume : options.report) {
    for (const sim::SeedRange& range : before_.wanted) count_ += range.count();
    if (!options.corpus.empty()) corpus_.emplace(options.corpus);
    save({});  // Who cannot write hears it now.
  }

  ExitCode run() {
    catch_stop_signals();
    begin_ = runtime::Loop::now();
    const sim::Totals found = sim::run_campaign(
        campaign(),
        [this](const sim::RunResult& result, const sim::Totals& so_far) { each(result, so_far); });
    progress_.clear();
    save(found);
    return conclude(report_with(found));
  }

 private:
  [[nodiscard]] bool endless() const { return options_.seeds.empty() && options_.resume.empty(); }

  [[nodiscard]] sim::CampaignOptions campaign() const {
    sim::CampaignOptions campaign;
    campaign.seeds = before_.wanted;
    campaign.done = &before_.totals.done;
    campaign.jobs = options_.jobs;
    campaign.run = before_.run;
    campaign.violations_max = options_.fail_fast ? 1 : 0;
    campaign.clock = [] { return runtime::Loop::now().us; };
    campaign.run_us_max = before_.run_us_max;
    campaign.stop = [] { return stop_requested(); };
    if (endless())
      campaign.stop = [begin = begin_, limit = options_.minutes * 60] {
        return stop_requested() || seconds_since(begin) >= limit;
      };
    return campaign;
  }

  void each(const sim::RunResult& result, const sim::Totals& so_far) {
    if (options_.json) print_json(sim::to_json(result));
    if (result.violation) {
      progress_.clear();
      if (!options_.json) std::puts(sim::to_text(result).c_str());
    }
    if (corpus_) corpus_->look(result, before_.run, so_far);
    const double passed = seconds_since(begin_);
    if (passed - saved_ >= report_every_s) {
      saved_ = passed;
      sim::Totals totals = so_far;
      totals.wall_us = (runtime::Loop::now() - begin_).us;
      save(totals);
    }
    if (passed - shown_ < progress_every_s) return;
    shown_ = passed;
    const std::string all = endless() ? "" : fmt::format(" of {}", count_);
    progress_.show(
        fmt::format("{}{} seeds, {:.0f} : 1, {}", before_.totals.runs + so_far.runs, all,
                    static_cast<double>(so_far.simulated_us) / 1e6 / passed,
                    counted(before_.totals.violations + so_far.violations, "violation")));
  }

  [[nodiscard]] sim::Report report_with(const sim::Totals& found) const {
    sim::Report report = before_;
    report.totals.add(found);
    // How far nobody's seeds reach, only time decides.
    if (endless()) report.wanted = report.totals.done.ranges();
    return report;
  }

  void save(const sim::Totals& found) const {
    if (!file_.empty()) write_report(file_, report_with(found));
  }

  [[nodiscard]] ExitCode conclude(const sim::Report& report) const {
    std::FILE* stream = options_.json ? stderr : stdout;
    std::fputs(totals_text(report.totals, stream).c_str(), stream);
    const bool interrupted = stop_requested() && !report.complete();
    const std::string left =
        interrupted
            ? fmt::format("interrupted: {} of {} seeds were run{}", report.totals.runs, count_,
                          file_.empty()
                              ? ""
                              : fmt::format("; go on with peal sim --resume {}", harmless(file_)))
            : "";
    if (report.totals.violations > 0) {
      if (!options_.json && !interrupted) shrink_found(report);
      if (interrupted) std::fprintf(stderr, "peal sim: %s\n", left.c_str());
      return ExitCode::failed;
    }
    if (interrupted) throw failure(left);
    return ExitCode::done;
  }

  /// One seed of each cause, as few lines as they become in a while.
  void shrink_found(const sim::Report& report) const {
    std::size_t shrunk = 0;
    for (const auto& [name, cause] : report.totals.causes) {
      if (name.second == sim::gave_up || cause.first.empty()) continue;
      if (stop_requested() || shrunk++ == shrunk_max) return;
      const std::uint64_t seed = cause.first.begin()->first;
      std::puts(fmt::format("\n{}: {}", sim::oracle_name(name.first), name.second).c_str());
      (void)run_shrink({.seed = seed,
                        .run = before_.run,
                        .jobs = options_.jobs,
                        .seconds = shrink_found_s,
                        .out = "",
                        .actions_max = shrunk_actions_max});
    }
  }

  const SimOptions& options_;
  sim::Report before_;
  std::string file_;  // Where the report goes; empty: nowhere.
  std::uint64_t count_ = 0;
  std::optional<CorpusDirectory> corpus_;
  ProgressLine progress_{stderr};
  Instant begin_;
  double shown_ = 0;
  double saved_ = 0;
};

}  // namespace

ExitCode run_campaign_of(const SimOptions& options) { return Campaign(options).run(); }

}  // namespace peal::cli
