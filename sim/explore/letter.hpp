// What travels in the explored world: each packet once, under a number.
#pragma once

#include <cstdint>
#include <deque>

#include "core/message.hpp"
#include "sim/explore/cast.hpp"
#include "sim/explore/digest_table.hpp"

namespace peal::sim::explore {

using LetterId = std::uint32_t;

/// A packet under way to somebody. from follows from the packet: it is here to be quick.
struct Flight {
  std::uint8_t to = 0;
  std::uint8_t from = 0;
  LetterId letter = 0;
  friend auto operator<=>(const Flight&, const Flight&) = default;
};

/// Packets are the same when they are encoded to the same bytes. Numbers are given in the order of
/// first appearance and stay.
class Letters {
 public:
  [[nodiscard]] LetterId number(const Packet& packet);
  [[nodiscard]] const Packet& operator[](LetterId id) const { return packets_[id]; }
  [[nodiscard]] std::size_t size() const { return packets_.size(); }

 private:
  std::deque<Packet> packets_;
  DigestTable known_;
};

}  // namespace peal::sim::explore
