// Wilson's interval.
#include "sim/inspect/rate.hpp"

#include <algorithm>
#include <cmath>

namespace peal::sim {
namespace {

constexpr double z = 1.959964;  // 95 % of a normal distribution lie within so many deviations.

struct Interval {
  double centre = 0.5;
  double half_width = 0.5;
};

Interval interval(const Rate& rate) {
  if (rate.trials == 0) return {};
  const auto n = static_cast<double>(rate.trials);
  const double p = rate.share();
  const double scale = 1 + z * z / n;
  return {(p + z * z / (2 * n)) / scale,
          z / scale * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n))};
}

}  // namespace

double Rate::low() const {
  const Interval i = interval(*this);
  return hits == 0 ? 0 : std::max(0.0, i.centre - i.half_width);
}

double Rate::high() const {
  const Interval i = interval(*this);
  return trials != 0 && hits == trials ? 1 : std::min(1.0, i.centre + i.half_width);
}

}  // namespace peal::sim
