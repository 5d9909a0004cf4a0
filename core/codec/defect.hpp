// What can be wrong with bytes that should have been a message.
#pragma once

#include <cstddef>
#include <cstdint>

namespace peal::codec {

enum class Defect : std::uint8_t {
  none,
  empty,               ///< no bytes at all
  unknown_protection,  ///< the first byte of the datagram
  datagram_too_long,
  truncated,        ///< ends inside of an element
  trailing_bytes,   ///< goes on behind the message
  foreign_element,  ///< nil, float, map, extension, or no msgpack
  too_deep,
  too_many_elements,
  wrong_type,
  wrong_size,    ///< an array or bytes of another length than the field has
  out_of_range,  ///< a number that the field cannot hold
  too_long,      ///< text or a list beyond its limit
  none_id,       ///< an id or a number that must not be none is 0
  not_sorted,    ///< a version vector or the members of a view
  inconsistent,  ///< fields that contradict each other
  count_
};
inline constexpr std::size_t defect_count = static_cast<std::size_t>(Defect::count_);

/// As people read it: "too many elements".
[[nodiscard]] const char* defect_name(Defect defect);

}  // namespace peal::codec
