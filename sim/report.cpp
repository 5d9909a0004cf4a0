// Reports written, read and added up.
#include "sim/report.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/run_options_json.hpp"
#include "sim/summary.hpp"

namespace peal::sim {
namespace {

constexpr const char* schema = "peal-campaign";
constexpr int version = 1;
// Seeds that do not lie side by side are kept one by one.
constexpr std::uint64_t seeds_apart_max = 50'000'000;

template <std::size_t N, class Name>
Json named(const std::array<std::uint64_t, N>& numbers, const Name& name) {
  Json json = Json::object();
  for (std::size_t i = 0; i < N; ++i) json[name(i)] = number_json(numbers[i]);
  return json;
}

// All names that this program knows, and no other: else sums would mean something else.
template <std::size_t N, class Name>
std::array<std::uint64_t, N> numbers_of(const Json& json, const Name& name) {
  if (!json.is_object() || json.size() != N)
    throw Damaged("it counts other things than this program: another version wrote it");
  std::array<std::uint64_t, N> numbers{};
  for (std::size_t i = 0; i < N; ++i) numbers[i] = number_field(json, name(i));
  return numbers;
}

const char* name_of_kind(std::size_t i) { return kind_name(i); }
const char* name_of_fault(std::size_t i) { return fault_name(static_cast<Fault>(i)); }
const char* name_of_oracle(std::size_t i) { return oracle_name(static_cast<Oracle>(i)); }
const char* name_of_mark(std::size_t i) { return mark_name(static_cast<Mark>(i)); }

// The plain numbers, each with its name: one table for writing and reading.
template <class Visit>
void each_number(Totals& totals, const Visit& visit) {
  visit("runs", totals.runs);
  visit("violations", totals.violations);
  visit("elections", totals.elections);
  visit("destroyed", totals.destroyed);
  visit("events", totals.stats.events);
  visit("acked", totals.stats.acknowledged);
  visit("rejected", totals.stats.rejected);
  visit("delivered", totals.stats.delivered);
  visit("pages", totals.stats.pages);
}

template <class Visit>
void each_datagram_number(Stats& stats, const Visit& visit) {
  visit("sent", stats.datagrams);
  visit("bytes", stats.bytes);
  visit("lost", stats.lost);
  visit("twice", stats.twice);
  visit("corrupted", stats.corrupted);
  visit("cut", stats.cut);
  visit("overflowed", stats.overflowed);
  visit("refused", stats.refused);
  visit("malformed", stats.malformed);
}

Json ranges_json(const std::vector<SeedRange>& ranges) {
  Json json = Json::array();
  for (const SeedRange& range : ranges) json.push_back(to_text(range));
  return json;
}

std::vector<SeedRange> ranges_from(const Json& object, const char* name) {
  const Json& json = field(object, name);
  if (!json.is_array()) throw Damaged(fmt::format("its field \"{}\" is not a list", name));
  std::vector<SeedRange> ranges;
  for (const Json& text : json) {
    const auto range = text.is_string() ? parse_seed_range(text.get<std::string>()) : std::nullopt;
    if (!range) throw Damaged(fmt::format("{} is no range of seeds", text.dump()));
    ranges.push_back(*range);
  }
  return ranges;
}

Json failures_json(const Totals& totals) {
  Json json = Json::array();
  for (const auto& [name, cause] : totals.causes) {
    Json seeds = Json::array();
    for (const auto& [seed, failure] : cause.first)
      seeds.push_back({{"seed", std::to_string(seed)},
                       {"at_us", failure.at_us},
                       {"detail", failure.detail},
                       {"digest", to_hex(failure.digest)},
                       {"replay", replay_command(seed)}});
    json.push_back({{"oracle", oracle_name(name.first)},
                    {"what", name.second},
                    {"count", number_json(cause.count)},
                    {"first", seeds}});
  }
  return json;
}

FailureGroup cause_from(const Json& json) {
  FailureGroup cause;
  cause.count = number_field(json, "count");
  const Json& first = field(json, "first");
  if (!first.is_array()) throw Damaged("its field \"first\" is not a list");
  for (const Json& one : first) {
    const std::uint64_t seed = number_field(one, "seed");
    cause.first[seed] = {seed, text_field(one, "detail"), signed_field(one, "at_us"),
                         digest_field(one, "digest")};
  }
  if (cause.first.empty() ||
      cause.first.size() > std::min<std::uint64_t>(cause.count, failures_kept))
    throw Damaged("its failures are not as many as it says");
  return cause;
}

void read_failures(const Json& json, Totals& totals) {
  if (!json.is_array()) throw Damaged("its field \"failures\" is not a list");
  for (const Json& one : json) {
    const auto oracle = find_oracle(text_field(one, "oracle"));
    if (!oracle) throw Damaged("one of its failures is of an oracle that there is not");
    totals.causes[{*oracle, text_field(one, "what")}] = cause_from(one);
  }
}

Json wall_json(const Totals& totals) {
  Json json;
  json["wall_us"] = totals.wall_us;
  json["runs_took_us"] = totals.runs_took_us;
  json["slowest"] = {{"seed", std::to_string(totals.slowest.seed)},
                     {"took_us", totals.slowest.took_us},
                     {"events", number_json(totals.slowest.events)}};
  return json;
}

void read_wall(const Json& json, Totals& totals) {
  totals.wall_us = signed_field(json, "wall_us");
  totals.runs_took_us = signed_field(json, "runs_took_us");
  const Json& slowest = field(json, "slowest");
  totals.slowest = {number_field(slowest, "seed"), signed_field(slowest, "took_us"),
                    number_field(slowest, "events")};
}

Totals totals_from(const Json& json) {
  Totals totals;
  each_number(totals,
              [&](const char* name, std::uint64_t& number) { number = number_field(json, name); });
  each_datagram_number(totals.stats, [&](const char* name, std::uint64_t& number) {
    number = number_field(field(json, "datagrams"), name);
  });
  totals.simulated_us = signed_field(json, "simulated_us");
  totals.one_view_after_us_max = signed_field(json, "one_view_after_us_max");
  totals.converged_after_us_max = signed_field(json, "converged_after_us_max");
  totals.stats.sent = numbers_of<message_kinds>(field(json, "messages"), name_of_kind);
  totals.stats.faults = numbers_of<fault_count>(field(json, "faults"), name_of_fault);
  totals.checks = numbers_of<oracle_count>(field(json, "oracles"), name_of_oracle);
  totals.stats.marks = numbers_of<mark_count>(field(json, "marks"), name_of_mark);
  totals.runs_with_mark = numbers_of<mark_count>(field(json, "runs_with_mark"), name_of_mark);
  totals.digest = digest_field(json, "digest");
  read_failures(field(json, "failures"), totals);
  read_wall(field(json, "wall"), totals);
  return totals;
}

SeedSet done_from(const Json& json) {
  SeedSet done;
  for (const SeedRange& range : ranges_from(json, "done")) {
    if (range.step > 1 && range.count() > seeds_apart_max)
      throw Damaged("it has more seeds than there is memory for");
    done.add(range);
  }
  return done;
}

// What one careless edit would break.
void check_sums(const Totals& totals) {
  if (totals.done.count() != totals.runs)
    throw Damaged("it has not as many runs as seeds that are done");
  const std::uint64_t failures = std::accumulate(
      totals.causes.begin(), totals.causes.end(), std::uint64_t{0},
      [](std::uint64_t sum, const auto& cause) { return sum + cause.second.count; });
  if (failures != totals.violations) throw Damaged("its failures are not as many as it says");
}

}  // namespace

bool Report::complete() const {
  return std::ranges::all_of(
      wanted, [this](const SeedRange& range) { return totals.done.contains(range); });
}

Json to_json(const Report& report) {
  const Totals& totals = report.totals;
  Json json;
  json["schema"] = schema;
  json["version"] = version;
  json["program"] = report.program;
  json["wanted"] = ranges_json(report.wanted);
  json["done"] = ranges_json(totals.done.ranges());
  json["complete"] = report.complete();
  json["options"] = to_json(report.run);
  json["options"]["run_us_max"] = report.run_us_max;
  json["options"]["mutant"] = report.mutant;
  Totals numbers = totals;
  each_number(numbers,
              [&](const char* name, std::uint64_t number) { json[name] = number_json(number); });
  json["simulated_us"] = totals.simulated_us;
  json["one_view_after_us_max"] = totals.one_view_after_us_max;
  json["converged_after_us_max"] = totals.converged_after_us_max;
  json["messages"] = named(totals.stats.sent, name_of_kind);
  json["datagrams"] = Json::object();
  each_datagram_number(numbers.stats, [&](const char* name, std::uint64_t number) {
    json["datagrams"][name] = number_json(number);
  });
  json["faults"] = named(totals.stats.faults, name_of_fault);
  json["oracles"] = named(totals.checks, name_of_oracle);
  json["marks"] = named(totals.stats.marks, name_of_mark);
  json["runs_with_mark"] = named(totals.runs_with_mark, name_of_mark);
  json["digest"] = to_hex(totals.digest);
  json["failures"] = failures_json(totals);
  json["wall"] = wall_json(totals);
  return json;
}

Report parse_report(std::string_view text) {
  const Json json = parse_document(text, schema, version);
  Report report;
  report.program = text_field(json, "program");
  report.wanted = ranges_from(json, "wanted");
  const Json& options = field(json, "options");
  report.run = run_options_from(options);
  report.run_us_max = signed_field(options, "run_us_max");
  report.mutant = text_field(options, "mutant");
  report.totals = totals_from(json);
  report.totals.done = done_from(json);
  check_sums(report.totals);
  return report;
}

std::string why_not_merged(const Report& one, const Report& other) {
  if (one.program != other.program)
    return fmt::format("one is of {}, the other of {}", one.program, other.program);
  if (one.mutant != other.mutant) return "they are of different mutants";
  if (to_json(one.run) != to_json(other.run) || one.run_us_max != other.run_us_max)
    return "their runs have different options";
  if (const auto seed = one.totals.done.common(other.totals.done))
    return fmt::format("both have run seed {}", *seed);
  return {};
}

void merge(Report& into, const Report& other) {
  std::vector<SeedRange> wanted = into.wanted;
  wanted.insert(wanted.end(), other.wanted.begin(), other.wanted.end());
  into.wanted = joined(std::move(wanted));
  into.totals.add(other.totals);
}

}  // namespace peal::sim
