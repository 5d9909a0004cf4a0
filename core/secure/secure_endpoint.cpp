// What every handshake and session needs: a number, a deadline, a way to be forgotten.
#include "core/secure/secure_endpoint.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "core/check.hpp"

namespace peal::secure {
namespace {

/// Part of every prologue: another format of datagrams gets another number.
constexpr std::string_view format = "Peal secure channel 1";

std::string protocol_of(ChannelKind kind) {
  return kind == ChannelKind::server ? "Noise_XXpsk3_25519_ChaChaPoly_BLAKE2b"
                                     : "Noise_XX_25519_ChaChaPoly_BLAKE2b";
}

}  // namespace

SecureEndpoint::SecureEndpoint(SecureConfig config)
    : config_(std::move(config)),
      cookies_(config_.cookie_secret),
      next_index_(config_.first_index) {
  CHECK(config_.handshakes_per_address_max > 0 && config_.handshakes_max > 0);
}

void SecureEndpoint::receive(Instant now, const Endpoint& from, View datagram,
                             SecureEffects& effects) {
  if (session_of(datagram)) return on_sealed(now, from, datagram, effects);
  const auto handshake = parse_handshake(datagram);
  if (!handshake) {
    ++drops_.malformed;
    return;
  }
  std::visit([&](const auto& one) { on(now, from, one, effects); }, *handshake);
}

Instant SecureEndpoint::next_deadline() const {
  return deadlines_.empty() ? never : deadlines_.begin()->first;
}

void SecureEndpoint::wake(Instant now, SecureEffects& effects) {
  while (next_deadline() <= now) {
    const SessionIndex index = deadlines_.begin()->second;
    Entry& entry = entries_.at(index);
    std::visit([&](auto& role) { wake(now, index, entry, role, effects); }, entry.role);
  }
}

SessionIndex SecureEndpoint::free_index() {
  while (next_index_ == 0 || entries_.contains(next_index_)) ++next_index_;
  return next_index_++;
}

SecureEndpoint::Entry& SecureEndpoint::keep(SessionIndex index, Role role, Instant deadline) {
  const auto [entry, added] = entries_.emplace(index, Entry{std::move(role)});
  CHECK(added);
  arm(index, entry->second, deadline);
  return entry->second;
}

void SecureEndpoint::arm(SessionIndex index, Entry& entry, Instant deadline) {
  deadlines_.erase({entry.deadline, index});
  entry.deadline = deadline;
  deadlines_.insert({deadline, index});
}

void SecureEndpoint::forget(SessionIndex index) {
  const auto entry = entries_.find(index);
  CHECK(entry != entries_.end());
  const Role& role = entry->second.role;
  if (const auto* initiating = std::get_if<Initiating>(&role))
    begun_.erase({initiating->to, initiating->initiation.kind});
  if (const auto* confirming = std::get_if<Confirming>(&role))
    begun_.erase({confirming->to, confirming->kind});
  if (const auto* responding = std::get_if<Responding>(&role)) {
    const auto same_address = responding_to_.find(responding->from);
    std::erase(same_address->second, index);
    if (same_address->second.empty()) responding_to_.erase(same_address);
    responding_.erase({entry->second.deadline, index});
  }
  if (std::holds_alternative<Session>(role)) --sessions_;
  deadlines_.erase({entry->second.deadline, index});
  entries_.erase(entry);
}

bool SecureEndpoint::resend(Instant now, SessionIndex index, Entry& entry, Resending& resending,
                            const Endpoint& to, Bytes datagram, SecureEffects& effects) {
  if (now >= resending.give_up_at) return false;
  effects.emplace_back(Transmit{to, std::move(datagram)});
  resending.after = std::min(resending.after * 2, resend_time_max);
  arm(index, entry, std::min(now + resending.after, resending.give_up_at));
  return true;
}

std::optional<KeyPair> SecureEndpoint::take_ephemeral() {
  if (ephemerals_.empty()) return std::nullopt;
  KeyPair e = generate_keypair(ephemerals_.back());
  ephemerals_.pop_back();
  return e;
}

HandshakeState SecureEndpoint::handshake(ChannelKind kind, bool initiator, const KeyPair& e) const {
  Bytes prologue(format.begin(), format.end());
  prologue.insert(prologue.end(), config_.prologue.begin(), config_.prologue.end());
  std::vector<Psk> psks;
  if (kind == ChannelKind::server) psks.push_back(config_.cluster_key.value());
  return HandshakeState({.protocol_name = protocol_of(kind),
                         .initiator = initiator,
                         .prologue = std::move(prologue),
                         .s = config_.s,
                         .e = e,
                         .psks = std::move(psks)});
}

bool SecureEndpoint::full() const { return entries_.size() >= config_.sessions_max; }

}  // namespace peal::secure
