// ChaCha20-Poly1305 (RFC 8439) as libsodium computes it, under nonces that count.
#include "core/secure/cipher_state.hpp"

#include <array>

#include <sodium.h>

#include "core/check.hpp"

namespace peal::secure {
namespace {

static_assert(crypto_aead_chacha20poly1305_ietf_ABYTES == tag_bytes);
static_assert(crypto_aead_chacha20poly1305_ietf_KEYBYTES == CipherKey::size());

using Nonce = std::array<std::uint8_t, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

/// 32 bits of zeros, then n in little-endian order (section 12.3).
Nonce nonce_bytes(std::uint64_t n) {
  Nonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[4 + i] = static_cast<std::uint8_t>(n >> (8 * i));
  return nonce;
}

/// ENCRYPT(k, n, ad, plaintext), to where there is room for the tag too.
void encrypt(const CipherKey& k, std::uint64_t n, View ad, View plaintext, std::uint8_t* out) {
  const Nonce nonce = nonce_bytes(n);
  const int status = crypto_aead_chacha20poly1305_ietf_encrypt(
      out, nullptr, plaintext.data(), plaintext.size(), ad.data(), ad.size(), nullptr, nonce.data(),
      k.data());
  CHECK(status == 0);
}

}  // namespace

void CipherState::initialize_key(const std::optional<CipherKey>& key) {
  k_ = key;
  n_ = 0;
}

std::optional<NoiseFault> CipherState::encrypt_with_ad(View ad, View plaintext, Bytes& out) {
  const std::size_t bytes = plaintext.size() + (k_ ? tag_bytes : 0);
  if (bytes > noise_message_bytes_max) return NoiseFault::too_long;
  if (!k_) {
    out.insert(out.end(), plaintext.begin(), plaintext.end());
    return std::nullopt;
  }
  if (n_ == nonce_of_rekey) return NoiseFault::nonces_exhausted;

  const std::size_t start = out.size();
  out.resize(start + bytes);
  encrypt(*k_, n_, ad, plaintext, out.data() + start);
  ++n_;
  return std::nullopt;
}

std::optional<NoiseFault> CipherState::decrypt_with_ad(View ad, View ciphertext, Bytes& out) {
  if (ciphertext.size() > noise_message_bytes_max) return NoiseFault::too_long;
  if (!k_) {
    out.insert(out.end(), ciphertext.begin(), ciphertext.end());
    return std::nullopt;
  }
  if (ciphertext.size() < tag_bytes) return NoiseFault::too_short;
  if (n_ == nonce_of_rekey) return NoiseFault::nonces_exhausted;

  const std::size_t start = out.size();
  out.resize(start + ciphertext.size() - tag_bytes);
  const Nonce nonce = nonce_bytes(n_);
  const int status = crypto_aead_chacha20poly1305_ietf_decrypt(
      out.data() + start, nullptr, nullptr, ciphertext.data(), ciphertext.size(), ad.data(),
      ad.size(), nonce.data(), k_->data());
  if (status != 0) {
    out.resize(start);
    return NoiseFault::not_authentic;
  }
  ++n_;
  return std::nullopt;
}

void CipherState::rekey() {
  CHECK(k_);
  // The default of section 4.2: the first 32 bytes of the encryption of 32 zeros.
  Secret<CipherKey::size() + tag_bytes> encrypted;
  encrypt(*k_, nonce_of_rekey, {}, CipherKey{}.view(), encrypted.data());
  k_ = encrypted.first<CipherKey::size()>();
}

}  // namespace peal::secure
