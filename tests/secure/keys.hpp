// Keys that a test draws from a number.
#pragma once

#include "core/prng.hpp"
#include "core/secure/dh.hpp"
#include "core/secure/secret.hpp"

namespace peal::secure::test {

/// The same for the same number; different for others.
inline Secret<32> secret(std::uint64_t number) {
  Prng prng(number);
  Secret<32> drawn;
  for (std::size_t i = 0; i < drawn.size(); ++i)
    drawn.data()[i] = static_cast<std::uint8_t>(prng.next());
  return drawn;
}

inline KeyPair keypair(std::uint64_t number) { return generate_keypair(secret(number)); }

}  // namespace peal::secure::test
