// What a server is doing in the ring: looking, following or leading, each with the state that only
// it needs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/version_vector.hpp"
#include "core/watch.hpp"

namespace peal {

/// A server that is brought up to date by a leader before it becomes a member.
struct CatchUp {
  std::uint64_t of = 0;  ///< entries there
  Instant measured;      ///< when, and how many were held then
  std::uint64_t held_then = 0;
  std::uint64_t per_second = 0;  ///< smoothed; 0: not measured yet
  friend bool operator==(const CatchUp&, const CatchUp&) = default;
  PEAL_PARTS(of, measured, held_then, per_second)
};

/// In no view. With a leader known, it asks that one to be let in.
struct Looking {
  std::optional<Member> leader;
  std::uint32_t joins = 0;  ///< unanswered ones
  bool full = false;        ///< that leader's view has no room
  /// Leaders that are heard and answer nothing: the way there is cut. They count as absent.
  std::set<Incarnation> deaf;
  std::optional<CatchUp> catch_up;
  friend bool operator==(const Looking&, const Looking&) = default;
  PEAL_PARTS(leader, joins, full, deaf, catch_up)
};

/// A vote that waits until it is clear whether the leader lives.
struct HeldVote {
  Vote vote;
  Endpoint from;
  friend bool operator==(const HeldVote&, const HeldVote&) = default;
  PEAL_PARTS(vote, from)
};

/// A member of a view that somebody else leads.
struct Following {
  Watch leader;
  Instant since;  ///< when this view was installed here
  bool leader_left =
      false;  ///< it said goodbye, or looks for a cluster itself: no word of it counts any more
  std::set<ServerId> askers;  ///< who suspects the leader and waits for our word
  std::vector<HeldVote> held_votes;
  VersionVector told;        ///< durable pairs that the leader was told lately
  VersionVector leader_has;  ///< what the leader is known to hold
  std::uint32_t heartbeats = 0;
  friend bool operator==(const Following&, const Following&) = default;
  PEAL_PARTS(leader, since, leader_left, askers, held_votes, told, leader_has, heartbeats)
};

/// What a leader keeps of one member.
struct Follower {
  Watch watch;
  bool acknowledged = false;  ///< the current view
  VersionVector told;         ///< stable pairs that it was told lately
  friend bool operator==(const Follower&, const Follower&) = default;
  PEAL_PARTS(watch, acknowledged, told)
};

/// A server that asked to join and is brought up to date first.
struct Learner {
  Member member;
  Instant heard;
  Instant next_push;  ///< not before then
  friend bool operator==(const Learner&, const Learner&) = default;
  PEAL_PARTS(member, heard, next_push)
};

/// The tries to merge with another leader.
struct MergeTry {
  Instant next;
  Duration backoff;
  Instant heard;
  bool voted = false;   ///< a vote over both views went through here since it was last proposed
  bool failed = false;  ///< such a vote did not unite us before
  ViewId view;          ///< when it was last proposed
  friend bool operator==(const MergeTry&, const MergeTry&) = default;
  PEAL_PARTS(next, backoff, heard, voted, failed, view)
};

/// Leads its view.
struct Leading {
  std::map<ServerId, Follower> followers;
  std::map<ServerId, Learner> learners;
  std::map<ServerId, MergeTry> merges;
  std::uint64_t heartbeat = 0;
  bool serving = false;
  std::optional<Member> proposer;  ///< the leader whose proposal the merge vote under way follows
  VersionVector to_pull;           ///< all that some member of the new view has
  std::uint64_t first_of_view =
      1;  ///< what was written under this view: seq in the own log, and on
  friend bool operator==(const Leading&, const Leading&) = default;
  PEAL_PARTS(followers, learners, merges, heartbeat, serving, proposer, to_pull, first_of_view)
};

using RoleState = std::variant<Looking, Following, Leading>;

}  // namespace peal
