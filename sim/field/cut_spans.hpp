// When links let nothing through.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/action.hpp"
#include "sim/field/field_run.hpp"
#include "sim/field/traffic.hpp"

namespace peal::sim {

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

[[nodiscard]] std::vector<CutSpan> cut_spans(const FieldRun& run, const Traffic& traffic);

/// The same as few actions as agree with every message.
[[nodiscard]] std::vector<TimedAction> cuts_of(const std::vector<CutSpan>& spans);

}  // namespace peal::sim
