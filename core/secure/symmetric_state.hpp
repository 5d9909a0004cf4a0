// What a handshake has agreed so far: the SymmetricState of Noise.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/secure/bytes.hpp"
#include "core/secure/cipher_state.hpp"
#include "core/secure/hash.hpp"
#include "core/secure/noise_fault.hpp"

namespace peal::secure {

/// A value. Section 5.2 of the Noise specification (revision 34).
class SymmetricState {
 public:
  /// InitializeSymmetric(protocol_name).
  explicit SymmetricState(std::string_view protocol_name);

  void mix_key(View input_key_material);
  void mix_hash(View data);
  void mix_key_and_hash(View input_key_material);
  /// Only after Split(): binds other things to this handshake (section 11.2).
  [[nodiscard]] const Hash& get_handshake_hash() const { return h_; }
  [[nodiscard]] bool has_key() const { return cipher_.has_key(); }

  /// Appends to out. On a fault neither out nor the state has changed.
  [[nodiscard]] std::optional<NoiseFault> encrypt_and_hash(View plaintext, Bytes& out);
  [[nodiscard]] std::optional<NoiseFault> decrypt_and_hash(View ciphertext, Bytes& out);
  /// The first is for what the initiator sends, the second for what the responder sends.
  [[nodiscard]] std::array<CipherState, 2> split() const;

  friend bool operator==(const SymmetricState&, const SymmetricState&) = default;

 private:
  CipherState cipher_;
  ChainingKey ck_;
  Hash h_{};
};

}  // namespace peal::secure
