// How text and bytes go into a digest: eight at a time, little-endian on every platform.
#include "core/digest.hpp"

#include <cstring>

namespace peal {
namespace {

/// The first `size` bytes as one number, at most eight of them.
template <class Byte>
std::uint64_t word(const Byte* data, std::size_t size) {
  std::uint64_t value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, data, size);
  } else {
    for (std::size_t i = 0; i < size; ++i)
      value |= std::uint64_t{static_cast<std::uint8_t>(data[i])} << (8U * i);
  }
  return value;
}

template <class Byte>
void add_bytes(Hasher& hasher, const Byte* data, std::size_t size) {
  constexpr std::size_t word_bytes = sizeof(std::uint64_t);
  hasher.add(size);
  for (; size >= word_bytes; size -= word_bytes, data += word_bytes)
    hasher.add(word(data, word_bytes));
  if (size != 0) hasher.add(word(data, size));
}

}  // namespace

Hasher& Hasher::add(std::string_view text) {
  add_bytes(*this, text.data(), text.size());
  return *this;
}

Hasher& Hasher::add(std::span<const std::uint8_t> bytes) {
  add_bytes(*this, bytes.data(), bytes.size());
  return *this;
}

}  // namespace peal
