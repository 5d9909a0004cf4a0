// How text and bytes go into a digest: eight at a time, little-endian on every platform.
#include "core/digest.hpp"

namespace peal {
namespace {

template <class Byte>
void add_bytes(Hasher& hasher, const Byte* data, std::size_t size) {
  hasher.add(size);
  std::uint64_t word = 0;
  unsigned filled = 0;
  for (std::size_t i = 0; i < size; ++i) {
    word |= std::uint64_t{static_cast<std::uint8_t>(data[i])} << (8U * filled);
    if (++filled == 8) {
      hasher.add(word);
      word = 0;
      filled = 0;
    }
  }
  if (filled != 0) hasher.add(word);
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
