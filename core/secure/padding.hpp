// How many bytes a message seems to have on the wire.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/secure/bytes.hpp"

namespace peal::secure {

/// A setting of the sender; whoever opens the message need not know it.
enum class Padding : std::uint8_t {
  none,             ///< lengths show: the least to send
  multiples_of_64,  ///< at most 63 bytes more; lengths show roughly
  powers_of_two,    ///< at most twice the bytes; seven lengths in all
  always_full,      ///< one length for everything
};

/// Appends the message, a byte 1, and zeros. As long as the setting demands, but at most bytes_max,
/// where the message and its byte 1 must fit.
void pad(View message, Padding padding, std::size_t bytes_max, Bytes& out);
/// Takes the padding off. False: there was none, so the sender does not know the format.
[[nodiscard]] bool unpad(Bytes& padded);

}  // namespace peal::secure
