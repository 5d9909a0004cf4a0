// The servers that this one ever heard of: where they answer, when they last did, how far they are.
#pragma once

#include <map>
#include <vector>

#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/round_trip.hpp"
#include "core/time.hpp"

namespace peal {

struct Peer {
  Member member;
  Endpoint heard_at;    ///< where its last datagram came from; none: never heard, only told of
  Instant heard{-1};    ///< when that was
  Instant probing{-1};  ///< when it last said that it is looking
  RoundTrip round_trip;
  /// Lately enough that it can be asked for something, member or not.
  [[nodiscard]] bool heard_lately(Instant now) const {
    return heard_at && now - heard <= seconds(10);
  }
  friend bool operator==(const Peer&, const Peer&) = default;
  PEAL_PARTS(member, heard_at, heard, probing, round_trip)
};

/// Bounded by limits::known_servers_max: the one not heard for longest goes, members of the view
/// last.
class Peers {
 public:
  /// A datagram came from this server. A new incarnation replaces the former one and what was
  /// measured of it.
  Peer& heard(ServerId id, Incarnation incarnation, Endpoint from, Instant now);
  /// Somebody else told of this server. What was heard at first hand stays.
  void told_of(const Member& member);
  [[nodiscard]] Peer* find(ServerId id);
  [[nodiscard]] const Peer* find(ServerId id) const;
  /// The server that was last heard at this address; null for none.
  [[nodiscard]] Peer* at(const Endpoint& from);
  /// Where to send to reach this incarnation: where it was heard, else everywhere it says it is.
  [[nodiscard]] std::vector<Endpoint> ways_to(const Member& member) const;
  /// Servers that said they are looking at or after `since`, as they describe themselves; with this
  /// one no more than one vote can pass.
  [[nodiscard]] std::vector<Member> looking(Instant since) const;
  /// As if never heard of.
  void forget(ServerId id) { peers_.erase(id); }
  [[nodiscard]] const std::map<ServerId, Peer>& all() const { return peers_; }
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const Peers&, const Peers&) = default;

 private:
  void make_room();
  std::map<ServerId, Peer> peers_;
  PEAL_PARTS(peers_)
};

}  // namespace peal
