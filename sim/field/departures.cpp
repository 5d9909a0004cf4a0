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
  std::int64_t before_us = 0;
  const auto found = times_.find({departure.from, departure.to, departure.kind});
  if (found != times_.end()) {
    const auto at = std::ranges::lower_bound(found->second, departure.at_us);
    if (at != found->second.begin()) before_us = *std::prev(at);
  }
  return departure.at_us - std::min(most_us, (departure.at_us - before_us + 1) / 2);
}

}  // namespace peal::sim
