// One stream of random numbers for each matter that is decided.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/prng.hpp"

namespace peal::sim {

/// The n-th number of a matter depends on the seed, the matter and n alone: what is drawn for
/// other matters, or no longer drawn, does not change it.
class Streams {
 public:
  explicit Streams(std::uint64_t seed) : seed_(seed), slots_(slots_at_first) {}

  /// 64 random bits; matter: a number other than 0 below 2^63.
  [[nodiscard]] std::uint64_t next(std::uint64_t matter) {
    const std::uint64_t drawn = stream(matter).next();
    return salt_ == 0 ? drawn : Prng(drawn ^ salt_).next();
  }
  /// Other numbers from now on, for all matters.
  void diverge(std::uint64_t salt) { salt_ = salt; }

 private:
  static constexpr std::size_t slots_at_first = 1'024;  // A power of two, as after each growth.

  struct Slot {
    std::uint64_t matter = 0;  // 0: free.
    Prng stream;
  };

  // Open addressing, as every datagram asks here.
  [[nodiscard]] Prng& stream(std::uint64_t matter) {
    Slot& slot = find(matter);
    if (slot.matter != 0) return slot.stream;
    if (2 * (used_ + 1) > slots_.size()) {
      grow();
      return stream(matter);
    }
    ++used_;
    slot = {matter, Prng(Prng(seed_ ^ Prng(matter).next()).next())};
    return slot.stream;
  }
  [[nodiscard]] Slot& find(std::uint64_t matter) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t index = (matter * 0x9e3779b97f4a7c15U >> 32U) & mask;
    while (slots_[index].matter != 0 && slots_[index].matter != matter) index = (index + 1) & mask;
    return slots_[index];
  }
  void grow() {
    std::vector<Slot> before(2 * slots_.size());
    before.swap(slots_);
    for (const Slot& slot : before)
      if (slot.matter != 0) find(slot.matter) = slot;
  }

  std::uint64_t seed_;
  std::uint64_t salt_ = 0;
  std::size_t used_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace peal::sim
