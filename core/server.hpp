// One server of the ring as a deterministic state machine.
#pragma once

#include "core/config.hpp"
#include "core/effect.hpp"
#include "core/event.hpp"

namespace peal {

/// A queue or table that has a limit, as the oracle `bounded` and `status` see it.
struct Load {
  const char* name = "";
  std::size_t now = 0;
  std::size_t limit = 0;
};

/// A value: copy it, compare it, digest it. The driver calls step() with a time that never goes
/// back, with one event at a time, and carries out the effects in their order before the next call.
/// It calls step() with Wake at next_deadline() or a little later. A new server is due at once.
class Server {
 public:
  Server(ServerConfig config, const Recovered& recovered, Instant now);

  void step(Instant now, const Event& event, Effects& effects);
  [[nodiscard]] Instant next_deadline() const;
  /// Of the whole state, with deadlines relative to now: equal states at different times have equal
  /// digests.
  [[nodiscard]] Digest digest(Instant now) const;

  [[nodiscard]] ServerId id() const;
  [[nodiscard]] Incarnation incarnation() const;
  [[nodiscard]] Role role() const;
  [[nodiscard]] const View& view() const;
  [[nodiscard]] const VersionVector& held() const;
  [[nodiscard]] const VersionVector& durable() const;
  [[nodiscard]] const VersionVector& stable() const;
  [[nodiscard]] std::vector<Load> loads() const;
};

}  // namespace peal
