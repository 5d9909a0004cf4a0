// A key and the number of messages that it has protected: the CipherState of Noise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/secure/bytes.hpp"
#include "core/secure/noise_fault.hpp"
#include "core/secure/secret.hpp"

namespace peal::secure {

/// What ENCRYPT() adds to a plaintext.
inline constexpr std::size_t tag_bytes = 16;
/// Noise messages are no longer (section 3).
inline constexpr std::size_t noise_message_bytes_max = 65'535;
/// The nonce that only Rekey() uses.
inline constexpr std::uint64_t nonce_of_rekey = UINT64_MAX;

using CipherKey = Secret<32>;

/// A value. Section 5.1 of the Noise specification (revision 34), with ChaCha20-Poly1305 (12.3).
class CipherState {
 public:
  /// Sets k and n = 0. Without a key what is encrypted stays as it is, and what is decrypted is
  /// taken as it is.
  void initialize_key(const std::optional<CipherKey>& key);
  [[nodiscard]] bool has_key() const { return k_.has_value(); }
  /// For messages that come out of order.
  void set_nonce(std::uint64_t nonce) { n_ = nonce; }
  [[nodiscard]] std::uint64_t nonce() const { return n_; }

  /// Appends the ciphertext to out. On a fault neither out nor the state has changed. The views do
  /// not look into out.
  [[nodiscard]] std::optional<NoiseFault> encrypt_with_ad(View ad, View plaintext, Bytes& out);
  /// Appends the plaintext to out; otherwise like encrypt_with_ad(). So a message that is not
  /// authentic costs no nonce, and the right one can still come.
  [[nodiscard]] std::optional<NoiseFault> decrypt_with_ad(View ad, View ciphertext, Bytes& out);
  /// REKEY(): the next key, from which nobody finds the way back. n stays. There must be a key.
  void rekey();

  friend bool operator==(const CipherState&, const CipherState&) = default;

 private:
  std::optional<CipherKey> k_;
  std::uint64_t n_ = 0;
};

}  // namespace peal::secure
