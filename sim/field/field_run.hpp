// What recordings of real servers tell of a run: who ran when, what arrived where, what people did.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ids.hpp"
#include "core/message.hpp"
#include "sim/place.hpp"

namespace peal::sim {

// Servers are counted from 0. Times in microseconds since the first event.

/// One process of a server.
struct FieldLife {
  std::size_t server = 0;
  std::int64_t from_us = 0;
  std::optional<std::int64_t> to_us;  ///< none: it runs to the end
  /// It was asked to leave, and did.
  bool clean = false;
  std::int64_t asked_us = 0;  ///< clean: when
  /// Its host told nobody that it does not run any more.
  bool silent = false;
};

/// One message from one server to another.
struct FieldMessage {
  std::size_t from = 0;
  std::size_t to = 0;
  std::uint8_t kind = 0;
  std::optional<std::int64_t> sent_us;
  std::optional<std::int64_t> arrived_us;
  friend bool operator==(const FieldMessage&, const FieldMessage&) = default;
};

/// What a client said to a server.
struct FieldAsked {
  std::int64_t at_us = 0;  ///< when it arrived
  std::size_t server = 0;
  SessionId session;
  Message message;
};

/// A server leads these.
struct FieldView {
  std::size_t leader = 0;
  std::vector<std::size_t> members;  ///< sorted
  std::int64_t from_us = 0;
  std::int64_t to_us = 0;
};

struct FieldRun {
  std::vector<ServerId> servers;       ///< sorted
  std::vector<FieldLife> lives;        ///< by when they begin
  std::vector<FieldMessage> messages;  ///< by when they were sent, or else arrived
  std::vector<FieldAsked> asked;       ///< by when
  std::vector<FieldView> views;        ///< by when they begin
  /// When each server did something, in order.
  std::vector<std::vector<std::int64_t>> active;
  std::int64_t duration_us = 0;
  std::int64_t wake_late_us = 0;   ///< how long after their deadlines servers were woken, as a rule
  std::vector<std::string> notes;  ///< what is missing
};

}  // namespace peal::sim
