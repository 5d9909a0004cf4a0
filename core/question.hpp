// What clients ask of servers, and what these answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/body.hpp"
#include "core/delivery.hpp"
#include "core/digest.hpp"
#include "core/endpoint.hpp"
#include "core/entry.hpp"
#include "core/ids.hpp"
#include "core/member.hpp"
#include "core/online_user.hpp"
#include "core/time.hpp"
#include "core/verdict.hpp"
#include "core/version_vector.hpp"

namespace peal {

struct StatusQuery {
  friend auto operator<=>(const StatusQuery&, const StatusQuery&) = default;
};
struct RoomsQuery {
  std::string after;  ///< rooms with names above this
  friend auto operator<=>(const RoomsQuery&, const RoomsQuery&) = default;
};
struct WhoQuery {
  std::string after;
  friend auto operator<=>(const WhoQuery&, const WhoQuery&) = default;
};
struct FindUserQuery {
  std::string name;  ///< as displayed
  friend auto operator<=>(const FindUserQuery&, const FindUserQuery&) = default;
};
/// A page of a conversation, latest first, of entries before a key (empty: from the end). A direct
/// conversation is that of the asking session's user with `with`.
struct HistoryQuery {
  Destination with;
  std::optional<EntryKey> before;
  std::uint32_t limit = 0;
  friend auto operator<=>(const HistoryQuery&, const HistoryQuery&) = default;
};
/// The rooms that the asking session's user is in, then the users that they talked with, behind
/// `after` (empty: from the start).
struct ConversationsQuery {
  std::optional<Destination> after;
  friend auto operator<=>(const ConversationsQuery&, const ConversationsQuery&) = default;
};
/// A page of the posts whose text of now has all words of `text`, the last one perhaps only begun,
/// latest first, before a key (empty: from the end). Of a post that was edited, its latest edit is
/// found. in: a room, or the asking session's conversation with a user; empty: everything that the
/// session's user may read.
struct SearchQuery {
  std::string text;
  std::optional<Destination> in;
  std::optional<EntryKey> before;
  std::uint32_t limit = 0;
  friend auto operator<=>(const SearchQuery&, const SearchQuery&) = default;
};
/// An operator asks this server to leave cleanly and to end.
struct LeaveCommand {
  friend auto operator<=>(const LeaveCommand&, const LeaveCommand&) = default;
};
/// An operator asks this server to send its clients to others, and to take no new ones; undo: to
/// take them again.
struct DrainCommand {
  bool undo = false;
  friend auto operator<=>(const DrainCommand&, const DrainCommand&) = default;
};
/// An operator asks this server to forget a dead one.
struct RemoveCommand {
  ServerId server;
  friend auto operator<=>(const RemoveCommand&, const RemoveCommand&) = default;
};
/// The order of the alternatives is their number on the wire: append only.
using Question =
    std::variant<StatusQuery, RoomsQuery, WhoQuery, FindUserQuery, HistoryQuery, ConversationsQuery,
                 SearchQuery, LeaveCommand, DrainCommand, RemoveCommand>;

/// From a client, attached or not (what is in direct conversations: attached). n comes back in the
/// answer. seen: what the person was shown when asking and the home did not deliver.
struct Query {
  std::uint64_t n = 0;
  Question question;
  std::vector<EntryId> seen;
  friend auto operator<=>(const Query&, const Query&) = default;
};

enum class Role : std::uint8_t { looking, member, leader, leaving, failed, joining };
struct ServerStatus {
  Member member;
  Role role = Role::member;
  bool alive = true;
  std::uint64_t lag = 0;  ///< entries that are not durable there yet
  Duration rtt;           ///< smoothed; 0: not measured yet
  Duration skew{};        ///< of its wall clock, ahead of what most have; 0: not measured
  friend auto operator<=>(const ServerStatus&, const ServerStatus&) = default;
};
struct Counter {
  std::string name;
  std::uint64_t value = 0;
  friend auto operator<=>(const Counter&, const Counter&) = default;
};
/// How far a server is that is brought up to date before it becomes a member.
struct Joining {
  std::uint64_t held = 0;  ///< entries
  std::uint64_t of = 0;
  std::uint64_t per_second = 0;  ///< entries, lately; 0: not measured yet
  friend auto operator<=>(const Joining&, const Joining&) = default;
};
/// A server that is known and in no view of the answering one.
struct AbsentServer {
  Member member;
  std::optional<Duration> silent;  ///< since it was heard last; none: never heard, only told of
  friend auto operator<=>(const AbsentServer&, const AbsentServer&) = default;
};
struct StatusAnswer {
  std::string cluster;
  ViewId view;
  ServerId self;
  Role role = Role::looking;
  std::string trouble;  ///< empty: none; else what is wrong and what to do
  std::vector<ServerStatus> servers;
  std::uint64_t users = 0;
  std::uint64_t rooms = 0;
  std::uint64_t sessions = 0;
  VersionVector held;
  VersionVector stable;
  Digest history;  ///< equal on two servers when their histories are
  std::vector<Counter> counters;
  std::optional<Joining> joining;
  std::vector<AbsentServer> absent;
  bool draining = false;
  friend bool operator==(const StatusAnswer&, const StatusAnswer&) = default;
};
struct RoomInfo {
  RoomName name;
  Endpoint group;  ///< its multicast group
  std::string topic;
  std::uint64_t members = 0;
  bool only_invited = false;  ///< it is private
  UserId owner;
  friend auto operator<=>(const RoomInfo&, const RoomInfo&) = default;
};
struct RoomsAnswer {
  std::vector<RoomInfo> rooms;
  bool more = false;
  friend auto operator<=>(const RoomsAnswer&, const RoomsAnswer&) = default;
};
struct WhoAnswer {
  std::vector<OnlineUser> users;
  bool more = false;
  friend auto operator<=>(const WhoAnswer&, const WhoAnswer&) = default;
};
struct FindUserAnswer {
  UserId user;  ///< none: nobody has that name
  std::string name;
  friend auto operator<=>(const FindUserAnswer&, const FindUserAnswer&) = default;
};
/// Latest first. more: there is at least one earlier entry; ask again with before = key of the last
/// item.
struct HistoryAnswer {
  std::vector<Delivery> items;
  bool more = false;
  std::optional<EntryKey>
      next;  ///< where to continue, also when every entry of the page was left out
  friend auto operator<=>(const HistoryAnswer&, const HistoryAnswer&) = default;
};
struct ConversationInfo {
  Destination with;
  std::string name;    ///< of a user, as displayed; empty for a room
  EntryKey read_upto;  ///< the read marker; none: nothing was marked as read yet
  friend auto operator<=>(const ConversationInfo&, const ConversationInfo&) = default;
};
struct ConversationsAnswer {
  std::vector<ConversationInfo> conversations;
  bool more = false;
  friend auto operator<=>(const ConversationsAnswer&, const ConversationsAnswer&) = default;
};
/// As HistoryAnswer, of posts and edits.
struct SearchAnswer {
  std::vector<Delivery> items;
  bool more = false;
  std::optional<EntryKey> next;
  friend auto operator<=>(const SearchAnswer&, const SearchAnswer&) = default;
};
struct QueryRefused {
  RejectReason reason = RejectReason::no_such_room;
  std::string detail;
  friend auto operator<=>(const QueryRefused&, const QueryRefused&) = default;
};
enum class CommandOutcome : std::uint8_t {
  done,
  only_server,     ///< of its view: nobody could take over
  unknown_server,  ///< this server knows none of that id
  still_alive      ///< `other` was heard a moment ago
};
/// What came of an operator's command. sessions: attached to this server now.
struct CommandAnswer {
  CommandOutcome outcome = CommandOutcome::done;
  Member other;
  std::uint64_t sessions = 0;
  friend auto operator<=>(const CommandAnswer&, const CommandAnswer&) = default;
};
using AnswerBody =
    std::variant<StatusAnswer, RoomsAnswer, WhoAnswer, FindUserAnswer, HistoryAnswer, QueryRefused,
                 Later, ConversationsAnswer, SearchAnswer, CommandAnswer>;
struct Answer {
  std::uint64_t n = 0;
  AnswerBody body;
  friend bool operator==(const Answer&, const Answer&) = default;
};

}  // namespace peal
