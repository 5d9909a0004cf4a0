// Voting: how a server starts, judges, passes, swallows and wins votes.
#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/mutant.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

constexpr Duration hop_timeout_min = milliseconds(10);
constexpr Duration hop_timeout_max = milliseconds(200);
constexpr Duration hop_timeout_unknown = milliseconds(40);

}  // namespace

/// How long the next server of the ring has to acknowledge a vote.
Duration Server::hop_wait(ServerId to) const {
  const Peer* peer = peers_.find(to);
  if (peer == nullptr || !peer->round_trip.known()) return hop_timeout_unknown;
  return peer->round_trip.timeout(hop_timeout_min, hop_timeout_max);
}

/// A vote has this long to come home; the random part keeps rivals from colliding again and again.
Instant Server::home_by(Context& c, std::size_t ring_size) {
  const Duration jitter = microseconds(static_cast<std::int64_t>(prng_.below(100'000)));
  return c.now + milliseconds(250) + milliseconds(20) * static_cast<std::int64_t>(ring_size) +
         jitter;
}

/// The last view with the vote's path and proposal, less the suspected and those who did not
/// acknowledge.
Ring Server::ring_for(const Vote& vote) const {
  Ring ring;
  ring.add(vote.proposal);
  if (in_view()) ring.add(view_.members);
  ring.add(vote.path);
  ring.add(self_);
  if (vote.reason != VoteReason::merge) ring.remove(suspected_);
  ring.remove(voting_.skipped_servers());
  return ring;
}

void Server::start_vote(Context& c, std::uint64_t round, VoteReason reason,
                        const std::vector<Member>& proposal) {
  if (!voting_.enter(round, reason, home_by(c, view_.members.size() + proposal.size()))) return;
  c.effects.note(VoteStarted{round, reason});
  send_own_vote(c, proposal);
}

void Server::send_own_vote(Context& c, const std::vector<Member>& proposal) {
  if (auto own = voting_.own_vote(self_, proposal)) send_vote(c, std::move(*own));
}

void Server::send_vote(Context& c, Vote vote) {
  const Ring ring = ring_for(vote);
  const Member* next = ring.successor(self_.id);
  if (next == nullptr) {
    if (vote.candidate == self_.id) vote_came_home(c, vote);  // A ring of one elects itself.
    return;
  }
  send(c, *next, vote);
  const Instant next_try = c.now + hop_wait(next->id);
  voting_.sent(std::move(vote), *next, next_try);
}

void Server::on(Context& c, const From& from, const Vote& vote) {
  if (vote.path.empty() || vote.path.front().id != vote.candidate ||
      vote.path.back().id != from.who.server)
    return count("misformed vote");
  for (const Member& member : vote.path)
    if (member.id != self_.id && member.id != from.who.server) peers_.told_of(member);
  const VoteAck ack{vote.round, vote.candidate, false};
  if (in_view() && vote.round <= view_.id.number && !MUTANT(judge_settled_round)) {
    c.effects.mark(Mark::vote_of_settled_round);
    // A merge vote ends here, since its candidate is told; that of strangers goes round without us.
    const bool ends = is_member(from.who) || vote.reason == VoteReason::merge;
    c.effects.send(from.at, VoteAck{vote.round, vote.candidate, !ends});
    c.effects.send(from.at, ViewChange{view_});
    // Who wants to merge with us numbers its vote by what it knew of us.
    if (vote.reason == VoteReason::merge && vote.candidate != from.who.server)
      send(c, vote.path.front(), ViewChange{view_});
    return;
  }
  if (answer_foreign_vote(c, from, vote)) {
    c.effects.send(from.at, VoteAck{vote.round, vote.candidate, true});
    return;
  }
  for (const Member& member : vote.path) voting_.heard(member.id);
  c.effects.send(from.at, ack);
  if (!in_view() && vote.round != voting_.round() && vote.round <= voting_.highest_round()) {
    // Of before our time: a number that we may have led under already. The same servers vote again,
    // above it.
    Ring ring(vote.proposal);
    ring.add(vote.path);
    return start_vote(c, voting_.highest_round() + 1, vote.reason, ring.members());
  }
  if (must_judge_first(vote)) {
    c.effects.mark(Mark::vote_held_for_judgement);
    auto& held = following()->held_votes;
    if (held.size() < limits::members_max) held.push_back({vote, from.at});
    return doubt_leader(c, *following());
  }
  if (vote.reason == VoteReason::leave && in_view()) {
    suspected_.insert(view_.id.leader);
    if (Following* f = following()) f->leader.give_up();
  }
  take_vote(c, vote);
}

/// Votes that are none of ours are not acknowledged, so that they go round without us. True when
/// this was one.
bool Server::answer_foreign_vote(Context& c, const From& from, const Vote& vote) {
  if (const auto* looking = std::get_if<Looking>(&role_)) {
    if (looking->leader)
      c.effects.send(from.at, JoinAnswer{JoinOutcome::ask_leader, *looking->leader, 0});
    return looking->leader || vote.reason != VoteReason::startup;
  }
  if (vote.reason == VoteReason::merge) return false;
  const Member& candidate = vote.path.front();
  const Member* member = find_member(view_.members, candidate.id);
  const bool ours = member != nullptr && member->incarnation == candidate.incarnation;
  if (!ours || vote.reason == VoteReason::startup) {
    if (!suspected_.contains(view_.id.leader))
      c.effects.send(from.at, JoinAnswer{JoinOutcome::ask_leader, *leader_member(), 0});
    return true;
  }
  if (leading() == nullptr) return false;
  // They think that we are silent.
  send(c, *member, LeaderAlive{view_.id, vote.round});
  return true;
}

/// A vote because the leader is silent counts here only once it is silent to us too.
bool Server::must_judge_first(const Vote& vote) const {
  const auto* f = std::get_if<Following>(&role_);
  return f != nullptr && vote.reason == VoteReason::silence && !f->leader.silent();
}

void Server::take_vote(Context& c, const Vote& vote) {
  if (!voting_.enter(vote.round, vote.reason,
                     home_by(c, view_.members.size() + vote.proposal.size())))
    return;
  if (Leading* l = leading(); l != nullptr && vote.reason == VoteReason::merge)
    for (auto& [other, merge] : l->merges)
      if (find_member(vote.proposal, other) != nullptr) merge.voted = true;
  switch (voting_.judge(vote, self_.id)) {
    case Voting::Verdict::pass_on: {
      Vote next = vote;
      std::erase_if(next.path, [&](const Member& member) { return member.id == self_.id; });
      if (next.path.size() >= limits::known_servers_max) return count("vote past too many");
      if (!MUTANT(no_place_in_path) || vote.path.size() < 2) next.path.push_back(self_);
      return send_vote(c, std::move(next));
    }
    case Voting::Verdict::swallow: {
      c.effects.mark(Mark::vote_swallowed);
      if (vote.round > highest_led_) return send_own_vote(c, vote.proposal);
      // A number that we led under already, before we looked for the others and found them in a
      // lower view: the same servers vote again, above it.
      Ring ring(vote.proposal);
      ring.add(vote.path);
      return start_vote(c, voting_.highest_round() + 1, vote.reason, ring.members());
    }
    case Voting::Verdict::home: return vote_came_home(c, vote);
    case Voting::Verdict::repeated:
    case Voting::Verdict::stale: return;
  }
}

void Server::on(Context& c, const From& from, const VoteAck& ack) {
  if (!ack.declined) {
    voting_.acknowledged(ack.round, ack.candidate, from.who.server);
    return;
  }
  for (Hop& hop : voting_.take_hops_to(from.who.server)) skip(c, std::move(hop));
}

void Server::skip(Context& c, Hop hop) {
  if (hop.vote.round != voting_.round()) return;
  voting_.skip(hop.to.id);
  c.effects.mark(voting_.skipped() >= 2 ? Mark::vote_skipped_two : Mark::vote_skipped_one);
  send_vote(c, std::move(hop.vote));
}

void Server::vote_timer(Context& c) {
  for (Hop& hop : voting_.take_due(c.now)) {
    if (hop.tries >= Voting::tries_max) {
      skip(c, std::move(hop));
      continue;
    }
    send(c, hop.to, hop.vote);
    ++hop.tries;
    hop.next_try = c.now + hop_wait(hop.to.id);
    voting_.keep(std::move(hop));
  }
  if (voting_.came_home_too_late(c.now)) vote_did_not_come_home(c);
}

/// A view with the number of our merge vote, or above it, was installed meanwhile: vote again,
/// above that one.
void Server::merge_overtaken(Context& c, const View& view) {
  if (leading() == nullptr || !voting_.active() || voting_.reason() != VoteReason::merge ||
      view.id.number < voting_.round() || voting_.proposal().empty())
    return;
  Ring ring(voting_.proposal());
  ring.add(view.members);
  start_vote(c, voting_.highest_round() + 1, VoteReason::merge, ring.members());
}

void Server::vote_came_home(Context& c, const Vote& vote) {
  if (vote.round <= view_.id.number && !MUTANT(judge_settled_round)) return voting_.end();
  // The path that came home is the membership: this vote has shaken every hand.
  Ring ring(vote.path);
  ring.add(self_);
  // Who proposed a merge was heard at first hand, wherever the ring between us is broken. Without
  // it there would be two leaders again, who hear each other and vote again and again.
  if (Leading* l = leading(); l != nullptr && l->proposer && vote.reason == VoteReason::merge)
    ring.add(*std::exchange(l->proposer, std::nullopt));
  const std::vector<Member> left_out = ring.shorten(limits::members_max, self_.id);
  lead(c, View{{vote.round, self_.id}, ring.members()}, true);
  for (const Member& member : left_out)
    send(c, member, JoinAnswer{JoinOutcome::cluster_full, self_, 0});
}

void Server::vote_did_not_come_home(Context& c) {
  c.effects.mark(Mark::vote_not_home);
  const VoteReason reason = voting_.reason();
  const std::uint64_t next = voting_.highest_round() + 1;
  if (std::holds_alternative<Looking>(role_)) {
    if (std::get<Looking>(role_).leader || leaving_) return voting_.end();
    start_vote(c, next, VoteReason::startup, peers_.looking(c.now - config_.look_for));
    return;
  }
  if (following() == nullptr || !suspected_.contains(view_.id.leader)) return voting_.end();
  start_vote(c, next, reason == VoteReason::leave ? VoteReason::leave : VoteReason::silence, {});
}

}  // namespace peal
