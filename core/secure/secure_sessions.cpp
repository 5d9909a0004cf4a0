// Sessions and the channels that they belong to.
#include <utility>

#include "core/check.hpp"
#include "core/secure/secure_endpoint.hpp"

namespace peal::secure {

SendResult SecureEndpoint::send(Instant now, ChannelId channel, View message,
                                SecureEffects& effects) {
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return SendResult::no_channel;
  auto* const session = find<Session>(found->second.current);
  CHECK(session != nullptr);
  const ChannelName name = found->second.name;
  const SendResult result = seal(now, *session, name.at, message, effects);
  if (result == SendResult::exhausted) (void)open(now, name.at, name.kind, effects);
  return result;
}

SendResult SecureEndpoint::seal(Instant now, Session& session, const Endpoint& to, View message,
                                SecureEffects& effects) {
  Transmit transmit{.to = to};
  if (const auto fault = session.sealer.seal(now, message, transmit.datagram))
    return *fault == NoiseFault::too_long ? SendResult::too_long : SendResult::exhausted;
  effects.emplace_back(std::move(transmit));
  return SendResult::sent;
}

void SecureEndpoint::close(ChannelId channel) {
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return;
  const Channel& gone = found->second;
  for (const SessionIndex index : {gone.current, gone.previous, gone.next})
    if (index != 0) forget(index);
  names_.erase(gone.name);
  channels_.erase(found);
}

void SecureEndpoint::on_sealed(Instant now, const Endpoint& from, View datagram,
                               SecureEffects& effects) {
  const SessionIndex index = *session_of(datagram);
  auto* const session = find<Session>(index);
  if (session == nullptr) return on_first_sealed(now, index, from, datagram, effects);
  Channel& channel = channels_.at(session->channel);
  if (channel.name.at != from) {
    ++drops_.wrong_address;
    return;
  }
  Opened opened{.channel = session->channel};
  if (const auto fault = session->opener.open(now, datagram, opened.message)) return count(*fault);
  session->heard = now;
  if (channel.next == index) promote(now, channel, index);
  if (!opened.message.empty()) effects.emplace_back(std::move(opened));
}

/// The first sealed datagram of a handshake that we began.
void SecureEndpoint::on_first_sealed(Instant now, SessionIndex index, const Endpoint& from,
                                     View datagram, SecureEffects& effects) {
  auto* const confirming = find<Confirming>(index);
  if (confirming == nullptr) {
    ++drops_.unknown_session;
    return remind(now, from, effects);
  }
  if (confirming->to != from) {
    ++drops_.wrong_address;
    return;
  }
  Bytes message;
  if (const auto fault = confirming->opener.open(now, datagram, message)) return count(*fault);

  const ChannelName name{from, confirming->kind, confirming->key};
  Session session{
      .sealer = confirming->sealer, .opener = std::move(confirming->opener), .heard = now};
  forget(index);
  establish(now, index, name, std::move(session), effects);
  Session& established = *find<Session>(index);
  const ChannelId channel = established.channel;
  // Shows the responder that we use the session.
  (void)seal(now, established, from, {}, effects);
  if (!message.empty()) effects.emplace_back(Opened{channel, std::move(message)});
}

void SecureEndpoint::count(OpenFault fault) {
  switch (fault) {
    case OpenFault::malformed: ++drops_.malformed; return;
    case OpenFault::repeated: ++drops_.repeated; return;
    case OpenFault::too_old: ++drops_.too_old; return;
    case OpenFault::too_far_ahead: ++drops_.too_far_ahead; return;
    case OpenFault::not_authentic: ++drops_.not_authentic; return;
    case OpenFault::not_padded: ++drops_.not_padded; return;
  }
}

void SecureEndpoint::remind(Instant now, const Endpoint& at, SecureEffects& effects) {
  auto name = names_.lower_bound({.at = at});
  if (name == names_.end() || name->first.at != at) effects.emplace_back(Unknown{at});
  for (; name != names_.end() && name->first.at == at; ++name) {
    Channel& channel = channels_.at(name->second);
    if (now - channel.reminded < reminder_time) continue;
    Session& current = *find<Session>(channel.current);
    const bool in_vain = current.heard < channel.reminded;
    channel.reminded = now;
    (void)seal(now, current, at, {}, effects);
    // They have none of our sessions and we none of theirs. Clients begin handshakes themselves.
    if (in_vain && !(current.responded && name->first.kind == ChannelKind::client))
      (void)open(now, at, name->first.kind, effects);
  }
}

/// The initiator may give up a session that its responder has: while there is another one, the
/// responder uses the new one only once the initiator does.
void SecureEndpoint::establish(Instant now, SessionIndex index, const ChannelName& name,
                               Session session, SecureEffects& effects) {
  session.channel = channel_of(name, effects);
  const bool responded = session.responded;
  Channel& channel = channels_.at(session.channel);
  keep(index, std::move(session), now + handshake_time_max);
  ++sessions_;
  if (!responded || channel.current == 0) return promote(now, channel, index);
  if (channel.next != 0) forget(channel.next);
  channel.next = index;
}

void SecureEndpoint::promote(Instant now, Channel& channel, SessionIndex index) {
  if (channel.current != 0) retire(now, channel, channel.current);
  if (channel.next == index) channel.next = 0;
  channel.current = index;
  arm(index, entries_.at(index), now + idle_time_max);
}

ChannelId SecureEndpoint::channel_of(const ChannelName& name, SecureEffects& effects) {
  const auto [known, added] = names_.try_emplace(name, ChannelId{last_channel_ + 1});
  if (!added) return known->second;
  ++last_channel_;
  channels_[known->second] = {.name = name};
  effects.emplace_back(ChannelUp{known->second, name.at, name.kind, name.key});
  return known->second;
}

bool SecureEndpoint::has_channel(const Target& target) const {
  const auto found = names_.lower_bound({.at = target.first, .kind = target.second});
  return found != names_.end() && found->first.at == target.first &&
         found->first.kind == target.second;
}

/// A session that is not sent under any more is opened while the other side still uses it. Of two
/// such, the one that was used last stays.
void SecureEndpoint::retire(Instant now, Channel& channel, SessionIndex old) {
  if (channel.previous != 0) {
    const bool older = find<Session>(channel.previous)->heard <= find<Session>(old)->heard;
    const SessionIndex gone = older ? channel.previous : old;
    if (older) channel.previous = old;
    forget(gone);
  } else {
    channel.previous = old;
  }
  arm(channel.previous, entries_.at(channel.previous), now + previous_session_time);
}

void SecureEndpoint::wake(Instant now, SessionIndex index, Entry& entry, Session& session,
                          SecureEffects& effects) {
  const Channel& channel = channels_.at(session.channel);
  Duration patience = previous_session_time;
  if (channel.current == index) patience = idle_time_max;
  if (channel.next == index) patience = handshake_time_max;
  const Instant until = session.heard + patience;
  // Deadlines do not move with every datagram: what was heard since is looked at here.
  if (now < until)
    arm(index, entry, until);
  else
    end_session(index, session.channel, effects);
}

void SecureEndpoint::end_session(SessionIndex index, ChannelId id, SecureEffects& effects) {
  forget(index);
  Channel& channel = channels_.at(id);
  if (channel.next == index) channel.next = 0;
  if (channel.previous == index) channel.previous = 0;
  if (channel.current == index) channel.current = std::exchange(channel.previous, 0);
  if (channel.current == 0) channel.current = std::exchange(channel.next, 0);
  if (channel.current != 0) return;
  names_.erase(channel.name);
  channels_.erase(id);
  effects.emplace_back(ChannelDown{id});
}

}  // namespace peal::secure
