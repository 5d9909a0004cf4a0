// A small world that is cut in one shape, healed, and watched every millisecond.
#include "sim/heal.hpp"

#include <algorithm>
#include <set>

#include "sim/people.hpp"
#include "sim/reach.hpp"
#include "sim/server_ids.hpp"
#include "sim/world.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t begin_us = 4'000'000;  // One view, everybody registered and talking.
constexpr std::int64_t think_us = 300'000;
constexpr std::int64_t look_every_us = 1'000;
/// Whoever reaches a server both ways is served so soon after the cut, whatever its shape.
constexpr std::int64_t patience_us = 10'000'000;
constexpr std::int64_t flap_us_max = 2'000'000;

constexpr Choice about_ids{About::setup, 1};
constexpr Choice about_shape{About::fault, 1};
constexpr Choice about_flaps{About::fault, 2};
constexpr Choice about_stages{About::fault, 4};
constexpr Choice about_crash{About::fault, 3};

class Healing {
 public:
  Healing(std::uint64_t seed, const HealOptions& options)
      : options_(options),
        chooser_(seed),
        config_{.servers = draw_server_ids(chooser_, about_ids, options.servers),
                .clients = options.servers,
                .events_max = 50'000'000,
                .trace = options.trace},
        oracles_(config_.servers),
        world_(config_, chooser_, oracles_, stats_) {
    result_.seed = seed;
    result_.shape = options.shape;
  }

  HealResult perform() {
    for (std::size_t server = 0; server < world_.servers(); ++server) world_.start_server(server);
    Stage stage(world_, world_.servers());
    People people(stage, {.think_us = think_us, .plain = true, .unruly = false});
    // A short-circuit: what was broken ends the run.
    (void)(world_.run_until(begin_us) && fall_apart() && come_together());
    result_.violation = oracles_.judge.violation();
    result_.acknowledged = stats_.acknowledged;
    return result_;
  }

 private:
  bool fall_apart() {
    const std::int64_t until = begin_us + options_.cut_us;
    const std::uint64_t before = highest_view();
    make_cut(until);
    bool whole = false;
    std::int64_t flap_at = options_.shape == Shape::flapping ? next_flap() : until;
    while (world_.now_us() < until) {
      if (!world_.run_until(std::min({until, flap_at, world_.now_us() + 100'000}))) return false;
      if (options_.shape != Shape::flapping) look_at_people();
      if (world_.now_us() < flap_at || flap_at == until) continue;
      whole = !whole;
      if (whole) {
        world_.network().heal();
      } else {
        make_cut(until);
      }
      flap_at = std::min(until, next_flap());
    }
    result_.installed = highest_view() - before;
    if (!come_back_one_by_one()) return false;
    if (options_.shape != Shape::clogged) world_.network().heal();
    return true;
  }

  bool come_back_one_by_one() {
    if (options_.stage_us == 0) return true;
    std::vector<Place> ring = world_.hosts().ring;
    for (std::size_t i = ring.size(); i > 1; --i) {
      std::swap(ring[i - 1], ring[chooser_.choose(about_stages, i)]);
      world_.network().bridge(ring[i - 1]);
      if (!world_.run_until(world_.now_us() + options_.stage_us)) return false;
    }
    return true;
  }

  bool come_together() {
    std::set<ViewId> views;
    VersionVector goal;
    for (std::size_t server = 0; server < world_.servers(); ++server) {
      views.insert(world_.server(server).machine->view().id);
      goal.merge(world_.server(server).machine->held());
    }
    result_.views_before = views.size();
    for (std::size_t server = 0; server < world_.servers(); ++server)
      result_.missing += goal.count_beyond(world_.server(server).machine->held());
    std::optional<std::size_t> crashed;
    if (options_.crash_at_heal) {
      crashed = chooser_.choose(about_crash, world_.servers());
      goal = goal.meet(on_disks_without(*crashed));
      world_.crash_server(*crashed, false);
    }
    const std::int64_t healed_at = world_.now_us();
    while (result_.one_view_us < 0 || result_.equal_us < 0) {
      if (world_.now_us() - healed_at > options_.give_up_us) return true;
      if (!world_.run_until(world_.now_us() + look_every_us)) return false;
      const std::int64_t passed = world_.now_us() - healed_at;
      if (result_.one_view_us < 0 && one_view(crashed)) {
        result_.one_view_us = passed;
        if (crashed) world_.start_server(*crashed);
        crashed.reset();
      }
      if (result_.equal_us < 0 && !crashed && equal(goal)) result_.equal_us = passed;
    }
    return true;
  }

  void make_cut(std::int64_t until) {
    const Hosts hosts = world_.hosts();
    const Links links = options_.breaks
                            ? between(arcs_of(hosts, *options_.breaks, chooser_, about_shape))
                            : links_of(options_.shape, hosts, chooser_, about_shape);
    for (const auto& [from, to] : links) {
      if (options_.shape == Shape::clogged)
        world_.network().clog_until(from, to, until);
      else
        world_.network().cut(from, to);
    }
  }

  std::int64_t next_flap() {
    return world_.now_us() + chooser_.between(about_flaps, 50'000, flap_us_max);
  }

  // Everybody who reaches a server both ways must be served by it or by another one.
  void look_at_people() {
    if (world_.now_us() - begin_us < patience_us) return;
    oracles_.availability.look(oracles_.ledger, who_can_work(world_), begin_us, patience_us,
                               oracles_.judge);
  }

  [[nodiscard]] bool one_view(std::optional<std::size_t> but) const {
    Snapshot snapshot = world_.snapshot();
    if (but) snapshot.erase(snapshot.begin() + static_cast<std::ptrdiff_t>(*but));
    return Convergence::one_view(snapshot) &&
           world_.server(but == std::optional<std::size_t>{0} ? 1 : 0)
                   .machine->view()
                   .members.size() == snapshot.size();
  }

  [[nodiscard]] bool equal(const VersionVector& goal) const {
    for (std::size_t server = 0; server < world_.servers(); ++server)
      if (!world_.server_up(server) || !world_.server(server).machine->durable().covers(goal))
        return false;
    return true;
  }

  [[nodiscard]] VersionVector on_disks_without(std::size_t crashed) const {
    VersionVector all;
    for (std::size_t server = 0; server < world_.servers(); ++server)
      if (server != crashed) all.merge(world_.server(server).machine->held());
    return all;
  }

  [[nodiscard]] std::uint64_t highest_view() const {
    std::uint64_t highest = 0;
    for (std::size_t server = 0; server < world_.servers(); ++server)
      highest = std::max(highest, world_.server(server).machine->view().id.number);
    return highest;
  }

  HealOptions options_;
  Chooser chooser_;
  WorldConfig config_;
  Oracles oracles_;
  Stats stats_;
  World world_;
  HealResult result_;
};

}  // namespace

HealResult heal(std::uint64_t seed, const HealOptions& options) {
  return Healing(seed, options).perform();
}

}  // namespace peal::sim
