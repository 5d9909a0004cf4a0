// Events come in here, and every step ends here: with writes, pushes, verdicts and deliveries that
// follow from it.
#include "core/server.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/limits.hpp"

namespace peal {
namespace {

/// Who may send a message to a server.
enum class Speaker : std::uint8_t { server, client, either };

struct SpeakerOf {
  Speaker operator()(const Probe&) const { return Speaker::either; }
  Speaker operator()(const Announce&) const { return Speaker::server; }
  Speaker operator()(const Join&) const { return Speaker::server; }
  Speaker operator()(const JoinAnswer&) const { return Speaker::server; }
  Speaker operator()(const Leave&) const { return Speaker::server; }
  Speaker operator()(const ViewChange&) const { return Speaker::server; }
  Speaker operator()(const ViewAck&) const { return Speaker::server; }
  Speaker operator()(const NotAMember&) const { return Speaker::server; }
  Speaker operator()(const Merge&) const { return Speaker::server; }
  Speaker operator()(const Heartbeat&) const { return Speaker::server; }
  Speaker operator()(const HeartbeatAck&) const { return Speaker::server; }
  Speaker operator()(const Ping&) const { return Speaker::either; }
  Speaker operator()(const Pong&) const { return Speaker::either; }
  Speaker operator()(const Suspect&) const { return Speaker::either; }
  Speaker operator()(const LeaderAlive&) const { return Speaker::server; }
  Speaker operator()(const Vote&) const { return Speaker::server; }
  Speaker operator()(const VoteAck&) const { return Speaker::server; }
  Speaker operator()(const Push&) const { return Speaker::server; }
  Speaker operator()(const PushAck&) const { return Speaker::server; }
  Speaker operator()(const Have&) const { return Speaker::server; }
  Speaker operator()(const Submit&) const { return Speaker::client; }
  Speaker operator()(const Submitted&) const { return Speaker::server; }
  Speaker operator()(const Forward&) const { return Speaker::server; }
  Speaker operator()(const Forwarded&) const { return Speaker::server; }
  Speaker operator()(const PresenceReport&) const { return Speaker::server; }
  Speaker operator()(const PresenceList&) const { return Speaker::server; }
  Speaker operator()(const Attach&) const { return Speaker::client; }
  Speaker operator()(const Attached&) const { return Speaker::server; }
  Speaker operator()(const Detach&) const { return Speaker::client; }
  Speaker operator()(const Detached&) const { return Speaker::server; }
  Speaker operator()(const Deliver&) const { return Speaker::server; }
  Speaker operator()(const DeliverAck&) const { return Speaker::client; }
  Speaker operator()(const Servers&) const { return Speaker::server; }
  Speaker operator()(const Query&) const { return Speaker::client; }
  Speaker operator()(const Answer&) const { return Speaker::server; }
  Speaker operator()(const Unsupported&) const { return Speaker::either; }
  Speaker operator()(const Groups&) const { return Speaker::server; }
  Speaker operator()(const GroupPosts&) const { return Speaker::server; }
  Speaker operator()(const GroupAck&) const { return Speaker::client; }
  Speaker operator()(const Want&) const { return Speaker::server; }
  Speaker operator()(const Found&) const { return Speaker::server; }
};

}  // namespace

Server::Server(ServerConfig config, const Recovered& recovered, Instant now)
    : config_(std::move(config)),
      self_{config_.self, config_.incarnation, config_.addresses},
      prng_(config_.seed ^ config_.incarnation.value),
      role_(Looking{}),
      history_(recovered, config_.window_entries, config_.window_bytes,
               config_.sessions_remembered_max),
      recovered_(history_.held()),
      order_(config_.gap_wait, recovered.missing) {
  CHECK(config_.self && config_.incarnation);
  CHECK(config_.sessions_remembered_max <= limits::sessions_remembered_max);
  CHECK(config_.unstable_entries_max <= limits::unstable_entries_max &&
        config_.home_queue_max <= limits::home_queue_max &&
        config_.delivery_queue_max <= limits::delivery_queue_max);
  if (self_.addresses.size() > limits::addresses_max) self_.addresses.resize(limits::addresses_max);
  timers_.set(Timer::probe, now);
  timers_.set(Timer::look, now + config_.look_for);
  timers_.set(Timer::gossip, now + config_.gossip_every);
}

void Server::step(Instant now, const Event& event, Effects& effects) {
  Context c{now, event.wall, effects};
  if (clock_.passes(now, event.wall)) count("wall clock jumped");
  std::visit([&](const auto& what) { handle(c, what); }, event.what);
  settle(c);
}

Role Server::role() const {
  if (!trouble_.empty()) return Role::failed;
  if (leaving_) return Role::leaving;
  if (std::holds_alternative<Leading>(role_)) return Role::leader;
  if (std::holds_alternative<Following>(role_)) return Role::member;
  return std::get<Looking>(role_).catch_up ? Role::joining : Role::looking;
}

const Member* Server::leader_member() const { return find_member(view_.members, view_.id.leader); }

bool Server::is_member(const Sender& who) const {
  const Member* member = find_member(view_.members, who.server);
  return in_view() && member != nullptr && member->incarnation == who.incarnation();
}

void Server::send(Context& c, const Member& to, const Message& message) {
  for (const Endpoint& way : peers_.ways_to(to)) c.effects.send(way, message);
}

// --- Events
// -----------------------------------------------------------------------------------------------------

void Server::handle(Context& c, const Received& event) {
  if (left_) return;
  if (event.packet.sender.is_server()) {
    // Not even remembered: gossip goes to every server that is known.
    if (of_another_cluster(event.packet.message)) return count("of another cluster");
    if (!admit_sender(c, event)) return;
    if (invents(event.packet.message)) return count("claims of what nobody wrote");
  }
  if (ignores(event.packet.message)) return;
  const Speaker speaker = std::visit(SpeakerOf{}, event.packet.message);
  if (speaker != Speaker::either && (speaker == Speaker::server) != event.packet.sender.is_server())
    return count("unexpected");
  const From from{event.from, event.packet.sender};
  std::visit([&](const auto& message) { on(c, from, message); }, event.packet.message);
}

/// Says that somebody has entries of our own log that we never wrote: believed, they would count as
/// copies of what we write next.
bool Server::invents(const Message& message) const {
  const LogId own = log_of(self_.incarnation);
  const std::uint64_t last = history_.held().at(own);
  const auto beyond = [&](const auto& claim) {
    if constexpr (requires { claim.at(own); }) {
      return claim.at(own) > last;
    } else {
      return std::ranges::any_of(
          claim, [&](const EntryId& pair) { return pair.log == own && pair.seq > last; });
    }
  };
  return std::visit(
      [&](const auto& said) {
        bool invented = false;
        if constexpr (requires { said.held; }) invented |= beyond(said.held);
        if constexpr (requires { said.durable; }) invented |= beyond(said.durable);
        if constexpr (requires { said.stable; }) invented |= beyond(said.stable);
        return invented;
      },
      message);
}

/// A server that leaves or whose disk failed answers questions and takes what it needs to end or to
/// heal.
bool Server::ignores(const Message& message) const {
  if (!leaving_ && trouble_.empty()) return false;
  return std::holds_alternative<Probe>(message) || std::holds_alternative<Announce>(message) ||
         std::holds_alternative<Vote>(message) || std::holds_alternative<Join>(message) ||
         std::holds_alternative<Merge>(message) || std::holds_alternative<JoinAnswer>(message);
}

/// Whatever opens a conversation between servers names the cluster: a port may belong to another
/// one by now.
bool Server::of_another_cluster(const Message& message) const {
  const auto names_another = [this](const auto* said) {
    return said != nullptr && said->cluster != config_.cluster;
  };
  return names_another(std::get_if<Probe>(&message)) ||
         names_another(std::get_if<Announce>(&message)) ||
         names_another(std::get_if<Join>(&message)) || names_another(std::get_if<Have>(&message)) ||
         names_another(std::get_if<Want>(&message));
}

/// An answer to a question of a moment ago.
bool Server::answers_now(Context& c, const Message& message) const {
  const auto* pong = std::get_if<Pong>(&message);
  return pong != nullptr && pong->sent <= c.now && c.now - pong->sent < config_.look_for;
}

/// Whether this datagram counts as coming from the server that it names; remembers where that one
/// is heard.
bool Server::admit_sender(Context& c, const Received& event) {
  const Sender& who = event.packet.sender;
  if (who.server == self_.id) {
    if (who.incarnation() != self_.incarnation) id_in_use(c, event);
    return false;  // Our own broadcast, else.
  }
  const Peer* known = peers_.find(who.server);
  if (known != nullptr && known->member.incarnation != who.incarnation()) {
    // A restarted server speaks from the place of its former self, or after that one fell silent.
    // Otherwise two live servers may share an id: only the leader decides that, when it is asked to
    // let the newcomer in.
    const auto former = former_.find(who.server);
    const bool was_replaced = former != former_.end() && former->second == who.incarnation();
    const bool same_place = known->heard_at == event.from;
    // Members hear little of each other: who of them is silent, only their leader knows.
    const bool fellow =
        following() != nullptr && is_member({known->member.id, known->member.incarnation.value});
    const bool silent = c.now - known->heard >= config_.look_for;
    if (!same_place && (fellow || !silent))
      return !was_replaced && std::holds_alternative<Join>(event.packet.message);
    // A word that was long under way may be of its former self. Who answers now lives now, though
    // it was taken for the former one before: by such a word, or because a newer one was started
    // elsewhere with this id by mistake, was refused, and is silent since.
    if ((was_replaced || !silent) && !answers_now(c, event.packet.message)) {
      c.effects.send(event.from, Ping{c.now});
      return false;
    }
    if (former_.size() >= limits::known_servers_max) former_.clear();
    former_[who.server] = known->member.incarnation;
    acks_.erase(who.server);
  }
  peers_.heard(who.server, who.incarnation(), event.from, c.now);
  forgotten_.erase(who.server);
  if (Following* f = following(); f != nullptr && who.server == view_.id.leader) {
    if (leader_member()->incarnation == who.incarnation()) {
      hear_leader(c, *f, event.packet.message);
    } else if (!f->leader_left) {
      f->leader.give_up();  // It restarted: the one that led is no more.
      leader_silent(c);
    }
  }
  if (Leading* l = leading()) {
    const auto it = l->followers.find(who.server);
    if (it != l->followers.end() && is_member(who)) it->second.watch.heard(c.now);
  }
  return true;
}

/// What only a leader says, and only to members of this view.
bool Server::said_to_members(const Message& message) const {
  const auto* heartbeat = std::get_if<Heartbeat>(&message);
  const auto* pong = std::get_if<Pong>(&message);
  return (heartbeat != nullptr && heartbeat->view == view_.id) ||
         (pong != nullptr && pong->view == view_.id);
}

/// Any word of the leader shows that it lives; but one that looks for a cluster does not lead. Nor
/// does it lead us for sure: who was removed, because only the way there is cut, goes on to hear
/// announcements and gossip. So a suspicion ends by what is said to members alone.
void Server::hear_leader(Context& c, Following& following, const Message& message) {
  if (following.leader_left) return;
  // What it says now tells whether this was long under way.
  if (std::holds_alternative<Probe>(message) || std::holds_alternative<Join>(message))
    return send(c, *leader_member(), Ping{c.now});
  if (following.leader.silent() && !said_to_members(message)) return;
  following.leader.heard(c.now);
  leader_answered(c, following);
}

/// Another process uses this server's id.
void Server::id_in_use(Context& c, const Received& event) {
  const bool looking = std::holds_alternative<Looking>(role_);
  if (const auto* answer = std::get_if<JoinAnswer>(&event.packet.message)) {
    if (answer->outcome == JoinOutcome::id_taken && looking) c.effects.note(IdTaken{event.from});
    return;
  }
  if (!std::holds_alternative<Probe>(event.packet.message) &&
      !std::holds_alternative<Join>(event.packet.message))
    return;
  // Who is in a view stays; of two that look, the lower incarnation stays, so that exactly one
  // does.
  if (looking && self_.incarnation > event.packet.sender.incarnation()) return;
  c.effects.mark(Mark::join_refused_id_taken);
  c.effects.send(event.from, JoinAnswer{JoinOutcome::id_taken, self_, 0});
}

void Server::handle(Context& c, const Malformed& event) {
  count(event.unsupported ? "unsupported" : "malformed");
  // Answering rubbish would make us somebody's amplifier; an unknown version of a peer that we know
  // is another matter.
  if (event.unsupported && peers_.at(event.from) != nullptr && counters_["unsupported"] <= 16)
    c.effects.send(event.from, Unsupported{event.version, event.kind});
}

void Server::handle(Context& c, const RefusedAt& event) {
  Peer* peer = peers_.at(event.to);
  if (peer == nullptr) {
    for (const auto& [id, session] : sessions_)
      if (session.at == event.to) return drop_session(c, id);
    return;
  }
  const Member member = peer->member;
  c.effects.mark(Mark::refused_port_noticed);
  for (Hop& hop : voting_.take_hops_to(member.id)) skip(c, std::move(hop));
  const Sender who{member.id, member.incarnation.value};
  if (!is_member(who)) return;
  if (Following* f = following(); f != nullptr && member.id == view_.id.leader)
    follow_advice(c, member, f->leader.refused(c.now, gap_to(member.id)));
  if (Leading* l = leading()) {
    const auto it = l->followers.find(member.id);
    if (it != l->followers.end())
      follow_advice(c, member, it->second.watch.refused(c.now, gap_to(member.id)));
  }
}

void Server::handle(Context& /*c*/, const AddressesChanged& event) {
  self_.addresses = event.addresses;
  if (self_.addresses.size() > limits::addresses_max) self_.addresses.resize(limits::addresses_max);
}

void Server::handle(Context& c, const Stop& /*stop*/) {
  if (!leaving_) leave(c);
}

// --- Time
// -------------------------------------------------------------------------------------------------------

void Server::run_timers(Context& c) {
  if (timers_.take(Timer::stop, c.now)) stop_timer(c);
  if (timers_.take(Timer::disk, c.now)) disk_timer(c);
  if (timers_.take(Timer::probe, c.now)) probe(c);
  if (timers_.take(Timer::look, c.now)) nobody_answered(c);
  if (timers_.take(Timer::heartbeat, c.now)) heartbeat_timer(c);
  if (timers_.take(Timer::watch, c.now)) watch_timer(c);
  if (timers_.take(Timer::vote, c.now)) vote_timer(c);
  if (timers_.take(Timer::solo, c.now) && following() != nullptr && following()->leader.silent()) {
    c.effects.mark(Mark::solo_view);
    voting_.saw_round(view_.id.number);
    lead(c, View{{voting_.highest_round() + 1, self_.id}, {self_}}, false);
  }
  if (timers_.take(Timer::announce, c.now) && leading() != nullptr) {
    c.effects.broadcast(announce());
    timers_.set(Timer::announce, c.now + config_.announce_every);
  }
  if (timers_.take(Timer::serve, c.now) && leading() != nullptr && !leading()->serving) {
    c.effects.mark(Mark::winner_stopped_waiting);
    start_serving(c, *leading());
  }
  if (timers_.take(Timer::gossip, c.now)) gossip(c);
  if (timers_.take(Timer::push, c.now)) push_timer(c);
  if (timers_.take(Timer::pace, c.now)) push_changed_ = true;
  if (timers_.take(Timer::drain, c.now)) send_away(c);
  if (timers_.take(Timer::gap, c.now)) order_changed_ = true;
  if (timers_.take(Timer::delivery, c.now)) delivery_timer(c);
  if (timers_.take(Timer::presence, c.now)) presence_timer(c);
}

/// Everything that follows from what this step learned, in the order of cause and effect.
void Server::settle(Context& c) {
  flush_writes(c);
  update_stable(c);
  release(c);
  push_all(c);
  acknowledge_pushes(c);
  flush_receipts(c);
  history_.forget_sessions();
  if (presence_dirty_) presence_changed(c);
  if (draining_) tell_when_drained(c);

  timers_.set(Timer::gap, order_.deadline());
  timers_.set(Timer::vote, voting_.deadline());
  if (const Following* f = following()) {
    timers_.set(Timer::watch, f->leader.deadline());
  } else {
    timers_.clear(Timer::watch);
    timers_.clear(Timer::solo);
  }
  if (const Leading* l = leading()) {
    Instant watch = never;
    for (const auto& [id, follower] : l->followers)
      watch = std::min(watch, follower.watch.deadline());
    timers_.set(Timer::watch, watch);
  }
}

std::vector<Load> Server::loads() const {
  std::size_t under_way = 0;
  std::size_t queued = 0;
  std::size_t waiting = 0;
  for (const auto& [id, session] : sessions_) {
    under_way = std::max(under_way, session.under_way.size());
    queued = std::max(queued, session.queue.size());
    waiting = std::max(waiting, session.waiting.size());
  }
  return {{"entries ahead of a hole", history_.early_entries(), limits::early_entries_max},
          {"submissions without verdict", submissions_.waiting(),
           config_.unstable_entries_max + limits::batch_items_max},
          {"submissions ahead of their turn", submissions_.stashed(), limits::unstable_entries_max},
          {"forwards before serving", early_forwards_.size(), config_.home_queue_max},
          {"forwards of sessions looked up", submissions_.held(), config_.home_queue_max},
          {"submissions of one session", waiting, limits::client_window},
          {"deliveries under way to one session", under_way, limits::delivery_window},
          {"deliveries owed to one session", queued, config_.delivery_queue_max},
          {"sessions", sessions_.size(), limits::sessions_max},
          {"servers known", peers_.all().size(), limits::known_servers_max},
          {"members", view_.members.size(), limits::members_max},
          {"sessions sent away", sent_away_.size(), limits::sessions_max},
          {"reads pending", reads_.size(), limits::reads_pending_max},
          {"damaged entries", damaged_.size(), limits::damaged_entries_max}};
}

}  // namespace peal
