// A set of digests: the states that were met already.
#pragma once

#include <cstddef>
#include <vector>

#include "core/digest.hpp"

namespace peal::sim::explore {

/// Open addressing, 16 bytes a place, at most three quarters full, so that a question costs one
/// look into memory. Nothing is ever taken out of it, and nobody walks through it.
class DigestSet {
 public:
  /// True when it was not there.
  bool insert(Digest digest);
  /// The memory of this digest will be wanted in a moment.
  void prepare(Digest digest) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  [[nodiscard]] std::size_t place_of(Digest digest) const;
  void grow();

  std::vector<Digest> digests_;  // All zero: an empty place.
  std::size_t size_ = 0;
};

}  // namespace peal::sim::explore
