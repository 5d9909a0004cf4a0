// What is known of other servers, first-hand knowledge before hearsay.
#include "core/peers.hpp"

#include <algorithm>

#include "core/limits.hpp"
#include "core/ring.hpp"

namespace peal {

Peer& Peers::heard(ServerId id, Incarnation incarnation, Endpoint from, Instant now) {
  auto it = peers_.find(id);
  if (it == peers_.end()) {
    make_room();
    it = peers_.emplace(id, Peer{}).first;
  }
  Peer& peer = it->second;
  if (peer.member.incarnation != incarnation) {
    peer = Peer{};
    peer.member = Member{id, incarnation, {}};
  }
  // A loopback address works for this host only, but there it is the most reliable one: it survives
  // a pulled cable.
  peer.heard_at = from;
  peer.heard = now;
  return peer;
}

void Peers::told_of(const Member& member) {
  auto it = peers_.find(member.id);
  if (it == peers_.end()) {
    make_room();
    it = peers_.emplace(member.id, Peer{}).first;
  }
  Peer& peer = it->second;
  if (peer.member.incarnation != member.incarnation) peer = Peer{};
  peer.member = member;
}

Peer* Peers::find(ServerId id) {
  const auto it = peers_.find(id);
  return it == peers_.end() ? nullptr : &it->second;
}

const Peer* Peers::find(ServerId id) const {
  const auto it = peers_.find(id);
  return it == peers_.end() ? nullptr : &it->second;
}

Peer* Peers::at(const Endpoint& from) {
  for (auto& [id, peer] : peers_)
    if (peer.heard_at == from) return &peer;
  return nullptr;
}

std::vector<Endpoint> Peers::ways_to(const Member& member) const {
  const Peer* peer = find(member.id);
  if (peer != nullptr && peer->member.incarnation == member.incarnation && peer->heard_at)
    return {peer->heard_at};
  return member.addresses;
}

std::vector<Member> Peers::looking(Instant since) const {
  std::vector<Member> members;
  for (const auto& [id, peer] : peers_)
    if (peer.probing.us >= 0 && peer.probing >= since &&
        members.size() + 1 < limits::known_servers_max)
      members.push_back(peer.member);
  return members;
}

void Peers::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(peers_.size());
  for (const auto& [id, peer] : peers_) {
    mix(hasher, peer.member);
    mix(hasher, peer.heard_at);
    hasher.add(static_cast<std::uint64_t>((now - peer.heard).us));
    hasher.add(peer.probing.us < 0 ? 0 : static_cast<std::uint64_t>((now - peer.probing).us) + 1);
    peer.round_trip.mix_into(hasher);
  }
}

void Peers::make_room() {
  if (peers_.size() < limits::known_servers_max) return;
  const auto oldest = std::min_element(
      peers_.begin(), peers_.end(),
      [](const auto& a, const auto& b) { return a.second.heard < b.second.heard; });
  peers_.erase(oldest);
}

}  // namespace peal
