// peal doctor: tries every way of discovery on this host, and what else a server needs.
#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>

#include <fmt/format.h>
#include <unistd.h>

#include "cli/command.hpp"
#include "cli/connection.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/network.hpp"
#include "runtime/profile.hpp"
#include "runtime/trouble.hpp"

namespace peal::cli {
namespace {

struct DoctorOptions {
  Reach reach;
  bool json = false;
};

/// One thing that was tried.
struct Finding {
  std::string what;   ///< "broadcast on eth0"
  std::string way;    ///< of discovery: "broadcast"; empty for other checks
  std::string where;  ///< the interface
  bool ok = false;
  std::string detail;  ///< what was found
  std::string advice;  ///< what to do; empty when nothing is to be done
};

constexpr Patience hearing_patience{700};
constexpr std::int64_t minimum_free_bytes = 64LL << 20U;

struct WayName {
  runtime::Way way;
  const char* name;
  const char* advice;
};
constexpr std::array ways = {
    WayName{runtime::Way::broadcast, "broadcast",
            "allow UDP broadcasts in the firewall; many virtual and wireless networks have none"},
    WayName{runtime::Way::multicast4, "multicast v4",
            "allow UDP multicast (239.192.0.0/14) in the firewall and on the switch (IGMP)"},
    WayName{runtime::Way::multicast6, "multicast v6",
            "give the interface an IPv6 address, or do without"},
};

/// A cluster name that nobody else uses: real servers hear our probes and ignore them.
std::string own_cluster() { return fmt::format("doctor-{:08x}", std::random_device{}()); }

bool is_probe(const runtime::NetworkEvent& event, const std::string& cluster) {
  const auto* received = std::get_if<Received>(&event);
  if (received == nullptr) return false;
  const auto* probe = std::get_if<Probe>(&received->packet.message);
  return probe != nullptr && probe->cluster == cluster;
}

/// Sends a probe in one way through one interface and listens for it as a server does.
bool heard_by(CommandLoop& loop, const Reach& reach, const std::string& interface,
              runtime::Way way) {
  const std::string cluster = own_cluster();
  bool heard = false;
  runtime::NetworkOptions options = reach.network();
  options.interfaces = {interface};
  options.server = true;
  options.listen = ipv4_endpoint(0, 0, 0, 0, 0);
  if (way == runtime::Way::multicast6) options.listen = std::nullopt;
  const Sender self{ServerId{1}, runtime::random_u64()};
  runtime::Network listener(loop.loop(), options, self, [&](const runtime::NetworkEvent& event) {
    heard = heard || is_probe(event, cluster);
  });
  options.server = false;
  runtime::Network speaker(loop.loop(), options, Sender{ServerId{}, runtime::random_u64()},
                           [](const runtime::NetworkEvent&) {});
  // Thrice: one lost datagram proves nothing.
  for (int attempt = 0; attempt < 3 && !heard; ++attempt) {
    speaker.broadcast_by(way, Probe{cluster, {}});
    loop.run_until([&] { return heard; }, hearing_patience / 3);
  }
  return heard;
}

/// A datagram straight to a data port, as configured and remembered peers get them.
bool heard_directly(CommandLoop& loop, const Reach& reach) {
  const std::string cluster = own_cluster();
  bool heard = false;
  runtime::NetworkOptions options = reach.network();
  options.listen = ipv4_endpoint(127, 0, 0, 1, 0);
  runtime::Network listener(
      loop.loop(), options, Sender{ServerId{}, runtime::random_u64()},
      [&](const runtime::NetworkEvent& event) { heard = heard || is_probe(event, cluster); });
  runtime::Network speaker(loop.loop(), options, Sender{ServerId{}, runtime::random_u64()},
                           [](const runtime::NetworkEvent&) {});
  speaker.send(ipv4_endpoint(127, 0, 0, 1, listener.data_port()), Probe{cluster, {}});
  loop.run_until([&] { return heard; }, hearing_patience);
  return heard;
}

void try_ways(CommandLoop& loop, const Reach& reach, std::vector<Finding>& findings) {
  runtime::check_interface_names(reach.network().interfaces);
  for (const runtime::Interface& interface : runtime::interfaces_up(reach.network().interfaces)) {
    for (const WayName& way : ways) {
      const bool v6 = way.way == runtime::Way::multicast6;
      if (v6 ? !interface.has_v6() : !interface.has_v4()) continue;
      Finding finding{.what = fmt::format("{} on {}", way.name, interface.name),
                      .way = way.name,
                      .where = interface.name};
      finding.ok = heard_by(loop, reach, interface.name, way.way);
      finding.detail = finding.ok ? "sent and heard" : "sent, but not heard";
      if (!finding.ok) finding.advice = way.advice;
      findings.push_back(finding);
    }
  }
  Finding direct{.what = "unicast on loopback", .way = "unicast", .where = "lo"};
  direct.ok = heard_directly(loop, reach);
  direct.detail = direct.ok ? "sent and heard" : "sent, but not heard";
  if (!direct.ok) direct.advice = "allow UDP on the loopback interface in the firewall";
  findings.push_back(direct);
}

Finding check_port(const Reach& reach) {
  const std::uint16_t port = reach.network().discovery_port;
  Finding finding{.what = fmt::format("discovery port {}", port)};
  try {
    CommandLoop loop;
    runtime::NetworkOptions options = reach.network();
    options.server = true;
    options.listen = ipv4_endpoint(127, 0, 0, 1, 0);
    const runtime::Network listener(loop.loop(), options, Sender{ServerId{1}, 1},
                                    [](const runtime::NetworkEvent&) {});
    finding.ok = true;
    finding.detail = "free to share";
  } catch (const runtime::Trouble& trouble) {
    finding.detail = trouble.what();
    finding.advice = "end the program that holds it, or use another --discovery-port everywhere";
  }
  return finding;
}

Finding check_directory(const std::string& what, const std::filesystem::path& directory,
                        const std::string& option) {
  Finding finding{.what = what, .detail = directory.string()};
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  const auto probe = directory / fmt::format(".doctor-{}", ::getpid());
  {
    std::ofstream file(probe);
    file << "writable\n";
    finding.ok = file.flush().good();
  }
  std::filesystem::remove(probe, error);
  if (!finding.ok) {
    finding.detail += ": cannot be written";
    finding.advice = fmt::format("make it writable, or choose another with {}", option);
    return finding;
  }
  const auto space = std::filesystem::space(directory, error);
  if (!error && space.available < static_cast<std::uintmax_t>(minimum_free_bytes)) {
    finding.ok = false;
    finding.detail += fmt::format(": only {} MiB are free", space.available >> 20U);
    finding.advice = "make room: a server whose disk is full acknowledges nothing";
  }
  return finding;
}

Finding check_clock() {
  Finding finding{.what = "clock"};
  const WallTime now = runtime::Loop::wall();
  finding.detail = rfc3339(now);
  constexpr std::int64_t year_2024_ms = 1'704'067'200'000;
  finding.ok = now.ms > year_2024_ms;
  if (!finding.ok)
    finding.advice = "set the clock: messages are shown with its time, nothing else depends on it";
  return finding;
}

Finding look_for_servers(CommandLoop& loop, const Reach& reach) {
  Finding finding{.what = fmt::format("cluster {}", harmless(reach.cluster))};
  Reach brief = reach;
  brief.timeout_seconds = std::min(reach.timeout_seconds, 3.0);
  try {
    Connection connection(loop, brief, Connection::Kind::asks_only);
    const AnswerBody answer = connection.answer_to(StatusQuery{});
    if (const auto* status = std::get_if<StatusAnswer>(&answer))
      finding.detail = fmt::format("s{} answers; {} in its view", status->self.value,
                                   counted(status->servers.size(), "server"));
    finding.ok = true;
  } catch (const Trouble& trouble) {
    if (trouble.code() != ExitCode::unreachable) throw;
    // Nothing is wrong with a host on which no server runs.
    finding.ok = true;
    finding.detail = "no server answers";
    finding.advice = "start one with peal serve; on another network, name it with --peer ADDR:PORT";
  }
  return finding;
}

Json finding_json(const Finding& finding) {
  Json json;
  json["check"] = finding.what;
  if (!finding.way.empty()) json["way"] = finding.way;
  if (!finding.where.empty()) json["interface"] = finding.where;
  json["ok"] = finding.ok;
  json["detail"] = finding.detail;
  json["advice"] = finding.advice;
  return json;
}

void print_findings(const std::vector<Finding>& findings) {
  Table table({{"check"}, {""}, {"found"}});
  for (const Finding& finding : findings)
    table.add({finding.what,
               {finding.ok ? "ok" : "not", finding.ok ? Colour::green : Colour::red},
               finding.detail});
  table.print(stdout);
  bool first = true;
  for (const Finding& finding : findings) {
    if (finding.advice.empty()) continue;
    if (first) std::puts("");
    first = false;
    std::puts(fmt::format("{}: {}", finding.what, finding.advice).c_str());
  }
  std::puts(
      "\nA way that is ok was heard on this host; whether it reaches another host shows there: "
      "run\n"
      "peal doctor on both while a server runs. Where none does, use --peer ADDR:PORT.");
}

ExitCode examine(const DoctorOptions& options) {
  CommandLoop loop;
  std::vector<Finding> findings;
  findings.push_back(check_port(options.reach));
  const bool may_listen = findings.back().ok;
  if (may_listen) try_ways(loop, options.reach, findings);
  findings.push_back(check_directory(
      "data directory", runtime::Profile::default_data(options.reach.cluster), "--data"));
  findings.push_back(check_directory("profile", options.reach.profile_directory(), "--profile"));
  findings.push_back(check_clock());
  findings.push_back(look_for_servers(loop, options.reach));

  const bool any_way = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return !finding.way.empty() && finding.ok;
  });
  const bool all_else = std::all_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return !finding.way.empty() || finding.ok;
  });
  if (options.json) {
    Json json;
    json["ok"] = any_way && all_else;
    json["checks"] = Json::array();
    for (const Finding& finding : findings) json["checks"].push_back(finding_json(finding));
    print_json(json);
  } else {
    print_findings(findings);
  }
  return any_way && all_else ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Command add_doctor(CLI::App& peal) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App* app =
      peal.add_subcommand("doctor", "Try the ways of discovery, ports, directories and clock");
  add_reach_options(*app, options->reach);
  app->add_flag("--json", options->json, R"(One JSON object: {"ok","checks":[...]})");
  app->footer(
      "Exit code 1 when no way of discovery works, or a directory, port or the clock is unfit.\n\n"
      "Examples:\n"
      "  peal doctor\n"
      "  peal doctor --interface eth0");
  return {app, [options] { return examine(*options); }};
}

}  // namespace peal::cli
