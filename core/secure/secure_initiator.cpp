// Handshakes that we begin.
#include <algorithm>

#include "core/check.hpp"
#include "core/secure/secure_endpoint.hpp"

namespace peal::secure {

OpenResult SecureEndpoint::open(Instant now, const Endpoint& to, ChannelKind kind,
                                SecureEffects& effects) {
  if (begun_.contains({to, kind})) return OpenResult::under_way;
  if (kind == ChannelKind::server && !config_.cluster_key) return OpenResult::no_cluster_key;
  if (full()) return OpenResult::full;
  const auto e = take_ephemeral();
  if (!e) return OpenResult::no_ephemeral;

  const SessionIndex index = free_index();
  Initiating initiating{.to = to,
                        .noise = handshake(kind, true, *e),
                        .initiation = {.kind = kind, .sender = index},
                        .resending = {.give_up_at = now + handshake_time_max}};
  CHECK(!initiating.noise->write_message({}, initiating.initiation.noise));
  effects.emplace_back(Transmit{to, encode(initiating.initiation)});
  begun_[{to, kind}] = index;
  keep(index, std::move(initiating), now + resend_time_min);
  return OpenResult::begun;
}

void SecureEndpoint::on(Instant, const Endpoint& from, const Retry& retry, SecureEffects& effects) {
  auto* const initiating = find<Initiating>(retry.receiver);
  if (initiating == nullptr) {
    ++drops_.unknown_session;
  } else if (initiating->to != from) {
    ++drops_.wrong_address;
  } else if (initiating->retries == retries_max || initiating->initiation.cookie == retry.cookie) {
    ++drops_.repeated;
  } else {
    // Whoever forges a Retry costs us one of the tries; the true one comes with the next
    // Initiation.
    ++initiating->retries;
    initiating->initiation.cookie = retry.cookie;
    effects.emplace_back(Transmit{from, encode(initiating->initiation)});
  }
}

void SecureEndpoint::on(Instant now, const Endpoint& from, const Response& response,
                        SecureEffects& effects) {
  auto* const initiating = find<Initiating>(response.receiver);
  if (initiating == nullptr) {
    ++drops_.unknown_session;
    return;
  }
  if (initiating->to != from) {
    ++drops_.wrong_address;
    return;
  }
  Bytes payload;
  HandshakeState& noise = *initiating->noise;
  if (noise.read_message(response.noise, payload)) {
    ++drops_.not_authentic;
    return;
  }
  if (noise.remote_static() == config_.s.public_key) {
    ++drops_.reflected;
    give_up(response.receiver, {from, initiating->initiation.kind}, effects);
    return;
  }

  Confirmation confirmation{.receiver = response.sender};
  CHECK(!noise.write_message({}, confirmation.noise));
  const TransportCiphers ciphers = noise.split();
  Confirming confirming{
      .to = from,
      .kind = initiating->initiation.kind,
      .key = *noise.remote_static(),
      .sealer = Sealer(*ciphers.sending, response.sender, config_.padding, now),
      .opener = Opener(*ciphers.receiving),
      .confirmation = encode(confirmation),
      .resending = {.give_up_at = now + handshake_time_max},
  };
  effects.emplace_back(Transmit{from, confirming.confirmation});
  Entry& entry = entries_.at(response.receiver);
  entry.role = std::move(confirming);
  arm(response.receiver, entry, now + resend_time_min);
}

void SecureEndpoint::wake(Instant now, SessionIndex index, Entry& entry, Initiating& initiating,
                          SecureEffects& effects) {
  if (!resend(now, index, entry, initiating.resending, initiating.to, encode(initiating.initiation),
              effects))
    give_up(index, {initiating.to, initiating.initiation.kind}, effects);
}

void SecureEndpoint::wake(Instant now, SessionIndex index, Entry& entry, Confirming& confirming,
                          SecureEffects& effects) {
  if (!resend(now, index, entry, confirming.resending, confirming.to, confirming.confirmation,
              effects))
    give_up(index, {confirming.to, confirming.kind}, effects);
}

/// By value: the entry that the target comes from goes first.
void SecureEndpoint::give_up(SessionIndex index, Target target, SecureEffects& effects) {
  ++drops_.expired;
  forget(index);
  if (!has_channel(target)) effects.emplace_back(Unreachable{target.first, target.second});
}

}  // namespace peal::secure
