// How servers, people and kinds of messages are called in scenarios.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/client_io.hpp"
#include "core/config.hpp"
#include "core/effect.hpp"
#include "core/question.hpp"
#include "sim/setup.hpp"

namespace peal::sim {

/// "s" and the id.
[[nodiscard]] std::string server_name(const Setup& setup, std::size_t server);
/// "p" and the number, from 1.
[[nodiscard]] std::string person_name(std::size_t person);
/// Empty for those who only audit.
[[nodiscard]] std::string place_name(const Setup& setup, Place place);

/// "vote", "push-ack".
[[nodiscard]] std::string kind_word(std::uint8_t kind);
[[nodiscard]] std::optional<std::uint8_t> kind_of_word(std::string_view word);

struct RoleName {
  Role role;
  const char* name;
};
[[nodiscard]] std::span<const RoleName> role_names();

struct ReasonName {
  RejectReason reason;
  const char* name;
};
[[nodiscard]] std::span<const ReasonName> reason_names();

struct DiskStateName {
  DiskState state;
  const char* name;
};
[[nodiscard]] std::span<const DiskStateName> disk_state_names();

/// A number of the configuration that a scenario can set: times are in microseconds.
struct Knob {
  const char* name;
  std::int64_t least;
  std::int64_t most;
  bool is_time;
  std::int64_t (*get)(const ServerConfig&);
  void (*set)(ServerConfig&, std::int64_t);
};
[[nodiscard]] std::span<const Knob> knobs();

}  // namespace peal::sim
