// The identities of the protocol, each a type of its own.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>

namespace peal {

/// A number that cannot be mistaken for another kind of number. Zero means "none".
template <class Tag>
struct Id {
  std::uint64_t value = 0;
  friend constexpr auto operator<=>(Id, Id) = default;
  [[nodiscard]] constexpr explicit operator bool() const { return value != 0; }
};

/// A member of the ring; orders the ring.
using ServerId = Id<struct ServerTag>;
/// Drawn at random at each start of a server's process: tells it from its former self.
using Incarnation = Id<struct IncarnationTag>;
/// The log of one server process that led: its number is that process's incarnation.
using LogId = Id<struct LogTag>;
/// One running client, drawn at random at its start.
using SessionId = Id<struct SessionTag>;

[[nodiscard]] constexpr LogId log_of(Incarnation incarnation) { return LogId{incarnation.value}; }

/// A user: the first 16 bytes of a hash of the user's public key. All zero means "none".
struct UserId {
  std::array<std::uint8_t, 16> bytes{};
  friend constexpr auto operator<=>(const UserId&, const UserId&) = default;
  [[nodiscard]] constexpr explicit operator bool() const { return *this != UserId{}; }
};

/// One entry of one log; seq counts from 1 without holes.
struct EntryId {
  LogId log;
  std::uint64_t seq = 0;
  friend constexpr auto operator<=>(EntryId, EntryId) = default;
  [[nodiscard]] constexpr explicit operator bool() const { return seq != 0; }
};

/// What the author's client calls a message: the identity for exactly-once. n counts from 1.
struct MessageId {
  SessionId session;
  std::uint64_t n = 0;
  friend constexpr auto operator<=>(MessageId, MessageId) = default;
};

/// Views are ordered by number, then leader. Number 0 is "no view yet".
struct ViewId {
  std::uint64_t number = 0;
  ServerId leader;
  friend constexpr auto operator<=>(ViewId, ViewId) = default;
  [[nodiscard]] constexpr explicit operator bool() const { return number != 0; }
};

}  // namespace peal
