// The end of a campaign as tables.
#include "cli/sim_table.hpp"

#include <vector>

#include <fmt/format.h>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "sim/summary.hpp"

namespace peal::cli {
namespace {

std::string joined(const std::vector<std::string>& words) {
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

double seconds(std::int64_t us) { return static_cast<double>(us) / 1e6; }

std::string figures(const sim::Totals& totals, std::FILE* stream) {
  const double wall = seconds(totals.wall_us);
  const auto per_second = [wall](auto amount) {
    return wall > 0 ? static_cast<double>(amount) / wall : 0;
  };
  Table table({{""}, {""}});
  table.add({"seeds", fmt::format("{} in {:.1f} s ({:.1f} per second)", totals.runs, wall,
                                  per_second(totals.runs))});
  table.add(
      {"simulated", fmt::format("{:.1f} hours ({:.0f} : 1)", seconds(totals.simulated_us) / 3'600,
                                per_second(seconds(totals.simulated_us)))});
  table.add({"events", fmt::format("{} ({}/s)", totals.stats.events,
                                   short_number(per_second(totals.stats.events)))});
  table.add(
      {"slowest seed", fmt::format("{}: {:.0f} ms, {} events", totals.slowest.seed,
                                   seconds(totals.slowest.took_us) * 1e3, totals.slowest.events)});
  table.add({"elections", std::to_string(totals.elections)});
  table.add(
      {"messages",
       fmt::format("{} acknowledged, {} shown to people, {} lost with every disk that held them",
                   totals.stats.acknowledged, totals.stats.delivered, totals.destroyed)});
  table.add(
      {"after the heal",
       fmt::format("one view within {:.2f} s, equal histories within {:.2f} s",
                   seconds(totals.one_view_after_us_max), seconds(totals.converged_after_us_max))});
  table.add({"digest", sim::to_hex(totals.digest)});
  return table.text(stream);
}

std::string counts(const sim::Totals& totals, std::FILE* stream) {
  Table faults({{"fault"}, {"times", Table::Align::right}});
  for (std::size_t i = 0; i < sim::fault_count; ++i)
    faults.add(
        {sim::fault_name(static_cast<sim::Fault>(i)), std::to_string(totals.stats.faults[i])});
  Table oracles({{"oracle"}, {"checks", Table::Align::right}});
  for (std::size_t i = 0; i < sim::oracle_count; ++i)
    oracles.add({sim::oracle_name(static_cast<sim::Oracle>(i)), std::to_string(totals.checks[i])});
  Table marks({{"mark"}, {"hit", Table::Align::right}, {"by seeds", Table::Align::right}});
  for (std::size_t i = 0; i < mark_count; ++i)
    marks.add({mark_name(static_cast<Mark>(i)), std::to_string(totals.stats.marks[i]),
               std::to_string(totals.runs_with_mark[i])});
  return faults.text(stream) + "\n" + oracles.text(stream) + "\n" + marks.text(stream) +
         fmt::format("\nmarks never hit: {}\noracles that checked nothing: {}\n",
                     joined(totals.marks_never_hit()),
                     joined(totals.oracles_that_checked_nothing()));
}

/// FailureGroup by cause: how often, the first seeds, and how to see one of them again.
std::string failures(const sim::Totals& totals, std::FILE* stream) {
  if (totals.violations == 0) return paint(Colour::green, "no violation", stream) + "\n";
  std::string text = paint(Colour::red, counted(totals.violations, "violation"), stream) +
                     fmt::format(" of {}:\n", counted(totals.causes.size(), "cause"));
  for (const auto& [name, cause] : totals.causes) {
    std::vector<std::uint64_t> seeds;
    for (const auto& [seed, failure] : cause.first) seeds.push_back(seed);
    text +=
        fmt::format("\n  {}: {}\n    {}: {}{}\n    {}\n", sim::oracle_name(name.first), name.second,
                    counted(cause.count, "seed"), fmt::join(seeds, ", "),
                    cause.count > seeds.size() ? ", ..." : "", sim::replay_command(seeds.front()));
  }
  return text;
}

}  // namespace

std::string short_number(double value) {
  if (value >= 1e9) return fmt::format("{:.2f} G", value / 1e9);
  if (value >= 1e6) return fmt::format("{:.2f} M", value / 1e6);
  if (value >= 1e3) return fmt::format("{:.1f} k", value / 1e3);
  return fmt::format("{:.0f}", value);
}

std::string totals_text(const sim::Totals& totals, std::FILE* stream) {
  return figures(totals, stream) + "\n" + counts(totals, stream) + failures(totals, stream);
}

}  // namespace peal::cli
