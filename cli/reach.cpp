// The shared options, and the addresses and names in them.
#include "cli/reach.hpp"

#include <charconv>

#include <fmt/format.h>

#include "cli/terminal.hpp"
#include "cli/trouble.hpp"
#include "core/limits.hpp"
#include "core/text_rules.hpp"
#include "runtime/address.hpp"
#include "runtime/profile.hpp"

namespace peal::cli {
namespace {

std::string check_cluster(const std::string& name) {
  if (name.empty() || name.size() > limits::cluster_bytes_max || !valid_utf8(name))
    return fmt::format("a cluster's name has 1 to {} bytes of UTF-8", limits::cluster_bytes_max);
  return {};
}

std::string check_timeout(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool number = error == std::errc{} && end == text.data() + text.size();
  return number && value > 0 && value <= 86'400 ? "" : "is not a number of seconds up to 86400";
}

}  // namespace

std::vector<Endpoint> Reach::endpoints() const {
  if (pin && servers.empty())
    throw usage_error("--pin needs --server ADDR:PORT: it allows no others");
  std::vector<Endpoint> all;
  all.reserve(servers.size());
  for (const std::string& server : servers)
    all.push_back(runtime::parse_endpoint(server, runtime::data_port_default, "--server"));
  return all;
}

runtime::NetworkOptions Reach::network() const {
  runtime::NetworkOptions options;
  if (discovery_port != 0) options.discovery_port = discovery_port;
  if (!interfaces.empty()) options.interfaces = interfaces;
  return options;
}

std::filesystem::path Reach::profile_directory() const {
  return profile.empty() ? runtime::Profile::default_directory() : profile;
}

void add_network_options(CLI::App& app, Reach& reach) {
  app.add_option("--cluster", reach.cluster, "Name of the cluster, the same on all its machines")
      ->envname("PEAL_CLUSTER")
      ->type_name("NAME")
      ->capture_default_str()
      ->check(CLI::Validator(check_cluster, "", "cluster"));
  app.add_option(
         "--discovery-port", reach.discovery_port,
         "UDP port of discovery, the same on all machines (default: $PEAL_DISCOVERY_PORT, or 7400)")
      ->type_name("PORT")
      ->check(CLI::Range(1, 65'535).description(""));
  app.add_option(
         "--interface", reach.interfaces,
         "Use only this network interface (may be repeated; default: $PEAL_INTERFACE, or all)")
      ->type_name("NAME")
      ->allow_extra_args(false);
}

void add_multicast_option(CLI::App& app, Reach& reach) {
  app.add_flag("--no-multicast", reach.no_multicast,
               "No posts by multicast, everything by unicast (else found out by itself)");
}

CLI::Option* add_record_options(CLI::App& app, std::filesystem::path& record, bool& redact,
                                const std::string& whom) {
  CLI::Option* option =
      app.add_option("--record", record,
                     fmt::format("Directory of a flight recorder: all that happens to {}, for peal "
                                 "trace",
                                 whom))
          ->type_name("DIR")
          ->check(CLI::Validator(
              [](const std::string& path) { return path.empty() ? "a directory has a name" : ""; },
              "", "directory"));
  app.add_flag("--record-redact", redact,
               "Leave out what people write: posts, edits, and what they search for")
      ->needs(option);
  return option;
}

void add_reach_options(CLI::App& app, Reach& reach) {
  app.add_option("--server", reach.servers,
                 "Try this server first (may be repeated, in this order)")
      ->type_name("ADDR:PORT")
      ->allow_extra_args(false);
  app.add_flag("--pin", reach.pin, "Use no other servers than those of --server");
  add_network_options(app, reach);
  app.add_option("--timeout", reach.timeout_seconds, "Give up finding a server after so long")
      ->type_name("SECONDS")
      ->capture_default_str()
      ->check(CLI::Validator(check_timeout, "", "timeout"));
  app.add_option("--profile", reach.profile,
                 "Directory of your identities (default: $XDG_CONFIG_HOME/peal)")
      ->type_name("DIR");
}

RoomName parse_room(const std::string& text) {
  const RoomName room{text.starts_with('#') ? text : "#" + text};
  if (!valid_room_name(room.value))
    throw usage_error(
        fmt::format("--room {}: a room name has 1 to {} visible characters without blanks or '~'",
                    harmless(text), limits::name_characters_max));
  return room;
}

std::string parse_user_name(const std::string& text, const std::string& option) {
  if (!valid_user_name(text))
    throw usage_error(fmt::format(
        "{} {}: a user name has 1 to {} visible characters without blanks or '~', and does not "
        "start with '#'",
        option, harmless(text), limits::name_characters_max));
  return text;
}

void check_reader(const std::string& name, const std::string& with) {
  if (!name.empty()) static_cast<void>(parse_user_name(name, "--as"));
  if (!with.empty() && name.empty())
    throw usage_error("--with needs --as: a conversation is between two");
}

}  // namespace peal::cli
