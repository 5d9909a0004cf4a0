// Servers of a simulated world, as somebody sees them who can look inside.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "cli/inspect_shows.hpp"
#include "cli/inspect_text.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "sim/describe.hpp"

namespace peal::cli {
namespace {

using sim::Names;
using sim::Process;
using sim::ServerHost;

constexpr std::array timer_names = {
    "probe", "look", "heartbeat", "announce", "watch", "solo", "vote", "serve", "gossip",
    "push",  "gap",  "delivery",  "presence", "stop",  "disk", "pace", "drain"};
static_assert(timer_names.size() == static_cast<std::size_t>(Timer::count_));

const char* reason_text(VoteReason reason) {
  switch (reason) {
    case VoteReason::startup: return "startup";
    case VoteReason::silence: return "the leader's silence";
    case VoteReason::leave: return "the leader leaves";
    case VoteReason::merge: return "a merge";
  }
  return "";
}

std::string server_process_text(const Scene& scene, std::size_t server) {
  const Process& process = scene.world.process(scene.world.place_of_server(server));
  if (!process.up) return process.silent ? "down with its host" : "down";
  std::string text = scene.world.twin(server) ? "twin" : "up";
  if (process.paused_until_us > scene.world.now_us())
    text = fmt::format("paused for {}", span_text(process.paused_until_us - scene.world.now_us()));
  return text;
}

/// What the server itself says of the ring: a copy of it is asked, so nothing is disturbed.
std::optional<StatusAnswer> status_of(const Scene& scene, std::size_t server) {
  Server copy = *scene.world.server(server).machine;
  const sim::Clock& clock = scene.world.process(scene.world.place_of_server(server)).clock;
  const std::int64_t now = scene.world.now_us();
  Effects effects;
  const Endpoint nowhere = ipv4_endpoint(192, 0, 2, 1, 1);
  copy.step(clock.local(now),
            {clock.wall(now), Received{nowhere, {{ServerId{}, 1}, Query{1, StatusQuery{}, {}}}}},
            effects);
  for (const Effect& effect : effects.list()) {
    const auto* send = std::get_if<Send>(&effect);
    const auto* answer = send == nullptr ? nullptr : std::get_if<Answer>(&send->message);
    const auto* status = answer == nullptr ? nullptr : std::get_if<StatusAnswer>(&answer->body);
    if (status != nullptr) return *status;
  }
  return std::nullopt;
}

std::string vote_text(const Server& server, const Names& names) {
  const Voting& voting = server.voting();
  if (!voting.active())
    return fmt::format("no vote under way (highest round seen: {})", voting.highest_round());
  std::string text =
      fmt::format("round {}, for {}; its own vote {}", voting.round(), reason_text(voting.reason()),
                  voting.own_sent() ? "is sent" : "is not sent");
  for (const Hop& hop : voting.hops())
    text += fmt::format("; waits for {} to acknowledge the vote of {}", names.of(hop.to.id),
                        names.of(hop.vote.candidate));
  for (const ServerId skipped : voting.skipped_servers()) text += "; skips " + names.of(skipped);
  return text;
}

std::string timers_text(const Server& server, Instant now) {
  std::vector<std::pair<Instant, std::size_t>> set;
  for (std::size_t i = 0; i < timer_names.size(); ++i)
    if (const Instant at = server.timers().at(static_cast<Timer>(i)); at != never)
      set.emplace_back(at, i);
  std::ranges::sort(set);
  std::string text;
  for (const auto& [at, i] : set)
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", timer_names.at(i),
                        at <= now ? "now" : "in " + span_text((at - now).us));
  return text.empty() ? "none is set" : text;
}

std::string loads_text(const Server& server) {
  std::string text;
  std::size_t empty = 0;
  for (const Load& load : server.loads()) {
    if (load.now == 0) {
      ++empty;
      continue;
    }
    text += fmt::format("{}{} {} of {}", text.empty() ? "" : ", ", load.name, load.now, load.limit);
  }
  if (text.empty()) return "all empty";
  return text + (empty == 0 ? "" : fmt::format("; {} more are empty", empty));
}

std::string disk_text(const ServerHost& host, std::int64_t now_us) {
  std::size_t damaged = 0;
  for (const auto& [id, entry] : host.disk.entries()) damaged += host.disk.damaged(id) ? 1 : 0;
  std::string text = counted(host.disk.entries().size(), "entry", "entries");
  if (damaged != 0) text += fmt::format(", {} damaged", damaged);
  if (host.disk_state != sim::DiskState::works)
    text += fmt::format("; it {}", sim::describe(host.disk_state));
  if (!host.disk.writing()) return text;
  return text + fmt::format(", {} under way, all done in {}", counted(host.disk.pending(), "write"),
                            span_text(std::max<std::int64_t>(0, host.written_at_us - now_us)));
}

std::string members_text(const StatusAnswer& status, const Names& names) {
  std::string text;
  for (const ServerStatus& one : status.servers) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", names.of(one.member.id),
                        one.alive ? text_of(one.role) : "silent");
    if (one.lag != 0) text += fmt::format(", {} behind", counted(one.lag, "entry", "entries"));
    if (one.rtt.us != 0) text += fmt::format(", {} away", span_text(one.rtt.us));
  }
  return text;
}

void add_machine(Table& table, const Scene& scene, std::size_t server) {
  const Server& machine = *scene.world.server(server).machine;
  const Names& names = scene.names;
  const std::int64_t now_us = scene.world.now_us();
  const Instant now = scene.world.process(scene.world.place_of_server(server)).clock.local(now_us);
  table.add({"role", text_of(machine.role())});
  table.add({"view", names.of(machine.view())});
  table.add({"held", names.of(machine.held())});
  table.add(
      {"durable", machine.durable() == machine.held() ? "all of it" : names.of(machine.durable())});
  table.add(
      {"stable", machine.stable() == machine.held() ? "all of it" : names.of(machine.stable())});
  table.add({"vote", vote_text(machine, names)});
  table.add({"timers", timers_text(machine, now)});
  table.add({"loads", loads_text(machine)});
  const auto status = status_of(scene, server);
  if (!status) return;
  if (!status->servers.empty()) table.add({"members", members_text(*status, names)});
  table.add(
      {"sessions", fmt::format("{}; knows {} and {}", status->sessions,
                               counted(status->users, "user"), counted(status->rooms, "room"))});
  if (!status->trouble.empty()) table.add({"trouble", harmless(status->trouble)});
}

}  // namespace

std::string servers_text(const Scene& scene) {
  Table table({{"server"},
               {"id", Table::Align::right},
               {"process"},
               {"role"},
               {"view"},
               {"on disk", Table::Align::right},
               {"held", Table::Align::right},
               {"stable", Table::Align::right},
               {"vote"}});
  const auto entries = [](const VersionVector& vector) {
    std::uint64_t sum = 0;
    for (const EntryId pair : vector.pairs()) sum += pair.seq;
    return std::to_string(sum);
  };
  for (std::size_t i = 0; i < scene.world.servers(); ++i) {
    const ServerHost& host = scene.world.server(i);
    std::vector<Table::Cell> row = {scene.names.of_server(i), std::to_string(host.id.value),
                                    server_process_text(scene, i)};
    const std::string stored = std::to_string(host.disk.entries().size());
    if (host.machine) {
      const Server& machine = *host.machine;
      const Voting& voting = machine.voting();
      row.insert(row.end(), {text_of(machine.role()), scene.names.of(machine.view()), stored,
                             entries(machine.held()), entries(machine.stable()),
                             voting.active() ? fmt::format("round {}", voting.round()) : "-"});
    } else {
      row.insert(row.end(), {"-", "-", stored, "-", "-", "-"});
    }
    table.add(std::move(row));
  }
  return table.text(stdout);
}

std::string server_text(const Scene& scene, std::size_t server) {
  const ServerHost& host = scene.world.server(server);
  Table table({{""}, {""}});
  table.add({"server", fmt::format("{}, id {}", scene.names.of_server(server), host.id.value)});
  std::string process = server_process_text(scene, server);
  if (host.machine) process += fmt::format(", incarnation {}", host.machine->incarnation().value);
  if (host.crash_after_effects != 0)
    process += fmt::format(", crashes {} later", counted(host.crash_after_effects, "effect"));
  table.add({"process", process});
  if (host.machine) add_machine(table, scene, server);
  table.add({"disk", disk_text(host, scene.world.now_us())});
  return table.text(stdout);
}

std::string knows_text(const Scene& scene) {
  const auto& world = scene.world;
  // Of each log, how far each server holds it, and how far that is on its disk.
  struct Copy {
    std::uint64_t held = 0;
    std::uint64_t stored = 0;
  };
  std::map<LogId, std::vector<Copy>> logs;
  const auto reach = [&](LogId log, std::size_t server) -> Copy& {
    auto& all = logs[log];
    all.resize(world.servers());
    return all[server];
  };
  for (std::size_t i = 0; i < world.servers(); ++i) {
    for (const auto& [id, entry] : world.server(i).disk.entries())
      reach(id.log, i).stored = std::max(reach(id.log, i).stored, id.seq);
    if (!world.server(i).machine) continue;
    for (const EntryId pair : world.server(i).machine->held().pairs())
      reach(pair.log, i).held = pair.seq;
  }
  if (logs.empty()) return "nobody holds anything yet\n";
  std::vector<Table::Column> columns = {{"log"}};
  for (std::size_t i = 0; i < world.servers(); ++i)
    columns.push_back({scene.names.of_server(i), Table::Align::right});
  Table table(std::move(columns));
  for (const auto& [log, all] : logs) {
    std::vector<Table::Cell> row = {scene.names.of(log)};
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool memory = all[i].held > all[i].stored;
      std::string text = std::to_string(std::max(all[i].held, all[i].stored));
      if (memory) text = fmt::format("{} (disk {})", all[i].held, all[i].stored);
      if (!world.server(i).machine) text = fmt::format("(disk {})", all[i].stored);
      row.emplace_back(all[i].held == 0 && all[i].stored == 0 ? "-" : text);
    }
    table.add(std::move(row));
  }
  return table.text(stdout);
}

}  // namespace peal::cli
