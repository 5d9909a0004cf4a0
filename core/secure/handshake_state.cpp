// WriteMessage() and ReadMessage() of section 5.3, token by token.
#include "core/secure/handshake_state.hpp"

#include <algorithm>
#include <utility>

#include "core/check.hpp"
#include "core/secure/protocol_name.hpp"

namespace peal::secure {
namespace {

HandshakePattern known_pattern(const std::string& protocol_name) {
  auto pattern = parse_protocol_name(protocol_name);
  CHECK(pattern);
  return std::move(*pattern);
}

bool sends(const HandshakePattern& pattern, bool initiator, Token token) {
  for (std::size_t i = initiator ? 0 : 1; i < pattern.messages.size(); i += 2)
    if (std::ranges::count(pattern.messages[i], token) != 0) return true;
  return false;
}

}  // namespace

HandshakeState::HandshakeState(HandshakeConfig config)
    : pattern_(known_pattern(config.protocol_name)),
      initiator_(config.initiator),
      symmetric_(config.protocol_name),
      s_(std::move(config.s)),
      e_(std::move(config.e)),
      rs_(config.rs),
      psks_(std::move(config.psks)) {
  const bool we_are_known = initiator_ ? pattern_.initiator_known : pattern_.responder_known;
  const bool they_are_known = initiator_ ? pattern_.responder_known : pattern_.initiator_known;
  CHECK(s_ || !(we_are_known || sends(pattern_, initiator_, Token::s)));
  CHECK(e_ || !sends(pattern_, initiator_, Token::e));
  CHECK(rs_.has_value() == they_are_known);
  CHECK(psks_.size() == pattern_.psks());

  symmetric_.mix_hash(config.prologue);
  // Of the public keys that are known before, the initiator's comes first.
  if (pattern_.initiator_known) symmetric_.mix_hash(initiator_ ? s_->public_key.bytes : rs_->bytes);
  if (pattern_.responder_known) symmetric_.mix_hash(initiator_ ? rs_->bytes : s_->public_key.bytes);
}

std::optional<NoiseFault> HandshakeState::write_message(View payload, Bytes& message) {
  if (!to_write()) return NoiseFault::out_of_turn;
  HandshakeState after = *this;
  Bytes written;
  for (const Token token : pattern_.messages[next_])
    if (const auto fault = after.write(token, written)) return fault;
  if (const auto fault = after.symmetric_.encrypt_and_hash(payload, written)) return fault;
  if (written.size() > noise_message_bytes_max) return NoiseFault::too_long;

  ++after.next_;
  *this = std::move(after);
  message.insert(message.end(), written.begin(), written.end());
  return std::nullopt;
}

std::optional<NoiseFault> HandshakeState::read_message(View message, Bytes& payload) {
  if (finished() || to_write()) return NoiseFault::out_of_turn;
  if (message.size() > noise_message_bytes_max) return NoiseFault::too_long;
  HandshakeState after = *this;
  for (const Token token : pattern_.messages[next_])
    if (const auto fault = after.read(token, message)) return fault;
  if (const auto fault = after.symmetric_.decrypt_and_hash(message, payload)) return fault;

  ++after.next_;
  *this = std::move(after);
  return std::nullopt;
}

TransportCiphers HandshakeState::split() const {
  CHECK(finished());
  auto [from_initiator, from_responder] = symmetric_.split();
  TransportCiphers ciphers;
  (initiator_ ? ciphers.sending : ciphers.receiving) = from_initiator;
  if (!pattern_.one_way()) (initiator_ ? ciphers.receiving : ciphers.sending) = from_responder;
  return ciphers;
}

std::optional<NoiseFault> HandshakeState::write(Token token, Bytes& message) {
  switch (token) {
    case Token::e:
      message.insert(message.end(), e_->public_key.bytes.begin(), e_->public_key.bytes.end());
      mix_ephemeral(e_->public_key);
      return std::nullopt;
    case Token::s: return symmetric_.encrypt_and_hash(s_->public_key.bytes, message);
    default: agree(token); return std::nullopt;
  }
}

/// Takes what belongs to the token from the front of the message.
std::optional<NoiseFault> HandshakeState::read(Token token, View& message) {
  switch (token) {
    case Token::e:
      if (message.size() < dh_bytes) return NoiseFault::too_short;
      std::ranges::copy(message.first(dh_bytes), re_.emplace().bytes.begin());
      message = message.subspan(dh_bytes);
      mix_ephemeral(*re_);
      return std::nullopt;
    case Token::s: return read_static(message);
    default: agree(token); return std::nullopt;
  }
}

std::optional<NoiseFault> HandshakeState::read_static(View& message) {
  const std::size_t bytes = dh_bytes + (symmetric_.has_key() ? tag_bytes : 0);
  if (message.size() < bytes) return NoiseFault::too_short;
  Bytes key;
  if (const auto fault = symmetric_.decrypt_and_hash(message.first(bytes), key)) return fault;
  std::ranges::copy(key, rs_.emplace().bytes.begin());
  message = message.subspan(bytes);
  return std::nullopt;
}

void HandshakeState::mix_ephemeral(const PublicKey& key) {
  symmetric_.mix_hash(key.bytes);
  // Section 9.2: with pre-shared keys the ephemeral key alone makes each handshake's keys new.
  if (!psks_.empty()) symmetric_.mix_key(key.bytes);
}

void HandshakeState::agree(Token token) {
  switch (token) {
    case Token::ee: symmetric_.mix_key(dh(*e_, *re_).view()); return;
    case Token::es: symmetric_.mix_key((initiator_ ? dh(*e_, *rs_) : dh(*s_, *re_)).view()); return;
    case Token::se: symmetric_.mix_key((initiator_ ? dh(*s_, *re_) : dh(*e_, *rs_)).view()); return;
    case Token::ss: symmetric_.mix_key(dh(*s_, *rs_).view()); return;
    case Token::psk: symmetric_.mix_key_and_hash(psks_[next_psk_++].view()); return;
    case Token::e:
    case Token::s: CHECK(false);
  }
}

}  // namespace peal::secure
