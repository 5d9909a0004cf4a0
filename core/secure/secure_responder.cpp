// Handshakes that others begin. Nothing is kept of who has not shown that an address is theirs.
#include <algorithm>

#include "core/check.hpp"
#include "core/secure/secure_endpoint.hpp"

namespace peal::secure {

void SecureEndpoint::on(Instant now, const Endpoint& from, const Initiation& initiation,
                        SecureEffects& effects) {
  if (!config_.answers || (initiation.kind == ChannelKind::server && !config_.cluster_key)) {
    ++drops_.unwanted;
    return;
  }
  if (!cookies_.is_good(now, from, initiation.cookie)) {
    ++drops_.without_cookie;
    const Retry retry{.receiver = initiation.sender, .cookie = cookies_.make(now, from)};
    effects.emplace_back(Transmit{from, encode(retry)});
    return;
  }
  if (const auto* const same = find_same(from, initiation)) {
    // The Response was lost, or the Initiation came twice.
    ++drops_.repeated;
    effects.emplace_back(Transmit{from, same->response});
    return;
  }
  if (crosses_ours(now, from, initiation)) return;
  respond(now, from, initiation, effects);
}

SecureEndpoint::Responding* SecureEndpoint::find_same(const Endpoint& from,
                                                      const Initiation& initiation) {
  const auto same_address = responding_to_.find(from);
  if (same_address == responding_to_.end()) return nullptr;
  for (const SessionIndex index : same_address->second) {
    auto* const responding = find<Responding>(index);
    if (responding->initiation.sender == initiation.sender &&
        responding->initiation.noise == initiation.noise)
      return responding;
  }
  return nullptr;
}

/// Of two that began at once, the one with the higher ephemeral key goes on and the other answers.
/// The other keeps its own handshake for when the first one does not come to its end.
bool SecureEndpoint::crosses_ours(Instant now, const Endpoint& from, const Initiation& initiation) {
  const auto begun = begun_.find({from, initiation.kind});
  if (begun == begun_.end()) return false;
  // Who has answered us already and begins anew has been restarted since.
  auto* const ours = find<Initiating>(begun->second);
  if (ours == nullptr) return false;
  const auto order = std::lexicographical_compare_three_way(
      ours->initiation.noise.begin(), ours->initiation.noise.begin() + dh_bytes,
      initiation.noise.begin(), initiation.noise.begin() + dh_bytes);
  if (order == 0) {
    ++drops_.reflected;
    return true;
  }
  if (order > 0) {
    ++drops_.crossed;
    return true;
  }
  // Once: whoever invents such datagrams cannot make us rest for good.
  if (ours->rested) return false;
  ours->rested = true;
  const Instant later = std::min(now + resend_time_max, ours->resending.give_up_at);
  arm(begun->second, entries_.at(begun->second), later);
  return false;
}

void SecureEndpoint::respond(Instant now, const Endpoint& from, const Initiation& initiation,
                             SecureEffects& effects) {
  make_room(from);
  if (full()) {
    ++drops_.full;
    return;
  }
  const auto e = take_ephemeral();
  if (!e) {
    ++drops_.no_ephemeral;
    return;
  }
  const SessionIndex index = free_index();
  Responding responding{
      .from = from, .noise = handshake(initiation.kind, false, *e), .initiation = initiation};
  Bytes payload;
  if (responding.noise->read_message(initiation.noise, payload)) {
    ++drops_.not_authentic;
    return;
  }
  Response response{.sender = index, .receiver = initiation.sender};
  CHECK(!responding.noise->write_message({}, response.noise));
  responding.response = encode(response);
  effects.emplace_back(Transmit{from, responding.response});
  responding_to_[from].push_back(index);
  responding_.insert({now + handshake_time_max, index});
  keep(index, std::move(responding), now + handshake_time_max);
}

void SecureEndpoint::make_room(const Endpoint& from) {
  const auto same_address = responding_to_.find(from);
  if (same_address != responding_to_.end() &&
      same_address->second.size() >= config_.handshakes_per_address_max) {
    ++drops_.evicted;
    forget(same_address->second.front());
  }
  if (responding_.size() >= config_.handshakes_max) {
    ++drops_.evicted;
    forget(responding_.begin()->second);
  }
}

void SecureEndpoint::on(Instant now, const Endpoint& from, const Confirmation& confirmation,
                        SecureEffects& effects) {
  const SessionIndex index = confirmation.receiver;
  if (auto* const session = find<Session>(index); session != nullptr && session->responded) {
    // Our first sealed datagram was lost, or this one came twice.
    const bool theirs = channels_.at(session->channel).name.at == from;
    ++(theirs ? drops_.repeated : drops_.wrong_address);
    if (theirs) (void)seal(now, *session, from, {}, effects);
    return;
  }
  auto* const responding = find<Responding>(index);
  if (responding == nullptr) {
    ++drops_.unknown_session;
    return;
  }
  if (responding->from != from) {
    ++drops_.wrong_address;
    return;
  }
  Bytes payload;
  if (responding->noise->read_message(confirmation.noise, payload)) {
    ++drops_.not_authentic;
    return;
  }

  const ChannelName name{from, responding->initiation.kind, *responding->noise->remote_static()};
  const TransportCiphers ciphers = responding->noise->split();
  const SessionIndex theirs = responding->initiation.sender;
  forget(index);
  if (name.key == config_.s.public_key) {
    ++drops_.reflected;
    return;
  }
  // What we began ourselves has become needless.
  const auto begun = begun_.find({from, name.kind});
  if (begun != begun_.end() && find<Initiating>(begun->second) != nullptr) forget(begun->second);

  Session session{.sealer = Sealer(*ciphers.sending, theirs, config_.padding, now),
                  .opener = Opener(*ciphers.receiving),
                  .heard = now,
                  .responded = true};
  // The initiator uses the session once it has opened something.
  (void)seal(now, session, from, {}, effects);
  establish(now, index, name, std::move(session), effects);
}

void SecureEndpoint::wake(Instant, SessionIndex index, Entry&, Responding&, SecureEffects&) {
  ++drops_.expired;
  forget(index);
}

}  // namespace peal::secure
