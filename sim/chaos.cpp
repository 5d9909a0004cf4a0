// Drawing faults, striking with them, and mending what they broke.
#include "sim/chaos.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

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
constexpr std::uint8_t faults_on = 1;
constexpr std::uint8_t fault_interval = 2;
constexpr std::uint8_t weather = 3;

// A second server of one id is started only where everything was well for so long: then it must be
// refused.
constexpr std::int64_t calm_before_twin_us = 1'000'000;
constexpr std::int64_t pause_us_max = 3'000'000;
constexpr std::int64_t burst_us_max = 2'000'000;
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

// How often each fault strikes beside the others, in a run where it exists.
constexpr std::array<std::uint32_t, fault_count> usual_weights = {
    10, 3, 6, 2, 4, 6, 2, 6, 6, 4, 2, 5, 3, 4, 3, 3, 6, 4, 2, 2, 2, 2, 4, 8, 4};

}  // namespace

ChaosConfig draw_chaos(Chooser& chooser) {
  ChaosConfig config;
  for (std::size_t i = 0; i < fault_count; ++i) {
    // Each fault exists in every other run; so runs show faults alone, in pairs, and all together.
    const bool on =
        chooser.choose({About::setup, faults_on, static_cast<std::uint16_t>(i)}, 2) != 0;
    config.weights[i] = on ? usual_weights[i] : 0;
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
  return drawn;
}

Chaos::Chaos(World& world, const ChaosConfig& config)
    : world_(world), config_(config), wipe_next_(world.servers()) {
  player_ = world.add_player(*this);
  if (std::ranges::any_of(config.weights, [](std::uint32_t weight) { return weight != 0; }))
    world.call_at(world.now_us() + config.every_us, player_, strike_call);
}

void Chaos::count(Fault fault) {
  ++world_.stats().faults[static_cast<std::size_t>(fault)];
  if (world_.tracing()) world_.note(fmt::format("fault: {}", fault_name(fault)));
}

Place Chaos::any_place(Fault fault) {
  return static_cast<Place>(world_.chooser().choose(about(fault), world_.network().places()));
}

void Chaos::called(std::uint32_t what) {
  if (healed_) return;
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
  const bool calm = whole() && world_.now_us() - changed_at_us_ >= calm_before_twin_us;
  end_twins();
  if (fault != Fault::twin || calm) changed_at_us_ = world_.now_us();
  if (fault >= Fault::split && fault <= Fault::clog) return strike_network(fault);
  const std::size_t server = world_.chooser().choose(about(fault), world_.servers());
  if (fault != Fault::twin) return strike_server(fault, server);
  if (calm) start_twin(server);
}

void Chaos::start_twin(std::size_t server) {
  const std::size_t of = world_.chooser().choose(about(Fault::twin), world_.servers());
  if (of == server || !Convergence::one_view(world_.snapshot())) return;
  count(Fault::twin);
  world_.start_twin(server, of);
  mend_later(restart_call | static_cast<std::uint32_t>(server));
}

// It has had its time to be refused; whoever started it sees the mistake.
void Chaos::end_twins() {
  for (std::size_t server = 0; server < world_.servers(); ++server)
    if (world_.twin(server)) world_.crash_server(server, false);
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
      world_.crash_server(server, fault == Fault::silent_crash);
      return mend_later(restart_call | number);
    case Fault::crash_in_effects:
      // Counted when it happens.
      world_.crash_server_after(server,
                                static_cast<std::uint32_t>(chooser.between(about(fault), 1, 60)));
      return mend_later(restart_call | number);
    case Fault::wipe:
      if (wipes_ == config_.wipes_max) return;
      ++wipes_;
      count(fault);
      world_.crash_server(server, false);
      world_.wipe_server(server);
      return mend_later(restart_call | number);
    case Fault::clean_stop:
      if (world_.paused(place)) return;
      count(fault);
      world_.stop_server(server);
      return mend_later(restart_call | number);
    case Fault::pause: {
      count(fault);
      const std::int64_t until =
          world_.now_us() + chooser.between(about(fault), 1'000, pause_us_max);
      world_.pause(any_place(fault), until);
      noisy_until_us_ = std::max(noisy_until_us_, until);
      return;
    }
    case Fault::suspend: {
      count(fault);
      const std::int64_t until =
          world_.now_us() + chooser.between(about(fault), 1'000, suspend_us_max);
      world_.suspend(place, until);
      noisy_until_us_ = std::max(noisy_until_us_, until);
      return;
    }
    case Fault::disk_full:
    case Fault::disk_failing:
      count(fault);
      world_.set_disk_trouble(server,
                              fault == Fault::disk_full ? DiskTrouble::full : DiskTrouble::failing);
      return mend_later(disk_call | number);
    case Fault::bit_rot: return rot(server);
    case Fault::drain:
      count(fault);
      world_.command_server(server, DrainCommand{});
      return mend_later(drain_call | number);
    case Fault::wall_jump:
      count(fault);
      return world_.jump_wall(place,
                              chooser.between(about(fault), -wall_jump_ms_max, wall_jump_ms_max));
    case Fault::wall_far: {
      count(fault);
      const std::int64_t most = wrong_s_max.at(chooser.choose(about(fault), wrong_s_max.size()));
      return world_.jump_wall(place, 1'000 * chooser.between(about(fault), -most, most));
    }
    default: {
      count(Fault::drift);
      const bool bad = chooser.choose(about(fault), bad_drift_in) == bad_drift_in - 1;
      const std::int32_t most = bad ? bad_drift_ppm_max : drift_ppm_max;
      return world_.drift(place,
                          static_cast<std::int32_t>(chooser.between(about(fault), -most, most)));
    }
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
    any |= world_.damage_entry(server, chooser.choose(about(Fault::bit_rot), entries));
  if (any) count(Fault::bit_rot);
}

void Chaos::strike_network(Fault fault) {
  if (fault != Fault::loss_burst && fault != Fault::clog) return cut_network(fault);
  count(fault);
  const std::int64_t until =
      world_.now_us() + world_.chooser().between(about(fault), 1'000, burst_us_max);
  noisy_until_us_ = std::max(noisy_until_us_, until);
  const Place from = any_place(fault);
  const Place to = any_place(fault);
  if (fault == Fault::loss_burst) {
    world_.network().lose_until(from, to, until);
  } else if (world_.chooser().choose(about(fault), 2) == 0) {
    world_.network().clog_until(from, to, until);
  } else {
    sim::cut(world_.network(), Shape::clogged, world_.hosts(), world_.chooser(), about(fault),
             until);
  }
}

// Where one shape or another fits the fault; of hosts rather than servers, clients are cut off too.
Shape Chaos::shape_of(Fault fault) {
  static constexpr std::array<Shape, 3> one_ways = {Shape::deaf, Shape::mute, Shape::one_way};
  switch (fault) {
    case Fault::arcs: return Shape::arcs;
    case Fault::scatter: return Shape::scattered;
    case Fault::one_way: return one_ways.at(world_.chooser().choose(about(fault), one_ways.size()));
    case Fault::link: return Shape::link;
    case Fault::flapping: return Shape::flapping;
    default: return Shape::bridge;
  }
}

void Chaos::cut_network(Fault fault) {
  if (cut_ != Cut::none) return;  // One cut at a time.
  count(fault);
  ++cuts_;
  Network& network = world_.network();
  if (fault == Fault::isolate) {
    Sides sides(network.places());
    sides[any_place(fault)] = 1;
    network.split(sides);
  } else if (fault == Fault::split) {
    Sides sides(network.places());
    for (auto& side : sides)
      side = static_cast<std::uint8_t>(world_.chooser().choose(about(fault), 2));
    network.split(sides);
  } else if (fault == Fault::one_way && world_.chooser().choose(about(fault), 2) == 0) {
    const Place to = any_place(fault);  // Arguments are worked out in no order that is agreed on.
    network.cut(any_place(fault), to);
  } else {
    sim::cut(network, shape_of(fault), world_.hosts(), world_.chooser(), about(fault), 0);
  }
  const bool clean = fault == Fault::split || fault == Fault::isolate || fault == Fault::arcs ||
                     fault == Fault::scatter;
  cut_ = clean ? Cut::clean : Cut::unclear;
  flaps_ = fault == Fault::flapping;
  if (flaps_) flap_later();
  if (world_.tracing()) {
    std::string line = "cut, deaf links:";
    for (std::size_t from = 0; from < network.places(); ++from)
      for (std::size_t to = 0; to < network.places(); ++to)
        if (network.blocked(static_cast<Place>(from), static_cast<Place>(to)) &&
            from < world_.servers() && to < world_.servers())
          line += fmt::format(" {}->{}", from, to);
    world_.note(line);
  }
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
  Network& network = world_.network();
  if (network.cuts()) {
    network.heal();
  } else {
    sim::cut(network, Shape::flapping, world_.hosts(), world_.chooser(), about(Fault::flapping), 0);
  }
  flap_later();
}

void Chaos::mend(std::uint32_t what) {
  changed_at_us_ = world_.now_us();
  const std::uint32_t number = what & ~call_mask;
  switch (what & call_mask) {
    case restart_call: end_twins(); return world_.start_server(number);
    case disk_call: return world_.set_disk_trouble(number, std::nullopt);
    case flap_call: return flap(number);
    case drain_call: return world_.command_server(number, DrainCommand{.undo = true});
    default:
      if (number != (cuts_ & 0xffffU)) return;
      world_.network().heal();
      cut_ = Cut::none;
      flaps_ = false;
      if (world_.tracing()) world_.note("the network is whole");
  }
}

void Chaos::heal() {
  healed_ = true;
  changed_at_us_ = world_.now_us();
  noisy_until_us_ = 0;
  cut_ = Cut::none;
  world_.network().heal();
  for (std::size_t place = 0; place < world_.network().places(); ++place)
    world_.resume(static_cast<Place>(place));
  end_twins();
  for (std::size_t server = 0; server < world_.servers(); ++server) {
    world_.set_disk_trouble(server, std::nullopt);
    world_.command_server(server, DrainCommand{.undo = true});
    world_.crash_server_after(server, 0);
    // Nobody would start again what is just leaving.
    if (world_.server_leaving(server)) world_.crash_server(server, false);
    world_.start_server(server);
  }
  if (world_.tracing()) world_.note("everything is healed");
}

std::int64_t Chaos::calm_since_us() const {
  if (cut_ == Cut::unclear || noisy_until_us_ > world_.now_us()) return world_.now_us();
  return std::max(changed_at_us_, noisy_until_us_);
}

bool Chaos::whole() const { return cut_ == Cut::none && noisy_until_us_ <= world_.now_us(); }

}  // namespace peal::sim
