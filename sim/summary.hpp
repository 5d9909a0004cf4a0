// Results of runs as JSON and as lines for people.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "sim/run.hpp"

namespace peal::sim {

/// The value of `peal sim --json`: seed, result, violation, simulated_s, events, messages,
/// elections, faults, acked, delivered, oracles, marks, digest, and the command that replays it.
/// Integers that may pass 2^53 are strings.
[[nodiscard]] nlohmann::ordered_json to_json(const RunResult& result);
[[nodiscard]] nlohmann::ordered_json to_json(const RunResult& result, const std::string& replay);
/// One or a few lines; of a violation what happened and how to replay it.
[[nodiscard]] std::string to_text(const RunResult& result);
[[nodiscard]] std::string to_text(const RunResult& result, const std::string& replay);
[[nodiscard]] std::string replay_command(std::uint64_t seed);
/// 32 hexadecimal digits.
[[nodiscard]] std::string to_hex(Digest digest);

}  // namespace peal::sim
