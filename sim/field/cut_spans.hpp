// When links let nothing through.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/action.hpp"
#include "sim/field/field_run.hpp"

namespace peal::sim {

/// Behind this time a message that was sent before has arrived, or never will.
inline constexpr std::int64_t field_slack_us = 50'000;

/// It was sent to a server that ran and went on running, and did not arrive.
[[nodiscard]] bool is_lost(const FieldRun& run, const FieldMessage& message);

/// One direction of one link, and between which times its cut began and ended.
struct CutSpan {
  std::size_t from = 0;
  std::size_t to = 0;
  std::int64_t begins_after_us = 0;
  std::int64_t begins_by_us = 0;
  std::int64_t ends_after_us = 0;
  std::int64_t ends_by_us = 0;
  [[nodiscard]] bool covers(const FieldMessage& message) const {
    return message.from == from && message.to == to && *message.sent_us >= begins_by_us &&
           *message.sent_us <= ends_after_us;
  }
};

[[nodiscard]] std::vector<CutSpan> cut_spans(const FieldRun& run);

/// The same as few actions as agree with every message.
[[nodiscard]] std::vector<TimedAction> cuts_of(const std::vector<CutSpan>& spans);

}  // namespace peal::sim
