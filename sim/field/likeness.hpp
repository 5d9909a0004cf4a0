// How far what is played is what happened in the field.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/field/alignment.hpp"
#include "sim/field/arrivals.hpp"

namespace peal::sim {

struct Likeness {
  std::size_t recorded = 0;  ///< arrivals
  std::size_t played = 0;
  std::size_t same = 0;                ///< in the same order
  std::vector<Alignment> by_server{};  ///< recorded, played
};

[[nodiscard]] Likeness likeness_of(const Arrivals& recorded, const Arrivals& played);

/// A message that has to come later for the order to become that of the field.
struct TooEarly {
  Arrival played;
  Place to = 0;
  std::int64_t by_us = 0;
};
/// By when they arrive in what is played.
[[nodiscard]] std::vector<TooEarly> too_early(const Likeness& likeness, const Arrivals& recorded,
                                              const Arrivals& played);

}  // namespace peal::sim
