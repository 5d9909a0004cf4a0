// Views: installing, acknowledging, growing, shrinking, merging and leaving.
#include <algorithm>

#include "core/check.hpp"
#include "core/limits.hpp"
#include "core/mutant.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

constexpr std::uint32_t leave_tries_max = 4;
constexpr Duration leave_every = milliseconds(60);

}  // namespace

/// Installs a view that this server leads. pull: it was voted for, and first fetches what others
/// have.
void Server::lead(Context& c, View view, bool pull) {
  CHECK(view.id.leader == self_.id && view.id > view_.id);
  const bool led = leading() != nullptr;
  Leading next = led ? std::get<Leading>(role_) : Leading{};
  view_ = std::move(view);
  highest_led_ = std::max(highest_led_, view_.id.number);
  std::map<ServerId, Follower> followers;
  for (const Member& member : view_.members) {
    if (member.id == self_.id) continue;
    peers_.told_of(member);
    const auto it = next.followers.find(member.id);
    Follower follower{Watch(config_.heartbeat_every, c.now), false, {}};
    if (it != next.followers.end() && it->second.watch.last_heard().us >= 0 && !pull)
      follower.watch = it->second.watch;
    followers.emplace(member.id, follower);
  }
  next.followers = std::move(followers);
  next.to_pull = {};
  next.proposer.reset();
  next.first_of_view = history_.held().at(log_of(self_.incarnation)) + 1;
  next.serving = led && next.serving && !pull;
  role_ = std::move(next);
  end_votes_up_to_view();
  suspected_.clear();
  if (!led) submissions_.clear();
  copies_.set_members(view_.members);
  clock_.set_members(view_.members);
  copies_.claim(self_.id, history_.durable().pairs());
  for (const EntryId pair : history_.held().pairs()) claims_changed_.insert(pair.log);
  installed(c);
  for (const Member& member : view_.members)
    if (member.id != self_.id) send_view(c, member);
  timers_.set(Timer::heartbeat, c.now);
  timers_.set(Timer::announce, c.now);
  Leading& l = *leading();
  if (!l.serving) {
    timers_.set(Timer::serve, c.now + config_.pull_wait);
    serve_when_ready(c, l);
  }
}

/// Becomes a member of a view that somebody else leads.
void Server::follow(Context& c, const View& view) {
  if (leading() != nullptr) c.effects.mark(Mark::leader_yielded);
  view_ = view;
  for (const Member& member : view_.members)
    if (member.id != self_.id) peers_.told_of(member);
  role_ = Following{Watch(config_.heartbeat_every, c.now), c.now, false, {}, {}, {}, {}, 0};
  end_votes_up_to_view();
  suspected_.clear();
  submissions_.clear();
  early_forwards_.clear();
  copies_.clear();
  clock_.set_members({});
  for (const Timer timer : {Timer::heartbeat, Timer::announce, Timer::serve, Timer::solo})
    timers_.clear(timer);
  installed(c);
}

/// A merge that would install a higher view than this one goes on: its vote may be coming home.
void Server::end_votes_up_to_view() {
  const bool merges_above = voting_.active() && voting_.reason() == VoteReason::merge &&
                            voting_.round() > view_.id.number;
  if (!merges_above) voting_.end();
  voting_.saw_round(view_.id.number);
}

void Server::installed(Context& c) {
  for (const Timer timer : {Timer::probe, Timer::look}) timers_.clear(timer);
  if (in_view_since_.us < 0) in_view_since_ = c.now;
  c.effects.note(ViewInstalled{view_});
  for (const auto& [id, session] : sessions_) c.effects.send(session.at, Servers{view_});
  std::erase_if(reported_, [&](const auto& item) {
    return find_member(view_.members, item.first) == nullptr;
  });
  presence_dirty_ = true;
  order_changed_ = true;
  forward_all(c);
}

void Server::send_view(Context& c, const Member& to) { send(c, to, ViewChange{view_}); }

void Server::on(Context& c, const From& from, const ViewChange& change) {
  const View& view = change.view;
  const Member* me = find_member(view.members, self_.id);
  const bool mine = me != nullptr && me->incarnation == self_.incarnation;
  if (mine && view.id.leader != self_.id && from.who.server == view.id.leader && !leaving_ &&
      trouble_.empty()) {
    const bool late =
        from.who.incarnation() == former_leader_ && view.id.number <= former_view_.number;
    const bool stays = MUTANT(never_yield) && leading() != nullptr;
    if (view.id > view_.id && !late && !stays) follow(c, view);
    if (view.id == view_.id)
      c.effects.send(from.at, ViewAck{view_.id, history_.held(), history_.durable(), c.wall});
    return;
  }
  voting_.saw_round(view.id.number);
  merge_overtaken(c, view);
  if (mine || view.id <= view_.id) return;
  if (leaving_) {
    // The others go on without us: our goodbye was heard.
    look(c);
    return stop_timer(c);
  }
  // Somebody that we lead has gone over to a view without us.
  if (leading() != nullptr && is_member(from.who) &&
      find_member(view.members, from.who.server) != nullptr)
    return remove_members(c, {from.who.server});
  if (following() != nullptr && from.who.server == view_.id.leader) look(c);
}

void Server::on(Context& c, const From& from, const ViewAck& ack) {
  Leading* l = leading();
  if (l == nullptr || ack.view != view_.id || !is_member(from.who)) return;
  Follower& follower = l->followers.at(from.who.server);
  follower.watch.heard(c.now);
  const bool first = !follower.acknowledged;
  follower.acknowledged = true;
  copies_.claim(from.who.server, ack.durable.pairs());
  for (const EntryId pair : ack.durable.pairs()) claims_changed_.insert(pair.log);
  const Member& member = *find_member(view_.members, from.who.server);
  stream_to(member).peer_has(ack.held);
  push_changed_ = true;
  if (!first) return;
  // Nothing is written before one knows whose clock is wrong; heartbeats measure it again, better.
  if (!clock_.has_measured(from.who.server)) clock_.measured(from.who.server, ack.wall, c.wall);
  l->to_pull.merge(ack.held);
  if (!history_.held().covers(ack.held) && !l->serving) c.effects.mark(Mark::winner_pulled);
  // It answers with what we lack, and learns what we have and what is stable.
  c.effects.send(from.at, all_we_have(true));
  serve_when_ready(c, *l);
}

void Server::serve_when_ready(Context& c, Leading& leading) {
  if (leading.serving) return;
  if (MUTANT(serve_before_pull)) return start_serving(c, leading);
  const bool all = std::all_of(leading.followers.begin(), leading.followers.end(),
                               [](const auto& item) { return item.second.acknowledged; });
  if (all && history_.held().covers(leading.to_pull)) start_serving(c, leading);
}

void Server::start_serving(Context& c, Leading& leading) {
  leading.serving = true;
  timers_.clear(Timer::serve);
  const auto forwards = std::move(early_forwards_);
  early_forwards_.clear();
  for (const auto& [home, forward] : forwards) accept(c, home, forward);
  forward_all(c);
}

void Server::remove_members(Context& c, const std::set<ServerId>& gone) {
  Ring ring(view_.members);
  ring.remove(gone);
  for (const ServerId id : gone) c.effects.note(ServerRemoved{id});
  voting_.saw_round(view_.id.number);
  const std::uint64_t number =
      MUTANT(lead_number_again) ? view_.id.number : voting_.highest_round() + 1;
  lead(c, View{{number, self_.id}, ring.members()}, false);
}

void Server::on(Context& c, const From& from, const NotAMember& not_member) {
  if (Looking* looking = std::get_if<Looking>(&role_); looking != nullptr && looking->leader &&
                                                       looking->leader->id == from.who.server &&
                                                       !not_member.view) {
    *looking = Looking{};  // It leads nobody.
    timers_.set(Timer::look, c.now + config_.look_for);
  }
  if (following() == nullptr || from.who.server != view_.id.leader || not_member.view < view_.id)
    return;
  const Member leader = *leader_member();
  look(c);
  if (leaving_) return stop_timer(c);
  if (!trouble_.empty()) return;
  c.effects.mark(Mark::member_rejoined);
  Looking& looking = std::get<Looking>(role_);
  looking.leader = leader;
  timers_.clear(Timer::look);
  ask_to_join(c, looking);
}

// --- Merging
// ----------------------------------------------------------------------------------------------------

/// Another leader of our cluster announced itself. The lower id proposes, the higher makes sure
/// that it is heard.
void Server::heard_leader(Context& c, const From& from, const Announce& announce,
                          Leading& leading) {
  if (is_member(from.who) || announce.view.leader != from.who.server) {
    // A member of ours that says it leads has gone its own way.
    if (is_member(from.who) && announce.view > view_.id) remove_members(c, {from.who.server});
    return;
  }
  if (leading.merges.size() >= limits::known_servers_max) leading.merges.clear();
  const MergeTry anew{c.now, config_.merge_backoff_min, c.now, false, false, {}};
  auto [it, first] = leading.merges.try_emplace(from.who.server, anew);
  MergeTry& merge = it->second;
  if (!first && c.now - merge.heard > config_.merge_backoff_max * 2) merge = anew;
  merge.heard = c.now;
  if (from.who.server < self_.id) {
    c.effects.send(from.at, this->announce());
    return;
  }
  if (c.now < merge.next || voting_.active()) return;
  // Of several leaders the highest gathers all; the others would vote across each other. But not
  // when that one could not be united with us.
  for (const auto& [other, higher] : leading.merges)
    if (other > from.who.server && !higher.failed &&
        c.now - higher.heard <= config_.announce_every * 2)
      return;
  if (!first) c.effects.mark(Mark::merge_again_after_backoff);
  c.effects.mark(Mark::merge_proposed);
  c.effects.note(MergeProposed{from.who.server});
  // A proposal that nobody heard is cheap and is repeated with the next announcement; a vote that
  // did not come home costs a few datagrams and is repeated a little later. Only what changed a
  // view here without uniting us disturbs people, and is repeated later and later.
  const bool disturbed = merge.voted && merge.view != view_.id;
  const Duration wait = disturbed     ? merge.backoff
                        : merge.voted ? config_.merge_backoff_min
                                      : config_.announce_every / 2;
  if (disturbed) merge.backoff = std::min(merge.backoff * 2, config_.merge_backoff_max);
  merge.failed |= merge.voted;
  merge.voted = false;
  merge.view = view_.id;
  merge.next = c.now + wait +
               microseconds(static_cast<std::int64_t>(
                   prng_.below(static_cast<std::uint64_t>(wait.us / 4) + 1)));
  c.effects.send(from.at, Merge{view_});
}

void Server::on(Context& c, const From& from, const Merge& merge) {
  if (merge.view.id.leader != from.who.server) return;
  if (leading() == nullptr || from.who.server > self_.id || is_member(from.who)) return;
  if (voting_.active()) c.effects.mark(Mark::merge_while_voting);
  // A vote of another kind ends first; this is proposed again. One more for a merge joins the
  // others.
  const bool gathers = voting_.active() && voting_.reason() == VoteReason::merge;
  if (voting_.active() && (!gathers || voting_.proposal().empty())) return;
  Ring ring(merge.view.members);
  if (gathers) ring.add(voting_.proposal());
  ring.add(view_.members);  // Whom we lead we know best.
  if (ring.size() > limits::members_max) {
    count("merge too large");
    c.effects.send(from.at, JoinAnswer{JoinOutcome::cluster_full, self_, 0});
    return;
  }
  leading()->proposer = *find_member(merge.view.members, from.who.server);
  voting_.saw_round(std::max(view_.id.number, merge.view.id.number));
  start_vote(c, voting_.highest_round() + 1, VoteReason::merge, ring.members());
}

// --- Leaving
// ----------------------------------------------------------------------------------------------------

void Server::leave(Context& c) {
  leaving_ = true;
  leave_tries_ = 0;
  detach_all(c, DetachReason::leaving);
  draining_ = false;
  timers_.clear(Timer::drain);
  voting_.end();
  stop_timer(c);
}

/// Says goodbye until it is heard, a few times at most. A leader first waits for what it accepted
/// to be stable.
void Server::stop_timer(Context& c) {
  if (!leaving_ || left_) return;
  const bool alone = !in_view() || view_.members.size() == 1;
  const bool unstable = leading() != nullptr && submissions_.waiting() != 0;
  const std::uint32_t tries_max = unstable ? 2 * leave_tries_max : leave_tries_max;
  if ((alone && !unstable) || leave_tries_ >= tries_max) {
    if (writes_.empty() || leave_tries_ >= 4 * leave_tries_max) {
      left_ = true;
      c.effects.note(Left{});
      look(c);
      timers_.clear(Timer::probe);
      timers_.clear(Timer::look);
      return;
    }
  } else if (leading() != nullptr && !unstable) {
    for (const Member& member : view_.members)
      if (member.id != self_.id) send(c, member, Leave{view_.id});
  } else if (following() != nullptr) {
    send(c, *leader_member(), Leave{view_.id});
  }
  ++leave_tries_;
  timers_.set(Timer::stop, c.now + leave_every);
}

void Server::on(Context& c, const From& from, const Leave& leave) {
  if (leaving_ && following() != nullptr && from.who.server == view_.id.leader) return;
  if (!is_member(from.who)) {
    c.effects.send(from.at,
                   NotAMember{view_.id});  // It is out already: that is what it wants to hear.
    return;
  }
  if (leading() != nullptr) {
    remove_members(c, {from.who.server});
    c.effects.send(from.at, NotAMember{view_.id});
    return;
  }
  if (from.who.server != view_.id.leader || leave.view != view_.id || leaving_) return;
  leader_gone(c);
}

/// The leader itself says that it does not lead any longer: no need to find out, the vote starts.
void Server::leader_gone(Context& c) {
  Following& f = *following();
  if (f.leader_left) return;
  f.leader_left = true;
  f.leader.give_up();
  suspected_.insert(view_.id.leader);
  timers_.clear(Timer::solo);
  start_vote(c, std::max(view_.id.number, voting_.highest_round()) + 1, VoteReason::leave, {});
}

}  // namespace peal
