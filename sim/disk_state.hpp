// How well the disk of a simulated server works.
#pragma once

#include <cstdint>

namespace peal::sim {

enum class DiskState : std::uint8_t {
  works,
  full,        ///< writes fail for lack of room
  failing,     ///< writes fail
  unreadable,  ///< reads fail
  slow,        ///< everything takes longer, and is done in the end
  hanging      ///< nothing is done before it is in another state
};

/// A server lives with it, and does for others what it always does.
[[nodiscard]] constexpr bool serves(DiskState state) {
  return state == DiskState::works || state == DiskState::slow;
}
/// A process can read what it needs to start.
[[nodiscard]] constexpr bool gives_back(DiskState state) {
  return state != DiskState::unreadable && state != DiskState::hanging;
}

}  // namespace peal::sim
