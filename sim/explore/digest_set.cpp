// Looking up digests by their low bits, place after place.
#include "sim/explore/digest_set.hpp"

#include <utility>

namespace peal::sim::explore {
namespace {

constexpr std::size_t places_first = 1'024;
constexpr Digest empty{};

/// The one digest that stands for an empty place is taken for another one.
Digest stored(Digest digest) { return digest == empty ? Digest{1, 1} : digest; }

}  // namespace

std::size_t DigestSet::place_of(Digest digest) const {
  const std::size_t mask = digests_.size() - 1;
  std::size_t place = digest.low & mask;
  while (digests_[place] != empty && digests_[place] != digest) place = (place + 1) & mask;
  return place;
}

void DigestSet::prepare(Digest digest) const {
  if (!digests_.empty()) __builtin_prefetch(&digests_[digest.low & (digests_.size() - 1)]);
}

bool DigestSet::insert(Digest digest) {
  if (size_ * 4 >= digests_.size() * 3) grow();
  const Digest wanted = stored(digest);
  Digest& place = digests_[place_of(wanted)];
  if (place != empty) return false;
  place = wanted;
  ++size_;
  return true;
}

void DigestSet::grow() {
  const std::vector<Digest> before = std::move(digests_);
  digests_.assign(before.empty() ? places_first : before.size() * 2, empty);
  for (const Digest digest : before)
    if (digest != empty) digests_[place_of(digest)] = digest;
}

}  // namespace peal::sim::explore
