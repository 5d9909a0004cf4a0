// peal sim merge: the reports of many processes as one.
#include "cli/sim_report.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/sim_table.hpp"
#include "cli/terminal.hpp"
#include "cli/whole_file.hpp"

namespace peal::cli {
namespace {

struct SimReportOptions {
  std::vector<std::string> files;
  std::string report;
  bool json = false;
};

struct Named {
  std::string file;
  sim::Report report;
};

Trouble refusal(const std::string& file, const std::string& other, const std::string& why) {
  return usage_error(
      fmt::format("{} and {} do not fit together: {}", harmless(other), harmless(file), why));
}

/// The sum; a usage error that names the two files that do not fit together.
sim::Report sum_of(const std::vector<Named>& all) {
  sim::Report sum = all.front().report;
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (!why_not_merged(sum, all[i].report).empty())
      for (std::size_t other = 0; other < i; ++other)
        if (const std::string why = why_not_merged(all[other].report, all[i].report); !why.empty())
          throw refusal(all[i].file, all[other].file, why);
    merge(sum, all[i].report);
  }
  return sum;
}

void tell_what_is_missing(const sim::Report& sum) {
  if (std::ranges::any_of(sum.wanted, [](const sim::SeedRange& range) { return range.step > 1; }))
    std::fprintf(stderr, "peal sim merge: some shards are missing\n");
  if (!sum.complete())
    std::fprintf(stderr, "peal sim merge: not all seeds that were wanted have been run\n");
}

ExitCode merge_files(const SimReportOptions& options) {
  std::vector<Named> all;
  for (const std::string& file : options.files) all.push_back({file, read_report(file, "report")});
  const sim::Report sum = sum_of(all);
  if (!options.report.empty()) write_report(options.report, sum);
  if (options.json)
    print_json(sim::to_json(sum));
  else
    std::fputs(totals_text(sum.totals, stdout).c_str(), stdout);
  tell_what_is_missing(sum);
  return sum.totals.violations > 0 ? ExitCode::failed : ExitCode::done;
}

}  // namespace

sim::Report read_report(const std::string& path, const std::string& what) {
  const std::string text = read_whole(path, what);
  try {
    return sim::parse_report(text);
  } catch (const sim::Damaged& damage) {
    throw usage_error(fmt::format("{} {}: no whole report of a campaign: {}", what, harmless(path),
                                  harmless(damage.what())));
  }
}

void write_report(const std::string& path, const sim::Report& report) {
  write_whole(path, sim::document_text(sim::to_json(report)), "--report");
}

Command add_sim_merge(CLI::App& sim) {
  auto options = std::make_shared<SimReportOptions>();
  CLI::App* app = sim.add_subcommand("merge", "Add up the reports of several campaigns");
  app->add_option("files", options->files, "Reports that peal sim --report wrote")
      ->type_name("FILE...")
      ->required();
  app->add_option("--report", options->report, "Write the sum here, as a report again")
      ->type_name("FILE");
  app->add_flag("--json", options->json, "The sum as one line of JSON");
  app->footer(
      "Reports fit together when they are of one version and the same options, and have no seed in "
      "common. Times are added up: speeds are those of one process.\n"
      "Exit code 1 when one of the runs broke a promise, 2 for files that do not fit.\n\n"
      "Examples:\n"
      "  peal sim merge shard-*.json\n"
      "  peal sim merge monday.json tuesday.json --report both.json");
  return {app, [options] { return merge_files(*options); }};
}

}  // namespace peal::cli
