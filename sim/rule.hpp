// What happens to chosen datagrams, whatever the weather.
#pragma once

#include <cstdint>

#include "sim/place.hpp"

namespace peal::sim {

enum class Hit : std::uint8_t { drop, duplicate, delay };

/// Counts the datagrams of one kind that go from one host to another after the rule was made, and
/// hits those from the first-th on, `times` of them.
struct Rule {
  Place from = 0;
  Place to = 0;
  std::uint8_t kind = 0;    ///< of message
  std::uint32_t first = 1;  ///< counted from 1
  std::uint32_t times = 1;
  Hit hit = Hit::drop;
  std::int64_t delay_us = 0;  ///< delay: so much longer than usual; duplicate: the copy
  friend bool operator==(const Rule&, const Rule&) = default;
};

}  // namespace peal::sim
