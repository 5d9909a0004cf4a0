// Drawing faults, striking with them, and mending what they broke.
#include "sim/chaos.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "sim/steps.hpp"

namespace peal::sim {
namespace {

// What a call is for: the next strike, or an end of what was broken before.
constexpr std::uint32_t strike_call = 0;
constexpr std::uint32_t restart_call = 1U << 16U;
constexpr std::uint32_t disk_call = 2U << 16U;
constexpr std::uint32_t network_call = 3U << 16U;
constexpr std::uint32_t flap_call = 4U << 16U;
constexpr std::uint32_t drain_call = 5U << 16U;
constexpr std::uint32_t call_mask = 0xffffU << 16U;

// Details of setup questions.
using step::fault_interval;
using step::faults_on;
using step::network_width;
using step::weather;

// A second server of one id is started only where everything was well for so long: then it must be
// refused.
constexpr std::int64_t calm_before_twin_us = 1'000'000;
constexpr std::int64_t pause_us_max = 3'000'000;
constexpr std::int64_t burst_us_max = 2'000'000;
constexpr std::int64_t lag_us_max = 1'000'000;
constexpr std::int64_t narrow_us_max = 4'000'000;
constexpr std::int64_t narrow_bytes_per_s_max = 100'000;
constexpr std::int64_t narrow_queue_bytes_max = 64'000;
// One network in so many takes few bytes a second all the time, but enough for what is said.
constexpr std::uint64_t narrow_network_in = 4;
constexpr std::int64_t slow_host_us_max = 4'000'000;
// How long a slow host takes for one thing: it keeps up, or does not.
constexpr std::array<std::int64_t, 2> slow_by_us_max = {2'000, 50'000};
constexpr std::int64_t slow_disk_us_max = 2'000'000;
constexpr std::int64_t clock_step_us_max = 10'000'000;
// One server in so many that are asked to leave comes back with the heal, and not before.
constexpr std::uint64_t for_good_in = 4;
constexpr std::int64_t wall_jump_ms_max = 60'000;
constexpr std::int64_t suspend_us_max = 20'000'000;
constexpr std::int64_t flap_us_max = 2'000'000;
// A crystal, and a clock that is badly wrong: one drift in so many.
constexpr std::int32_t drift_ppm_max = 500;
constexpr std::int32_t bad_drift_ppm_max = 50'000;
constexpr std::uint64_t bad_drift_in = 4;
// How far a wall clock is set wrong: by up to an hour, a day, a year of seconds.
constexpr std::array<std::int64_t, 3> wrong_s_max = {3'600, 86'400, 31'536'000};
constexpr std::int64_t rots_max = 20;
// Servers that do not start with the others join within this time.
constexpr std::int64_t late_us_max = 40'000'000;

constexpr std::uint32_t weight_unit = 100;  // Of what strikes as often as usual.
// How often each fault strikes beside the others, in a run where it exists.
constexpr std::array<std::uint32_t, fault_count> usual_weights = {
    10, 3, 6, 2, 4, 6, 2, 4, 6, 6, 4, 2, 5, 3, 4, 3, 3,
    4,  4, 6, 4, 2, 2, 4, 3, 2, 2, 2, 3, 4, 8, 4, 3, 4};

}  // namespace

ChaosConfig draw_chaos(Chooser& chooser, const Faults& faults) {
  ChaosConfig config;
  for (std::size_t i = 0; i < fault_count; ++i) {
    // Each fault exists in every other run; so runs show faults alone, in pairs, and all together.
    const bool on =
        chooser.choose({About::setup, faults_on, static_cast<std::uint16_t>(i)}, 2) != 0;
    config.weights[i] = on ? weight_unit * usual_weights[i] : 0;
    if (const auto& times = faults.strikes[i])
      config.weights[i] =
          static_cast<std::uint32_t>(std::lround(*times * weight_unit * usual_weights[i]));
  }
  // Rot strikes one disk of a run, where another one holds the entry whole. A wipe could take that
  // one then, and nobody can give back what no disk holds whole: no promise covers it, nor what
  // stands behind it in its log.
  if (config.weights[static_cast<std::size_t>(Fault::wipe)] != 0)
    config.weights[static_cast<std::size_t>(Fault::bit_rot)] = 0;
  config.every_us = chooser.between({About::setup, fault_interval}, 500'000, 6'000'000);
  config.lasts_us = chooser.between({About::setup, fault_interval}, 500'000, 12'000'000);
  return config;
}

Weather draw_weather(Chooser& chooser) {
  Weather drawn;
  const Choice choice{About::setup, weather};
  switch (chooser.choose(choice, 4)) {
    case 0: break;  // A good switch.
    case 1:         // A busy network.
      drawn.jitter_us = 2'000;
      drawn.tail_us = 20'000;
      drawn.lost_per_million = 5'000;
      drawn.twice_per_million = 1'000;
      break;
    case 2:  // Wireless.
      drawn.latency_min_us = 500;
      drawn.jitter_us = 8'000;
      drawn.tail_us = 120'000;
      drawn.tail_per_million = 20'000;
      drawn.lost_per_million = 20'000;
      drawn.twice_per_million = 5'000;
      drawn.corrupted_per_million = 200;
      break;
    default:  // Anything.
      drawn.latency_min_us = chooser.between(choice, 20, 2'000);
      drawn.jitter_us = chooser.between(choice, 50, 15'000);
      drawn.tail_us = chooser.between(choice, 1'000, 200'000);
      drawn.tail_per_million = static_cast<std::uint32_t>(chooser.choose(choice, 30'000));
      drawn.lost_per_million = static_cast<std::uint32_t>(chooser.choose(choice, 50'000));
      drawn.twice_per_million = static_cast<std::uint32_t>(chooser.choose(choice, 50'000));
      drawn.corrupted_per_million = static_cast<std::uint32_t>(chooser.choose(choice, 2'000));
      break;
  }
  const Choice narrow{About::setup, network_width};
  if (chooser.choose(narrow, narrow_network_in) == narrow_network_in - 1) {
    drawn.width.bytes_per_s =
        static_cast<std::uint32_t>(chooser.between(narrow, 250'000, 2'000'000));
    drawn.width.queue_bytes = static_cast<std::uint32_t>(chooser.between(narrow, 16'000, 256'000));
  }
  return drawn;
}

Chaos::Chaos(Stage& stage, const ChaosConfig& config)
    : stage_(stage), world_(stage.world()), config_(config) {
  player_ = world_.add_player(*this);
  const Choice choice{About::fault, static_cast<std::uint8_t>(Fault::count_), 2};
  for (std::size_t server = 0; server < world_.servers(); ++server)
    if (!world_.server_up(server))
      world_.call_at(world_.now_us() + world_.chooser().between(choice, 0, late_us_max), player_,
                     restart_call | static_cast<std::uint32_t>(server));
  if (std::ranges::any_of(config.weights, [](std::uint32_t weight) { return weight != 0; }))
    world_.call_at(world_.now_us() + config.every_us, player_, strike_call);
}

void Chaos::count(Fault fault) {
  ++world_.stats().faults[static_cast<std::size_t>(fault)];
  if (world_.tracing()) world_.note(fmt::format("fault: {}", fault_name(fault)));
}

Place Chaos::any_place(Fault fault) {
  return static_cast<Place>(world_.chooser().choose(about(fault), world_.network().places()));
}

void Chaos::called(std::uint32_t what) {
  if (done()) return;
  if (what != strike_call) return mend(what);
  strike();
  const Choice choice{About::fault, static_cast<std::uint8_t>(Fault::count_)};
  world_.call_at(world_.now_us() + world_.chooser().between(choice, 10'000, 2 * config_.every_us),
                 player_, strike_call);
}

void Chaos::strike() {
  const Choice choice{About::fault, static_cast<std::uint8_t>(Fault::count_)};
  const auto fault = static_cast<Fault>(world_.chooser().pick(choice, config_.weights));
  if (config_.weights[static_cast<std::size_t>(fault)] == 0) return;  // A source may say so.
  if (fault >= Fault::split && fault <= Fault::clog) return strike_network(fault);
  const std::size_t server = world_.chooser().choose(about(fault), world_.servers());
  if (fault == Fault::twin) return start_twin(server);
  strike_server(fault, server);
}

void Chaos::start_twin(std::size_t server) {
  const std::size_t of = world_.chooser().choose(about(Fault::twin), world_.servers());
  const bool calm =
      !flaps_ && stage_.whole() && world_.now_us() - stage_.calm_since_us() >= calm_before_twin_us;
  if (of == server || !calm || !Convergence::one_view(world_.snapshot())) return;
  count(Fault::twin);
  stage_.perform(StartTwin{server, of});
  mend_later(restart_call | static_cast<std::uint32_t>(server));
}

void Chaos::mend_later(std::uint32_t what) {
  const Choice choice{About::fault, static_cast<std::uint8_t>(Fault::count_), 1};
  world_.call_at(world_.now_us() + world_.chooser().between(choice, 20'000, config_.lasts_us),
                 player_, what);
}

void Chaos::strike_server(Fault fault, std::size_t server) {
  const Place place = world_.place_of_server(server);
  Chooser& chooser = world_.chooser();
  const auto number = static_cast<std::uint32_t>(server);
  switch (fault) {
    case Fault::crash:
    case Fault::silent_crash:
      count(fault);
      stage_.perform(CrashServer{server, fault == Fault::silent_crash});
      return mend_later(restart_call | number);
    case Fault::crash_in_effects:
      // Counted when it happens.
      stage_.perform(CrashAfterEffects{
          server, static_cast<std::uint32_t>(chooser.between(about(fault), 1, 60))});
      return mend_later(restart_call | number);
    case Fault::wipe:
      if (wipes_ == config_.wipes_max) return;
      ++wipes_;
      count(fault);
      stage_.perform(WipeServer{server});
      return mend_later(restart_call | number);
    case Fault::clean_stop:
      if (!stage_.perform(StopServer{server})) return;
      count(fault);
      if (chooser.choose(about(fault), for_good_in) == for_good_in - 1) return;
      return mend_later(restart_call | number);
    case Fault::pause: {
      count(fault);
      const Place paused = any_place(fault);
      stage_.perform(PauseHost{paused, chooser.between(about(fault), 1'000, pause_us_max)});
      return;
    }
    case Fault::suspend:
      count(fault);
      stage_.perform(SuspendHost{place, chooser.between(about(fault), 1'000, suspend_us_max)});
      return;
    case Fault::slow_host: {
      count(fault);
      const Place slow = any_place(fault);
      const std::int64_t most =
          slow_by_us_max.at(chooser.choose(about(fault), slow_by_us_max.size()));
      const std::int64_t by_us = chooser.between(about(fault), 100, most);
      stage_.perform(SlowHost{slow, by_us, chooser.between(about(fault), 1'000, slow_host_us_max)});
      return;
    }
    case Fault::upgrade:
      if (stage_.perform(UpgradeServer{server})) count(fault);
      return;
    case Fault::remove: return remove(server);
    case Fault::drain:
      count(fault);
      stage_.perform(DrainServer{server});
      return mend_later(drain_call | number);
    default: return strike_disk(fault, server);
  }
}

void Chaos::strike_disk(Fault fault, std::size_t server) {
  switch (fault) {
    case Fault::disk_full: return trouble_disk(fault, {server, DiskState::full});
    case Fault::disk_failing: return trouble_disk(fault, {server, DiskState::failing});
    case Fault::unreadable_disk: return trouble_disk(fault, {server, DiskState::unreadable});
    case Fault::hanging_disk: return trouble_disk(fault, {server, DiskState::hanging});
    case Fault::slow_disk: {
      const std::int64_t by_us = world_.chooser().between(about(fault), 1'000, slow_disk_us_max);
      return trouble_disk(fault, {server, DiskState::slow, by_us});
    }
    case Fault::bit_rot: return rot(server);
    default: return strike_clock(fault, world_.place_of_server(server));
  }
}

void Chaos::strike_clock(Fault fault, Place place) {
  Chooser& chooser = world_.chooser();
  switch (fault) {
    case Fault::clock_step:
      count(fault);
      stage_.perform(StepClock{place, chooser.between(about(fault), 1'000, clock_step_us_max)});
      return;
    case Fault::wall_jump:
      count(fault);
      stage_.perform(
          JumpWall{place, chooser.between(about(fault), -wall_jump_ms_max, wall_jump_ms_max)});
      return;
    case Fault::wall_far: {
      count(fault);
      const std::int64_t most = wrong_s_max.at(chooser.choose(about(fault), wrong_s_max.size()));
      stage_.perform(JumpWall{place, 1'000 * chooser.between(about(fault), -most, most)});
      return;
    }
    default: {
      count(Fault::drift);
      const bool bad = chooser.choose(about(fault), bad_drift_in) == bad_drift_in - 1;
      const std::int32_t most = bad ? bad_drift_ppm_max : drift_ppm_max;
      stage_.perform(
          DriftClock{place, static_cast<std::int32_t>(chooser.between(about(fault), -most, most))});
      return;
    }
  }
}

void Chaos::trouble_disk(Fault fault, const SetDisk& disk) {
  count(fault);
  stage_.perform(disk);
  mend_later(disk_call | static_cast<std::uint32_t>(disk.server));
}

/// One that is down, if any is: who is told says no as long as it heard from it lately.
void Chaos::remove(std::size_t server) {
  const std::size_t first = world_.chooser().choose(about(Fault::remove), world_.servers());
  for (std::size_t i = 0; i < world_.servers(); ++i) {
    const std::size_t gone = (first + i) % world_.servers();
    if (world_.server_up(gone)) continue;
    if (stage_.perform(RemoveServer{server, gone})) count(Fault::remove);
    return;
  }
}

/// Some entries of one disk, young ones too: those are in memory, and healed from there.
void Chaos::rot(std::size_t server) {
  if (rots_.value_or(server) != server) return;
  rots_ = server;
  Chooser& chooser = world_.chooser();
  const std::size_t entries = world_.entries_on_disk(server);
  const auto struck = static_cast<std::size_t>(chooser.between(about(Fault::bit_rot), 1, rots_max));
  bool any = false;
  for (std::size_t i = 0; i < struck && entries != 0; ++i)
    any |= stage_.perform(RotEntry{server, chooser.choose(about(Fault::bit_rot), entries)});
  if (any) count(Fault::bit_rot);
}

void Chaos::strike_network(Fault fault) {
  if (fault < Fault::loss_burst) return cut_network(fault);
  count(fault);
  Chooser& chooser = world_.chooser();
  const auto up_to = [&](std::int64_t most) { return chooser.between(about(fault), 1'000, most); };
  if (fault == Fault::loss_burst) {
    const std::int64_t lasts = up_to(burst_us_max);
    stage_.perform(LoseHalf{{one_link(fault)}, lasts});
  } else if (fault == Fault::lag) {
    const std::int64_t by_us = up_to(lag_us_max);
    stage_.perform(LagLinks{some_links(fault), by_us, up_to(burst_us_max)});
  } else if (fault == Fault::narrow) {
    const auto rate = static_cast<std::uint32_t>(up_to(narrow_bytes_per_s_max));
    const auto queue = static_cast<std::uint32_t>(up_to(narrow_queue_bytes_max));
    stage_.perform(NarrowLinks{some_links(fault), {rate, queue}, up_to(narrow_us_max)});
  } else {
    const std::int64_t lasts = up_to(burst_us_max);
    stage_.perform(ClogLinks{some_links(fault), lasts});
  }
}

std::pair<Place, Place> Chaos::one_link(Fault fault) {
  const Place from = any_place(fault);
  const Place to = any_place(fault);
  return {from, to};
}

/// One direction of one link, those of one host, or those between two sides.
Links Chaos::some_links(Fault fault) {
  switch (world_.chooser().choose(about(fault), 3)) {
    case 0: return {one_link(fault)};
    case 1: {
      Sides sides(world_.network().places());
      sides[any_place(fault)] = 1;
      return between(sides);
    }
    default: return links_of(Shape::clogged, world_.hosts(), world_.chooser(), about(fault));
  }
}

// Where one shape or another fits the fault; of hosts rather than servers, clients are cut off too.
Links Chaos::draw_cut(Fault fault) {
  static constexpr std::array<Shape, 3> one_ways = {Shape::deaf, Shape::mute, Shape::one_way};
  Chooser& chooser = world_.chooser();
  const auto shaped = [&](Shape shape) {
    return links_of(shape, world_.hosts(), chooser, about(fault));
  };
  switch (fault) {
    case Fault::isolate: {
      Sides sides(world_.network().places());
      sides[any_place(fault)] = 1;
      return between(sides);
    }
    case Fault::split: {
      Sides sides(world_.network().places());
      for (auto& side : sides) side = static_cast<std::uint8_t>(chooser.choose(about(fault), 2));
      return between(sides);
    }
    case Fault::one_way: {
      if (chooser.choose(about(fault), 2) != 0)
        return shaped(one_ways.at(chooser.choose(about(fault), one_ways.size())));
      const Place to = any_place(fault);  // Arguments are worked out in no order agreed on.
      return {{any_place(fault), to}};
    }
    case Fault::arcs: return shaped(Shape::arcs);
    case Fault::scatter: return shaped(Shape::scattered);
    case Fault::link: return shaped(Shape::link);
    case Fault::flapping: return shaped(Shape::flapping);
    default: return shaped(Shape::bridge);
  }
}

void Chaos::cut_network(Fault fault) {
  if (cut_) return;  // One cut at a time.
  count(fault);
  ++cuts_;
  cut_ = true;
  stage_.perform(CutLinks{draw_cut(fault)});
  flaps_ = fault == Fault::flapping;
  if (flaps_) flap_later();
  mend_later(network_call | (cuts_ & 0xffffU));
}

void Chaos::flap_later() {
  const Choice choice = about(Fault::flapping);
  world_.call_at(world_.now_us() + world_.chooser().between(choice, 20'000, flap_us_max), player_,
                 flap_call | (cuts_ & 0xffffU));
}

// Cut and whole in turns, each time in another place.
void Chaos::flap(std::uint32_t number) {
  if (!flaps_ || number != (cuts_ & 0xffffU)) return;
  if (world_.network().cuts())
    stage_.perform(MendNetwork{});
  else
    stage_.perform(CutLinks{draw_cut(Fault::flapping)});
  flap_later();
}

void Chaos::stop_flapping() {
  if (!flaps_) return;
  flaps_ = false;
  cut_ = false;
  stage_.perform(MendNetwork{});
}

void Chaos::mend(std::uint32_t what) {
  const std::uint32_t number = what & ~call_mask;
  switch (what & call_mask) {
    case restart_call: stage_.perform(StartServer{number}); return;
    case disk_call: stage_.perform(SetDisk{number}); return;
    case flap_call: return flap(number);
    case drain_call: stage_.perform(DrainServer{number, true}); return;
    default:
      if (number != (cuts_ & 0xffffU) || !cut_) return;
      cut_ = false;
      flaps_ = false;
      stage_.perform(MendNetwork{});
  }
}

}  // namespace peal::sim
