// Wiping and comparing as libsodium does it.
#include "core/secure/secret.hpp"

#include <sodium.h>

#include "core/check.hpp"

namespace peal::secure {

void wipe(std::span<std::uint8_t> bytes) { sodium_memzero(bytes.data(), bytes.size()); }

bool equal_in_constant_time(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
  CHECK(a.size() == b.size());
  return sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace peal::secure
