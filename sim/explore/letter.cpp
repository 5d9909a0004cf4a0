// Numbering packets by what they are on the wire.
#include "sim/explore/letter.hpp"

#include "core/check.hpp"
#include "core/codec/encoder.hpp"

namespace peal::sim::explore {

LetterId Letters::number(const Packet& packet) {
  Hasher hasher;
  codec::Encoder encoder;  // A fresh one each time: fragments of equal messages are equal.
  for (const auto datagram : encoder.encode(packet)) hasher.add(datagram);
  const auto [id, fresh] =
      known_.insert(hasher.digest(), static_cast<std::uint32_t>(packets_.size()));
  if (fresh)
    packets_.push_back(packet);
  else
    CHECK(packets_[id] == packet);
  return id;
}

}  // namespace peal::sim::explore
