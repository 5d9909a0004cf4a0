// What a secure endpoint dropped, and why.
#pragma once

#include <compare>
#include <cstdint>

namespace peal::secure {

struct SecureDrops {
  std::uint64_t malformed = 0;        ///< not exactly one of our datagrams
  std::uint64_t unwanted = 0;         ///< initiations of a kind that is not answered here
  std::uint64_t without_cookie = 0;   ///< initiations that were answered with a Retry
  std::uint64_t crossed = 0;          ///< initiations of who should answer ours instead
  std::uint64_t reflected = 0;        ///< our own handshake came back, or our own key
  std::uint64_t no_ephemeral = 0;     ///< initiations: the driver had stocked no key
  std::uint64_t full = 0;             ///< initiations: sessions_max
  std::uint64_t evicted = 0;          ///< handshakes, for newer ones
  std::uint64_t expired = 0;          ///< handshakes that were not finished in time
  std::uint64_t unknown_session = 0;  ///< for a session that is not there (any more)
  std::uint64_t wrong_address = 0;    ///< for a session with another address
  std::uint64_t repeated = 0;         ///< datagrams that were there already
  std::uint64_t too_old = 0;          ///< behind the replay window, or of a key that is gone
  std::uint64_t too_far_ahead = 0;    ///< of a key that cannot be in use yet
  std::uint64_t not_authentic = 0;    ///< altered, or of another key
  std::uint64_t not_padded = 0;       ///< authentic, but not of our format
  friend auto operator<=>(const SecureDrops&, const SecureDrops&) = default;
};

}  // namespace peal::secure
