// The report of a campaign as a file: what was to be run, with which options, and what was found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/json_fields.hpp"
#include "sim/run.hpp"
#include "sim/seeds.hpp"
#include "sim/totals.hpp"

namespace peal::sim {

struct Report {
  std::string program;            ///< name and version of what ran it
  std::vector<SeedRange> wanted;  ///< all that belong to the campaign
  RunOptions run;
  std::int64_t run_us_max = 0;
  std::string mutant;  ///< the deliberate mistake in the code; empty: none
  Totals totals;

  [[nodiscard]] bool complete() const;
};

/// Schema peal-campaign, version 1: docs/campaigns.md tells its fields.
[[nodiscard]] Json to_json(const Report& report);
/// Damaged when the text is not such a report, or contradicts itself.
[[nodiscard]] Report parse_report(std::string_view text);

/// Why the two cannot be added up; empty: they can.
[[nodiscard]] std::string why_not_merged(const Report& one, const Report& other);
/// Only when nothing is against it.
void merge(Report& into, const Report& other);

}  // namespace peal::sim
