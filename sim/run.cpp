// The two phases of a run, and the checks at its end.
#include "sim/run.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "sim/auditor.hpp"
#include "sim/chaos.hpp"
#include "sim/people.hpp"
#include "sim/reach.hpp"
#include "sim/world.hpp"

namespace peal::sim {
namespace {

constexpr std::uint8_t shape = 4;  // Details of setup questions.
constexpr std::uint8_t server_ids = 5;
constexpr std::uint8_t manners = 6;
constexpr std::uint8_t tuning = 7;
constexpr std::uint8_t groups = 8;
constexpr std::uint64_t bursts_in = 4;  // One run in so many has people who paste.

constexpr std::size_t servers_max = 7;
constexpr std::size_t people_max = 20;
constexpr std::int64_t tick_us = 100'000;
/// In a stable part of the network a verdict takes no longer, whatever the weather.
constexpr std::int64_t patience_us = 10'000'000;
/// One leader, when nothing has happened for so long.
constexpr std::int64_t settle_us = 8'000'000;
/// After the heal: one view within 2 s (DESIGN section 9), everything else within 10 s.
constexpr std::int64_t one_view_bound_us = 2'000'000;
constexpr std::int64_t disk_retry_us = 4'000'000;
constexpr std::int64_t heal_patience_us = 5'000'000;
constexpr std::int64_t talk_after_heal_us = 3'000'000;
constexpr std::int64_t converge_bound_us = 12'000'000;
constexpr std::int64_t audit_bound_us = 5'000'000;
constexpr std::int64_t state_digest_every_us = 5'000'000;

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

// In some runs a window or a queue is so small that it is full at times: one in so many, each by
// itself.
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
  return config;
}

// Multicast: everywhere, for some only and not always, or not at all, as on many networks.
void draw_groups(Chooser& chooser, World& world) {
  const Choice choice{About::setup, groups};
  const std::uint64_t kind = chooser.choose(choice, 4);
  Weather weather = world.network().weather();
  if (kind >= 2)
    weather.group_lost_per_million = static_cast<std::uint32_t>(chooser.choose(choice, 300'000));
  world.network().set_weather(weather);
  for (std::size_t client = 0; client < world.network().places() - world.servers(); ++client) {
    const bool deaf = kind == 3 || (kind == 2 && chooser.choose(choice, 3) == 2);
    world.network().set_deaf_to_groups(world.place_of_client(client), deaf);
  }
}

// One run in the making: owns the world, and looks at it ten times a second.
class Play {
 public:
  Play(std::uint64_t seed, const RunOptions& options)
      : options_(options),
        chooser_(options.source != nullptr ? Chooser(*options.source) : Chooser(seed)) {
    chooser_.record_into(options.record);
    result_.seed = seed;
  }

  RunResult perform() {
    result_.servers = options_.servers;
    if (result_.servers == 0)
      result_.servers = chooser_.choose({About::setup, shape}, servers_max) + 1;
    result_.people = options_.people;
    if (result_.people == 0)
      result_.people = chooser_.choose({About::setup, shape, 1}, people_max) + 1;
    WorldConfig config{.servers = draw_servers(chooser_, result_.servers),
                       .clients = result_.people + result_.servers,
                       .events_max = options_.events_max,
                       .trace = options_.trace};
    if (options_.faults) config.tuning = draw_tuning(chooser_);
    if (options_.faults)
      config.wall_spread_ms = chooser_.between({About::setup, shape, 2}, 0, 30'000);
    Oracles oracles(config.servers);
    World world(config, chooser_, oracles, result_.stats);
    play(world);
    result_.violation = oracles.judge.violation();
    result_.simulated_us = world.now_us();
    result_.elections = oracles.lcr_winner.elections();
    result_.destroyed = oracles.durability.destroyed();
    result_.one_view_after_us = oracles.convergence.one_view_after_us();
    for (std::size_t i = 0; i < oracle_count; ++i)
      result_.checks[i] = oracles.judge.checks(static_cast<Oracle>(i));
    world.digest_states();
    result_.digest = world.digest();
    return result_;
  }

 private:
  void play(World& world) {
    if (options_.faults) world.network().set_weather(draw_weather(chooser_));
    if (options_.faults) draw_groups(chooser_, world);
    for (std::size_t server = 0; server < world.servers(); ++server) world.start_server(server);
    PeopleConfig people_config{.people = result_.people};
    people_config.think_us = chooser_.between({About::setup, manners}, 1'000'000, 8'000'000);
    people_config.unruly = options_.faults;
    people_config.bursts =
        options_.faults && chooser_.choose({About::setup, manners, 1}, bursts_in) == bursts_in - 1;
    People people(world, people_config);
    ChaosConfig strikes = options_.faults ? draw_chaos(chooser_) : ChaosConfig{};
    for (const Fault fault : options_.faults_off)
      strikes.weights[static_cast<std::size_t>(fault)] = 0;
    Chaos chaos(world, strikes);
    Auditor auditor(world, result_.people, people.rooms());
    if (!pass(world, chaos, options_.chaos_us)) return;
    chaos.heal();
    world.network().set_weather(Weather{});
    people.come_back();
    healed_at_us_ = world.now_us();
    works_at_us_ = world.now_us();
    if (!pass(world, chaos, healed_at_us_ + talk_after_heal_us)) return;
    people.calm_down();
    if (!converge(world, chaos)) return;
    if (!audit(world, auditor)) return;
    judge(world, auditor);
  }

  bool pass(World& world, const Chaos& chaos, std::int64_t until_us) {
    while (world.now_us() < until_us) {
      if (!world.run_until(std::min(until_us, world.now_us() + tick_us))) return false;
      look(world, chaos);
      if (world.oracles().judge.violation()) return false;
    }
    return true;
  }

  void look(World& world, const Chaos& chaos) {
    if (world.now_us() >= digest_at_us_) {
      world.digest_states();
      digest_at_us_ = world.now_us() + state_digest_every_us;
    }
    Oracles& oracles = world.oracles();
    for (std::size_t server = 0; server < world.servers(); ++server) {
      if (!world.server(server).machine) continue;
      for (const Load& load : world.server(server).machine->loads())
        oracles.bounded.look(static_cast<std::uint32_t>(server), load.name, load.now, load.limit,
                             oracles.judge);
    }
    const Snapshot snapshot = world.snapshot();
    if (healed_at_us_ >= 0) look_at_views(world, snapshot);
    const std::int64_t calm = chaos.calm_since_us();
    const bool everything_up =
        std::ranges::all_of(snapshot, [](const ServerSnapshot& server) { return server.up; });
    const bool disks_work = [&] {
      for (std::size_t i = 0; i < world.servers(); ++i)
        if (world.server(i).trouble) return false;
      return true;
    }();
    if (chaos.whole() && everything_up && disks_work && world.now_us() - calm >= settle_us)
      oracles.one_leader.look(snapshot, oracles.judge);
    const std::int64_t patience = healed_at_us_ >= 0 ? heal_patience_us : patience_us;
    if (world.now_us() - calm >= patience)
      oracles.availability.look(oracles.ledger, who_can_work(world), calm, patience, oracles.judge);
  }

  // A server whose disk failed tries it again from time to time; the bound counts from when the
  // last one has found its disk working.
  void look_at_views(World& world, const Snapshot& snapshot) {
    const bool failed = std::ranges::any_of(
        snapshot, [](const ServerSnapshot& server) { return server.role == Role::failed; });
    if (failed && world.now_us() < healed_at_us_ + disk_retry_us) works_at_us_ = world.now_us();
    world.oracles().convergence.look(snapshot, world.now_us() - works_at_us_, one_view_bound_us,
                                     world.oracles().judge);
  }

  bool converge(World& world, const Chaos& chaos) {
    while (world.now_us() < healed_at_us_ + converge_bound_us) {
      if (!pass(world, chaos, world.now_us() + tick_us)) return false;
      if (!settled(world)) continue;
      result_.converged_after_us = world.now_us() - healed_at_us_;
      break;
    }
    return true;
  }

  static bool settled(World& world) {
    const Snapshot snapshot = world.snapshot();
    if (!Convergence::one_view(snapshot)) return false;
    for (std::size_t i = 0; i < world.servers(); ++i) {
      const Server& server = *world.server(i).machine;
      const Server& first = *world.server(0).machine;
      if (world.server(i).disk.writing() || snapshot[i].stored != snapshot[0].stored ||
          server.durable() != first.durable() || server.stable() != server.durable())
        return false;
    }
    const Oracles& oracles = world.oracles();
    return !oracles.availability.waiting(oracles.ledger) &&
           oracles.availability.all_delivered(oracles.ledger);
  }

  // What waits for a predecessor that no disk holds any more is shown a little later than the rest:
  // asks again until the timelines are whole, or the bound is over.
  bool audit(World& world, Auditor& auditor) {
    const std::int64_t until = healed_at_us_ + converge_bound_us;
    for (;;) {
      auditor.begin();
      const std::int64_t answer_until = world.now_us() + audit_bound_us;
      while (!auditor.done() && world.now_us() < answer_until)
        if (!world.run_until(world.now_us() + tick_us)) return false;
      if (!auditor.done() || world.now_us() >= until || told_all(world, auditor)) break;
      if (!world.run_until(world.now_us() + 5 * tick_us)) return false;
    }
    return world.oracles().judge.check(Oracle::availability, auditor.done(),
                                       "a server does not tell its timelines", [] { return ""; });
  }

  static bool told_all(World& world, const Auditor& auditor) {
    std::vector<std::size_t> held(auditor.rooms().size());
    const Ledger& ledger = world.oracles().ledger;
    for (MessageIndex message = 0; message < ledger.messages().size(); ++message) {
      const Destination* to = timeline_of(ledger.messages()[message].body);
      if (to == nullptr || !ledger.key_on(0, message)) continue;
      for (std::size_t room = 0; room < held.size(); ++room)
        held[room] += *to == Destination{auditor.rooms()[room]} ? 1 : 0;
    }
    for (std::size_t server = 0; server < world.servers(); ++server)
      for (std::size_t room = 0; room < held.size(); ++room)
        if (!auditor.refused(server, room) && auditor.told(server, room).size() < held[room])
          return false;
    return true;
  }

  static void judge(World& world, const Auditor& auditor) {
    Oracles& oracles = world.oracles();
    const auto& first = world.server(0).disk.entries();
    for (std::size_t i = 1; i < world.servers(); ++i)
      oracles.convergence.disks(0, first, static_cast<std::uint32_t>(i),
                                world.server(i).disk.entries(), oracles.judge);
    // Applied in the order of ids, not in that of arrival, once for all: the disks are equal.
    const ChatState chat = world.server(0).disk.recover(1).chat;
    for (std::size_t i = 0; i < world.servers(); ++i)
      if (world.server(i).machine)
        oracles.convergence.chats(static_cast<std::uint32_t>(i),
                                  world.server(i).machine->history().chat(), chat, oracles.judge);
    ServerSet live = 0;
    for (std::size_t i = 0; i < world.servers(); ++i) live |= ServerSet{1} << i;
    oracles.durability.finish(oracles.ledger, live, oracles.judge);
    oracles.availability.finish(oracles.ledger, oracles.judge);
    oracles.monotonic_reads.finish(oracles.ledger, live, oracles.judge);
    std::vector<EntryKey> keys(oracles.ledger.messages().size());
    for (MessageIndex message = 0; message < keys.size(); ++message)
      keys[message] = oracles.ledger.key_on(0, message).value_or(EntryKey{});
    oracles.fifo.finish(oracles.ledger, keys, oracles.judge);
    oracles.causal_order.finish(oracles.ledger, keys, oracles.judge);
    judge_timelines(world, auditor, keys, chat);
  }

  static void judge_timelines(World& world, const Auditor& auditor,
                              const std::vector<EntryKey>& keys, const ChatState& chat) {
    Oracles& oracles = world.oracles();
    for (std::size_t room = 0; room < auditor.rooms().size(); ++room) {
      const bool is_private = chat.is_private(auditor.rooms()[room]);
      std::vector<EntryKey> expected;
      for (MessageIndex message = 0; message < keys.size(); ++message) {
        const Destination* to = timeline_of(oracles.ledger.messages()[message].body);
        if (keys[message].id && to != nullptr && *to == Destination{auditor.rooms()[room]})
          expected.push_back(keys[message]);
      }
      std::ranges::sort(expected, std::ranges::greater{});
      for (std::size_t server = 0; server < world.servers(); ++server) {
        const auto number = static_cast<std::uint32_t>(server);
        oracles.judge.check(Oracle::convergence, auditor.refused(server, room) == is_private,
                            "a stranger is shown a private room, or refused a public one",
                            [&] { return auditor.rooms()[room].value; });
        if (is_private) continue;
        oracles.exactly_once.timeline(oracles.ledger, number, auditor.told(server, room),
                                      oracles.judge);
        oracles.convergence.timelines(number, expected, auditor.told(server, room), oracles.judge);
      }
    }
  }

  RunOptions options_;
  Chooser chooser_;
  RunResult result_;
  std::int64_t healed_at_us_ = -1;
  std::int64_t works_at_us_ = -1;
  std::int64_t digest_at_us_ = 0;
};

}  // namespace

RunResult run(std::uint64_t seed, const RunOptions& options) {
  return Play(seed, options).perform();
}

}  // namespace peal::sim
