// What a machine is told at its start: identity, knobs with their units, and what its disk
// remembers.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/chat_state.hpp"
#include "core/entry.hpp"
#include "core/limits.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/session_table.hpp"
#include "core/time.hpp"
#include "core/version_vector.hpp"

namespace peal {

struct ServerConfig {
  ServerId self;            ///< not none
  Incarnation incarnation;  ///< random at each start, not none
  std::string cluster = "peal";
  std::vector<Endpoint> addresses;  ///< of the data socket, best first
  std::uint64_t seed = 0;           ///< of the state's own Prng

  Duration heartbeat_every = milliseconds(50);
  Duration announce_every = milliseconds(500);
  Duration probe_every = milliseconds(150);
  /// Without an answer for so long, a looking server starts a vote among those it heard looking.
  Duration look_for = milliseconds(600);
  /// Every so often, version vectors are compared with one random other server.
  Duration gossip_every = seconds(1);
  /// Logs that ended so long before the newest entry are compared all at once, by a digest.
  Duration settle_after = seconds(std::int64_t{30} * 24 * 60 * 60);
  /// An entry whose predecessors are missing is shown with a gap after so long.
  Duration gap_wait = seconds(2);
  /// The winner of a vote waits so long for what others have before it serves.
  Duration pull_wait = milliseconds(400);
  /// A server alone because others said that the leader lives leads alone after so long.
  Duration solo_after = milliseconds(500);
  Duration merge_backoff_min = seconds(1);
  Duration merge_backoff_max = seconds(30);
  /// A session that sends nothing for so long is gone.
  Duration session_timeout = seconds(10);
  /// Posts to rooms are multicast to their groups by the leader, and clients told of them by homes.
  bool multicast = true;
  /// A post that a client should have heard from its group is sent to it by unicast after so long.
  Duration group_grace = milliseconds(20);
  /// A joining server that lacks more than this catches up before it becomes a member.
  std::uint64_t join_lag_max = 2'048;
  /// A disk that does not answer for so long counts as failed.
  Duration disk_patience = seconds(5);
  /// Entries kept in memory; older ones are read back from storage.
  std::size_t window_entries = 65'536;
  std::size_t window_bytes = 64U << 20U;
  /// Sessions whose messages are known without asking the disk: those that wrote last.
  std::size_t sessions_remembered_max = limits::sessions_remembered_max;
  /// Lengths of queues, see core/limits.hpp; never above the limit there.
  std::size_t unstable_entries_max = limits::unstable_entries_max;
  std::size_t home_queue_max = limits::home_queue_max;
  std::size_t delivery_queue_max = limits::delivery_queue_max;
  friend bool operator==(const ServerConfig&, const ServerConfig&) = default;
  PEAL_PARTS(self, incarnation, cluster, addresses, seed, heartbeat_every, announce_every,
             probe_every, look_for, gossip_every, settle_after, gap_wait, pull_wait, solo_after,
             merge_backoff_min, merge_backoff_max, session_timeout, multicast, group_grace,
             join_lag_max, disk_patience, window_entries, window_bytes, sessions_remembered_max,
             unstable_entries_max, home_queue_max, delivery_queue_max)
};

struct LogEnd {
  LogId log;
  std::uint64_t seq = 0;  ///< highest on disk without holes
  Hlc last;               ///< of that entry
  Digest digest;          ///< sum of the digests of entries 1..seq, see History
  friend auto operator<=>(const LogEnd&, const LogEnd&) = default;
  PEAL_PARTS(log, seq, last, digest)
};

/// What a server's disk remembers. Built by recover() from the stored entries, the same way by
/// every driver.
struct Recovered {
  std::vector<LogEnd> logs;
  /// What all stored entries make of the chat.
  ChatState chat;
  /// The latest window_entries entries; sorted by key, each once.
  std::vector<SharedEntry> entries;
  /// The sessions that wrote last, and whether there are others.
  SessionTable sessions;
  Hlc latest;
  /// For each log of which entries stand behind others that are not stored: up to where those are
  /// missing, of each log, their own predecessors and so on included.
  std::map<LogId, VersionVector> missing;
  PEAL_PARTS(logs, chat, entries, sessions, latest, missing)
};

struct ClientConfig {
  SessionId session;  ///< random at each start, not none
  UserId user;
  /// Of a session that earlier processes had too, so many attachments may be known to servers.
  std::uint64_t attachments_before = 0;
  std::string cluster = "peal";
  /// Try these first, in this order; with pin no others.
  std::vector<Endpoint> servers;
  bool pin = false;
  std::uint64_t seed = 0;
  /// Ask only (status, rooms, who, doctor): never attach, so no user is on line because of it.
  bool attach = true;
  /// Listen to the multicast groups of the user's rooms.
  bool multicast = true;

  Duration probe_every = milliseconds(150);
  Duration ping_every = seconds(1);
  /// A submission without a verdict for so long makes the client ping its home.
  Duration verdict_wait = milliseconds(40);
  std::uint32_t pings_max = 3;
  /// What groups brought is acknowledged so long after the first of it: well below group_grace, and
  /// many posts with one datagram.
  Duration group_ack_after = milliseconds(10);
  friend bool operator==(const ClientConfig&, const ClientConfig&) = default;
  PEAL_PARTS(session, user, attachments_before, cluster, servers, pin, seed, attach, multicast,
             probe_every, ping_every, verdict_wait, pings_max, group_ack_after)
};

}  // namespace peal
