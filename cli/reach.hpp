// How a command finds its servers, and whose profile it uses: the options that such commands share.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/body.hpp"
#include "core/endpoint.hpp"
#include "runtime/network.hpp"

namespace peal::cli {

/// Where servers are looked for, and how long.
struct Reach {
  std::vector<std::string> servers;  ///< as written: ADDR:PORT
  bool pin = false;
  std::string cluster = "peal";
  std::uint16_t discovery_port = 0;     ///< 0: as the environment says
  std::vector<std::string> interfaces;  ///< empty: as the environment says
  double timeout_seconds = 10;
  bool no_multicast = false;
  std::filesystem::path profile;
  std::filesystem::path record;  ///< directory of a flight recorder; empty: none
  bool record_redact = false;

  [[nodiscard]] std::chrono::milliseconds timeout() const {
    return std::chrono::milliseconds(static_cast<std::int64_t>(timeout_seconds * 1'000));
  }
  /// `servers` understood; throws a usage error that names the one that makes no sense.
  [[nodiscard]] std::vector<Endpoint> endpoints() const;
  [[nodiscard]] runtime::NetworkOptions network() const;
  [[nodiscard]] std::filesystem::path profile_directory() const;
};

/// --cluster, --discovery-port, --interface: what servers and their clients must agree on.
void add_network_options(CLI::App& app, Reach& reach);
/// --no-multicast, of servers and of people's commands.
void add_multicast_option(CLI::App& app, Reach& reach);
/// Those, and --server, --pin, --timeout, --profile.
void add_reach_options(CLI::App& app, Reach& reach);

/// --record and --record-redact; whom: "this server". Gives back the former.
CLI::Option* add_record_options(CLI::App& app, std::filesystem::path& record, bool& redact,
                                const std::string& whom);

/// "lunch" and "#lunch" name the same room. Throws a usage error when no room can have that name.
[[nodiscard]] RoomName parse_room(const std::string& text);
/// Throws a usage error when nobody can have that name.
[[nodiscard]] std::string parse_user_name(const std::string& text, const std::string& option);
/// Of who reads and may say no name: throws a usage error when nobody can have that of --as, or
/// when --with names somebody and --as nobody.
void check_reader(const std::string& name, const std::string& with);

}  // namespace peal::cli
