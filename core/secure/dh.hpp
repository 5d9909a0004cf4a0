// Key pairs of Curve25519, and the secret that two of them share.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

#include "core/secure/secret.hpp"

namespace peal::secure {

/// DHLEN of the Noise specification.
inline constexpr std::size_t dh_bytes = 32;

struct PublicKey {
  std::array<std::uint8_t, dh_bytes> bytes{};
  friend auto operator<=>(const PublicKey&, const PublicKey&) = default;
};

using PrivateKey = Secret<dh_bytes>;

struct KeyPair {
  PrivateKey private_key;
  PublicKey public_key;
  friend bool operator==(const KeyPair&, const KeyPair&) = default;
};

/// GENERATE_KEYPAIR() of 32 random bytes that the driver drew.
[[nodiscard]] KeyPair generate_keypair(const PrivateKey& drawn);
/// DH(keypair, public_key), the X25519 of RFC 7748. For public keys of low order it is all zeros,
/// and the handshake goes on: section 12.1 of the Noise specification (revision 34) advises against
/// an error, as what is agreed is bound to the public keys anyway.
[[nodiscard]] Secret<dh_bytes> dh(const KeyPair& keypair, const PublicKey& public_key);

}  // namespace peal::secure
