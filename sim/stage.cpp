// One overload for each action, and what all of them leave behind.
#include "sim/stage.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/overloaded.hpp"

namespace peal::sim {
namespace {

template <class One>
void for_links(const Links& links, One one) {
  for (const auto& [from, to] : links) one(from, to);
}

}  // namespace

// --- What is done. False: it could not be done.
struct Stage::Act {
  Stage& stage;
  World& world = stage.world_;

  bool operator()(const StartServer& start) const {
    stage.changed();
    if (world.server_up(start.server)) return false;
    world.start_server(start.server);
    return world.server_up(start.server);
  }
  // Where it is refused, as it must be, it changes nothing for others.
  bool operator()(const StartTwin& start) const {
    stage.end_twins();
    if (start.of == start.server || !gives_back(world.server(start.server).disk_state))
      return false;
    world.start_twin(start.server, start.of);
    return true;
  }
  bool operator()(const CrashServer& crash) const {
    stage.changed();
    if (!world.server_up(crash.server)) return false;
    world.crash_server(crash.server, crash.silent);
    return true;
  }
  bool operator()(const CrashAfterEffects& crash) const {
    stage.changed();
    if (!world.server_up(crash.server)) return false;
    world.crash_server_after(crash.server, crash.effects);
    return true;
  }
  bool operator()(const WipeServer& wipe) const {
    stage.changed();
    world.crash_server(wipe.server, false);
    world.wipe_server(wipe.server);
    return true;
  }
  bool operator()(const StopServer& stop) const {
    stage.changed();
    if (!world.server_up(stop.server) || world.paused(world.place_of_server(stop.server)))
      return false;
    world.stop_server(stop.server);
    return true;
  }
  bool operator()(const DrainServer& drain) const {
    stage.changed();
    world.command_server(drain.server, DrainCommand{.undo = drain.undo});
    return true;
  }
  bool operator()(const UpgradeServer& upgrade) const {
    stage.changed();
    if (world.server(upgrade.server).later_version) return false;
    world.crash_server(upgrade.server, false);
    world.upgrade_server(upgrade.server);
    world.start_server(upgrade.server);
    return true;
  }
  bool operator()(const RemoveServer& remove) const {
    stage.changed();
    if (!world.server_up(remove.server)) return false;
    world.command_server(remove.server, RemoveCommand{world.server(remove.gone).id});
    return true;
  }
  bool operator()(const SetDisk& disk) const {
    stage.changed();
    world.set_disk(disk.server, disk.state, disk.by_us);
    return true;
  }
  bool operator()(const RotEntry& rot) const {
    stage.changed();
    return rot.which < world.entries_on_disk(rot.server) &&
           world.damage_entry(rot.server, rot.which);
  }
  bool operator()(const PauseHost& pause) const {
    stage.noisy_for(pause.for_us);
    world.pause(pause.place, world.now_us() + pause.for_us);
    return true;
  }
  bool operator()(const SuspendHost& suspend) const {
    stage.noisy_for(suspend.for_us);
    world.suspend(suspend.place, world.now_us() + suspend.for_us);
    return true;
  }
  // What waits there then comes a little later.
  bool operator()(const SlowHost& slow) const {
    stage.noisy_for(slow.for_us + slow_backlog_us_max);
    world.slow_down(slow.place, slow.by_us, world.now_us() + slow.for_us);
    return true;
  }
  bool operator()(const StepClock& step) const {
    stage.changed();
    world.step_clock(step.place, step.us);
    return true;
  }
  bool operator()(const JumpWall& jump) const {
    stage.changed();
    world.jump_wall(jump.place, jump.ms);
    return true;
  }
  bool operator()(const DriftClock& drift) const {
    stage.changed();
    world.drift(drift.place, drift.ppm);
    return true;
  }
  bool operator()(const CutLinks& cut) const {
    stage.changed();
    for_links(cut.links, [&](Place from, Place to) { world.network().cut(from, to); });
    return true;
  }
  bool operator()(const MendNetwork&) const {
    stage.changed();
    world.network().heal();
    return true;
  }
  bool operator()(const LoseHalf& lose) const {
    stage.noisy_for(lose.for_us);
    const std::int64_t until = world.now_us() + lose.for_us;
    for_links(lose.links,
              [&](Place from, Place to) { world.network().lose_until(from, to, until); });
    return true;
  }
  bool operator()(const LagLinks& lag) const {
    stage.noisy_for(lag.for_us + lag.by_us);
    const std::int64_t until = world.now_us() + lag.for_us;
    for_links(lag.links,
              [&](Place from, Place to) { world.network().lag_until(from, to, lag.by_us, until); });
    return true;
  }
  bool operator()(const NarrowLinks& narrow) const {
    stage.noisy_for(narrow.for_us);
    const std::int64_t until = world.now_us() + narrow.for_us;
    for_links(narrow.links, [&](Place from, Place to) {
      world.network().narrow_until(from, to, narrow.width, until);
    });
    return true;
  }
  bool operator()(const ClogLinks& clog) const {
    stage.noisy_for(clog.for_us);
    const std::int64_t until = world.now_us() + clog.for_us;
    for_links(clog.links,
              [&](Place from, Place to) { world.network().clog_until(from, to, until); });
    return true;
  }
  bool operator()(const SetWeather& weather) const {
    stage.changed();
    world.network().set_weather(weather.weather);
    return true;
  }
  bool operator()(const AddRule& add) const {
    stage.changed();
    world.network().add_rule(add.rule);
    return true;
  }
  bool operator()(const Come& come) const {
    if (stage.crowd_.here(come.person)) return false;
    stage.crowd_.come(come.person, come.knows);
    return true;
  }
  bool operator()(const SayBody& say) const {
    if (!can_act(say.person)) return false;
    Body body = say.body;
    if (say.about != 0) {
      const auto about = stage.labelled(say.about);
      if (!about) return false;
      stage.refer(body, *about);
    }
    const auto message = stage.crowd_.say(say.person, body);
    if (message && say.label != 0) stage.labels_[say.label] = *message;
    if (!message && say.label != 0)
      stage.refused_[say.label] = stage.crowd_.last_refusal(say.person);
    if (message && stage.script_ != nullptr) stage.said_at_[*message] = stage.script_->size() - 1;
    return message.has_value();
  }
  bool operator()(const ReadPages& read) const {
    if (!can_act(read.person) || read.pages == 0) return false;
    HistoryQuery query{.with = read.with};
    query.limit = read.limit;
    stage.crowd_.read(read.person, query, read.pages);
    return true;
  }
  bool operator()(const Vanish& vanish) const {
    if (!stage.crowd_.here(vanish.person)) return false;
    world.kill_client(vanish.person);
    return true;
  }
  bool operator()(const LogOut& out) const {
    if (!can_act(out.person)) return false;
    world.close(out.person);
    return true;
  }
  bool operator()(const StandStill&) const {
    stage.stand_still();
    return true;
  }
  bool operator()(const HealAll&) const {
    stage.heal_all();
    return true;
  }

 private:
  [[nodiscard]] bool can_act(std::size_t person) const {
    return stage.crowd_.here(person) && !world.paused(world.place_of_client(person));
  }
};

Stage::Stage(World& world, std::size_t people, std::vector<TimedAction>* script)
    : world_(world), crowd_(world, people), script_(script) {}

bool Stage::perform(const Action& action) {
  record(action);
  if (Recorder* recorder = world_.recorder()) recorder->performed(world_.now_us(), action);
  return std::visit(Act{*this}, action);
}

void Stage::record(const Action& action) {
  if (script_ != nullptr) script_->push_back({world_.now_us(), action});
}

bool Stage::say(std::size_t person, Body body, std::optional<MessageId> about) {
  SayBody said{.person = person, .body = std::move(body)};
  if (about) refer(said.body, *about);
  if (about && script_ != nullptr) name_what_it_is_about(said, *about);
  return perform(said);
}

/// The action that said it gets a label, if it has none yet.
void Stage::name_what_it_is_about(SayBody& say, MessageId about) {
  const auto found = said_at_.find(about);
  if (found == said_at_.end()) return;
  auto& first = std::get<SayBody>((*script_)[found->second].action);
  if (first.label == 0) {
    first.label = ++last_label_;
    labels_[first.label] = about;
  }
  say.about = first.label;
}

std::optional<MessageId> Stage::labelled(std::uint32_t label) const {
  const auto found = labels_.find(label);
  return found == labels_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<RejectReason> Stage::rejection(std::uint32_t label) const {
  const auto refused = refused_.find(label);
  if (refused != refused_.end()) return refused->second;
  const auto message = labelled(label);
  return message ? crowd_.rejection(*message) : std::nullopt;
}

void Stage::refer(Body& body, MessageId to) const {
  const Ledger& ledger = world_.oracles().ledger;
  const auto index = ledger.find_message(to);
  std::visit(
      Overloaded{[&](EditPost& edit) { edit.post = to; },
                 [&](DeletePost& deletion) { deletion.post = to; },
                 [&](React& react) { react.post = to; },
                 [&](MarkRead& mark) { mark.upto = index ? ledger.first_key(*index) : EntryKey{}; },
                 [](auto&) {}},
      body);
}

void Stage::changed() {
  changed_at_us_ = world_.now_us();
  end_twins();
}

void Stage::noisy_for(std::int64_t for_us) {
  changed();
  noisy_until_us_ = std::max(noisy_until_us_, world_.now_us() + for_us);
}

/// A server that cannot read goes on with what it remembers. What nobody can promise is that this
/// is enough for whoever asks it.
bool Stage::all_readable() const {
  for (std::size_t server = 0; server < world_.servers(); ++server)
    if (world_.server(server).disk_state == DiskState::unreadable) return false;
  return true;
}

std::int64_t Stage::calm_since_us() const {
  const bool unclear = (!world_.network().is_partition() && !still_) || !all_readable();
  if (unclear || noisy_until_us_ > world_.now_us()) return world_.now_us();
  return std::max(changed_at_us_, noisy_until_us_);
}

bool Stage::whole() const { return !world_.network().cuts() && noisy_until_us_ <= world_.now_us(); }

/// They had their time to be refused; whoever started one sees the mistake.
void Stage::end_twins() {
  for (std::size_t server = 0; server < world_.servers(); ++server)
    if (world_.twin(server)) world_.crash_server(server, false);
}

void Stage::stand_still() {
  still_ = true;
  changed();
  for (std::size_t server = 0; server < world_.servers(); ++server) {
    world_.crash_server_after(server, 0);
    if (world_.server(server).disk_state == DiskState::unreadable)
      world_.set_disk(server, DiskState::works);
  }
  if (world_.tracing()) world_.note("everything stays as it is");
}

void Stage::heal_all() {
  still_ = false;
  changed();
  healed_at_us_ = world_.now_us();
  noisy_until_us_ = 0;
  world_.network().heal();
  world_.network().set_weather(Weather{});
  for (std::size_t place = 0; place < world_.network().places(); ++place)
    world_.resume(static_cast<Place>(place));
  for (std::size_t server = 0; server < world_.servers(); ++server) {
    world_.set_disk(server, DiskState::works);
    world_.command_server(server, DrainCommand{.undo = true});
    world_.crash_server_after(server, 0);
    // Nobody would start again what is just leaving.
    if (world_.server_leaving(server)) world_.crash_server(server, false);
    world_.start_server(server);
  }
  if (world_.tracing()) world_.note("everything is healed");
}

}  // namespace peal::sim
