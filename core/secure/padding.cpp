// Padding as in ISO/IEC 7816-4: a mark, then zeros.
#include "core/secure/padding.hpp"

#include <algorithm>
#include <bit>

#include "core/check.hpp"

namespace peal::secure {
namespace {

constexpr std::uint8_t end_of_message = 1;
/// Below, powers of two would tell more than they hide.
constexpr std::size_t least_power = 32;

std::size_t padded_bytes(std::size_t bytes, Padding padding, std::size_t bytes_max) {
  switch (padding) {
    case Padding::none: return bytes;
    case Padding::multiples_of_64: return (bytes + 63) / 64 * 64;
    case Padding::powers_of_two: return std::max(least_power, std::bit_ceil(bytes));
    case Padding::always_full: return bytes_max;
  }
  CHECK(false);
}

}  // namespace

void pad(View message, Padding padding, std::size_t bytes_max, Bytes& out) {
  CHECK(message.size() < bytes_max);
  const std::size_t start = out.size();
  out.insert(out.end(), message.begin(), message.end());
  out.push_back(end_of_message);
  out.resize(start + std::min(padded_bytes(message.size() + 1, padding, bytes_max), bytes_max));
}

bool unpad(Bytes& padded) {
  while (!padded.empty() && padded.back() == 0) padded.pop_back();
  if (padded.empty() || padded.back() != end_of_message) return false;
  padded.pop_back();
  return true;
}

}  // namespace peal::secure
