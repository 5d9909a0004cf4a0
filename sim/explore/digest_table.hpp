// A table from digests to numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/digest.hpp"

namespace peal::sim::explore {

/// Open addressing, at most three quarters full. Nothing is ever taken out of it, and nobody walks
/// through it: its order means nothing.
class DigestTable {
 public:
  static constexpr std::uint32_t none = 0xffff'ffff;

  /// The number of this digest: the one given when it was not known before.
  std::pair<std::uint32_t, bool> insert(Digest digest, std::uint32_t number);
  /// none: not known.
  [[nodiscard]] std::uint32_t find(Digest digest) const;
  /// Gives a known digest another number.
  void renumber(Digest digest, std::uint32_t number) { slots_[place_of(digest)].number = number; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void clear();

 private:
  struct Slot {
    Digest digest;
    std::uint32_t number = none;  // none: an empty slot
  };
  [[nodiscard]] std::size_t place_of(Digest digest) const;
  void grow();

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace peal::sim::explore
