// What is looked at while time passes, and in the end.
#include "sim/play.hpp"

#include <algorithm>
#include <set>

#include "sim/auditor.hpp"
#include "sim/final_judgement.hpp"
#include "sim/reach.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t tick_us = 100'000;
constexpr std::int64_t disk_retry_us = 4'000'000;
constexpr std::int64_t state_digest_every_us = 5'000'000;

WorldConfig world_config(const Setup& setup, const RunOptions& options) {
  return {.servers = setup.servers,
          .clients = setup.people + setup.servers.size(),  // The last ones audit.
          .events_max = options.events_max,
          .wall_spread_ms = setup.wall_spread_ms,
          .wake_late_us = setup.wake_late_us,
          .tuning = setup.tuning,
          .trace = options.trace,
          .watcher = options.watcher,
          .recorder = options.recorder,
          .give_up = options.give_up,
          .leak = options.leak};
}

}  // namespace

Play::Play(const Setup& setup, Chooser& chooser, const RunOptions& options)
    : oracles_(setup.servers),
      world_(world_config(setup, options), chooser, oracles_, stats_),
      stage_(world_, setup.people, options.script != nullptr ? &options.script->actions : nullptr),
      people_(setup.people),
      bounds_(bounds_of(setup.tuning)) {
  if (options.recorder != nullptr) options.recorder->setup(setup);
  world_.network().set_weather(setup.weather);
  for (const std::size_t person : setup.deaf_to_groups)
    world_.network().set_deaf_to_groups(world_.place_of_client(person), true);
  for (std::size_t server = 0; server < world_.servers(); ++server)
    if (std::ranges::find(setup.later, server) == setup.later.end()) world_.start_server(server);
}

bool Play::pass(std::int64_t until_us) {
  while (world_.now_us() < until_us) {
    if (look_at_us_ <= world_.now_us()) look_at_us_ += tick_us;
    if (!world_.run_until(std::min(until_us, look_at_us_))) return false;
    if (world_.now_us() == look_at_us_) look();
    if (oracles_.judge.violation()) return false;
  }
  return true;
}

bool Play::stand() {
  while (!shared_)
    if (!pass(world_.now_us() + tick_us)) return false;
  return true;
}

void Play::look() {
  if (world_.now_us() >= digest_at_us_) {
    world_.digest_states();
    digest_at_us_ = world_.now_us() + state_digest_every_us;
  }
  look_at_loads();
  const Snapshot snapshot = world_.snapshot();
  const bool healed = stage_.healed_at_us() >= 0;
  if (healed) look_at_views(snapshot);
  look_at_leader(snapshot);
  const std::int64_t calm = stage_.calm_since_us();
  const std::int64_t patience = healed ? bounds_.heal_patience_us : patience_us();
  if (world_.now_us() - calm >= patience)
    oracles_.availability.look(oracles_.ledger, who_can_work(world_), calm, patience,
                               oracles_.judge);
  if (stage_.still() && !shared_) look_at_parts();
}

// More people than a slow disk can follow wait for each other.
std::int64_t Play::patience_us() const {
  std::int64_t slow_by_us = 0;
  for (std::size_t server = 0; server < world_.servers(); ++server)
    if (world_.server(server).disk_state == DiskState::slow)
      slow_by_us = std::max(slow_by_us, world_.server(server).disk_slow_by_us);
  return bounds_.patience_us + bounds_.queueing_us(oracles_.availability.pending(), slow_by_us);
}

void Play::look_at_loads() {
  for (std::size_t server = 0; server < world_.servers(); ++server) {
    if (!world_.server(server).machine) continue;
    for (const Load& load : world_.server(server).machine->loads())
      oracles_.bounded.look(static_cast<std::uint32_t>(server), load.name, load.now, load.limit,
                            oracles_.judge);
  }
}

void Play::look_at_leader(const Snapshot& snapshot) {
  for (std::size_t server = 0; server < world_.servers(); ++server)
    if (!snapshot[server].up || !serves(world_.server(server).disk_state)) return;
  if (stage_.whole() && world_.now_us() - stage_.calm_since_us() >= bounds_.one_leader_us)
    oracles_.one_leader.look(snapshot, oracles_.judge);
}

// A server whose disk failed tries it again from time to time; the bound counts from when the last
// one has found its disk working.
void Play::look_at_views(const Snapshot& snapshot) {
  const std::int64_t healed_at = stage_.healed_at_us();
  const bool failed = std::ranges::any_of(
      snapshot, [](const ServerSnapshot& server) { return server.role == Role::failed; });
  works_at_us_ = std::max(works_at_us_, healed_at);
  if (failed && world_.now_us() < healed_at + disk_retry_us) works_at_us_ = world_.now_us();
  oracles_.convergence.look(snapshot, world_.now_us() - works_at_us_, bounds_.one_view_us,
                            oracles_.judge);
}

// Whatever is broken stays broken for a while: every part of the network must go on by itself.
void Play::look_at_parts() {
  if (world_.now_us() < stage_.calm_since_us() + bounds_.patience_us) return;
  if (share_by_us_ < 0) {
    entries_to_share_ = oracles_.ledger.entries().size();
    share_by_us_ = world_.now_us() + bounds_.spread_us;
  }
  if (world_.now_us() < share_by_us_) return;
  shared_ = true;
  for (const ServerSet group : who_can_share(world_))
    Convergence::spread(oracles_.ledger, entries_to_share_, group, oracles_.judge);
}

bool Play::settle() {
  if (stage_.healed_at_us() < 0) stage_.perform(HealAll{});
  if (!converge()) return false;
  Auditor auditor(world_, people_, rooms());
  if (!audit(auditor)) return false;
  judge_all(world_, auditor);
  return !oracles_.judge.violation();
}

std::vector<RoomName> Play::rooms() const {
  std::set<RoomName> rooms;
  for (const MessageFacts& message : oracles_.ledger.messages()) {
    const auto* join = std::get_if<JoinRoom>(&message.body);
    const auto* create = std::get_if<CreateRoom>(&message.body);
    if (join != nullptr && join->room.value.starts_with('#')) rooms.insert(join->room);
    if (create != nullptr && create->room.value.starts_with('#')) rooms.insert(create->room);
  }
  return {rooms.begin(), rooms.end()};
}

bool Play::converge() {
  while (world_.now_us() < stage_.healed_at_us() + bounds_.converge_us) {
    if (!pass(world_.now_us() + tick_us)) return false;
    if (!settled(world_)) continue;
    converged_after_us_ = world_.now_us() - stage_.healed_at_us();
    break;
  }
  return true;
}

// What waits for a predecessor that no disk holds any more is shown a little later than the rest:
// asks again until the timelines are whole, or the bound is over.
bool Play::audit(Auditor& auditor) {
  const std::int64_t until = stage_.healed_at_us() + bounds_.converge_us;
  for (;;) {
    auditor.begin();
    const std::int64_t answer_until = world_.now_us() + bounds_.audit_us;
    while (!auditor.done() && world_.now_us() < answer_until)
      if (!world_.run_until(world_.now_us() + tick_us)) return false;
    if (!auditor.done() || world_.now_us() >= until || told_all(world_, auditor)) break;
    if (!world_.run_until(world_.now_us() + 5 * tick_us)) return false;
  }
  return oracles_.judge.check(Oracle::availability, auditor.done(),
                              "a server does not tell its timelines", [] { return ""; });
}

RunResult Play::result() {
  RunResult result;
  result.violation = oracles_.judge.violation();
  result.simulated_us = world_.now_us();
  result.servers = world_.servers();
  result.people = people_;
  result.elections = oracles_.lcr_winner.elections();
  result.destroyed = oracles_.durability.destroyed();
  result.one_view_after_us = oracles_.convergence.one_view_after_us();
  result.converged_after_us = converged_after_us_;
  for (std::size_t i = 0; i < oracle_count; ++i)
    result.checks[i] = oracles_.judge.checks(static_cast<Oracle>(i));
  world_.digest_states();
  result.digest = world_.digest();
  result.stats = stats_;
  return result;
}

}  // namespace peal::sim
