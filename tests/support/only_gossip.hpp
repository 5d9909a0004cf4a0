// A network on which servers gossip and do nothing else together.
#pragma once

#include "tests/support/cluster.hpp"

namespace peal::test {

/// Only gossip and what it brings gets through, so that servers stay apart and no leader pushes.
inline Cluster::Fate only_gossip() {
  return [](ServerId, ServerId, const Message& message) {
    const bool gossip = std::holds_alternative<Have>(message) ||
                        std::holds_alternative<Push>(message) ||
                        std::holds_alternative<PushAck>(message);
    return gossip ? std::vector<Duration>{microseconds(100)} : std::vector<Duration>{};
  };
}

}  // namespace peal::test
