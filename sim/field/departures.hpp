// When messages left.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "sim/place.hpp"

namespace peal::sim {

struct Departure {
  Place from = 0;
  Place to = 0;
  std::uint8_t kind = 0;
  std::int64_t at_us = 0;
};

class Departures {
 public:
  /// In the order of time.
  void add(const Departure& departure);
  /// A moment for a rule about the message that left then: behind the one of this kind before it,
  /// and before it by at most so much.
  [[nodiscard]] std::int64_t just_before(const Departure& departure, std::int64_t most_us) const;
  /// When the first one of this way and kind left behind that time.
  [[nodiscard]] std::optional<std::int64_t> next(const Departure& departure) const;

 private:
  using Way = std::tuple<Place, Place, std::uint8_t>;
  [[nodiscard]] const std::vector<std::int64_t>& like(const Departure& departure) const;
  std::map<Way, std::vector<std::int64_t>> times_;
};

}  // namespace peal::sim
