// Options of runs, written and read.
#include "sim/run_options_json.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace peal::sim {
namespace {

Json to_json(const Faults& faults) {
  Json json = Json::object();
  for (const FaultName& name : fault_names()) {
    const auto& value = name.harm ? faults.harms.at(static_cast<std::size_t>(*name.harm))
                                  : faults.strikes.at(static_cast<std::size_t>(*name.fault));
    if (value) json[name.name] = *value;
  }
  return json;
}

Faults faults_from(const Json& json) {
  if (!json.is_object()) throw Damaged("its field \"which_faults\" is not an object");
  std::string text;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_number()) throw Damaged(fmt::format("how strong {} is, is not a number", name));
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", name, value.get<double>());
  }
  try {
    return parse_faults(text);
  } catch (const std::invalid_argument& error) {
    throw Damaged(error.what());
  }
}

// No more than that is possible in one world, or of any use.
constexpr std::uint64_t servers_max = 64;
constexpr std::uint64_t people_max = 200;
constexpr std::uint64_t chaos_us_max = std::uint64_t{366} * 86'400 * 1'000'000;

std::uint64_t bounded_field(const Json& json, const char* name, std::uint64_t most) {
  const std::uint64_t value = number_field(json, name);
  if (value > most) throw Damaged(fmt::format("its field \"{}\" is more than {}", name, most));
  return value;
}

}  // namespace

Json to_json(const RunOptions& options) {
  Json json;
  json["servers"] = options.servers;
  json["people"] = options.people;
  json["chaos_us"] = options.chaos_us;
  json["faults"] = options.faults;
  json["which_faults"] = to_json(options.which_faults);
  json["events_max"] = number_json(options.events_max);
  return json;
}

RunOptions run_options_from(const Json& json) {
  RunOptions options;
  options.servers = bounded_field(json, "servers", servers_max);
  options.people = bounded_field(json, "people", people_max);
  options.chaos_us = static_cast<std::int64_t>(bounded_field(json, "chaos_us", chaos_us_max));
  options.faults = flag_field(json, "faults");
  options.events_max = number_field(json, "events_max");
  options.which_faults = faults_from(field(json, "which_faults"));
  return options;
}

}  // namespace peal::sim
