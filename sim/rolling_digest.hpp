// The digest of a run: two runs with equal digests did the same.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/digest.hpp"

namespace peal::sim {

class RollingDigest {
 public:
  void add(std::uint64_t x) { hasher_.add(x); }
  /// Whole words at once: this runs for every datagram.
  void add(std::span<const std::uint8_t> bytes) {
    hasher_.add(bytes.size());
    while (bytes.size() >= sizeof(std::uint64_t)) {
      hasher_.add(word(bytes.data(), sizeof(std::uint64_t)));
      bytes = bytes.subspan(sizeof(std::uint64_t));
    }
    if (!bytes.empty()) hasher_.add(word(bytes.data(), bytes.size()));
  }
  void add(Digest digest) { hasher_.add(digest.high).add(digest.low); }
  [[nodiscard]] Digest digest() const { return hasher_.digest(); }

 private:
  static std::uint64_t word(const std::uint8_t* data, std::size_t size) {
    std::uint64_t value = 0;
    if constexpr (std::endian::native == std::endian::little) {
      std::memcpy(&value, data, size);
    } else {
      for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{data[i]} << (8U * i);
    }
    return value;
  }
  Hasher hasher_;
};

}  // namespace peal::sim
