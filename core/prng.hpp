// A small random generator that is a value of the state that uses it.
#pragma once

#include <compare>
#include <cstdint>

#include "core/parts.hpp"

namespace peal {

/// SplitMix64 (Steele, Lea, Flood, 2014): 64 bits of state, the same numbers on every platform.
class Prng {
 public:
  Prng() = default;
  explicit Prng(std::uint64_t seed) : state_(seed) {}

  [[nodiscard]] std::uint64_t next() {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  /// A number below n; n must not be 0. The bias is below 2^-32 for n below 2^32.
  [[nodiscard]] std::uint64_t below(std::uint64_t n) { return next() % n; }
  [[nodiscard]] std::uint64_t state() const { return state_; }

  friend auto operator<=>(const Prng&, const Prng&) = default;

 private:
  std::uint64_t state_ = 0;
  PEAL_PARTS(state_)
};

}  // namespace peal
