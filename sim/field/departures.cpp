// When messages left, by their way and kind.
#include "sim/field/departures.hpp"

#include <algorithm>
#include <iterator>

namespace peal::sim {

void Departures::add(const Departure& departure) {
  times_[{departure.from, departure.to, departure.kind}].push_back(departure.at_us);
}

/// What is done at one time is done behind what is sent then: half of an odd time is rounded down.
std::int64_t Departures::just_before(const Departure& departure, std::int64_t most_us) const {
  const std::vector<std::int64_t>& times = like(departure);
  const auto at = std::ranges::lower_bound(times, departure.at_us);
  const std::int64_t before_us = at == times.begin() ? 0 : *std::prev(at);
  return departure.at_us - std::min(most_us, (departure.at_us - before_us + 1) / 2);
}

std::optional<std::int64_t> Departures::next(const Departure& departure) const {
  const std::vector<std::int64_t>& times = like(departure);
  const auto next = std::ranges::upper_bound(times, departure.at_us);
  if (next == times.end()) return std::nullopt;
  return *next;
}

const std::vector<std::int64_t>& Departures::like(const Departure& departure) const {
  static const std::vector<std::int64_t> none;
  const auto found = times_.find({departure.from, departure.to, departure.kind});
  return found == times_.end() ? none : found->second;
}

}  // namespace peal::sim
