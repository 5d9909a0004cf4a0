// One client as a deterministic state machine: finds a home, keeps submitting until acknowledged,
// fails over.
#pragma once

#include "core/client_io.hpp"
#include "core/config.hpp"

namespace peal {

/// A value: copy it, compare it, digest it. The same contract on time and order as Server.
class Client {
 public:
  Client(ClientConfig config, Instant now);

  void step(Instant now, const ClientEvent& event, ClientEffects& effects);
  [[nodiscard]] Instant next_deadline() const;
  [[nodiscard]] Digest digest(Instant now) const;

  [[nodiscard]] bool attached() const;
  [[nodiscard]] const VersionVector& cursor() const;
  /// Bodies said that have no verdict yet.
  [[nodiscard]] std::size_t pending() const;
};

}  // namespace peal
