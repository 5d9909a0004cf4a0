// One side of a handshake: the HandshakeState of Noise.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/secure/bytes.hpp"
#include "core/secure/cipher_state.hpp"
#include "core/secure/dh.hpp"
#include "core/secure/handshake_pattern.hpp"
#include "core/secure/noise_fault.hpp"
#include "core/secure/symmetric_state.hpp"

namespace peal::secure {

using Psk = Secret<32>;

/// What Initialize() is told (section 5.3). The keys are those that the pattern needs.
struct HandshakeConfig {
  std::string protocol_name;
  bool initiator = false;
  /// What both sides must agree on, of any length.
  Bytes prologue;
  std::optional<KeyPair> s;
  /// Fresh for each handshake: drawn by the driver for the token "e".
  std::optional<KeyPair> e;
  std::optional<PublicKey> rs;
  /// In the order of the pattern's tokens.
  std::vector<Psk> psks;
};

/// What protects the messages after a handshake. One-way patterns have one direction only.
struct TransportCiphers {
  std::optional<CipherState> sending;
  std::optional<CipherState> receiving;
};

/// A value. Section 5.3 of the Noise specification (revision 34).
class HandshakeState {
 public:
  /// Initialize(). The protocol name must be one of ours, and the keys all there.
  explicit HandshakeState(HandshakeConfig config);

  /// WriteMessage(): appends to message. The payload does not look into message. On a fault neither
  /// has changed.
  [[nodiscard]] std::optional<NoiseFault> write_message(View payload, Bytes& message);
  /// ReadMessage(): appends what the message carries to payload. On a fault neither has changed, so
  /// the right message can still come: datagrams can be anyone's.
  [[nodiscard]] std::optional<NoiseFault> read_message(View message, Bytes& payload);

  [[nodiscard]] bool finished() const { return next_ == pattern_.messages.size(); }
  /// After a fault of neither side: whose turn it is.
  [[nodiscard]] bool to_write() const { return !finished() && (next_ % 2 == 0) == initiator_; }
  /// Split(), told apart by direction. The handshake must be finished.
  [[nodiscard]] TransportCiphers split() const;
  /// The same on both sides of a finished handshake, and of no other one.
  [[nodiscard]] const Hash& get_handshake_hash() const { return symmetric_.get_handshake_hash(); }
  /// The other side's static key, once it is known. It proves nothing before finished().
  [[nodiscard]] const std::optional<PublicKey>& remote_static() const { return rs_; }
  [[nodiscard]] const std::optional<PublicKey>& remote_ephemeral() const { return re_; }

  friend bool operator==(const HandshakeState&, const HandshakeState&) = default;

 private:
  [[nodiscard]] std::optional<NoiseFault> write(Token token, Bytes& message);
  [[nodiscard]] std::optional<NoiseFault> read(Token token, View& message);
  [[nodiscard]] std::optional<NoiseFault> read_static(View& message);
  void mix_ephemeral(const PublicKey& key);
  /// What both sides do for the tokens that send nothing.
  void agree(Token token);

  HandshakePattern pattern_;
  bool initiator_ = false;
  SymmetricState symmetric_;
  std::optional<KeyPair> s_;
  std::optional<KeyPair> e_;
  std::optional<PublicKey> rs_;
  std::optional<PublicKey> re_;
  std::vector<Psk> psks_;
  std::size_t next_ = 0;      ///< message of the pattern
  std::size_t next_psk_ = 0;  ///< of psks_
};

}  // namespace peal::secure
