// The head of a datagram is rewritten: protection, array, version, kind.
#include "sim/later_version.hpp"

#include <cstddef>

#include "core/check.hpp"
#include "core/codec/wire.hpp"
#include "core/message.hpp"

namespace peal::sim {
namespace {

// Numbers below this are one byte of msgpack, which is the number.
constexpr std::uint8_t small_numbers = 0x80;
constexpr std::uint8_t array_of_16_bits = 0xdc;
constexpr std::uint8_t new_kind = message_kinds + 20;
static_assert(new_kind < small_numbers && codec::protocol_version + 1 < small_numbers);

/// Where the version stands, and the kind behind it.
std::size_t version_at(const std::vector<std::uint8_t>& datagram) {
  CHECK(datagram.size() > 5 && datagram[0] == codec::protection_plain);
  const std::size_t at = datagram[1] == array_of_16_bits ? 4 : 2;
  CHECK(datagram[at] == codec::protocol_version);
  return at;
}

}  // namespace

void make_next_version(std::vector<std::uint8_t>& datagram) { ++datagram[version_at(datagram)]; }

void make_new_kind(std::vector<std::uint8_t>& datagram) {
  std::uint8_t& kind = datagram[version_at(datagram) + 1];
  if (kind < small_numbers) kind = new_kind;
}

}  // namespace peal::sim
