// peal trace stats: messages, elections and waiting times, as numbers and small plots.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "cli/figures.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trace_input.hpp"
#include "cli/trace_show.hpp"
#include "core/trace/statistics.hpp"
#include "core/trace/text.hpp"

namespace peal::cli {
namespace {

constexpr std::size_t bar_columns = 30;

std::string bar(double part) {
  const auto eighths =
      static_cast<std::size_t>(std::lround(part * static_cast<double>(bar_columns * 8)));
  static constexpr std::array<const char*, 8> ends = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  std::string text;
  for (std::size_t i = 0; i < eighths / 8; ++i) text += "█";
  return text + ends.at(eighths % 8);
}

void print_messages(const trace::Statistics& statistics) {
  std::vector<std::size_t> kinds;
  for (std::size_t kind = 0; kind < message_kinds; ++kind)
    if (statistics.messages[kind] != 0) kinds.push_back(kind);
  std::ranges::sort(kinds, std::greater<>(),
                    [&](std::size_t kind) { return statistics.messages[kind]; });
  if (kinds.empty()) return;
  const auto most = static_cast<double>(statistics.messages[kinds.front()]);
  Table table({{"message"},
               {"number", Table::Align::right},
               {"bytes", Table::Align::right},
               {"not arrived", Table::Align::right},
               {""}});
  for (const std::size_t kind : kinds)
    table.add({kind_name(kind), fmt::format("{}", statistics.messages[kind]),
               fmt::format("{}", statistics.bytes[kind]),
               statistics.lost[kind] == 0 ? "" : fmt::format("{}", statistics.lost[kind]),
               bar(static_cast<double>(statistics.messages[kind]) / most)});
  table.print(stdout);
}

void print_elections(const trace::Statistics& statistics) {
  if (statistics.elections.empty()) return;
  std::puts("");
  Table table({{"election", Table::Align::right},
               {"at", Table::Align::right},
               {"because of"},
               {"took", Table::Align::right},
               {"leader"}});
  for (const trace::Election& election : statistics.elections)
    table.add({fmt::format("{}", election.round),
               fmt::format("{:.3f} s", static_cast<double>(election.from_us) / 1e6),
               trace::text_of(election.reason),
               fmt::format("{:.1f} ms", ms_of(Duration{election.to_us - election.from_us})),
               fmt::format("server {}", election.winner.value)});
  table.print(stdout);
}

/// Powers of two of a tenth of a millisecond.
void print_waiting(const char* what, const std::vector<std::int64_t>& sorted) {
  if (sorted.empty()) return;
  std::vector<Duration> all;
  for (const std::int64_t us : sorted) all.push_back(microseconds(us));
  const Figures figures(std::move(all));
  std::printf("\n%s: %s, p50 %.2f ms, p99 %.2f ms, at most %.2f ms\n", what,
              counted(sorted.size(), "time").c_str(), ms_of(figures.at(0.5)),
              ms_of(figures.at(0.99)), ms_of(figures.max()));
  std::vector<std::uint64_t> buckets;
  for (const std::int64_t us : sorted) {
    const double tenths = std::max(1.0, static_cast<double>(us) / 100);
    const auto bucket = static_cast<std::size_t>(std::ceil(std::log2(tenths)));
    buckets.resize(std::max(buckets.size(), bucket + 1));
    ++buckets[bucket];
  }
  const auto most = static_cast<double>(*std::ranges::max_element(buckets));
  const auto first = static_cast<std::size_t>(
      std::ranges::find_if(buckets, [](std::uint64_t n) { return n != 0; }) - buckets.begin());
  Table table({{"up to", Table::Align::right}, {"number", Table::Align::right}, {""}});
  for (std::size_t i = first; i < buckets.size(); ++i)
    table.add({fmt::format("{:.1f} ms", 0.1 * std::pow(2, static_cast<double>(i))),
               fmt::format("{}", buckets[i]), bar(static_cast<double>(buckets[i]) / most)});
  table.print(stdout);
}

Json statistics_json(const trace::Story& story, const trace::Statistics& statistics) {
  Json messages = Json::object();
  Json bytes = Json::object();
  Json lost = Json::object();
  for (std::size_t kind = 0; kind < message_kinds; ++kind) {
    if (statistics.messages[kind] != 0) messages[kind_name(kind)] = statistics.messages[kind];
    if (statistics.messages[kind] != 0) bytes[kind_name(kind)] = statistics.bytes[kind];
    if (statistics.lost[kind] != 0) lost[kind_name(kind)] = statistics.lost[kind];
  }
  Json elections = Json::array();
  for (const trace::Election& election : statistics.elections)
    elections.push_back({{"round", election.round},
                         {"reason", trace::text_of(election.reason)},
                         {"at_s", static_cast<double>(election.from_us) / 1e6},
                         {"took_ms", ms_of(Duration{election.to_us - election.from_us})},
                         {"leader", election.winner.value}});
  return {{"duration_s", static_cast<double>(story.duration_us) / 1e6},
          {"events", story.steps.size()},
          {"messages", messages},
          {"bytes", bytes},
          {"not_arrived", lost},
          {"elections", elections},
          {"acknowledged_us", statistics.acknowledged_us},
          {"failover_us", statistics.failover_us},
          {"notes", story.notes}};
}

}  // namespace

ExitCode tell_statistics(const std::vector<std::string>& paths, bool json) {
  const trace::Draft draft = open_story(paths, {});
  const trace::Statistics statistics = trace::statistics_of(draft);
  if (json) {
    print_json(statistics_json(draft.story, statistics));
    return ExitCode::done;
  }
  std::printf("%s: %s into %s in %.3f s\n\n", harmless(draft.story.title).c_str(),
              counted(draft.story.steps.size(), "event").c_str(),
              counted(draft.story.lines.size(), "machine").c_str(),
              static_cast<double>(draft.story.duration_us) / 1e6);
  for (const std::string& note : draft.story.notes)
    std::puts(paint(Colour::yellow, harmless(note), stdout).c_str());
  print_messages(statistics);
  print_elections(statistics);
  print_waiting("from a message to its acknowledgement", statistics.acknowledged_us);
  print_waiting("from the end of a leader to the next view", statistics.failover_us);
  return ExitCode::done;
}

}  // namespace peal::cli
