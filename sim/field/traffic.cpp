// What was sent by which way, and could arrive.
#include "sim/field/traffic.hpp"

#include <algorithm>
#include <cstdint>

namespace peal::sim {
namespace {

// Behind this time a message that was sent before has arrived, or never will.
constexpr std::int64_t field_slack_us = 50'000;

/// It was sent to a server that ran and went on running, and did not arrive.
bool is_lost(const FieldRun& run, const FieldMessage& message) {
  if (message.arrived_us) return false;
  const std::int64_t by_us = *message.sent_us + field_slack_us;
  const bool ran = std::ranges::any_of(run.lives, [&](const FieldLife& life) {
    return life.server == message.to && life.from_us <= *message.sent_us &&
           (!life.to_us || *life.to_us > by_us);
  });
  const auto& active = run.active[message.to];
  return ran && !active.empty() && active.back() > by_us;
}

}  // namespace

Traffic traffic_of(const FieldRun& run) {
  Traffic traffic;
  for (const FieldMessage& message : run.messages)
    if (message.sent_us && (message.arrived_us || is_lost(run, message)))
      traffic[{message.from, message.to}].push_back(&message);
  return traffic;
}

}  // namespace peal::sim
