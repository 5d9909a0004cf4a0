// Who a key belongs to.
#pragma once

#include "core/ids.hpp"
#include "core/secure/dh.hpp"

namespace peal::secure {

/// The first 16 bytes of BLAKE2b (32 bytes) of the public key: a user's key is the user.
[[nodiscard]] UserId user_of(const PublicKey& key);

}  // namespace peal::secure
