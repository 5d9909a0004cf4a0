// peal status: a server's view of the ring.
#include "cli/status.hpp"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "cli/command.hpp"
#include "cli/joining.hpp"
#include "cli/terminal.hpp"
#include "core/agreed_clock.hpp"

namespace peal::cli {
namespace {

struct StatusOptions {
  Reach reach;
  bool json = false;
};

std::string rtt_text(const ServerStatus& server) {
  if (server.rtt.us <= 0) return "-";
  return server.rtt.us < 1'000
             ? fmt::format("{} us", server.rtt.us)
             : fmt::format("{}.{} ms", server.rtt.us / 1'000, server.rtt.us / 100 % 10);
}

/// A clock that differs by less is as right as clocks are.
bool skewed(const ServerStatus& server) {
  return std::abs(server.skew.us / 1'000) > AgreedClock::skew_max_ms;
}

/// "+3.2 s", "-2 d"; "-" when it is right, or not measured.
std::string skew_text(const ServerStatus& server) {
  if (!skewed(server)) return "-";
  const std::int64_t ms = std::abs(server.skew.us / 1'000);
  const char sign = server.skew.us < 0 ? '-' : '+';
  constexpr std::int64_t minute = 60'000;
  constexpr std::int64_t day = 24 * 60 * minute;
  if (ms < 2 * minute) return fmt::format("{}{}.{} s", sign, ms / 1'000, ms / 100 % 10);
  if (ms < 2 * day) return fmt::format("{}{}:{:02} h", sign, ms / (60 * minute), ms / minute % 60);
  return fmt::format("{}{} d", sign, ms / day);
}

std::string ago_text(Duration ago) {
  const std::int64_t s = ago.us / 1'000'000;
  if (s < 120) return fmt::format("{} s ago", s);
  return s < 7'200 ? fmt::format("{} min ago", s / 60) : fmt::format("{} h ago", s / 3'600);
}

Json absent_json(const AbsentServer& server) {
  Json json;
  json["id"] = json_of(server.member.id.value);
  json["addr"] = address_of(server.member);
  json["silent_ms"] = server.silent ? Json(server.silent->us / 1'000) : Json(nullptr);
  return json;
}

Json joining_json(const Joining& joining) {
  Json json;
  json["held"] = json_of(joining.held);
  json["of"] = json_of(joining.of);
  json["per_s"] = json_of(joining.per_second);
  const auto left = seconds_left(joining);
  json["left_s"] = left ? json_of(*left) : Json(nullptr);
  return json;
}

Json server_json(const ServerStatus& server) {
  Json json;
  json["id"] = json_of(server.member.id.value);
  json["addr"] = address_of(server.member);
  json["role"] = text_of(server.role);
  json["alive"] = server.alive;
  json["lag"] = json_of(server.lag);
  json["rtt_us"] = server.rtt.us;
  json["skew_ms"] = server.skew.us / 1'000;
  return json;
}

std::string headline(const StatusAnswer& status) {
  if (!status.view)
    return fmt::format("cluster {}: s{} is {}", harmless(status.cluster), status.self.value,
                       text_of(status.role));
  return fmt::format("cluster {}: s{} leads {} in view {}", harmless(status.cluster),
                     status.view.leader.value, counted(status.servers.size(), "server"),
                     status.view.number);
}

/// How posts reached this server's clients; nothing while it delivered none.
std::string deliveries_text(const std::vector<Counter>& counters) {
  const auto count = [&](const char* name) {
    const auto found = std::ranges::find(counters, name, &Counter::name);
    return found == counters.end() ? std::uint64_t{0} : found->value;
  };
  const std::uint64_t multicast = count("deliveries by multicast");
  const std::uint64_t unicast = count("deliveries by unicast");
  if (multicast + unicast == 0) return {};
  return fmt::format("delivered {} by multicast, {} by unicast, {} of them repairs; {} multicast\n",
                     multicast, unicast, count("deliveries repaired"),
                     counted(count("posts multicast"), "post"));
}

ExitCode show_status(const StatusOptions& options) {
  CommandLoop loop;
  // The leader knows of every member how far behind and how far away it is.
  Connection connection(loop, leader_first(loop, options.reach), Connection::Kind::asks_only);
  const StatusAnswer status = status_of(connection);
  if (options.json)
    print_json(json_of(status));
  else
    std::fputs(status_text(status, stdout).c_str(), stdout);
  return ExitCode::done;
}

}  // namespace

std::string address_of(const Member& member) {
  return member.addresses.empty() ? "-" : text_of(member.addresses.front());
}

StatusAnswer status_of(Connection& connection) {
  AnswerBody answer = connection.answer_to(StatusQuery{});
  if (StatusAnswer* status = std::get_if<StatusAnswer>(&answer)) return std::move(*status);
  throw failure("the server is too busy to answer: try again in a moment");
}

std::string status_text(const StatusAnswer& status, std::FILE* stream,
                        const std::set<ServerId>& dead) {
  Table table({{"server", Table::Align::right},
               {"role"},
               {"address"},
               {"lag", Table::Align::right},
               {"round trip", Table::Align::right},
               {"clock", Table::Align::right}});
  std::set<ServerId> missing = dead;
  for (const ServerStatus& server : status.servers) {
    const ServerId id = server.member.id;
    missing.erase(id);
    const bool lives = server.alive && !dead.contains(id);
    const bool leads = server.role == Role::leader;
    const std::string role = lives ? text_of(server.role) : "dead";
    const std::string self = id == status.self ? " (answers)" : "";
    table.add({{text_of(id), leads ? Colour::bold : Colour::plain},
               {role + self, !lives  ? Colour::red
                             : leads ? Colour::green
                                     : Colour::plain},
               address_of(server.member),
               std::to_string(server.lag),
               rtt_text(server),
               {skew_text(server), skewed(server) ? Colour::red : Colour::plain}});
  }
  for (const ServerId id : missing)
    table.add({text_of(id), {"dead", Colour::red}, "-", "-", "-", "-"});
  for (const AbsentServer& server : status.absent)
    if (!missing.contains(server.member.id))
      table.add({text_of(server.member.id),
                 {"absent", Colour::yellow},
                 address_of(server.member),
                 "-",
                 server.silent ? "heard " + ago_text(*server.silent) : "never heard",
                 "-"});
  std::string text =
      paint(Colour::bold, headline(status), stream) + "\n\n" + table.text(stream) + "\n";
  text += fmt::format("{}, {}, {} at s{}\n", counted(status.users, "user"),
                      counted(status.rooms, "room"), counted(status.sessions, "session"),
                      status.self.value);
  text += deliveries_text(status.counters);
  if (std::ranges::any_of(status.servers, skewed))
    text += paint(Colour::red,
                  "clock: set the clocks that are off, best by NTP; messages keep their order, and "
                  "are shown with the time of most servers",
                  stream) +
            "\n";
  if (status.joining) text += "joining: " + text_of(*status.joining) + "\n";
  if (status.draining)
    text += fmt::format("draining: no new sessions at {}; peal drain --undo ends it\n",
                        text_of(status.self));
  if (!status.trouble.empty())
    text += paint(Colour::red, "trouble: " + harmless(status.trouble), stream) + "\n";
  return text;
}

Json json_of(const StatusAnswer& status) {
  Json json;
  json["cluster"] = status.cluster;
  json["view"] = json_of(status.view);
  json["self"] = json_of(status.self.value);
  json["role"] = text_of(status.role);
  json["trouble"] = status.trouble;
  json["servers"] = Json::array();
  for (const ServerStatus& server : status.servers) json["servers"].push_back(server_json(server));
  json["absent"] = Json::array();
  for (const AbsentServer& server : status.absent) json["absent"].push_back(absent_json(server));
  json["joining"] = status.joining ? joining_json(*status.joining) : Json(nullptr);
  json["draining"] = status.draining;
  json["users"] = json_of(status.users);
  json["rooms"] = json_of(status.rooms);
  json["sessions"] = json_of(status.sessions);
  json["version_vector"] = json_of(status.held);
  json["stable"] = json_of(status.stable);
  json["digest"] = text_of(status.history);
  json["counters"] = Json::object();
  for (const Counter& counter : status.counters)
    json["counters"][counter.name] = json_of(counter.value);
  return json;
}

Command add_status(CLI::App& peal) {
  auto options = std::make_shared<StatusOptions>();
  CLI::App* app =
      peal.add_subcommand("status", "Show the ring: who leads, who follows, who is silent");
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json, "One JSON object on standard output");
  app->footer(
      "Examples:\n"
      "  peal status\n"
      "  peal status --server 192.0.2.7:7401 --pin\n"
      "  peal status --json | jq .view");
  return {app, [options] { return show_status(*options); }};
}

}  // namespace peal::cli
