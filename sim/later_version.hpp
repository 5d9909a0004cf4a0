// What a server of a later version puts on the wire that this version does not know.
#pragma once

#include <cstdint>
#include <vector>

namespace peal::sim {

/// The same message in the next version of the protocol.
void make_next_version(std::vector<std::uint8_t>& datagram);
/// A message of a kind that this version does not have. A part of a split message stays what it is.
void make_new_kind(std::vector<std::uint8_t>& datagram);

}  // namespace peal::sim
