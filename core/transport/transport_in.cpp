// What comes in from the socket: sealed by someone who is known, or in clear by anyone.
#include <utility>
#include <variant>

#include "core/transport/rights.hpp"
#include "core/transport/transport.hpp"

namespace peal::transport {

void Transport::receive(Instant now, const Endpoint& from, secure::View datagram,
                        TransportEffects& effects) {
  if (datagram.empty()) {
    ++drops_.in_clear;
    return;
  }
  switch (static_cast<secure::Protection>(datagram.front())) {
    case secure::Protection::plain: receive_in_clear(now, from, datagram, effects); break;
    case secure::Protection::here:
      if (datagram.size() == 1) heed(now, from);
      break;
    case secure::Protection::handshake:
    case secure::Protection::sealed: endpoint_.receive(now, from, datagram, inner_); break;
    default: ++drops_.in_clear; break;
  }
  carry_out(now, effects);
}

void Transport::receive_in_clear(Instant now, const Endpoint& from, secure::View datagram,
                                 TransportEffects& effects) {
  const codec::Reception reception = in_clear_.receive(now, from, datagram);
  const auto* received = std::get_if<Received>(&reception);
  const Message* message = received != nullptr ? &received->packet.message : nullptr;
  const auto* probe = message != nullptr ? std::get_if<Probe>(message) : nullptr;
  const auto* announce = message != nullptr ? std::get_if<Announce>(message) : nullptr;
  // One's own host hears what it says to all.
  if (received != nullptr && received->packet.sender == config_.self) return;
  const bool ours = (probe != nullptr && probe->cluster == config_.cluster) ||
                    (announce != nullptr && announce->cluster == config_.cluster);
  if (!ours || !config_.self.is_server()) {
    ++drops_.in_clear;
    return;
  }
  if (received->packet.sender.is_server()) return heed(now, from);
  say_here(from, effects);
}

/// Shorter than any question, so nobody can use it to flood someone else.
void Transport::say_here(const Endpoint& to, TransportEffects& effects) {
  if (config_.self.is_server())
    effects.emplace_back(Transmit{to, {static_cast<std::uint8_t>(secure::Protection::here)}});
}

/// Who had a channel with our former process begins another one when it hears this.
void Transport::carry_out(Instant /*now*/, const secure::Unknown& unknown,
                          TransportEffects& effects) {
  say_here(unknown.at, effects);
}

void Transport::refused(const Endpoint& at, TransportEffects& effects) const {
  effects.emplace_back(RefusedAt{at});
  for (auto client = clients_.lower_bound({at.ip, at.port, channel_scope});
       client != clients_.end() && client->first.ip == at.ip && client->first.port == at.port;
       ++client)
    effects.emplace_back(RefusedAt{client->first});
}

/// There may be a server: whether it is one of ours, a handshake tells.
void Transport::heed(Instant now, const Endpoint& from) {
  const Channel* channel = channel_to(from);
  if (channel != nullptr && now - channel->heard < silent_after) return;
  if (!hinted_.contains(from) && hinted_.size() >= hints_max) {
    ++drops_.hints;
    return;
  }
  if (open(now, from) && channel == nullptr) hinted_.insert(from);
}

void Transport::carry_out(Instant now, secure::Opened& opened, TransportEffects& effects) {
  Channel& channel = channels_.at(opened.channel);
  channel.heard = now;
  codec::Reception reception = opened_.receive_message(now, channel.known_as, opened.message);
  if (auto* malformed = std::get_if<Malformed>(&reception)) {
    effects.emplace_back(std::move(*malformed));
    return;
  }
  auto* received = std::get_if<Received>(&reception);
  if (received != nullptr && is_entitled(opened.channel, channel, received->packet))
    effects.emplace_back(std::move(*received));
}

bool Transport::is_entitled(ChannelId id, Channel& channel, const Packet& packet) {
  // Whom we began with as a client is a server; who began so with us is a client.
  const bool from_server = channel.kind == ChannelKind::server || !config_.self.is_server();
  if (packet.sender.is_server() != from_server ||
      (!from_server && !may_come_from_client(packet.message))) {
    ++drops_.not_entitled;
    return false;
  }
  return from_server || speaks_for(id, channel, packet);
}

/// A session belongs to the channel that attached it, and to no other user while that one lasts.
bool Transport::speaks_for(ChannelId id, Channel& channel, const Packet& packet) {
  const SessionId session = packet.sender.session();
  const auto owner = sessions_.find(session);
  const auto* attach = std::get_if<Attach>(&packet.message);
  if ((attach != nullptr && attach->user != channel.user) ||
      (owner != sessions_.end() && channels_.at(owner->second).user != channel.user)) {
    ++drops_.another_user;
    return false;
  }
  if (attach == nullptr || channel.sessions.contains(session)) return true;
  if (channel.sessions.size() >= sessions_of_a_channel_max) {
    ++drops_.sessions;
    return false;
  }
  if (owner != sessions_.end()) channels_.at(owner->second).sessions.erase(session);
  sessions_[session] = id;
  channel.sessions.insert(session);
  return true;
}

}  // namespace peal::transport
