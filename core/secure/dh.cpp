// X25519 as libsodium computes it.
#include "core/secure/dh.hpp"

#include <sodium.h>

#include "core/check.hpp"

namespace peal::secure {

static_assert(crypto_scalarmult_BYTES == dh_bytes && crypto_scalarmult_SCALARBYTES == dh_bytes);

KeyPair generate_keypair(const PrivateKey& drawn) {
  KeyPair keypair{.private_key = drawn};
  CHECK(crypto_scalarmult_base(keypair.public_key.bytes.data(), drawn.data()) == 0);
  return keypair;
}

Secret<dh_bytes> dh(const KeyPair& keypair, const PublicKey& public_key) {
  Secret<dh_bytes> shared;
  const int status =
      crypto_scalarmult(shared.data(), keypair.private_key.data(), public_key.bytes.data());
  // libsodium refuses what would be all zeros, and says nothing of what it left in its output.
  if (status != 0) return {};
  return shared;
}

}  // namespace peal::secure
