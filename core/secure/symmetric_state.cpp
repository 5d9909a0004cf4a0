// The functions of section 5.2, in its order.
#include "core/secure/symmetric_state.hpp"

#include <algorithm>

namespace peal::secure {
namespace {

View view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

SymmetricState::SymmetricState(std::string_view protocol_name) {
  const View name = view_of(protocol_name);
  if (name.size() <= hash_bytes)
    std::ranges::copy(name, h_.begin());
  else
    h_ = hash({name});
  ck_ = ChainingKey(h_);
}

void SymmetricState::mix_key(View input_key_material) {
  const auto [ck, temp_k] = hkdf<2>(ck_, input_key_material);
  ck_ = ck;
  cipher_.initialize_key(temp_k.first<CipherKey::size()>());
}

void SymmetricState::mix_hash(View data) { h_ = hash({h_, data}); }

void SymmetricState::mix_key_and_hash(View input_key_material) {
  const auto [ck, temp_h, temp_k] = hkdf<3>(ck_, input_key_material);
  ck_ = ck;
  mix_hash(temp_h.view());
  cipher_.initialize_key(temp_k.first<CipherKey::size()>());
}

std::optional<NoiseFault> SymmetricState::encrypt_and_hash(View plaintext, Bytes& out) {
  const std::size_t start = out.size();
  if (const auto fault = cipher_.encrypt_with_ad(h_, plaintext, out)) return fault;
  mix_hash(View(out).subspan(start));
  return std::nullopt;
}

std::optional<NoiseFault> SymmetricState::decrypt_and_hash(View ciphertext, Bytes& out) {
  if (const auto fault = cipher_.decrypt_with_ad(h_, ciphertext, out)) return fault;
  mix_hash(ciphertext);
  return std::nullopt;
}

std::array<CipherState, 2> SymmetricState::split() const {
  const auto [temp_k1, temp_k2] = hkdf<2>(ck_, {});
  std::array<CipherState, 2> ciphers;
  ciphers[0].initialize_key(temp_k1.first<CipherKey::size()>());
  ciphers[1].initialize_key(temp_k2.first<CipherKey::size()>());
  return ciphers;
}

}  // namespace peal::secure
