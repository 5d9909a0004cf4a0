// Simulated time: what happens next, who is woken, which processes begin and end.
#include "sim/world.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/check.hpp"
#include "core/mutant.hpp"
#include "sim/describe.hpp"

namespace peal::sim {
namespace {

// A machine that is due again and again at one moment would stop simulated time.
// No kind of happening: what the lateness of a wake is drawn as.
constexpr std::uint8_t late_wake = 0xff;
constexpr std::uint32_t wakes_at_once_max = 1'000;
// Where walls start: some day of 2024.
constexpr std::int64_t wall_start_ms = 1'720'000'000'000;
constexpr std::uint16_t client_port_first = 20'000;
// Whether to give up is asked after so many events.
constexpr std::uint64_t give_up_every = 4'096;

}  // namespace

Endpoint endpoint_of(Place place, std::uint16_t port) {
  const unsigned host = place + 1U;
  return ipv4_endpoint(10, 0, static_cast<std::uint8_t>(host >> 8U),
                       static_cast<std::uint8_t>(host & 0xffU), port);
}

std::optional<Place> place_of(const Endpoint& endpoint, std::size_t places) {
  if (!endpoint.is_v4() || endpoint.ip[12] != 10 || endpoint.ip[13] != 0) return std::nullopt;
  const unsigned host = endpoint.ip[14] * 256U + endpoint.ip[15];
  if (host == 0 || host > places) return std::nullopt;
  return static_cast<Place>(host - 1);
}

World::World(const WorldConfig& config, Chooser& chooser, Oracles& oracles, Stats& stats)
    : config_(config),
      chooser_(chooser),
      oracles_(oracles),
      stats_(stats),
      network_(config.servers.size() + config.clients),
      wakes_(config.servers.size() + config.clients),
      processes_(config.servers.size() + config.clients),
      servers_(config.servers.size()),
      clients_(config.clients),
      programs_(config.clients) {
  for (std::size_t i = 0; i < servers_.size(); ++i) servers_[i].id = config.servers[i];
  for (std::size_t place = 0; place < processes_.size(); ++place) {
    const Choice choice{About::clock, 0, static_cast<Place>(place)};
    const Instant origin{chooser_.between(choice, 0, 1'000'000'000)};
    const std::int64_t ahead = chooser_.between(choice, 0, config.wall_spread_ms);
    processes_[place].clock = Clock(origin, wall_start_ms + ahead);
  }
}

std::uint32_t World::add_player(Player& player) {
  players_.push_back(&player);
  return static_cast<std::uint32_t>(players_.size() - 1);
}

void World::call_at(std::int64_t at_us, std::uint32_t player, std::uint32_t what) {
  queue_.push_last(std::max(at_us, now_us_),
                   {.kind = Happening::Kind::call, .to = static_cast<Place>(player), .slot = what});
}

bool World::run_until(std::int64_t until_us) {
  while (next_at() <= until_us) {
    const auto [at, happening] = take_next();
    now_us_ = at;
    oracles_.judge.at(at);
    happen(happening);
    ++stats_.events;
    if (config_.watcher != nullptr && !config_.watcher->happened(*this, happening)) return false;
    if (oracles_.judge.violation()) return false;
    if (stats_.events > config_.events_max) {
      oracles_.judge.broken(Oracle::bounded, "the run has more events than its budget",
                            fmt::format("{} events", config_.events_max));
      return false;
    }
    if (config_.give_up && stats_.events % give_up_every == 0 && config_.give_up()) {
      oracles_.judge.broken(Oracle::bounded, gave_up, fmt::format("{} events", stats_.events));
      return false;
    }
  }
  now_us_ = std::max(now_us_, until_us);
  oracles_.judge.at(now_us_);
  return !oracles_.judge.violation();
}

std::int64_t World::next_at() const {
  return queue_.empty() ? wakes_.next_at() : std::min(queue_.next_at(), wakes_.next_at());
}

std::pair<std::int64_t, Happening> World::take_next() {
  if (!queue_.empty() && queue_.next_precedes(wakes_.next_at())) return queue_.pop();
  const Place place = wakes_.next();
  const std::int64_t at = wakes_.at(place);
  wakes_.clear(place);
  return {at, wake_of(place)};
}

std::vector<std::pair<std::int64_t, Happening>> World::waiting() const {
  auto waiting = queue_.in_order();
  for (std::size_t place = 0; place < processes_.size(); ++place) {
    const std::int64_t at = wakes_.at(static_cast<Place>(place));
    if (at == no_time) continue;
    const auto after = std::ranges::find_if(waiting, [&](const auto& one) {
      return one.first > at || (one.first == at && one.second.kind == Happening::Kind::call);
    });
    waiting.insert(after, {at, wake_of(static_cast<Place>(place))});
  }
  return waiting;
}

Happening World::wake_of(Place place) const {
  return {.kind = Happening::Kind::wake, .waited = processes_[place].wake_waits, .to = place};
}

void World::happen(const Happening& happening) {
  if (happening.kind == Happening::Kind::call)
    return players_[happening.to]->called(happening.slot);
  if (held_back(happening) || waits_its_turn(happening)) return;
  digest_.add(static_cast<std::uint64_t>(now_us_));
  digest_.add(static_cast<std::uint64_t>(happening.kind) | std::uint64_t{happening.to} << 8U |
              std::uint64_t{happening.from} << 24U | std::uint64_t{happening.message} << 40U);
  switch (happening.kind) {
    case Happening::Kind::datagram: return arrive(happening);
    case Happening::Kind::wake: return wake(happening.to);
    case Happening::Kind::written: return written(happening);
    case Happening::Kind::read: return read_done(happening);
    case Happening::Kind::refused: return tell_refusal(happening);
    case Happening::Kind::call: return;
  }
}

bool World::held_back(const Happening& happening) {
  const Process& process = processes_[happening.to];
  if (process.paused_until_us <= now_us_ || !process.up) return false;
  if (happening.kind == Happening::Kind::wake)
    wakes_.set(happening.to, process.paused_until_us);
  else
    queue_.push(process.paused_until_us, happening);
  return true;
}

/// At a slow host what comes is done in the order in which it came, each when its time is over.
bool World::waits_its_turn(const Happening& happening) {
  Process& process = processes_[happening.to];
  const bool slow = process.slow_until_us > now_us_;
  if (happening.waited || !process.up || (!slow && process.busy_until_us <= now_us_)) return false;
  const std::int64_t begins_us = std::max(process.busy_until_us, now_us_);
  if (happening.kind == Happening::Kind::datagram && begins_us - now_us_ > slow_backlog_us_max) {
    ++stats_.overflowed;
    buffers_.release(happening.slot);
    return true;
  }
  const Choice choice{About::work, static_cast<std::uint8_t>(happening.kind), happening.to};
  process.busy_until_us = begins_us + (slow ? chooser_.between(choice, 0, process.slow_by_us) : 0);
  if (happening.kind == Happening::Kind::wake) {
    process.wake_waits = true;
    wakes_.set(happening.to, process.busy_until_us);
    return true;
  }
  Happening in_turn = happening;
  in_turn.waited = true;
  queue_.push(process.busy_until_us, in_turn);
  return true;
}

void World::schedule_wake(Place place, Instant deadline) {
  Process& process = processes_[place];
  if (process.wake_waits) return;
  if (deadline == never) return wakes_.clear(place);
  const std::int64_t when_us = process.clock.world_when(deadline);
  wakes_.set(place, when_us > now_us_ ? when_us + late_us(place, deadline) : now_us_);
}

/// The same for as long as the deadline is the same.
std::int64_t World::late_us(Place place, Instant deadline) {
  if (config_.wake_late_us == 0) return 0;
  Process& process = processes_[place];
  if (std::exchange(process.wake_drawn_for, deadline) != deadline)
    process.wake_late_us =
        chooser_.between({About::work, late_wake, place}, 0, config_.wake_late_us);
  return process.wake_late_us;
}

Instant World::next_deadline(Place place) const {
  if (is_server(place)) return servers_[place].machine->next_deadline();
  return clients_[place - servers_.size()].machine->next_deadline();
}

void World::wake(Place place) {
  Process& process = processes_[place];
  process.wake_waits = false;
  const Instant deadline = next_deadline(place);
  // While it waited for its turn, something else was done that put it off.
  if (deadline > process.clock.local(now_us_)) return schedule_wake(place, deadline);
  process.wakes_then = process.woken_at_us == now_us_ ? process.wakes_then + 1 : 0;
  process.woken_at_us = now_us_;
  if (process.wakes_then > wakes_at_once_max)
    return oracles_.judge.broken(Oracle::bounded, "a machine is due without end at one moment",
                                 fmt::format("place {}", place));
  if (is_server(place)) {
    step_server(place, {wall(place), Wake{}});
  } else {
    step_client(place - servers_.size(), {wall(place), Wake{}});
  }
}

void World::drift(Place place, std::int32_t ppm) {
  processes_[place].clock.drift(now_us_, ppm);
  wake_anew(place);
}

void World::step_clock(Place place, std::int64_t us) {
  processes_[place].clock.step(now_us_, us);
  wake_anew(place);
}

void World::slow_down(Place place, std::int64_t by_us, std::int64_t until_us) {
  processes_[place].slow_by_us = by_us;
  processes_[place].slow_until_us = until_us;
}

void World::pause(Place place, std::int64_t until_us) {
  std::int64_t& until = processes_[place].paused_until_us;
  until = std::max(until, until_us);
}

void World::suspend(Place place, std::int64_t until_us) {
  pause(place, until_us);
  processes_[place].clock.sleep(now_us_, processes_[place].paused_until_us);
  wake_anew(place);
}

void World::resume(Place place) {
  processes_[place].paused_until_us = 0;
  processes_[place].slow_until_us = 0;
  processes_[place].clock.wake(now_us_);
  wake_anew(place);
}

/// Its clock goes otherwise from now on.
void World::wake_anew(Place place) {
  if (processes_[place].up) schedule_wake(place, next_deadline(place));
}

void World::begin_process(Place place, Sender sender, std::uint16_t port) {
  Process& process = processes_[place];
  process.up = true;
  process.silent = false;
  process.port = port;
  ++process.generation;
  process.paused_until_us = 0;
  process.busy_until_us = 0;
  process.clock.wake(now_us_);
  process.sender = sender;
  process.receiver = codec::Receiver();
}

void World::end_process(Place place) {
  processes_[place].up = false;
  processes_[place].wake_waits = false;
  wakes_.clear(place);
}

void World::end_server(std::size_t server, bool clean) {
  ServerHost& host = servers_[server];
  if (config_.recorder != nullptr) config_.recorder->ended(place_of_server(server), now_us_, clean);
  end_process(place_of_server(server));
  host.machine.reset();
  if (!host.twin) oracles_.lcr_winner.ended(host.id);
  host.twin = false;
}

Endpoint World::server_endpoint(std::size_t server) const {
  return endpoint_of(place_of_server(server), server_port);
}

void World::start_twin(std::size_t server, std::size_t of) {
  crash_server(server, false);
  servers_[server].twin = true;
  begin_server(server, servers_[of].id);
}

void World::begin_server(std::size_t server, ServerId as) {
  ServerHost& host = servers_[server];
  if (server_up(server) || !gives_back(host.disk_state)) return;
  const Place place = place_of_server(server);
  const Choice choice{About::incarnation, 0, place};
  ServerConfig config = config_.tuning;
  config.self = as;
  config.incarnation = Incarnation{chooser_.identity(choice)};
  if (MUTANT(one_incarnation)) config.incarnation = Incarnation{as.value};
  config.addresses = {server_endpoint(server)};
  config.seed = chooser_.identity(choice);
  if (config_.leak) config.seed ^= config_.leak();
  begin_process(place, {as, config.incarnation.value}, server_port);
  host.crash_after_effects = 0;
  host.written_at_us = 0;
  const Instant now = processes_[place].clock.local(now_us_);
  for (const EntryId dropped : host.disk.drop_damage())
    oracles_.ledger.drop(static_cast<std::uint32_t>(server), dropped);
  host.machine.emplace(
      config, host.disk.recover(config.window_entries, config.sessions_remembered_max), now);
  if (config_.recorder != nullptr)
    config_.recorder->began(place, moment(place), processes_[place].sender, *host.machine);
  oracles_.durability.recovered(oracles_.ledger, static_cast<std::uint32_t>(server),
                                host.machine->durable(), oracles_.judge);
  if (tracing())
    note(fmt::format("s{} starts{}, {} entries", as.value, host.twin ? " a second time" : "",
                     host.disk.entries().size()));
  schedule_wake(place, host.machine->next_deadline());
}

void World::crash_server(std::size_t server, bool silent) {
  if (!server_up(server)) return;
  ServerHost& host = servers_[server];
  const Place place = place_of_server(server);
  const std::size_t writes = host.disk.pending();
  const std::size_t kept =
      writes == 0 ? 0 : chooser_.choose({About::disk_crash, 0, place}, writes + 1);
  host.disk.crash(kept, fresh_);
  tell_stored(server);
  end_server(server, false);
  processes_[place].silent = silent;
  if (tracing())
    note(fmt::format("s{} crashes{}, {} of {} writes kept", host.id.value,
                     silent ? " with its host" : "", kept, writes));
}

void World::crash_server_after(std::size_t server, std::uint32_t effects) {
  if (server_up(server)) servers_[server].crash_after_effects = effects;
}

void World::wipe_server(std::size_t server) {
  CHECK(!server_up(server));
  servers_[server].disk.wipe();
  oracles_.ledger.wipe(static_cast<std::uint32_t>(server));
  if (tracing()) note(fmt::format("the disk of s{} is wiped", servers_[server].id.value));
}

bool World::damage_entry(std::size_t server, std::uint64_t which) {
  Disk& disk = servers_[server].disk;
  auto it = disk.entries().begin();
  std::advance(it, static_cast<std::ptrdiff_t>(which));
  const EntryId id = it->first;
  bool elsewhere = false;
  for (std::size_t other = 0; other < servers_.size(); ++other)
    elsewhere |= other != server && servers_[other].disk.entries().contains(id) &&
                 !servers_[other].disk.damaged(id);
  if (!elsewhere || disk.damaged(id)) return false;
  disk.damage(id);
  if (tracing())
    note(fmt::format("{}:{} rots on the disk of s{}", id.log.value, id.seq,
                     servers_[server].id.value));
  return true;
}

void World::upgrade_server(std::size_t server) {
  servers_[server].later_version = true;
  for (ServerHost& host : servers_) host.older.erase(place_of_server(server));
  if (tracing()) note(fmt::format("s{} is of a later version", servers_[server].id.value));
}

void World::stop_server(std::size_t server) {
  if (!server_up(server)) return;
  const Place place = place_of_server(server);
  if (tracing()) note(fmt::format("s{} is asked to leave", servers_[server].id.value));
  step_server(server, {wall(place), Stop{}});
}

void World::command_server(std::size_t server, Question command) {
  const Place place = place_of_server(server);
  if (!server_up(server) || paused(place)) return;
  if (tracing())
    note(fmt::format("s{} is commanded, question {}", servers_[server].id.value, command.index()));
  const Endpoint nowhere = ipv4_endpoint(192, 0, 2, 1, 1);
  step_server(server, {wall(place),
                       Received{nowhere, {{ServerId{}, 1}, Query{1, std::move(command), {}}}}});
}

bool World::server_leaving(std::size_t server) const {
  return server_up(server) && servers_[server].machine->role() == Role::leaving;
}

void World::open_client(std::size_t client, ClientConfig config, std::uint32_t person,
                        Program& program) {
  CHECK(!client_up(client));
  const Place place = place_of_client(client);
  const Choice choice{About::session, 0, place};
  config.session = SessionId{chooser_.identity(choice)};
  config.seed = chooser_.identity(choice);
  const auto port =
      static_cast<std::uint16_t>(client_port_first + processes_[place].generation % 20'000);
  begin_process(place, {ServerId{}, config.session.value}, port);
  ClientHost& host = clients_[client];
  host.session = oracles_.ledger.open_session(config.session, config.user, person);
  programs_[client] = &program;
  host.machine.emplace(config, processes_[place].clock.local(now_us_));
  if (config_.recorder != nullptr)
    config_.recorder->began(place, moment(place), processes_[place].sender, *host.machine);
  if (tracing()) note(fmt::format("p{} opens session {}", person, config.session.value));
  schedule_wake(place, host.machine->next_deadline());
}

void World::end_client(std::size_t client, bool clean) {
  if (!client_up(client)) return;
  if (config_.recorder != nullptr) config_.recorder->ended(place_of_client(client), now_us_, clean);
  end_process(place_of_client(client));
  oracles_.ledger.end_session(clients_[client].session);
  clients_[client].machine.reset();
  clients_[client].groups.clear();
  if (tracing()) note(fmt::format("client {} ends", client));
}

bool World::say(std::size_t client, Body body) {
  const SessionIndex session = clients_[client].session;
  const std::uint64_t n = oracles_.ledger.sessions()[session].said.size() + 1;
  if (tracing()) note(fmt::format("client {} says {} {}", client, n, describe(body)));
  refused_at_once_ = false;
  step_client(client, {wall(place_of_client(client)), Say{Ticket{n}, body}});
  // Verdicts never come at once, but for what no server could read.
  if (!refused_at_once_) oracles_.said(session, body);
  return !refused_at_once_;
}

void World::ask(std::size_t client, Ticket ticket, Question question) {
  step_client(client, {wall(place_of_client(client)), Ask{ticket, std::move(question)}});
}

void World::close(std::size_t client) {
  oracles_.ledger.end_session(clients_[client].session);
  step_client(client, {wall(place_of_client(client)), Close{}});
}

std::optional<std::size_t> World::speaking_server() const {
  if (!datagram_speaks_ || !is_server(speaking_)) return std::nullopt;
  return speaking_;
}

Hosts World::hosts() const {
  Hosts hosts{{}, processes_.size()};
  for (std::size_t server = 0; server < servers_.size(); ++server)
    hosts.ring.push_back(place_of_server(server));
  std::ranges::sort(hosts.ring, {}, [&](Place place) { return servers_[place].id; });
  return hosts;
}

Snapshot World::snapshot() const {
  Snapshot servers;
  for (std::size_t i = 0; i < servers_.size(); ++i) {
    // Who says that it is another one is not this server.
    ServerSnapshot server{.id = servers_[i].id,
                          .up = processes_[i].up && !paused(place_of_server(i)) && !twin(i),
                          .stored = servers_[i].disk.entries().size()};
    if (servers_[i].machine) {
      server.role = servers_[i].machine->role();
      server.view = servers_[i].machine->view().id;
    }
    servers.push_back(server);
  }
  return servers;
}

void World::digest_states() {
  for (std::size_t place = 0; place < processes_.size(); ++place) {
    if (!processes_[place].up) continue;
    const Instant now = processes_[place].clock.local(now_us_);
    digest_.add(is_server(static_cast<Place>(place))
                    ? servers_[place].machine->digest(now)
                    : clients_[place - servers_.size()].machine->digest(now));
  }
}

void World::note(const std::string& line) {
  if (!tracing()) return;
  *config_.trace << fmt::format("{:>5}.{:06}  {}\n", now_us_ / 1'000'000, now_us_ % 1'000'000,
                                line);
}

}  // namespace peal::sim
