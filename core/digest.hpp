// 128-bit digests of states, entries and effects: for comparing, not for security.
#pragma once

#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace peal {

struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend constexpr auto operator<=>(Digest, Digest) = default;

  /// The digest of a set is the sum of those of its members: kept up to date member by member.
  constexpr Digest& operator+=(Digest other) {
    high += other.high;
    low += other.low;
    return *this;
  }
  constexpr Digest& operator-=(Digest other) {
    high -= other.high;
    low -= other.low;
    return *this;
  }
};

/// Mixes what it is given, in order, the same on every platform. Lengths of strings are mixed in
/// too.
class Hasher {
 public:
  constexpr Hasher() = default;
  constexpr explicit Hasher(std::uint64_t seed) { a_ ^= seed; }

  constexpr Hasher& add(std::uint64_t x) {
    a_ = (a_ ^ x) * 0x9fb21c651e98df25U;
    a_ ^= a_ >> 32U;
    b_ = (std::rotl(b_, 29) + x) * 0xd6e8feb86659fd93U;
    b_ ^= b_ >> 29U;
    return *this;
  }
  Hasher& add(std::string_view text);
  Hasher& add(std::span<const std::uint8_t> bytes);

  [[nodiscard]] constexpr Digest digest() const {
    return {finish(a_ ^ std::rotl(b_, 17)), finish(b_ + a_ * 0xff51afd7ed558ccdU)};
  }

 private:
  static constexpr std::uint64_t finish(std::uint64_t z) {
    z = (z ^ (z >> 33U)) * 0xff51afd7ed558ccdU;
    z = (z ^ (z >> 33U)) * 0xc4ceb9fe1a85ec53U;
    return z ^ (z >> 33U);
  }
  std::uint64_t a_ = 0x243f6a8885a308d3U;
  std::uint64_t b_ = 0x13198a2e03707344U;
};

}  // namespace peal
