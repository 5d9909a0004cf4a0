// Finding a cluster: probes, announcements, joining, and what a server does when nobody answers.
#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

constexpr std::uint32_t joins_max = 8;

}  // namespace

void Server::on(Context& c, const From& from, const Probe& probe) {
  if (probe.cluster != config_.cluster) return;
  if (from.who.is_server()) {
    Peer* peer = peers_.find(from.who.server);
    peer->member.addresses = probe.addresses;
    peer->probing = c.now;
    if (leading() != nullptr) c.effects.send(from.at, announce());
    return;
  }
  if (in_view()) c.effects.send(from.at, announce());
}

void Server::on(Context& c, const From& from, const Announce& announce) {
  if (announce.self.id != from.who.server) return;
  peers_.told_of(announce.self);
  if (Looking* looking = std::get_if<Looking>(&role_)) {
    // They lost our former self, or a leader that looks for a cluster itself, without noticing yet.
    if (announce.leader.id == self_.id || looks_itself(c, announce.leader)) return;
    if (looking->deaf.contains(announce.leader.incarnation)) return;
    const bool news =
        !looking->leader || looking->leader->incarnation != announce.leader.incarnation;
    looking->leader = announce.leader;
    voting_.end();
    timers_.clear(Timer::look);
    if (!news) return;
    looking->joins = 0;
    ask_to_join(c, *looking);
    return;
  }
  if (Leading* l = leading(); l != nullptr && announce.leader.id == announce.self.id)
    heard_leader(c, from, announce, *l);
  // Our leader went on to a view that has not reached us, perhaps without us: it answers either
  // way.
  if (following() != nullptr && announce.view > view_.id && is_member(from.who) &&
      from.who.server == view_.id.leader)
    send(c, *leader_member(), Ping{c.now});
}

/// This server said a moment ago that it is in no view.
bool Server::looks_itself(Context& c, const Member& member) const {
  const Peer* peer = peers_.find(member.id);
  return peer != nullptr && peer->member.incarnation == member.incarnation &&
         peer->probing.us >= 0 && c.now - peer->probing < config_.probe_every * 2;
}

Announce Server::announce() const {
  const Member* leader = leader_member();
  return {config_.cluster, view_.id, self_, leader != nullptr ? *leader : self_,
          static_cast<std::uint32_t>(view_.members.size())};
}

/// Leaves whatever view there was and starts to look for the cluster.
void Server::look(Context& c) {
  role_ = Looking{};
  // Views are volatile: a server without one takes any, as after a restart. Only what its former
  // leader said up to then stays said, so that a late datagram of that one means nothing.
  if (const Member* leader = leader_member()) {
    former_view_ = view_.id;
    former_leader_ = leader->incarnation;
  }
  voting_.saw_round(view_.id.number);
  view_ = View{};
  in_view_since_ = Instant{-1};
  voting_.end();
  submissions_.clear();
  early_forwards_.clear();
  suspected_.clear();
  clock_.set_members({});
  for (const Timer timer :
       {Timer::heartbeat, Timer::announce, Timer::serve, Timer::solo, Timer::watch})
    timers_.clear(timer);
  timers_.set(Timer::probe, c.now);
  timers_.set(Timer::look, c.now + config_.look_for);
}

void Server::probe(Context& c) {
  Looking* looking = std::get_if<Looking>(&role_);
  if (looking == nullptr || leaving_ || !trouble_.empty()) return;
  timers_.set(Timer::probe, c.now + config_.probe_every);
  if (looking->leader) return ask_to_join(c, *looking);
  c.effects.broadcast(Probe{config_.cluster, self_.addresses});
}

void Server::ask_to_join(Context& c, Looking& looking) {
  if (++looking.joins > joins_max) {
    // It announces itself and does not hear us: look further, and lead alone if nobody else is
    // there. Once we lead, a merge unites us as soon as it does.
    if (looking.deaf.size() >= limits::known_servers_max) looking.deaf.clear();
    looking.deaf.insert(looking.leader->incarnation);
    c.effects.mark(Mark::deaf_leader_left);
    looking.leader.reset();
    looking.joins = 0;
    looking.full = false;
    looking.catch_up.reset();
    timers_.set(Timer::look, c.now + config_.look_for);
    return;
  }
  send(c, *looking.leader, Join{config_.cluster, self_, history_.durable()});
}

/// Nobody answered for look_for: vote among those that were heard looking, or lead alone.
void Server::nobody_answered(Context& c) {
  if (!std::holds_alternative<Looking>(role_) || leaving_ || !trouble_.empty() || voting_.active())
    return;
  start_vote(c, voting_.highest_round() + 1, VoteReason::startup,
             peers_.looking(c.now - config_.look_for));
}

void Server::on(Context& c, const From& from, const Join& join) {
  if (join.self.id != from.who.server || join.self.incarnation != from.who.incarnation()) return;
  if (!in_view()) {
    c.effects.send(from.at, NotAMember{});  // We look ourselves: it must not wait for us.
    return;
  }
  Leading* l = leading();
  if (l == nullptr) {
    if (voting_.active() || suspected_.contains(view_.id.leader))
      return;  // Who leads is just being found out.
    c.effects.send(from.at, JoinAnswer{JoinOutcome::ask_leader, *leader_member(), 0});
    return;
  }
  const Member* same_id = find_member(view_.members, join.self.id);
  if (same_id != nullptr && same_id->incarnation == join.self.incarnation) {
    // It has not got our view yet; or it had it, and left it by a word that was lost: then only a
    // higher one counts there.
    if (!l->followers.at(join.self.id).acknowledged) return send_view(c, *same_id);
    if (!voting_.active()) admit(c, join.self);
    return;
  }
  if (same_id != nullptr) {
    const Peer* other = peers_.find(join.self.id);
    const bool other_lives = other != nullptr && other->member.incarnation == same_id->incarnation;
    if (other_lives) {
      // Our view has another server of this id at another place. While that one answers heartbeats
      // it keeps the id; when it is silent it leaves the view, and the newcomer's next try
      // succeeds.
      if (c.now - other->heard > config_.heartbeat_every * 3) return;
      c.effects.mark(Mark::join_refused_id_taken);
      const Member at{same_id->id, same_id->incarnation, {other->heard_at}};
      c.effects.send(from.at, JoinAnswer{JoinOutcome::id_taken, at, 0});
      return;
    }
    c.effects.mark(Mark::join_replaced_incarnation);
  }
  if (same_id == nullptr && view_.members.size() >= limits::members_max) {
    c.effects.send(from.at, JoinAnswer{JoinOutcome::cluster_full, self_, 0});
    return;
  }
  if (voting_.active()) return;  // Asked again soon; the vote decides on members now.
  peers_.heard(join.self.id, join.self.incarnation, from.at, c.now).member.addresses =
      join.self.addresses;
  PushStream& stream = stream_to(join.self);
  stream.peer_has(join.held);
  push_changed_ = true;
  const std::uint64_t lag = history_.held().count_beyond(join.held);
  if (lag <= config_.join_lag_max) return admit(c, join.self);
  // It would hold up every majority: first it catches up.
  if (!l->learners.contains(join.self.id)) c.effects.mark(Mark::join_catching_up);
  Learner& learner = l->learners[join.self.id];
  learner.member = join.self;
  learner.heard = c.now;
  stream.want(history_.held());
  c.effects.send(from.at, JoinAnswer{JoinOutcome::catching_up, self_, lag});
}

void Server::admit(Context& c, const Member& member) {
  Leading* l = leading();
  l->learners.erase(member.id);
  Ring ring(view_.members);
  ring.add(member);
  voting_.saw_round(view_.id.number);
  lead(c, View{{voting_.highest_round() + 1, self_.id}, ring.members()}, false);
}

void Server::on(Context& c, const From& from, const JoinAnswer& answer) {
  Looking* looking = std::get_if<Looking>(&role_);
  if (looking == nullptr) {
    if (answer.outcome == JoinOutcome::cluster_full) count("merge refused, too many servers");
    return;
  }
  if (answer.outcome != JoinOutcome::cluster_full) looking->full = false;
  switch (answer.outcome) {
    case JoinOutcome::id_taken:
      c.effects.note(
          IdTaken{answer.other.addresses.empty() ? from.at : answer.other.addresses.front()});
      return;
    case JoinOutcome::ask_leader: {
      if (answer.other.id == self_.id || looks_itself(c, answer.other) ||
          looking->deaf.contains(answer.other.incarnation))
        return;
      const bool news =
          !looking->leader || looking->leader->incarnation != answer.other.incarnation;
      peers_.told_of(answer.other);
      looking->leader = answer.other;
      voting_.end();
      timers_.clear(Timer::look);
      if (news) ask_to_join(c, *looking);
      return;
    }
    case JoinOutcome::catching_up:
      looking->joins = 0;
      measure_catch_up(c, *looking, answer.lag);
      return;
    case JoinOutcome::cluster_full: {
      if (answer.other.id != from.who.server) return;
      // It goes on asking, and neither votes nor leads beside a cluster that answers.
      looking->leader = answer.other;
      looking->joins = 0;
      voting_.end();
      timers_.clear(Timer::look);
      if (!std::exchange(looking->full, true)) c.effects.note(ClusterFull{});
      return;
    }
  }
}

}  // namespace peal
