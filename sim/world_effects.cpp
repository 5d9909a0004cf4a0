// Carrying out what the machines ask for, and telling the oracles what can be seen of it.
#include <utility>

#include <fmt/format.h>

#include "sim/describe.hpp"
#include "sim/steps.hpp"
#include "sim/world.hpp"

namespace peal::sim {
namespace {

// Questions about disk delays tell operations apart by these.
using step::read_operation;
using step::slow_read_operation;
using step::slow_write_operation;
using step::write_operation;
// In a network without loss, and with no longer tails than this, a live server answers in time.
constexpr std::int64_t good_tail_us = 20'000;

}  // namespace

void World::step_server(std::size_t server, Event event) {
  const Place place = place_of_server(server);
  const Instant now = processes_[place].clock.local(now_us_);
  effects_.clear();
  if (config_.recorder != nullptr) config_.recorder->event(place, moment(place), event);
  servers_[server].machine->step(now, event, effects_);
  if (config_.recorder != nullptr)
    config_.recorder->effects(moment(place), effects_, *servers_[server].machine);
  carry_out(server);
  if (servers_[server].machine) schedule_wake(place, servers_[server].machine->next_deadline());
}

void World::carry_out(std::size_t server) {
  const Place place = place_of_server(server);
  ServerHost& host = servers_[server];
  for (Effect& effect : effects_.list()) {
    if (host.crash_after_effects == 1) {
      ++stats_.faults[static_cast<std::size_t>(Fault::crash_in_effects)];
      // What it judged and could not tell any more shaped what it wrote.
      for (const Effect* rest = &effect; rest != effects_.list().data() + effects_.list().size();
           ++rest)
        if (const auto* unsent = std::get_if<Send>(rest)) tell_judgements(*unsent);
      return crash_server(server, false);
    }
    if (host.crash_after_effects != 0) --host.crash_after_effects;
    if (auto* one = std::get_if<Send>(&effect)) {
      tell_judgements(*one);
      send(place, *one);
    } else if (auto* all = std::get_if<Broadcast>(&effect)) {
      broadcast(place, all->message);
    } else if (auto* group = std::get_if<Multicast>(&effect)) {
      multicast(place, *group);
    } else if (auto* write = std::get_if<Write>(&effect)) {
      begin_write(server, std::move(*write));
    } else if (auto* read = std::get_if<Read>(&effect)) {
      begin_read(server, std::move(*read));
    } else if (auto* notice = std::get_if<Notice>(&effect)) {
      noticed(server, *notice);
      if (!processes_[place].up) return;
    } else if (auto* mark = std::get_if<Mark>(&effect)) {
      ++stats_.marks[static_cast<std::size_t>(*mark)];
      if (*mark == Mark::winner_stopped_waiting)
        oracles_.wins.stopped_waiting(host.machine->incarnation());
      if (tracing()) note(fmt::format("s{} mark {}", host.id.value, mark_name(*mark)));
    }
  }
}

void World::tell_judgements(const Send& send) {
  if (const auto* forwarded = std::get_if<Forwarded>(&send.message))
    return oracles_.judged(forwarded->session, forwarded->receipts);
  const auto* submitted = std::get_if<Submitted>(&send.message);
  if (submitted == nullptr) return;
  if (const auto to = place_of(send.to, processes_.size()))
    oracles_.judged(processes_[*to].sender.session(), submitted->receipts);
}

void World::noticed(std::size_t server, const Notice& notice) {
  ServerHost& host = servers_[server];
  if (tracing()) note(fmt::format("s{} {}", host.id.value, describe(notice)));
  const auto* installed = std::get_if<ViewInstalled>(&notice);
  // Where datagrams are lost, a second server of one id may get in after all. Whoever started it
  // notices; it never acts as a member.
  if (installed != nullptr && holds_twin(installed->view)) end_twins();
  if (!processes_[place_of_server(server)].up) return;
  if (installed != nullptr) return oracles_.installed(host.id, installed->view);
  const bool left = std::holds_alternative<Left>(notice);
  if (!left && !std::holds_alternative<IdTaken>(notice)) return;
  // A driver that ends cleanly lets its disk finish.
  host.disk.crash(host.disk.pending(), fresh_);
  tell_stored(server);
  end_server(server, true);
}

bool World::is_twin(std::size_t server, Incarnation incarnation) const {
  return servers_[server].twin && servers_[server].machine->incarnation() == incarnation;
}

bool World::holds_twin(const View& view) const {
  for (std::size_t server = 0; server < servers_.size(); ++server)
    for (const Member& member : view.members)
      if (is_twin(server, member.incarnation)) return true;
  return false;
}

void World::end_twins() {
  for (std::size_t server = 0; server < servers_.size(); ++server) {
    if (!servers_[server].twin) continue;
    const Weather& weather = network_.weather();
    const bool good = weather.lost_per_million == 0 && weather.tail_us <= good_tail_us;
    oracles_.judge.check(Oracle::one_leader, !good || !network_.whole(now_us_),
                         "a second server of one id was let in",
                         [&] { return fmt::format("server {}", server); });
    crash_server(server, false);
  }
}

std::int64_t World::disk_takes_us(std::size_t server, std::uint8_t operation) {
  const Place place = place_of_server(server);
  const std::int64_t takes = chooser_.between({About::disk_delay, operation, place},
                                              config_.disk_min_us, config_.disk_max_us);
  if (servers_[server].disk_state != DiskState::slow) return takes;
  const std::uint8_t slow =
      operation == write_operation ? slow_write_operation : slow_read_operation;
  return takes +
         chooser_.between({About::disk_delay, slow, place}, 0, servers_[server].disk_slow_by_us);
}

void World::begin_write(std::size_t server, Write write) {
  ServerHost& host = servers_[server];
  const Place place = place_of_server(server);
  if (tracing()) note(fmt::format("s{} writes {} entries", host.id.value, write.entries.size()));
  for (const SharedEntry& entry : write.entries) digest_.add(entry->id.seq);
  host.disk.begin(std::move(write));
  host.written_at_us =
      std::max(host.written_at_us, now_us_ + disk_takes_us(server, write_operation));
  queue_.push(
      host.written_at_us,
      {.kind = Happening::Kind::written, .to = place, .slot = processes_[place].generation});
}

void World::written(const Happening& happening) {
  const Process& process = processes_[happening.to];
  if (!process.up || process.generation != happening.slot || hangs(happening)) return;
  ServerHost& host = servers_[happening.to];
  const bool full = host.disk_state == DiskState::full;
  if (full || host.disk_state == DiskState::failing || host.disk.doomed()) {
    WriteFailed failed = host.disk.fail_write(full ? DiskTrouble::full : DiskTrouble::failing);
    if (tracing()) note(fmt::format("s{} write fails: {}", host.id.value, failed.reason));
    return step_server(happening.to, {wall(happening.to), std::move(failed)});
  }
  const Written done = host.disk.complete_write(fresh_);
  tell_stored(happening.to);
  step_server(happening.to, {wall(happening.to), done});
}

void World::tell_stored(std::size_t server) {
  for (const SharedEntry& entry : fresh_)
    oracles_.stored(static_cast<std::uint32_t>(server), *entry);
  fresh_.clear();
}

bool World::hangs(const Happening& happening) {
  ServerHost& host = servers_[happening.to];
  if (host.disk_state != DiskState::hanging) return false;
  host.hanging.push_back(happening);
  return true;
}

void World::set_disk(std::size_t server, DiskState state, std::int64_t by_us) {
  ServerHost& host = servers_[server];
  host.disk_state = state;
  host.disk_slow_by_us = by_us;
  if (state != DiskState::hanging)
    for (const Happening& done : std::exchange(host.hanging, {})) queue_.push(now_us_, done);
  if (tracing()) note(fmt::format("the disk of s{} {}", host.id.value, describe(state)));
}

void World::begin_read(std::size_t server, Read read) {
  const Place place = place_of_server(server);
  std::size_t slot = 0;
  while (slot < reads_.size() && reads_[slot]) ++slot;
  if (slot == reads_.size()) reads_.emplace_back();
  reads_[slot] = PendingRead{std::move(read), processes_[place].generation};
  queue_.push(
      now_us_ + disk_takes_us(server, read_operation),
      {.kind = Happening::Kind::read, .to = place, .slot = static_cast<std::uint32_t>(slot)});
}

void World::read_done(const Happening& happening) {
  if (hangs(happening)) return;
  const PendingRead pending = std::move(*reads_[happening.slot]);
  reads_[happening.slot].reset();
  const Process& process = processes_[happening.to];
  if (!process.up || process.generation != pending.generation) return;
  const ServerHost& host = servers_[happening.to];
  if (host.disk_state != DiskState::unreadable)
    return step_server(happening.to, {wall(happening.to), host.disk.read(pending.read)});
  if (tracing()) note(fmt::format("s{} read fails", host.id.value));
  step_server(happening.to,
              {wall(happening.to), ReadFailed{pending.read.token, "input/output error"}});
}

void World::step_client(std::size_t client, ClientEvent event) {
  const Place place = place_of_client(client);
  const Instant now = processes_[place].clock.local(now_us_);
  client_effects_.clear();
  if (config_.recorder != nullptr) config_.recorder->event(place, moment(place), event);
  clients_[client].machine->step(now, event, client_effects_);
  if (config_.recorder != nullptr)
    config_.recorder->effects(moment(place), client_effects_, *clients_[client].machine);
  carry_out_client(client);
  if (clients_[client].machine) schedule_wake(place, clients_[client].machine->next_deadline());
}

void World::carry_out_client(std::size_t client) {
  const Place place = place_of_client(client);
  for (const ClientEffect& effect : client_effects_.list()) {
    if (const auto* one = std::get_if<Send>(&effect)) {
      send(place, *one);
      continue;
    }
    if (const auto* all = std::get_if<Broadcast>(&effect)) {
      broadcast(place, all->message);
      continue;
    }
    if (tracing()) note(fmt::format("client {} {}", client, describe(effect)));
    if (const auto* join = std::get_if<JoinGroups>(&effect)) {
      clients_[client].groups = join->groups;
      continue;
    }
    if (const auto* mark = std::get_if<Mark>(&effect)) {
      ++stats_.marks[static_cast<std::size_t>(*mark)];
      continue;
    }
    tell_oracles(client, effect);
    programs_[client]->heard(client, effect);
    if (std::holds_alternative<Closed>(effect)) return end_client(client, true);
  }
}

void World::tell_oracles(std::size_t client, const ClientEffect& effect) {
  const SessionIndex session = clients_[client].session;
  if (const auto* connected = std::get_if<Connected>(&effect)) {
    const VersionVector& cursor = clients_[client].machine->cursor();
    if (connected->skipped) oracles_.ledger.skip(session, cursor);
    oracles_.ledger.resume(session, cursor);
  }
  if (const auto* arrived = std::get_if<Arrived>(&effect)) {
    ++stats_.delivered;
    oracles_.shown(session, arrived->delivery);
  } else if (const auto* yes = std::get_if<Acknowledged>(&effect)) {
    ++stats_.acknowledged;
    oracles_.settled(session, yes->ticket.value, yes->message, Outcome::acknowledged,
                     yes->accepted);
  } else if (const auto* no = std::get_if<Rejected>(&effect)) {
    ++stats_.rejected;
    refused_at_once_ = no->message.n == 0;
    if (refused_at_once_) return;
    oracles_.settled(session, no->ticket.value, no->message, Outcome::rejected, {});
  } else if (std::holds_alternative<QueueFull>(effect)) {
    oracles_.judge.broken(Oracle::bounded, "a client's queue is full",
                          fmt::format("client {}", client));
  }
}

}  // namespace peal::sim
