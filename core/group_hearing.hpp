// Whether multicast reaches one client, as its acknowledgements tell its home.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/body.hpp"
#include "core/digest.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"

namespace peal {

/// A client earns trust with every post that its groups bring, and loses more with every one that
/// they did not and that had to be repaired. Nothing is withheld from a client without trust, so
/// where multicast does not arrive it never costs time; as posts go on being multicast to others,
/// trust comes back by itself once they arrive.
struct GroupHearing {
  std::vector<RoomName> rooms;  ///< as the client was told last
  std::uint64_t lists = 0;      ///< lists told in this attachment
  std::uint64_t taken = 0;      ///< the latest list that it acknowledged
  bool listening = true;        ///< it never said that it does not want to hear groups
  Instant told_at;              ///< the latest list
  std::uint64_t arrived = 0;    ///< posts that it heard from groups
  std::uint32_t trust = 0;

  static constexpr std::uint32_t trust_needed = 4;
  static constexpr std::uint32_t trust_max = 16;
  static constexpr std::uint32_t trust_lost = 4;

  [[nodiscard]] bool works() const { return listening && taken == lists && trust >= trust_needed; }
  void heard(std::uint64_t arrived_now) {
    if (arrived_now <= arrived) return;
    trust = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(trust_max, trust + (arrived_now - arrived)));
    arrived = arrived_now;
  }
  void missed() { trust -= std::min(trust, trust_lost); }

  void mix_into(Hasher& hasher, Instant now) const {
    hasher.add(rooms.size()).add(lists).add(taken).add(listening ? 1 : 0);
    hasher.add(arrived).add(trust);
    if (taken != lists) hasher.add(static_cast<std::uint64_t>((now - told_at).us));
  }
  friend bool operator==(const GroupHearing&, const GroupHearing&) = default;
  PEAL_PARTS(rooms, lists, taken, listening, told_at, arrived, trust)
};

}  // namespace peal
