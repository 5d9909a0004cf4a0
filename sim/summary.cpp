// How results are written down.
#include "sim/summary.hpp"

#include <fmt/format.h>

namespace peal::sim {
namespace {

using Json = nlohmann::ordered_json;

// Numbers without a fraction stay exact: 61.5, not 61.500000001.
Json seconds_of(std::int64_t us) { return static_cast<double>(us) / 1e6; }

Json after(std::int64_t us) { return us < 0 ? Json(nullptr) : seconds_of(us); }

}  // namespace

std::string to_hex(Digest digest) { return fmt::format("{:016x}{:016x}", digest.high, digest.low); }

std::string replay_command(std::uint64_t seed) { return fmt::format("peal sim --seed {}", seed); }

Json to_json(const RunResult& result) { return to_json(result, replay_command(result.seed)); }

Json to_json(const RunResult& result, const std::string& replay) {
  Json json;
  json["seed"] = fmt::format("{}", result.seed);
  json["result"] = result.violation ? "violation" : "ok";
  json["violation"] = nullptr;
  if (result.violation)
    json["violation"] = {{"oracle", oracle_name(result.violation->oracle)},
                         {"what", result.violation->what},
                         {"at_s", seconds_of(result.violation->at_us)},
                         {"detail", result.violation->detail},
                         {"replay", replay}};
  json["simulated_s"] = seconds_of(result.simulated_us);
  json["servers"] = result.servers;
  json["people"] = result.people;
  json["events"] = result.stats.events;
  json["messages"] = Json::object();
  for (std::size_t kind = 0; kind < message_kinds; ++kind)
    if (result.stats.sent[kind] != 0) json["messages"][kind_name(kind)] = result.stats.sent[kind];
  json["elections"] = result.elections;
  json["faults"] = Json::object();
  for (std::size_t i = 0; i < fault_count; ++i)
    if (result.stats.faults[i] != 0)
      json["faults"][fault_name(static_cast<Fault>(i))] = result.stats.faults[i];
  json["datagrams"] = {{"sent", result.stats.datagrams},
                       {"bytes", result.stats.bytes},
                       {"lost", result.stats.lost},
                       {"twice", result.stats.twice},
                       {"corrupted", result.stats.corrupted},
                       {"cut", result.stats.cut},
                       {"overflowed", result.stats.overflowed},
                       {"refused", result.stats.refused},
                       {"malformed", result.stats.malformed}};
  json["acked"] = result.stats.acknowledged;
  json["rejected"] = result.stats.rejected;
  json["delivered"] = result.stats.delivered;
  json["pages"] = result.stats.pages;
  json["destroyed"] = result.destroyed;
  json["one_view_after_s"] = after(result.one_view_after_us);
  json["converged_after_s"] = after(result.converged_after_us);
  json["oracles"] = Json::object();
  for (std::size_t i = 0; i < oracle_count; ++i)
    json["oracles"][oracle_name(static_cast<Oracle>(i))] = result.checks[i];
  json["marks"] = Json::object();
  for (std::size_t i = 0; i < mark_count; ++i)
    if (result.stats.marks[i] != 0)
      json["marks"][mark_name(static_cast<Mark>(i))] = result.stats.marks[i];
  json["digest"] = to_hex(result.digest);
  return json;
}

std::string to_text(const RunResult& result) {
  return to_text(result, replay_command(result.seed));
}

std::string to_text(const RunResult& result, const std::string& replay) {
  std::string text = fmt::format(
      "seed {}: {}  {} servers, {} people, {:.1f} s simulated, {} events, {} elections, {} "
      "acknowledged, {} shown, digest {}",
      result.seed, result.violation ? "VIOLATION" : "ok", result.servers, result.people,
      static_cast<double>(result.simulated_us) / 1e6, result.stats.events, result.elections,
      result.stats.acknowledged, result.stats.delivered, to_hex(result.digest));
  if (result.violation)
    text += fmt::format("\n  {} at {:.6f} s: {}\n  {}\n  replay: {}",
                        oracle_name(result.violation->oracle),
                        static_cast<double>(result.violation->at_us) / 1e6, result.violation->what,
                        result.violation->detail, replay);
  return text;
}

}  // namespace peal::sim
