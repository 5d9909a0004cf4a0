// What was done to a world, as a trace tells it.
#include "sim/tracing/fact.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/overloaded.hpp"
#include "sim/scenario/print_action.hpp"

namespace peal::sim {
namespace {

using trace::Fact;

constexpr std::int64_t until_mended = Fact::until_mended;

Fact about(const char* kind, std::vector<std::uint32_t> tracks, std::int64_t for_us = 0) {
  return {.kind = kind, .text = {}, .tracks = std::move(tracks), .for_us = for_us};
}

Fact about_server(const char* kind, std::size_t server, std::int64_t for_us = 0) {
  return about(kind, {static_cast<std::uint32_t>(server)}, for_us);
}

/// Hosts whose links are meant.
Fact about_links(const char* kind, const Links& links, std::int64_t for_us) {
  std::set<std::uint32_t> hosts;
  for (const auto& [from, to] : links) {
    hosts.insert(from);
    hosts.insert(to);
  }
  return about(kind, {hosts.begin(), hosts.end()}, for_us);
}

Fact about_disk(const SetDisk& disk) {
  const bool works = disk.state == DiskState::works;
  return about_server(works ? "disk works" : "disk", disk.server, works ? 0 : until_mended);
}

}  // namespace

std::optional<trace::Fact> fact_of(const Action& action, const Setup& setup) {
  using Maybe = std::optional<Fact>;
  Maybe fact = std::visit(
      Overloaded{
          [](const StartServer& a) -> Maybe { return about_server("start", a.server); },
          [](const StartTwin& a) -> Maybe { return about_server("twin", a.server); },
          [](const CrashServer& a) -> Maybe { return about_server("crash", a.server); },
          [](const CrashAfterEffects& a) -> Maybe { return about_server("armed", a.server); },
          [](const WipeServer& a) -> Maybe { return about_server("wipe", a.server); },
          [](const StopServer& a) -> Maybe { return about_server("stop", a.server); },
          [](const DrainServer& a) -> Maybe { return about_server("drain", a.server); },
          [](const UpgradeServer& a) -> Maybe { return about_server("upgrade", a.server); },
          [](const RemoveServer& a) -> Maybe { return about_server("remove", a.server); },
          [](const SetDisk& a) -> Maybe { return about_disk(a); },
          [](const RotEntry& a) -> Maybe { return about_server("rot", a.server); },
          [](const PauseHost& a) -> Maybe { return about("pause", {a.place}, a.for_us); },
          [](const SuspendHost& a) -> Maybe { return about("sleep", {a.place}, a.for_us); },
          [](const SlowHost& a) -> Maybe { return about("slow", {a.place}, a.for_us); },
          [](const StepClock& a) -> Maybe { return about("clock", {a.place}); },
          [](const JumpWall& a) -> Maybe { return about("clock", {a.place}); },
          [](const DriftClock& a) -> Maybe { return about("clock", {a.place}); },
          [](const CutLinks& a) -> Maybe { return about_links("cut", a.links, until_mended); },
          [](const MendNetwork&) -> Maybe { return about("mend", {}); },
          [](const LoseHalf& a) -> Maybe { return about_links("loss", a.links, a.for_us); },
          [](const LagLinks& a) -> Maybe { return about_links("lag", a.links, a.for_us); },
          [](const NarrowLinks& a) -> Maybe { return about_links("narrow", a.links, a.for_us); },
          [](const ClogLinks& a) -> Maybe { return about_links("clog", a.links, a.for_us); },
          [](const SetWeather&) -> Maybe { return about("weather", {}); },
          [](const AddRule& a) -> Maybe { return about("rule", {a.rule.from, a.rule.to}); },
          [](const Come&) -> Maybe { return std::nullopt; },
          [](const SayBody&) -> Maybe { return std::nullopt; },
          [](const ReadPages&) -> Maybe { return std::nullopt; },
          [](const Vanish&) -> Maybe { return std::nullopt; },
          [](const LogOut&) -> Maybe { return std::nullopt; },
          [](const StandStill&) -> Maybe { return about("stand still", {}); },
          [](const HealAll&) -> Maybe { return about("heal", {}); },
      },
      action);
  if (fact) fact->text = print_action(action, setup);
  return fact;
}

}  // namespace peal::sim
