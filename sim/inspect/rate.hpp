// How often something came about, and how sure that makes us.
#pragma once

#include <cstdint>

namespace peal::sim {

/// So many hits in so many independent trials.
struct Rate {
  std::uint64_t hits = 0;
  std::uint64_t trials = 0;

  void add(bool hit) {
    hits += hit ? 1 : 0;
    ++trials;
  }
  [[nodiscard]] double share() const {
    return trials == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(trials);
  }
  /// The ends of Wilson's interval: the true probability is in it in 95 of 100 cases. (Wilson,
  /// "Probable Inference, the Law of Succession, and Statistical Inference", 1927.)
  [[nodiscard]] double low() const;
  [[nodiscard]] double high() const;

  friend bool operator==(const Rate&, const Rate&) = default;
};

}  // namespace peal::sim
