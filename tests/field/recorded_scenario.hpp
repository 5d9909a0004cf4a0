// What recordings of servers tell of a scenario that was simulated.
#pragma once

#include <sstream>
#include <string>
#include <string_view>

#include "core/trace/align.hpp"
#include "core/trace/narrator.hpp"
#include "core/trace/order.hpp"
#include "core/trace/reader.hpp"
#include "sim/field/read_field.hpp"
#include "sim/perform.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/tracing/trace_recorder.hpp"

namespace peal::sim {

/// Servers alone are recorded, and nobody writes down what was done to them: as in the field.
inline FieldRun recorded_scenario(std::string_view text) {
  std::ostringstream out;
  TraceRecorder recorder(out, {.program = "peal", .source = "test"});
  (void)perform(parse_scenario(text).script, {.recorder = &recorder});
  recorder.close();
  const std::string bytes = out.str();
  trace::Reader reader({reinterpret_cast<const std::uint8_t*>(bytes.data()),  // NOLINT: as read.
                        bytes.size()});
  trace::Draft draft;
  trace::Narrator narrator(draft, {.people = true}, trace::Texts::kept, true);
  while (const auto record = reader.next()) {
    const auto* began = std::get_if<trace::Began>(&record->what);
    if (began != nullptr && !began->machine.is_server()) continue;  // And so nothing of it.
    if (std::holds_alternative<trace::Fact>(record->what)) continue;
    if (std::holds_alternative<trace::Ended>(record->what) &&
        std::get<trace::Ended>(record->what).how == trace::Ending::killed)
      continue;
    narrator.take(*record);
  }
  trace::align(draft);
  trace::put_in_order(draft);
  return read_field(draft);
}

}  // namespace peal::sim
