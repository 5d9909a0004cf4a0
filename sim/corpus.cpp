// What is kept, under which name, and how it is read again.
#include "sim/corpus.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "sim/run_options_json.hpp"
#include "sim/summary.hpp"

namespace peal::sim {
namespace {

constexpr const char* schema = "peal-corpus";
constexpr int version = 1;

std::string word(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, ' ', '_');
  return out;
}

std::optional<Mark> find_mark(const std::string& name) {
  for (std::size_t i = 0; i < mark_count; ++i)
    if (name == mark_name(static_cast<Mark>(i))) return static_cast<Mark>(i);
  return std::nullopt;
}

bool rare(const Totals& totals, std::size_t mark) {
  return totals.runs >= rare_in && totals.runs_with_mark[mark] * rare_in <= totals.runs;
}

}  // namespace

std::string file_name(const Keepsake& keepsake) {
  if (const auto* violation = std::get_if<Violation>(&keepsake.why))
    return fmt::format("failure-{}-{}", oracle_name(violation->oracle), keepsake.seed);
  return fmt::format("mark-{}-{}", word(mark_name(std::get<Mark>(keepsake.why))), keepsake.seed);
}

Json to_json(const Keepsake& keepsake) {
  Json json;
  json["schema"] = schema;
  json["version"] = version;
  json["program"] = keepsake.program;
  json["seed"] = std::to_string(keepsake.seed);
  json["options"] = to_json(keepsake.run);
  if (const auto* violation = std::get_if<Violation>(&keepsake.why)) {
    json["why"] = "failure";
    json["oracle"] = oracle_name(violation->oracle);
    json["what"] = violation->what;
    json["at_us"] = violation->at_us;
    json["detail"] = violation->detail;
  } else {
    json["why"] = "mark";
    json["mark"] = mark_name(std::get<Mark>(keepsake.why));
  }
  json["digest"] = to_hex(keepsake.digest);
  return json;
}

Keepsake parse_keepsake(std::string_view text) {
  const Json json = parse_document(text, schema, version);
  Keepsake keepsake;
  keepsake.program = text_field(json, "program");
  keepsake.seed = number_field(json, "seed");
  keepsake.run = run_options_from(field(json, "options"));
  keepsake.digest = digest_field(json, "digest");
  const std::string why = text_field(json, "why");
  if (why == "failure") {
    const auto oracle = find_oracle(text_field(json, "oracle"));
    if (!oracle) throw Damaged("it is of an oracle that there is not");
    keepsake.why = Violation{*oracle, text_field(json, "what"), signed_field(json, "at_us"),
                             text_field(json, "detail")};
  } else if (why == "mark") {
    const auto mark = find_mark(text_field(json, "mark"));
    if (!mark) throw Damaged("it is of a mark that there is not");
    keepsake.why = *mark;
  } else {
    throw Damaged("its field \"why\" is neither failure nor mark");
  }
  return keepsake;
}

void Corpus::add(const Keepsake& keepsake) {
  if (const auto* violation = std::get_if<Violation>(&keepsake.why)) {
    failures_[{violation->oracle, violation->what}].insert(keepsake.seed);
  } else {
    marks_.at(static_cast<std::size_t>(std::get<Mark>(keepsake.why))).insert(keepsake.seed);
  }
}

std::vector<Keepsake> Corpus::look(const RunResult& result, const RunOptions& run,
                                   const std::string& program, const Totals& totals) {
  std::vector<Keepsake> fresh;
  const auto keep = [&](std::variant<Violation, Mark> why) {
    fresh.push_back({result.seed, run, program, result.digest, std::move(why)});
    add(fresh.back());
  };
  if (result.violation) {
    // It ended early: what it hit until then says little.
    const auto& seeds = failures_[{result.violation->oracle, result.violation->what}];
    if (seeds.size() < corpus_failures_max && !seeds.contains(result.seed)) keep(*result.violation);
    return fresh;
  }
  for (std::size_t mark = 0; mark < mark_count; ++mark) {
    if (result.stats.marks[mark] == 0 || marks_[mark].contains(result.seed)) continue;
    const bool wanted =
        marks_[mark].empty() || (marks_[mark].size() < corpus_marks_max && rare(totals, mark));
    if (wanted) keep(static_cast<Mark>(mark));
  }
  return fresh;
}

Again compare(const Keepsake& keepsake, const RunResult& result) {
  if (const auto* violation = std::get_if<Violation>(&keepsake.why)) {
    if (!result.violation) return Again::gone;
    const bool same =
        result.violation->oracle == violation->oracle && result.violation->what == violation->what;
    return same ? Again::violated : Again::other;
  }
  if (result.violation) return Again::other;
  const auto mark = static_cast<std::size_t>(std::get<Mark>(keepsake.why));
  return result.stats.marks.at(mark) != 0 ? Again::hit : Again::not_hit;
}

}  // namespace peal::sim
