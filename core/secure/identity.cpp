// Who a key belongs to.
#include "core/secure/identity.hpp"

#include <algorithm>
#include <array>

#include <sodium.h>

namespace peal::secure {

UserId user_of(const PublicKey& key) {
  std::array<std::uint8_t, crypto_generichash_BYTES> hash{};
  crypto_generichash(hash.data(), hash.size(), key.bytes.data(), key.bytes.size(), nullptr, 0);
  UserId user;
  std::copy_n(hash.begin(), user.bytes.size(), user.bytes.begin());
  return user;
}

}  // namespace peal::secure
