// BLAKE2b as libsodium computes it (crypto_generichash without key), HMAC and HKDF over it.
#include "core/secure/hash.hpp"

#include <sodium.h>

#include "core/check.hpp"

namespace peal::secure {
namespace {

/// The hash of a sequence of parts; what it holds may be secret.
class Hasher {
 public:
  Hasher() { CHECK(crypto_generichash_init(&state_, nullptr, 0, hash_bytes) == 0); }
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  ~Hasher() { sodium_memzero(&state_, sizeof state_); }

  void update(View part) {
    CHECK(crypto_generichash_update(&state_, part.data(), part.size()) == 0);
  }
  void finish(std::uint8_t* hash) {
    CHECK(crypto_generichash_final(&state_, hash, hash_bytes) == 0);
  }

 private:
  crypto_generichash_state state_{};
};

/// The key, filled up with zeros to a block, each byte XORed with the pad of RFC 2104.
Secret<hash_block_bytes> padded_key(View key, std::uint8_t pad) {
  Secret<hash_block_bytes> block;
  std::ranges::copy(key, block.data());
  for (std::size_t i = 0; i < block.size(); ++i) block.data()[i] ^= pad;
  return block;
}

}  // namespace

Hash hash(std::initializer_list<View> data) {
  Hasher hasher;
  for (const View part : data) hasher.update(part);
  Hash result;
  hasher.finish(result.data());
  return result;
}

ChainingKey hmac_hash(View key, std::initializer_list<View> data) {
  CHECK(key.size() <= hash_block_bytes);
  ChainingKey inner;
  Hasher inside;
  inside.update(padded_key(key, 0x36).view());
  for (const View part : data) inside.update(part);
  inside.finish(inner.data());

  ChainingKey outer;
  Hasher outside;
  outside.update(padded_key(key, 0x5c).view());
  outside.update(inner.view());
  outside.finish(outer.data());
  return outer;
}

template <std::size_t NumOutputs>
std::array<ChainingKey, NumOutputs> hkdf(const ChainingKey& chaining_key, View input_key_material) {
  const ChainingKey temp_key = hmac_hash(chaining_key.view(), {input_key_material});
  std::array<ChainingKey, NumOutputs> outputs;
  View before;
  for (std::size_t i = 0; i < NumOutputs; ++i) {
    const std::array<std::uint8_t, 1> number{static_cast<std::uint8_t>(i + 1)};
    outputs[i] = hmac_hash(temp_key.view(), {before, number});
    before = outputs[i].view();
  }
  return outputs;
}

template std::array<ChainingKey, 2> hkdf<2>(const ChainingKey&, View);
template std::array<ChainingKey, 3> hkdf<3>(const ChainingKey&, View);

}  // namespace peal::secure
