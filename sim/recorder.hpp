// Who writes down everything that happens to the machines of a simulated world.
#pragma once

#include <cstdint>

#include "core/client.hpp"
#include "core/server.hpp"
#include "sim/action.hpp"
#include "sim/place.hpp"

namespace peal::sim {

struct Setup;

/// World times in microseconds; clocks are those of the machine's host. It may not change anything.
class Recorder {
 public:
  Recorder() = default;
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  virtual ~Recorder() = default;

  struct Moment {
    std::int64_t at_us = 0;
    Instant clock;
    WallTime wall;
  };
  /// Before anything happens.
  virtual void setup(const Setup& setup) = 0;
  virtual void began(Place place, Moment moment, const Sender& id, const Server& server) = 0;
  virtual void began(Place place, Moment moment, const Sender& id, const Client& client) = 0;
  /// Before the machine takes it.
  virtual void event(Place place, Moment moment, const Event& event) = 0;
  virtual void event(Place place, Moment moment, const ClientEvent& event) = 0;
  /// Of the event before.
  virtual void effects(Moment moment, const Effects& effects, const Server& server) = 0;
  virtual void effects(Moment moment, const ClientEffects& effects, const Client& client) = 0;
  /// clean: it had said that it may end.
  virtual void ended(Place place, std::int64_t at_us, bool clean) = 0;
  virtual void performed(std::int64_t at_us, const Action& action) = 0;
};

}  // namespace peal::sim
