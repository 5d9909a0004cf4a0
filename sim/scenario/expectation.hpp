// What a scenario says must be so at a time, and by when.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/body.hpp"
#include "core/question.hpp"
#include "core/verdict.hpp"

namespace peal::sim {

// Servers and people are counted from 0; messages are named by their labels.

/// All running servers are in one view, whose leader this is; none: whoever.
struct AgreeOnLeader {
  std::optional<std::size_t> server;
  friend bool operator==(const AgreeOnLeader&, const AgreeOnLeader&) = default;
};
struct HasRole {
  std::size_t server = 0;
  Role role = Role::leader;
  friend bool operator==(const HasRole&, const HasRole&) = default;
};
/// The members of its view, the order does not matter.
struct ViewIs {
  std::size_t server = 0;
  std::vector<std::size_t> members;  ///< sorted
  friend bool operator==(const ViewIs&, const ViewIs&) = default;
};
struct Runs {
  std::size_t server = 0;
  friend bool operator==(const Runs&, const Runs&) = default;
};
/// The client has a home; of a server: this one.
struct IsServed {
  std::size_t person = 0;
  std::optional<std::size_t> by;
  friend bool operator==(const IsServed&, const IsServed&) = default;
};
struct WasAcknowledged {
  std::uint32_t message = 0;
  friend bool operator==(const WasAcknowledged&, const WasAcknowledged&) = default;
};
/// reason: none: whatever.
struct WasRejected {
  std::uint32_t message = 0;
  std::optional<RejectReason> reason;
  friend bool operator==(const WasRejected&, const WasRejected&) = default;
};
/// The person's present session was shown these, in this order among each other.
struct Sees {
  std::size_t person = 0;
  std::vector<std::uint32_t> messages;
  friend bool operator==(const Sees&, const Sees&) = default;
};
/// On its disk.
struct Holds {
  std::size_t server = 0;
  std::uint32_t message = 0;
  friend bool operator==(const Holds&, const Holds&) = default;
};
/// The posts of a room that a server's disk holds, in the order of its timeline, are these.
struct TimelineIs {
  std::size_t server = 0;
  RoomName room;
  std::vector<std::uint32_t> messages;
  friend bool operator==(const TimelineIs&, const TimelineIs&) = default;
};
/// All running servers hold the same entries on their disks.
struct EqualHistories {
  friend bool operator==(const EqualHistories&, const EqualHistories&) = default;
};
/// So many votes were won since the run began, at least and at most.
struct Elections {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  friend bool operator==(const Elections&, const Elections&) = default;
};
/// So many messages of one kind were sent since the run began, at least and at most.
struct WereSent {
  std::uint8_t kind = 0;
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  friend bool operator==(const WereSent&, const WereSent&) = default;
};

using Condition =
    std::variant<AgreeOnLeader, HasRole, ViewIs, Runs, IsServed, WasAcknowledged, WasRejected, Sees,
                 Holds, TimelineIs, EqualHistories, Elections, WereSent>;

struct Expectation {
  Condition condition;
  bool negated = false;
  std::int64_t at_us = 0;
  /// Some time from at_us to so much later it must be so; 0: at that moment.
  std::int64_t within_us = 0;
  /// From at_us on it must be so all the time for so long, beginning when it first is (within).
  std::int64_t for_us = 0;
  std::size_t line = 0;  ///< of the scenario, for messages; 0: none
  std::string text;      ///< the words, for messages
  friend bool operator==(const Expectation& a, const Expectation& b) {
    return a.condition == b.condition && a.negated == b.negated && a.at_us == b.at_us &&
           a.within_us == b.within_us && a.for_us == b.for_us;
  }
};

}  // namespace peal::sim
