// What a seed decides: the setup, the faults, the people, and the phases.
#include "sim/run.hpp"

#include <algorithm>
#include <vector>

#include "sim/chaos.hpp"
#include "sim/people.hpp"
#include "sim/play.hpp"
#include "sim/steps.hpp"

namespace peal::sim {
namespace {

using step::groups;  // Details of setup questions.
using step::manners;
using step::server_ids;
using step::shape;
using step::tuning;

constexpr std::uint64_t bursts_in = 4;  // One run in so many has people who paste.

constexpr std::uint64_t stands_in = 2;  // One run in so many stands still before it is healed.

constexpr std::size_t drawn_servers_max = 9;
// Most runs are small, so that there are many of them: one in so many has up to as many people as
// there are at all.
constexpr std::size_t drawn_people_max = 50;
constexpr std::size_t few_people_max = 20;
constexpr std::uint64_t many_people_in = 4;
// In one run in so many, one server in so many does not start with the others.
constexpr std::uint64_t latecomers_in = 4;
constexpr std::uint64_t late_in = 3;
constexpr std::int64_t talk_after_heal_us = 3'000'000;

std::vector<ServerId> draw_servers(Chooser& chooser, std::size_t count) {
  std::vector<ServerId> ids;
  while (ids.size() < count) {
    const std::uint64_t answer = chooser.choose({About::setup, server_ids}, 0xffff'fffeU);
    // A source may always say 0; ids differ all the same.
    ServerId id{answer + 1};
    while (std::ranges::find(ids, id) != ids.end()) id.value = id.value % 0xffff'ffffU + 1;
    ids.push_back(id);
  }
  return ids;
}

// In some runs a window or a queue is so small that it is full at times, or a period is another
// one: in one in so many, each by itself.
constexpr std::uint64_t small_in = 6;
constexpr std::uint64_t old_logs_in = 3;

ServerConfig draw_tuning(Chooser& chooser) {
  ServerConfig config;
  std::uint16_t which = 0;
  const auto draw = [&](auto& knob, std::int64_t low, std::int64_t high) {
    const Choice choice{About::setup, tuning, which++};
    if (chooser.choose(choice, small_in) == small_in - 1)
      knob = static_cast<std::size_t>(chooser.between(choice, low, high));
  };
  const auto draw_time = [&](Duration& knob, std::int64_t low_ms, std::int64_t high_ms) {
    const Choice choice{About::setup, tuning, which++};
    if (chooser.choose(choice, small_in) == small_in - 1)
      knob = milliseconds(chooser.between(choice, low_ms, high_ms));
  };
  draw(config.window_entries, 128, 512);
  draw(config.join_lag_max, 1, 64);
  draw(config.home_queue_max, 4, 64);
  draw(config.unstable_entries_max, 4, 64);
  draw(config.delivery_queue_max, 16, 128);
  draw(config.sessions_remembered_max, 2, 8);
  // Or logs are old after seconds.
  const Choice old{About::setup, tuning, which};
  if (chooser.choose(old, old_logs_in) == old_logs_in - 1)
    config.settle_after = milliseconds(chooser.between(old, 200, 8'000));
  ++which;
  // Servers that are quicker or slower than usual.
  draw_time(config.heartbeat_every, 20, 150);
  draw_time(config.announce_every, 200, 1'000);
  draw_time(config.probe_every, 75, 300);
  draw_time(config.look_for, 300, 1'200);
  draw_time(config.gossip_every, 300, 2'000);
  draw_time(config.gap_wait, 200, 4'000);
  draw_time(config.pull_wait, 100, 1'000);
  draw_time(config.solo_after, 250, 1'000);
  draw_time(config.merge_backoff_min, 500, 2'000);
  draw_time(config.session_timeout, 4'000, 20'000);
  draw_time(config.group_grace, 5, 100);
  // Above what a slow disk takes.
  draw_time(config.disk_patience, 3'000, 8'000);
  return config;
}

// Multicast: everywhere, for some only and not always, or not at all, as on many networks.
void draw_groups(Chooser& chooser, Setup& setup) {
  const Choice choice{About::setup, groups};
  const std::uint64_t kind = chooser.choose(choice, 4);
  if (kind >= 2)
    setup.weather.group_lost_per_million =
        static_cast<std::uint32_t>(chooser.choose(choice, 300'000));
  for (std::size_t person = 0; person < setup.people; ++person)
    if (kind == 3 || (kind == 2 && chooser.choose(choice, 3) == 2))
      setup.deaf_to_groups.push_back(person);
}

std::size_t draw_people(Chooser& chooser) {
  const Choice choice{About::setup, shape, 1};
  const bool many = chooser.choose(choice, many_people_in) == many_people_in - 1;
  return chooser.choose(choice, many ? drawn_people_max : few_people_max) + 1;
}

// The first one always starts.
void draw_latecomers(Chooser& chooser, Setup& setup) {
  const Choice choice{About::setup, shape, 3};
  if (chooser.choose(choice, latecomers_in) != latecomers_in - 1) return;
  for (std::size_t server = 1; server < setup.servers.size(); ++server)
    if (chooser.choose(choice, late_in) == late_in - 1) setup.later.push_back(server);
}

Setup draw_setup(Chooser& chooser, const RunOptions& options) {
  Setup setup;
  const std::size_t servers = options.servers != 0
                                  ? options.servers
                                  : chooser.choose({About::setup, shape}, drawn_servers_max) + 1;
  setup.people = options.people != 0 ? options.people : draw_people(chooser);
  setup.servers = draw_servers(chooser, servers);
  if (!options.faults) return setup;
  draw_latecomers(chooser, setup);
  setup.tuning = draw_tuning(chooser);
  setup.wall_spread_ms = chooser.between({About::setup, shape, 2}, 0, 30'000);
  setup.weather = with_harms(draw_weather(chooser), options.which_faults);
  draw_groups(chooser, setup);
  return setup;
}

PeopleConfig draw_manners(Chooser& chooser, const RunOptions& options) {
  const bool faults = options.faults;
  if (options.post_every_us != 0)
    return {.plain = true, .in_turn_us = options.post_every_us, .unruly = false};
  PeopleConfig config;
  config.think_us = chooser.between({About::setup, manners}, 1'000'000, 8'000'000);
  config.unruly = faults;
  config.bursts = faults && chooser.choose({About::setup, manners, 1}, bursts_in) == bursts_in - 1;
  return config;
}

/// Chaos, perhaps a while in which everything stays as it is, heal, and the end.
bool play_phases(Play& play, Chooser& chooser, const RunOptions& options) {
  Stage& stage = play.stage();
  People people(stage, draw_manners(chooser, options));
  Chaos chaos(stage, options.faults ? draw_chaos(chooser, options.which_faults) : ChaosConfig{});
  if (!play.pass(options.chaos_us)) return false;
  const bool stands =
      options.faults && chooser.choose({About::setup, manners, 2}, stands_in) == stands_in - 1;
  if (stands) {
    chaos.stop_flapping();
    stage.perform(StandStill{});
    if (!play.stand()) return false;
  }
  stage.perform(HealAll{});
  people.come_back();
  if (!play.pass(stage.healed_at_us() + talk_after_heal_us)) return false;
  people.calm_down();
  if (options.script != nullptr) options.script->settle_at_us = play.world().now_us();
  return play.settle();
}

}  // namespace

RunResult run(std::uint64_t seed, const RunOptions& options) {
  Chooser chooser = options.source != nullptr ? Chooser(*options.source, seed) : Chooser(seed);
  chooser.record_into(options.record);
  const Setup setup = draw_setup(chooser, options);
  if (options.script != nullptr) *options.script = Script{.seed = seed, .setup = setup};
  Play play(setup, chooser, options);
  const bool kept = play_phases(play, chooser, options);
  if (options.script != nullptr && !kept) options.script->until_us = play.world().now_us();
  RunResult result = play.result();
  result.seed = seed;
  return result;
}

}  // namespace peal::sim
