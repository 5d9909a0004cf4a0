// What can be seen of each server from outside at one moment.
#pragma once

#include <cstdint>
#include <vector>

#include "core/message.hpp"

namespace peal::sim {

struct ServerSnapshot {
  ServerId id;
  bool up = false;  ///< its process runs and is not paused
  Role role = Role::looking;
  ViewId view;
  std::uint64_t stored = 0;  ///< entries on its disk
};
using Snapshot = std::vector<ServerSnapshot>;  // By server, counted from 0.

}  // namespace peal::sim
