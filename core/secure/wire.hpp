// What the datagrams of the secure channel have in common: the byte that they start with, and
// numbers as bytes.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

#include "core/secure/bytes.hpp"

namespace peal::secure {

/// The first byte of every datagram; docs/secure-channel.md.
enum class Protection : std::uint8_t { plain = 0, handshake = 1, sealed = 2, here = 3 };

/// What one side calls a session of its own; the other side puts it in front of what it sends
/// there.
using SessionIndex = std::uint32_t;

/// Appends a number, its highest byte first.
template <std::unsigned_integral T>
void put(Bytes& out, T number) {
  for (std::size_t i = sizeof(T); i-- > 0;)
    out.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

/// The number at an offset; the bytes are there.
template <std::unsigned_integral T>
[[nodiscard]] T get(View bytes, std::size_t offset) {
  T number = 0;
  for (const std::uint8_t byte : bytes.subspan(offset, sizeof(T)))
    number = static_cast<T>(static_cast<std::uint64_t>(number) << 8U | byte);
  return number;
}

}  // namespace peal::secure
