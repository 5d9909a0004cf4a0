// Promise P7, first half: in a stable connected group there is one leader, and everyone knows it.
#pragma once

#include <cstdint>

#include "core/message.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/oracles/snapshot.hpp"
#include "sim/oracles/views.hpp"

namespace peal::sim {

class OneLeader {
 public:
  /// Called when a server installs a view.
  void installed(Views& views, const View& view, Judge& judge);
  /// All servers are up and connected, and nothing has changed for long enough.
  void look(const Snapshot& servers, Judge& judge);
};

}  // namespace peal::sim
