// Between a machine and its socket: what it says, and the channels that it goes by.
#include "core/transport/transport.hpp"

#include <utility>

#include "core/secure/identity.hpp"

namespace peal::transport {
namespace {

secure::SecureConfig complete(const TransportConfig& config) {
  secure::SecureConfig secure = config.secure;
  secure.prologue.assign(config.cluster.begin(), config.cluster.end());
  secure.answers = config.self.is_server();
  return secure;
}

/// The encoder puts the kind of protection in front.
secure::View without_protection(secure::View datagram) { return datagram.subspan(1); }

}  // namespace

Transport::Transport(TransportConfig config)
    : config_(std::move(config)), endpoint_(complete(config_)) {}

void Transport::send(Instant now, const Endpoint& to, const Message& message,
                     TransportEffects& effects) {
  for (const auto datagram : encoder_.encode(config_.self, message))
    send_message(now, to, without_protection(datagram));
  carry_out(now, effects);
}

void Transport::send_message(Instant now, const Endpoint& to, secure::View message) {
  if ((to.scope & channel_scope) != 0) {
    const auto client = clients_.find(to);
    if (client == clients_.end())
      ++drops_.gone;
    else
      seal(now, client->second, message);
    return;
  }
  if (const auto known = to_.find(to); known != to_.end()) return seal(now, known->second, message);
  drops_.waited_in_vain += waiting_.add(to, message);
  (void)open(now, to);
}

/// To all in clear, as nobody knows yet who they are, and to those who are known so that they can
/// believe it.
void Transport::broadcast(Instant now, const Message& message, TransportEffects& effects) {
  said_to_all_.reset();
  for (const auto datagram : encoder_.encode(config_.self, message)) {
    effects.emplace_back(TransmitToAll{{datagram.begin(), datagram.end()}});
    const secure::View bare = without_protection(datagram);
    said_to_all_ = {now, {bare.begin(), bare.end()}};
    for (const auto& [at, channel] : to_) seal(now, channel, bare);
  }
  carry_out(now, effects);
}

/// What it cannot begin now, the next message begins.
bool Transport::open(Instant now, const Endpoint& to) {
  return endpoint_.open(now, to, own_kind(), inner_) == secure::OpenResult::begun;
}

void Transport::seal(Instant now, ChannelId channel, secure::View message) {
  (void)endpoint_.send(now, channel, message, inner_);
}

void Transport::wake(Instant now, TransportEffects& effects) {
  endpoint_.wake(now, inner_);
  carry_out(now, effects);
}

/// What one effect leads to may add others.
void Transport::carry_out(Instant now, TransportEffects& effects) {
  for (std::size_t i = 0; i < inner_.size(); ++i) {
    secure::SecureEffect effect = std::move(inner_[i]);
    std::visit([&](auto& each) { carry_out(now, each, effects); }, effect);
  }
  inner_.clear();
}

void Transport::carry_out(Instant /*now*/, secure::Transmit& transmit, TransportEffects& effects) {
  effects.emplace_back(std::move(transmit));
}

void Transport::carry_out(Instant now, const secure::ChannelUp& up, TransportEffects& /*effects*/) {
  Channel channel{.at = up.at,
                  .kind = up.kind,
                  .user = secure::user_of(up.key),
                  .known_as = up.at,
                  .heard = now};
  hinted_.erase(up.at);
  if (up.kind != own_kind()) {
    channel.known_as = name_for_client(up.at);
    clients_[channel.known_as] = up.channel;
    channels_.emplace(up.channel, std::move(channel));
    return;
  }
  to_[up.at] = up.channel;
  channels_.emplace(up.channel, std::move(channel));
  for (const secure::Bytes& message : waiting_.take(up.at)) seal(now, up.channel, message);
  if (said_to_all_ && now - said_to_all_->at <= said_to_all_for)
    seal(now, up.channel, said_to_all_->message);
}

Endpoint Transport::name_for_client(Endpoint at) {
  do at.scope = channel_scope | (++last_name_ & ~channel_scope);
  while (clients_.contains(at));
  return at;
}

void Transport::carry_out(Instant /*now*/, const secure::ChannelDown& down,
                          TransportEffects& /*effects*/) {
  const auto found = channels_.find(down.channel);
  if (found == channels_.end()) return;
  const Channel& gone = found->second;
  for (const SessionId session : gone.sessions) sessions_.erase(session);
  clients_.erase(gone.known_as);
  if (const auto to = to_.find(gone.at); to != to_.end() && to->second == down.channel)
    to_.erase(to);
  channels_.erase(found);
}

void Transport::carry_out(Instant /*now*/, const secure::Unreachable& unreachable,
                          TransportEffects& /*effects*/) {
  hinted_.erase(unreachable.at);
  drops_.waited_in_vain += waiting_.take(unreachable.at).size();
}

Transport::Channel* Transport::channel_to(const Endpoint& at) {
  const auto found = to_.find(at);
  return found == to_.end() ? nullptr : &channels_.at(found->second);
}

}  // namespace peal::transport
