// The tables of names.
#include "sim/scenario/names.hpp"

#include <array>
#include <cctype>

#include <fmt/format.h>

#include "core/limits.hpp"
#include "core/message.hpp"

namespace peal::sim {
namespace {

template <auto Member>
constexpr Knob count_knob(const char* name, std::int64_t least, std::int64_t most) {
  return {name,
          least,
          most,
          false,
          [](const ServerConfig& config) { return static_cast<std::int64_t>(config.*Member); },
          [](ServerConfig& config, std::int64_t value) {
            config.*Member = static_cast<std::size_t>(value);
          }};
}

template <auto Member>
constexpr Knob time_knob(const char* name) {
  constexpr std::int64_t least = 1'000;
  constexpr std::int64_t most = std::int64_t{100} * 365 * 86'400 * 1'000'000;
  return {name,
          least,
          most,
          true,
          [](const ServerConfig& config) { return (config.*Member).us; },
          [](ServerConfig& config, std::int64_t us) { config.*Member = Duration{us}; }};
}

}  // namespace

std::string server_name(const Setup& setup, std::size_t server) {
  return fmt::format("s{}", setup.servers.at(server).value);
}

std::string person_name(std::size_t person) { return fmt::format("p{}", person + 1); }

std::string place_name(const Setup& setup, Place place) {
  if (place < setup.servers.size()) return server_name(setup, place);
  const std::size_t person = place - setup.servers.size();
  return person < setup.people ? person_name(person) : "";
}

std::string kind_word(std::uint8_t kind) {
  std::string word;
  for (const char c : std::string_view(kind_name(std::size_t{kind}))) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !word.empty()) word += '-';
    word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

std::optional<std::uint8_t> kind_of_word(std::string_view word) {
  for (std::size_t kind = 0; kind < message_kinds; ++kind)
    if (kind_word(static_cast<std::uint8_t>(kind)) == word) return static_cast<std::uint8_t>(kind);
  return std::nullopt;
}

std::span<const RoleName> role_names() {
  static constexpr std::array<RoleName, 6> names = {{{Role::looking, "looking"},
                                                     {Role::member, "member"},
                                                     {Role::leader, "leader"},
                                                     {Role::leaving, "leaving"},
                                                     {Role::failed, "failed"},
                                                     {Role::joining, "joining"}}};
  return names;
}

std::span<const ReasonName> reason_names() {
  static constexpr std::array<ReasonName, 12> names = {
      {{RejectReason::invalid_name, "invalid-name"},
       {RejectReason::name_taken, "name-taken"},
       {RejectReason::not_registered, "not-registered"},
       {RejectReason::no_such_room, "no-such-room"},
       {RejectReason::no_such_user, "no-such-user"},
       {RejectReason::not_a_room_member, "not-a-room-member"},
       {RejectReason::text_too_long, "text-too-long"},
       {RejectReason::invalid_text, "invalid-text"},
       {RejectReason::out_of_order, "out-of-order"},
       {RejectReason::not_invited, "not-invited"},
       {RejectReason::not_the_owner, "not-the-owner"},
       {RejectReason::not_yours, "not-yours"}}};
  return names;
}

std::span<const DiskStateName> disk_state_names() {
  static constexpr std::array<DiskStateName, 6> names = {{{DiskState::works, "works"},
                                                          {DiskState::full, "full"},
                                                          {DiskState::failing, "failing"},
                                                          {DiskState::unreadable, "unreadable"},
                                                          {DiskState::slow, "slow"},
                                                          {DiskState::hanging, "hangs"}}};
  return names;
}

std::span<const Knob> knobs() {
  static constexpr std::array<Knob, 20> all = {
      {time_knob<&ServerConfig::heartbeat_every>("heartbeat-every"),
       time_knob<&ServerConfig::announce_every>("announce-every"),
       time_knob<&ServerConfig::probe_every>("probe-every"),
       time_knob<&ServerConfig::look_for>("look-for"),
       time_knob<&ServerConfig::gossip_every>("gossip-every"),
       time_knob<&ServerConfig::settle_after>("settle-after"),
       time_knob<&ServerConfig::gap_wait>("gap-wait"),
       time_knob<&ServerConfig::pull_wait>("pull-wait"),
       time_knob<&ServerConfig::solo_after>("solo-after"),
       time_knob<&ServerConfig::session_timeout>("session-timeout"),
       time_knob<&ServerConfig::group_grace>("group-grace"),
       time_knob<&ServerConfig::merge_backoff_min>("merge-backoff-min"),
       time_knob<&ServerConfig::merge_backoff_max>("merge-backoff-max"),
       time_knob<&ServerConfig::disk_patience>("disk-patience"),
       count_knob<&ServerConfig::window_entries>("window-entries", 16, 1 << 24),
       count_knob<&ServerConfig::join_lag_max>("join-lag-max", 1, 1 << 24),
       count_knob<&ServerConfig::home_queue_max>("home-queue-max", 1,
                                                 std::int64_t{limits::home_queue_max}),
       count_knob<&ServerConfig::unstable_entries_max>("unstable-entries-max", 1,
                                                       std::int64_t{limits::unstable_entries_max}),
       count_knob<&ServerConfig::delivery_queue_max>("delivery-queue-max", 1,
                                                     std::int64_t{limits::delivery_queue_max}),
       count_knob<&ServerConfig::sessions_remembered_max>(
           "sessions-remembered-max", 1, std::int64_t{limits::sessions_remembered_max})}};
  return all;
}

}  // namespace peal::sim
