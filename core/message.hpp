// Every message on the wire as a plain value. docs/protocol.md tells who sends it and what the
// receiver does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/body.hpp"
#include "core/delivery.hpp"
#include "core/endpoint.hpp"
#include "core/entry.hpp"
#include "core/hlc.hpp"
#include "core/ids.hpp"
#include "core/member.hpp"
#include "core/online_user.hpp"
#include "core/parts.hpp"
#include "core/question.hpp"
#include "core/time.hpp"
#include "core/verdict.hpp"
#include "core/version_vector.hpp"

namespace peal {

// --- Discovery and membership
// ---------------------------------------------------------------------------------

/// "Who is there?" From a server that looks for its cluster, or from a client (then self is empty).
struct Probe {
  std::string cluster;
  std::vector<Endpoint> addresses;
  friend auto operator<=>(const Probe&, const Probe&) = default;
};
/// "Here we are." From a leader every announce_every, and from any server in a view to a client
/// that probes.
struct Announce {
  std::string cluster;
  ViewId view;
  Member self;
  Member leader;
  std::uint32_t members = 0;
  friend auto operator<=>(const Announce&, const Announce&) = default;
};
/// Asks the leader for membership. held: what the joining server has in memory or on disk.
struct Join {
  std::string cluster;
  Member self;
  VersionVector held;
  friend bool operator==(const Join&, const Join&) = default;
};
enum class JoinOutcome : std::uint8_t { ask_leader, id_taken, cluster_full, catching_up };
/// ask_leader: `other` is the leader. id_taken: `other` is the live server of that id.
/// catching_up: admitted once fewer than a few entries are missing; lag is how many are.
struct JoinAnswer {
  JoinOutcome outcome = JoinOutcome::ask_leader;
  Member other;
  std::uint64_t lag = 0;
  friend auto operator<=>(const JoinAnswer&, const JoinAnswer&) = default;
};
/// A clean goodbye to the leader, or of the leader to all members.
struct Leave {
  ViewId view;
  friend auto operator<=>(const Leave&, const Leave&) = default;
};
struct ViewChange {
  View view;
  friend auto operator<=>(const ViewChange&, const ViewChange&) = default;
};
struct ViewAck {
  ViewId view;
  VersionVector held;
  VersionVector durable;
  WallTime wall{};
  friend bool operator==(const ViewAck&, const ViewAck&) = default;
};
/// "You are not in my view": the receiver looks for its cluster again.
struct NotAMember {
  ViewId view;
  friend auto operator<=>(const NotAMember&, const NotAMember&) = default;
};
/// From a leader to a leader with a higher id: these members would follow you.
struct Merge {
  View view;
  friend auto operator<=>(const Merge&, const Merge&) = default;
};

// --- Heartbeats and suspicion
// ---------------------------------------------------------------------------------

/// stable: pairs of the stable vector that changed lately, then the others in turn. sent comes back
/// in the answer. skew: how far the receiver's wall clock is ahead of what most of the view have;
/// none: not known.
struct Heartbeat {
  ViewId view;
  std::uint64_t n = 0;
  Instant sent;
  std::vector<EntryId> stable;
  std::optional<Duration> skew{};
  friend auto operator<=>(const Heartbeat&, const Heartbeat&) = default;
};
/// wall: the member's own wall clock, for the leader to compare.
struct HeartbeatAck {
  ViewId view;
  std::uint64_t n = 0;
  Instant sent;
  std::vector<EntryId> durable;
  WallTime wall{};
  friend auto operator<=>(const HeartbeatAck&, const HeartbeatAck&) = default;
};
/// Between any two machines. sent comes back in the answer.
struct Ping {
  Instant sent;
  friend auto operator<=>(const Ping&, const Ping&) = default;
};
/// view: that of the answering server; none when it is in no view.
struct Pong {
  Instant sent;
  ViewId view;
  friend auto operator<=>(const Pong&, const Pong&) = default;
};
/// From a member to all members: the leader of this view is silent to me. From a client to its
/// home: this server (view empty) is silent to me.
struct Suspect {
  ServerId server;
  ViewId view;
  friend auto operator<=>(const Suspect&, const Suspect&) = default;
};
/// The leader of this view answers me: your vote ends here. round: of the vote; 0: you only asked.
struct LeaderAlive {
  ViewId view;
  std::uint64_t round = 0;
  friend auto operator<=>(const LeaderAlive&, const LeaderAlive&) = default;
};

// --- Voting
// ---------------------------------------------------------------------------------------------------

enum class VoteReason : std::uint8_t { startup, silence, leave, merge };
/// round: number of the view that this vote would install. path: the servers that it passed,
/// candidate first. proposal: servers that belong to the ring besides the last view (startup: heard
/// looking; merge: the union).
struct Vote {
  std::uint64_t round = 0;
  VoteReason reason = VoteReason::startup;
  ServerId candidate;
  std::vector<Member> path;
  std::vector<Member> proposal;
  friend auto operator<=>(const Vote&, const Vote&) = default;
};
/// declined: the receiver is not of this ring, or does not vote now; the sender skips it at once.
struct VoteAck {
  std::uint64_t round = 0;
  ServerId candidate;
  bool declined = false;
  friend auto operator<=>(const VoteAck&, const VoteAck&) = default;
};

// --- Replication
// ----------------------------------------------------------------------------------------------

/// Entries that the receiver lacks, of any logs, each log's in order. n numbers the pushes of one
/// sender to one receiver from 1; n = 0 carries no entries, only the stable vector, and is not
/// acknowledged.
struct Push {
  std::uint64_t n = 0;
  std::vector<EntryId> stable;
  std::vector<SharedEntry> entries;
  friend bool operator==(const Push&, const Push&) = default;
};
/// Numbers [first, last] of pushes.
struct PushRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  friend auto operator<=>(const PushRange&, const PushRange&) = default;
};
/// received: pushes that arrived since the last acknowledgement. durable: where the logs that they
/// touched are on disk now.
struct PushAck {
  std::vector<PushRange> received;
  std::vector<EntryId> durable;
  friend auto operator<=>(const PushAck&, const PushAck&) = default;
};
/// Logs that ended before the horizon and that the speaker has, all of it durable and stable, not
/// named one by one. None, with horizon 0: there are none.
struct Settled {
  Hlc horizon;
  std::uint64_t count = 0;
  Digest digest;  ///< of the pairs, in the order of logs
  friend auto operator<=>(const Settled&, const Settled&) = default;
};
/// All that a server has, but for the settled logs; the receiver pushes what is missing there, and
/// answers with its own Have when it lacks something itself (answer: no answer is wanted). Who
/// finds other logs settled answers with a Have in full.
struct Have {
  std::string cluster;
  bool answer = false;
  VersionVector held;
  VersionVector durable;
  VersionVector stable;
  Settled settled{};
  friend bool operator==(const Have&, const Have&) = default;
};

/// These entries are damaged on the sender's disk: the receiver answers with those that it has.
struct Want {
  std::string cluster;
  std::vector<EntryId> entries;
  friend auto operator<=>(const Want&, const Want&) = default;
};
struct Found {
  std::vector<SharedEntry> entries;
  friend bool operator==(const Found&, const Found&) = default;
};

// --- Submissions
// ----------------------------------------------------------------------------------------------

struct Submission {
  std::uint64_t n = 0;
  Body body;
  friend auto operator<=>(const Submission&, const Submission&) = default;
};

/// A client to its home. oldest: every message below it has its verdict. hlc: the latest that the
/// author saw.
/// seen: entries of its own that the author knows to be written, as far as its cursor does not
/// cover them.
struct Submit {
  std::uint64_t oldest = 0;
  Hlc hlc;
  std::vector<EntryId> seen;
  std::vector<Submission> items;
  friend auto operator<=>(const Submit&, const Submit&) = default;
};
struct Receipt {
  std::uint64_t n = 0;
  Verdict verdict;
  friend auto operator<=>(const Receipt&, const Receipt&) = default;
};
struct Submitted {
  std::vector<Receipt> receipts;
  friend auto operator<=>(const Submitted&, const Submitted&) = default;
};
/// A home to the leader, for one session. seen: pairs that the author has seen and the leader may
/// lack.
struct Forward {
  SessionId session;
  UserId author;
  std::uint64_t oldest = 0;
  Hlc hlc;
  std::vector<EntryId> seen;
  std::vector<Submission> items;
  friend auto operator<=>(const Forward&, const Forward&) = default;
};
struct Forwarded {
  SessionId session;
  std::vector<Receipt> receipts;
  friend auto operator<=>(const Forwarded&, const Forwarded&) = default;
};

// --- Presence
// -------------------------------------------------------------------------------------------------

/// A home to the leader: all users attached here.
struct PresenceReport {
  std::vector<UserId> users;
  friend auto operator<=>(const PresenceReport&, const PresenceReport&) = default;
};
/// The leader to all servers, homes to their clients: all users on line, sorted.
struct PresenceList {
  std::vector<OnlineUser> users;
  friend auto operator<=>(const PresenceList&, const PresenceList&) = default;
};

// --- Clients
// --------------------------------------------------------------------------------------------------

/// resume: continue after cursor; otherwise delivery starts with what becomes stable from now on.
/// attachment counts the attachments of one session from 1, whatever home: one lower than the
/// session's is a late copy and ignored, the same is answered again, a higher one starts anew with
/// Deliver 1.
struct Attach {
  std::uint64_t attachment = 0;
  std::string cluster;
  UserId user;
  bool resume = false;
  VersionVector cursor;
  friend bool operator==(const Attach&, const Attach&) = default;
};
/// cursor: where delivery starts. name: the user's displayed name, empty when not registered.
struct Attached {
  std::uint64_t attachment = 0;
  View view;
  ServerId home;
  std::string name;
  VersionVector cursor;
  friend bool operator==(const Attached&, const Attached&) = default;
};
struct Detach {
  friend auto operator<=>(const Detach&, const Detach&) = default;
};
enum class DetachReason : std::uint8_t {
  unknown_session,
  leaving,
  disk_failed,
  full,
  not_in_a_view,
  draining
};
struct Detached {
  DetachReason reason = DetachReason::unknown_session;
  friend auto operator<=>(const Detached&, const Detached&) = default;
};
/// n counts the Deliver messages of one attachment from 1. cursor: pairs to raise in the client's
/// cursor. direct: behind this, a post that a group hears may be shown as soon as the cursor covers
/// what is before it.
struct Deliver {
  std::uint64_t attachment = 0;
  std::uint64_t n = 0;
  std::vector<EntryId> cursor;
  std::vector<Delivery> items;
  bool direct = false;
  friend auto operator<=>(const Deliver&, const Deliver&) = default;
};
/// All up to n of this attachment arrived.
struct DeliverAck {
  std::uint64_t attachment = 0;
  std::uint64_t n = 0;
  friend auto operator<=>(const DeliverAck&, const DeliverAck&) = default;
};
/// A home to its clients: the view changed.
struct Servers {
  View view;
  friend auto operator<=>(const Servers&, const Servers&) = default;
};

/// The receiver does not know this version or kind of message. Answered once per address; never
/// answered itself.
struct Unsupported {
  std::uint64_t version = 0;
  std::uint64_t kind = 0;
  friend auto operator<=>(const Unsupported&, const Unsupported&) = default;
};

// --- Groups
// ---------------------------------------------------------------------------------------------------

/// A home to a client: the rooms of its user whose multicast groups it should listen to, at most
/// limits::groups_max. n counts these lists of one attachment from 1.
struct Groups {
  std::uint64_t attachment = 0;
  std::uint64_t n = 0;
  std::vector<RoomName> rooms;
  friend auto operator<=>(const Groups&, const Groups&) = default;
};
/// A post of a room as its group hears it. deps: those of its entry.
struct GroupPost {
  Delivery delivery;
  std::vector<EntryId> deps;
  friend auto operator<=>(const GroupPost&, const GroupPost&) = default;
};
/// A leader to the group of a room: posts of its own log that have just become stable, in the order
/// of the log. Sent once.
struct GroupPosts {
  std::string cluster;
  std::vector<GroupPost> posts;
  friend auto operator<=>(const GroupPosts&, const GroupPosts&) = default;
};
/// A client to its home. groups: the latest list that arrived. listening: it wants to hear groups
/// at all. arrived: how many posts groups brought in this attachment. shown: how far the client's
/// cursor is ahead of what its home delivered, because of them.
struct GroupAck {
  std::uint64_t attachment = 0;
  std::uint64_t groups = 0;
  bool listening = false;
  std::uint64_t arrived = 0;
  std::vector<EntryId> shown;
  friend auto operator<=>(const GroupAck&, const GroupAck&) = default;
};

/// The order of the alternatives is the message's kind on the wire: append only.
using Message =
    std::variant<Probe, Announce, Join, JoinAnswer, Leave, ViewChange, ViewAck, NotAMember, Merge,
                 Heartbeat, HeartbeatAck, Ping, Pong, Suspect, LeaderAlive, Vote, VoteAck, Push,
                 PushAck, Have, Submit, Submitted, Forward, Forwarded, PresenceReport, PresenceList,
                 Attach, Attached, Detach, Detached, Deliver, DeliverAck, Servers, Query, Answer,
                 Unsupported, Groups, GroupPosts, GroupAck, Want, Found>;

/// Who speaks: a server with its incarnation, or (server none) a client with its session.
struct Sender {
  ServerId server;
  std::uint64_t run = 0;
  friend auto operator<=>(const Sender&, const Sender&) = default;
  [[nodiscard]] bool is_server() const { return server.value != 0; }
  [[nodiscard]] Incarnation incarnation() const { return Incarnation{run}; }
  [[nodiscard]] SessionId session() const { return SessionId{run}; }
  PEAL_PARTS(server, run)
};

struct Packet {
  Sender sender;
  Message message;
  friend bool operator==(const Packet&, const Packet&) = default;
  PEAL_PARTS(sender, message)
};

/// The kind's name as in the variant above, for traces and logs: "Heartbeat".
[[nodiscard]] const char* kind_name(const Message& message);
inline constexpr std::size_t message_kinds = std::variant_size_v<Message>;
[[nodiscard]] const char* kind_name(std::size_t kind);

}  // namespace peal
