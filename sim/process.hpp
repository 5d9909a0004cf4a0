// The processes of the simulated world: a machine with its sockets, its clock and its disk.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "core/client.hpp"
#include "core/codec/encoder.hpp"
#include "core/codec/receiver.hpp"
#include "core/server.hpp"
#include "sim/clock.hpp"
#include "sim/disk.hpp"
#include "sim/disk_state.hpp"
#include "sim/network.hpp"
#include "sim/oracles/ledger.hpp"

namespace peal::sim {

/// One host with at most one process of ours. World times in microseconds.
struct Process {
  bool up = false;               ///< the process runs
  bool silent = false;           ///< the host itself is down: nothing answers for it
  std::uint16_t port = 0;        ///< of the running or last process
  std::uint32_t generation = 0;  ///< counts the processes of this host
  std::int64_t paused_until_us = 0;
  std::int64_t slow_until_us = 0;
  std::int64_t slow_by_us = 0;     ///< how long each thing takes then, at most
  std::int64_t busy_until_us = 0;  ///< with what came before
  bool wake_waits = false;         ///< its turn will come at a slow host
  Instant wake_drawn_for;          ///< the deadline for which was drawn
  std::int64_t wake_late_us = 0;   ///< how long after it the wake comes
  std::int64_t woken_at_us = -1;   ///< when it was woken last
  std::uint32_t wakes_then = 0;    ///< how often at that very time
  Sender sender;
  Clock clock;
  codec::Encoder encoder;
  codec::Receiver receiver;
};

/// Something that the world does at a time. Small and plain, as there are millions of them.
struct Happening {
  enum class Kind : std::uint8_t { datagram, wake, written, read, refused, call };
  Kind kind = Kind::wake;
  std::uint8_t message = 0;  ///< kind of message
  bool corrupted = false;
  bool later_version = false;  ///< says what this version does not know
  bool waited = false;         ///< its turn has come at a slow host
  Place to = 0;                ///< where it happens; the player of a call
  Place from = 0;
  std::uint16_t to_port = 0;  ///< 0: the discovery port
  std::uint16_t from_port = 0;
  std::uint32_t slot = 0;  ///< buffer, read, generation, or what a player is called for
};

struct ServerHost {
  ServerId id;
  std::optional<Server> machine;
  Disk disk;
  DiskState disk_state = DiskState::works;
  std::int64_t disk_slow_by_us = 0;
  bool later_version = false;
  std::set<Place> older{};                ///< who said so to one of a later version
  bool twin = false;                      ///< its process says that it is another server
  std::int64_t written_at_us = 0;         ///< when the latest write under way completes
  std::uint32_t crash_after_effects = 0;  ///< 0: not armed
  std::vector<Happening> hanging{};       ///< what the disk will have done when it works again
};

struct ClientHost {
  std::optional<Client> machine;
  SessionIndex session = 0;
  std::vector<Endpoint> groups;  ///< that its sockets have joined
};

}  // namespace peal::sim
