// Looking up digests by their low bits, place after place.
#include "sim/explore/digest_table.hpp"

#include <utility>

namespace peal::sim::explore {
namespace {

constexpr std::size_t slots_first = 1'024;

}  // namespace

std::size_t DigestTable::place_of(Digest digest) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t place = digest.low & mask;
  while (slots_[place].number != none && slots_[place].digest != digest) place = (place + 1) & mask;
  return place;
}

std::pair<std::uint32_t, bool> DigestTable::insert(Digest digest, std::uint32_t number) {
  if (size_ * 4 >= slots_.size() * 3) grow();
  Slot& slot = slots_[place_of(digest)];
  if (slot.number != none) return {slot.number, false};
  slot = {digest, number};
  ++size_;
  return {number, true};
}

std::uint32_t DigestTable::find(Digest digest) const {
  return slots_.empty() ? none : slots_[place_of(digest)].number;
}

void DigestTable::clear() {
  slots_.clear();
  size_ = 0;
}

void DigestTable::grow() {
  const std::vector<Slot> before = std::move(slots_);
  slots_.assign(before.empty() ? slots_first : before.size() * 2, Slot{});
  for (const Slot& slot : before)
    if (slot.number != none) slots_[place_of(slot.digest)] = slot;
}

}  // namespace peal::sim::explore
