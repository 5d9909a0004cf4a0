// What can be done to a simulated world: the same for chaos, for people, and for scenarios.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/body.hpp"
#include "sim/disk_state.hpp"
#include "sim/network.hpp"
#include "sim/rule.hpp"
#include "sim/shapes.hpp"

namespace peal::sim {

// Servers and people are counted from 0; person i uses client i. Times in microseconds.

// --- Servers.
struct StartServer {
  std::size_t server = 0;
  friend bool operator==(const StartServer&, const StartServer&) = default;
};
/// By mistake it says that it is another one.
struct StartTwin {
  std::size_t server = 0;
  std::size_t of = 0;
  friend bool operator==(const StartTwin&, const StartTwin&) = default;
};
struct CrashServer {
  std::size_t server = 0;
  bool silent = false;  ///< with its host: nothing answers
  friend bool operator==(const CrashServer&, const CrashServer&) = default;
};
struct CrashAfterEffects {
  std::size_t server = 0;
  std::uint32_t effects = 1;
  friend bool operator==(const CrashAfterEffects&, const CrashAfterEffects&) = default;
};
/// A server that runs crashes first.
struct WipeServer {
  std::size_t server = 0;
  friend bool operator==(const WipeServer&, const WipeServer&) = default;
};
/// Asks it to leave.
struct StopServer {
  std::size_t server = 0;
  friend bool operator==(const StopServer&, const StopServer&) = default;
};
struct DrainServer {
  std::size_t server = 0;
  bool undo = false;
  friend bool operator==(const DrainServer&, const DrainServer&) = default;
};
/// Its process ends, and starts again as a later version of the program, which it stays.
struct UpgradeServer {
  std::size_t server = 0;
  friend bool operator==(const UpgradeServer&, const UpgradeServer&) = default;
};
/// An operator tells a server that another one is gone for good.
struct RemoveServer {
  std::size_t server = 0;  ///< who is told
  std::size_t gone = 0;
  friend bool operator==(const RemoveServer&, const RemoveServer&) = default;
};
struct SetDisk {
  std::size_t server = 0;
  DiskState state = DiskState::works;
  std::int64_t by_us = 0;  ///< slow: every operation takes up to so much longer
  friend bool operator==(const SetDisk&, const SetDisk&) = default;
};
/// which: of the entries on its disk, counted from 0.
struct RotEntry {
  std::size_t server = 0;
  std::uint64_t which = 0;
  friend bool operator==(const RotEntry&, const RotEntry&) = default;
};

// --- Hosts.
struct PauseHost {
  Place place = 0;
  std::int64_t for_us = 0;
  friend bool operator==(const PauseHost&, const PauseHost&) = default;
};
struct SuspendHost {
  Place place = 0;
  std::int64_t for_us = 0;
  friend bool operator==(const SuspendHost&, const SuspendHost&) = default;
};
/// One thing after the other, and each takes up to so long.
struct SlowHost {
  Place place = 0;
  std::int64_t by_us = 0;
  std::int64_t for_us = 0;
  friend bool operator==(const SlowHost&, const SlowHost&) = default;
};
/// Its monotonic clock steps forward.
struct StepClock {
  Place place = 0;
  std::int64_t us = 0;
  friend bool operator==(const StepClock&, const StepClock&) = default;
};
struct JumpWall {
  Place place = 0;
  std::int64_t ms = 0;
  friend bool operator==(const JumpWall&, const JumpWall&) = default;
};
struct DriftClock {
  Place place = 0;
  std::int32_t ppm = 0;
  friend bool operator==(const DriftClock&, const DriftClock&) = default;
};

// --- The network.
struct CutLinks {
  Links links;
  friend bool operator==(const CutLinks&, const CutLinks&) = default;
};
/// Mends every cut, and whatever links do for a while.
struct MendNetwork {
  friend bool operator==(const MendNetwork&, const MendNetwork&) = default;
};
/// Half of the datagrams are lost.
struct LoseHalf {
  Links links;
  std::int64_t for_us = 0;
  friend bool operator==(const LoseHalf&, const LoseHalf&) = default;
};
/// Every datagram takes up to so much longer.
struct LagLinks {
  Links links;
  std::int64_t by_us = 0;
  std::int64_t for_us = 0;
  friend bool operator==(const LagLinks&, const LagLinks&) = default;
};
struct NarrowLinks {
  Links links;
  Width width;
  std::int64_t for_us = 0;
  friend bool operator==(const NarrowLinks&, const NarrowLinks&) = default;
};
struct ClogLinks {
  Links links;
  std::int64_t for_us = 0;
  friend bool operator==(const ClogLinks&, const ClogLinks&) = default;
};
struct SetWeather {
  Weather weather;
  friend bool operator==(const SetWeather&, const SetWeather&) = default;
};
struct AddRule {
  Rule rule;
  friend bool operator==(const AddRule&, const AddRule&) = default;
};

// --- People.
/// Opens a session. knows: a server that its client asks first.
struct Come {
  std::size_t person = 0;
  std::optional<std::size_t> knows;
  friend bool operator==(const Come&, const Come&) = default;
};
/// label: a number by which later actions name this message; 0: none does.
/// about: the label of the post that the body is about: the body's own reference is filled in.
struct SayBody {
  std::size_t person = 0;
  Body body;
  std::uint32_t label = 0;
  std::uint32_t about = 0;
  friend bool operator==(const SayBody&, const SayBody&) = default;
};
/// Page after page, latest first.
struct ReadPages {
  std::size_t person = 0;
  Destination with;
  std::uint32_t limit = 0;  ///< entries in a page
  std::uint32_t pages = 1;  ///< at most
  friend bool operator==(const ReadPages&, const ReadPages&) = default;
};
/// Its client ends without a word.
struct Vanish {
  std::size_t person = 0;
  friend bool operator==(const Vanish&, const Vanish&) = default;
};
struct LogOut {
  std::size_t person = 0;
  friend bool operator==(const LogOut&, const LogOut&) = default;
};

// --- Phases.
/// Second servers of one id end, armed crashes are off, disks can be read, and else what is broken
/// stays so.
struct StandStill {
  friend bool operator==(const StandStill&, const StandStill&) = default;
};
/// Everything works again: the network and its weather, hosts, disks and servers.
struct HealAll {
  friend bool operator==(const HealAll&, const HealAll&) = default;
};

using Action =
    std::variant<StartServer, StartTwin, CrashServer, CrashAfterEffects, WipeServer, StopServer,
                 DrainServer, UpgradeServer, RemoveServer, SetDisk, RotEntry, PauseHost,
                 SuspendHost, SlowHost, StepClock, JumpWall, DriftClock, CutLinks, MendNetwork,
                 LoseHalf, LagLinks, NarrowLinks, ClogLinks, SetWeather, AddRule, Come, SayBody,
                 ReadPages, Vanish, LogOut, StandStill, HealAll>;

struct TimedAction {
  std::int64_t at_us = 0;
  Action action;
  friend bool operator==(const TimedAction&, const TimedAction&) = default;
};

}  // namespace peal::sim
