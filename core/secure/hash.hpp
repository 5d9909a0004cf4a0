// BLAKE2b, and what Noise builds on it: HMAC and HKDF.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "core/secure/bytes.hpp"
#include "core/secure/secret.hpp"

namespace peal::secure {

/// HASHLEN and BLOCKLEN of the Noise specification (revision 34, section 12.8).
inline constexpr std::size_t hash_bytes = 64;
inline constexpr std::size_t hash_block_bytes = 128;

using Hash = std::array<std::uint8_t, hash_bytes>;
/// Also what HMAC and HKDF put out.
using ChainingKey = Secret<hash_bytes>;

/// HASH(data), of parts that follow each other.
[[nodiscard]] Hash hash(std::initializer_list<View> data);
/// HMAC-HASH(key, data) of RFC 2104; not the keyed mode of BLAKE2b. The key is at most a block.
[[nodiscard]] ChainingKey hmac_hash(View key, std::initializer_list<View> data);
/// HKDF(chaining_key, input_key_material, num_outputs) of section 4.3, for two or three outputs.
template <std::size_t NumOutputs>
[[nodiscard]] std::array<ChainingKey, NumOutputs> hkdf(const ChainingKey& chaining_key,
                                                       View input_key_material);

}  // namespace peal::secure
