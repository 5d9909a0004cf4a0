// Heartbeats, pings and suspicion.
#include <algorithm>

#include "core/limits.hpp"
#include "core/mutant.hpp"
#include "core/server.hpp"
#include "core/settled.hpp"

namespace peal {
namespace {

/// Every so many heartbeats everything is told again, in case a datagram was lost.
constexpr std::uint64_t tell_again_every = 20;

}  // namespace

Duration Server::gap_to(ServerId peer) const {
  const Peer* known = peers_.find(peer);
  return known == nullptr ? milliseconds(10) : ping_gap(known->round_trip);
}

/// The pairs that the other side was not told lately, up to a limit; the rest follows with the next
/// ones. Settled logs, of which there may be many, must not delay them: these are in a ViewAck and
/// in the Have that answers it, and gossip compares them.
std::vector<EntryId> Server::news_of(const VersionVector& all, VersionVector& told,
                                     std::uint64_t turn) const {
  if (told.empty() || turn % tell_again_every == 0)
    told = settled_logs(history_, stable_, settled_before(history_.newest(), config_.settle_after));
  if (all == told) return {};
  std::vector<EntryId> news = all.beyond(told);
  if (news.size() > limits::delta_pairs_max) news.resize(limits::delta_pairs_max);
  for (const EntryId pair : news) told.advance(pair);
  return news;
}

void Server::heartbeat_timer(Context& c) {
  Leading* l = leading();
  if (l == nullptr) return;
  timers_.set(Timer::heartbeat, c.now + config_.heartbeat_every);
  ++l->heartbeat;
  for (const Member& member : view_.members) {
    if (member.id == self_.id) continue;
    Follower& follower = l->followers.at(member.id);
    if (!follower.acknowledged) send_view(c, member);
    send(c, member,
         Heartbeat{view_.id, l->heartbeat, c.now, news_of(stable_, follower.told, l->heartbeat),
                   clock_.told_to(member.id)});
  }
  forget_learners(c, *l);
}

void Server::on(Context& c, const From& from, const Heartbeat& heartbeat) {
  Following* f = following();
  if (f != nullptr && heartbeat.view == view_.id && from.who.server == view_.id.leader) {
    f->leader.heartbeat(c.now);
    learn_stable(heartbeat.stable);
    const auto durable = news_of(history_.durable(), f->told, ++f->heartbeats);
    c.effects.send(from.at, HeartbeatAck{view_.id, heartbeat.n, heartbeat.sent, durable, c.wall});
    if (!heartbeat.skew) return;
    clock_.told(heartbeat.skew->us / 1'000);
    tell_of_skew(c, self_.id, clock_.own_skew_ms());
    return;
  }
  if (leaving_) return;
  if (!trouble_.empty()) {
    // It takes us for a member: our goodbye was lost.
    c.effects.send(from.at, Leave{heartbeat.view});
    return;
  }
  voting_.saw_round(heartbeat.view.number);
  // A leader of a view that is not ours: it learns from our view that we went on, or from our
  // silence that we have not got its newer one yet, which it repeats.
  if (in_view() && heartbeat.view < view_.id) c.effects.send(from.at, ViewChange{view_});
  if (Looking* looking = std::get_if<Looking>(&role_);
      looking != nullptr && !looking->leader && !looking->deaf.contains(from.who.incarnation())) {
    looking->leader = peers_.find(from.who.server)->member;
    timers_.clear(Timer::look);
    ask_to_join(c, *looking);
  }
}

void Server::on(Context& c, const From& from, const HeartbeatAck& ack) {
  Leading* l = leading();
  if (l == nullptr) return;
  if (!is_member(from.who)) {
    c.effects.send(from.at, NotAMember{view_.id});
    return;
  }
  if (ack.sent <= c.now) measure_clock(c, from, ack);
  l->followers.at(from.who.server).watch.heartbeat(c.now);
  copies_.claim(from.who.server, ack.durable);
  for (const EntryId pair : ack.durable) claims_changed_.insert(pair.log);
  // It heard something by gossip, say of the other side of a split: the whole view should.
  if (!std::ranges::all_of(ack.durable,
                           [&](EntryId pair) { return history_.held().covers(pair); })) {
    c.effects.mark(Mark::leader_pulled);
    c.effects.send(from.at, all_we_have(true));
  }
}

void Server::measure_clock(Context& c, const From& from, const HeartbeatAck& ack) {
  const Duration round_trip = c.now - ack.sent;
  peers_.find(from.who.server)->round_trip.sample(round_trip);
  if (round_trip > AgreedClock::round_trip_max) return;
  clock_.measured(from.who.server, ack.wall, {c.wall.ms - round_trip.us / 2'000});
  tell_of_skew(c, from.who.server, clock_.skew_ms(from.who.server));
  tell_of_skew(c, self_.id, clock_.own_skew_ms());
}

/// People are told once when a clock goes wrong.
void Server::tell_of_skew(Context& c, ServerId server, std::int64_t ahead_ms) {
  if (!clock_.worth_a_word(server, ahead_ms)) return;
  c.effects.mark(Mark::clock_skewed);
  c.effects.note(ClockSkewed{server, milliseconds(ahead_ms)});
}

void Server::on(Context& c, const From& from, const Ping& ping) {
  if (!from.who.is_server()) {
    HomeSession* session = session_of(from);
    if (session == nullptr) {
      c.effects.send(from.at, Detached{refuses_sessions().value_or(DetachReason::unknown_session)});
    } else {
      session->heard = c.now;
    }
  }
  c.effects.send(from.at, Pong{ping.sent, in_view() ? view_.id : ViewId{}});
  if (from.who.is_server() && leading() != nullptr && !is_member(from.who))
    c.effects.send(from.at, NotAMember{view_.id});
}

void Server::on(Context& c, const From& from, const Pong& pong) {
  if (!from.who.is_server() || pong.sent > c.now) return;  // A client's answer means nothing.
  peers_.find(from.who.server)->round_trip.sample(c.now - pong.sent);
  const Following* f = following();
  if (f == nullptr || from.who.server != view_.id.leader || pong.sent <= f->since) return;
  // Asked in this view, our leader follows nobody, or somebody else, in a view of whatever number:
  // ours is over.
  if (pong.view.number == 0) return leader_gone(c);
  if (pong.view.leader != from.who.server) look(c);
}

// --- Silence
// ----------------------------------------------------------------------------------------------------

void Server::watch_timer(Context& c) {
  if (Following* f = following()) {
    const Member leader = *leader_member();
    return follow_advice(c, leader, f->leader.tick(c.now, gap_to(leader.id)));
  }
  Leading* l = leading();
  if (l == nullptr) return;
  std::set<ServerId> silent;
  for (const Member& member : view_.members) {
    if (member.id == self_.id) continue;
    Watch& watch = l->followers.at(member.id).watch;
    const Watch::Advice advice = watch.tick(c.now, gap_to(member.id));
    if (advice == Watch::Advice::ping) send(c, member, Ping{c.now});
    if (watch.silent() && !MUTANT(silent_stays)) silent.insert(member.id);
  }
  if (silent.empty()) return;
  c.effects.mark(Mark::member_removed_silent);
  remove_members(c, silent);
}

void Server::follow_advice(Context& c, const Member& member, Watch::Advice advice) {
  if (advice == Watch::Advice::none) return;
  if (advice == Watch::Advice::ping) return send(c, member, Ping{c.now});
  if (following() != nullptr) return leader_silent(c);
  c.effects.mark(Mark::member_removed_silent);
  remove_members(c, {member.id});
}

/// The leader is alive to us: whoever asked is told so, and votes that waited for this end.
void Server::leader_answered(Context& c, Following& following) {
  if (suspected_.erase(view_.id.leader) != 0 && voting_.active() &&
      voting_.reason() == VoteReason::silence)
    voting_.end();
  if (following.askers.empty() && following.held_votes.empty() && timers_.at(Timer::solo) == never)
    return;
  timers_.clear(Timer::solo);
  std::set<ServerId> told = std::move(following.askers);
  following.askers.clear();
  std::uint64_t round = 0;
  for (const HeldVote& held : following.held_votes) {
    told.insert(held.vote.candidate);
    round = std::max(round, held.vote.round);
  }
  following.held_votes.clear();
  for (const ServerId id : told)
    if (const Member* member = find_member(view_.members, id))
      send(c, *member, LeaderAlive{view_.id, round});
}

/// Silence is a suspicion: it is shared, and the vote starts.
void Server::leader_silent(Context& c) {
  const ServerId leader = view_.id.leader;
  if (!suspected_.insert(leader).second) return;
  following()->leader.give_up();
  c.effects.note(ServerSuspected{leader});
  for (const Member& member : view_.members)
    if (member.id != self_.id && member.id != leader) send(c, member, Suspect{leader, view_.id});
  const auto held = std::move(following()->held_votes);
  following()->held_votes.clear();
  following()->askers.clear();
  for (const HeldVote& vote : held) take_vote(c, vote.vote);
  const bool takes_part = voting_.active() && voting_.round() > view_.id.number;
  if (!takes_part && following() != nullptr)
    start_vote(c, std::max(view_.id.number, voting_.highest_round()) + 1, VoteReason::silence, {});
}

void Server::doubt_leader(Context& c, Following& following) {
  const Member leader = *leader_member();
  follow_advice(c, leader, following.leader.doubt(c.now, gap_to(leader.id)));
}

void Server::on(Context& c, const From& from, const Suspect& suspect) {
  Following* f = following();
  if (f == nullptr || suspect.server != view_.id.leader) return;
  if (!from.who.is_server()) {
    // A client's word is a reason to look, once a second at most.
    HomeSession* session = session_of(from);
    if (session == nullptr ||
        (session->suspected.us >= 0 && c.now - session->suspected < seconds(1)))
      return;
    session->suspected = c.now;
    return doubt_leader(c, *f);
  }
  if (!is_member(from.who) || suspect.view != view_.id || f->leader.silent()) return;
  f->askers.insert(from.who.server);
  doubt_leader(c, *f);
}

void Server::on(Context& c, const From& from, const LeaderAlive& alive) {
  Following* f = following();
  if (f == nullptr || alive.view != view_.id || !is_member(from.who) ||
      !suspected_.contains(view_.id.leader))
    return;
  // Others hear the leader and we do not. Our vote ends; if the leader stays silent to us, we lead
  // alone for a while, so that our clients can go on, and gossip keeps the histories equal.
  c.effects.mark(Mark::vote_ended_by_leader_alive);
  if (voting_.active() && voting_.reason() != VoteReason::merge) voting_.end();
  if (timers_.at(Timer::solo) == never) timers_.set(Timer::solo, c.now + config_.solo_after);
  send(c, *leader_member(), Ping{c.now});
}

}  // namespace peal
