// What operators ask of a server: to leave, to send its clients to others, to forget a dead server.
#include <algorithm>

#include "core/limits.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

/// Not all clients at once knock at the others' doors.
constexpr Duration send_away_every = milliseconds(20);
constexpr std::size_t sent_away_at_once = 64;
/// A client that comes back after so long found no other home, and one that is sent away a second
/// time after so long has had one in between.
constexpr Duration look_elsewhere_for = seconds(1);
constexpr Duration sent_away_remembered = seconds(10);
/// A server outside the view that was heard within this time lives.
constexpr Duration alive_within = seconds(5);

}  // namespace

// --- Leaving
// ----------------------------------------------------------------------------------------------------

CommandAnswer Server::obey(Context& c, const LeaveCommand& /*command*/) {
  const std::uint64_t sessions = sessions_.size();
  if (leaving_) return {CommandOutcome::done, self_, sessions};
  if (in_view() && view_.members.size() == 1) return {CommandOutcome::only_server, self_, sessions};
  leave(c);
  return {CommandOutcome::done, self_, sessions};
}

// --- Draining
// ---------------------------------------------------------------------------------------------------

CommandAnswer Server::obey(Context& c, const DrainCommand& command) {
  if (command.undo) {
    if (draining_) c.effects.note(DrainEnded{});
    draining_ = false;
    sent_away_.clear();
    timers_.clear(Timer::drain);
    for (auto& [id, session] : sessions_) session.stays = false;
    return {CommandOutcome::done, self_, sessions_.size()};
  }
  if (in_view() && view_.members.size() == 1)
    return {CommandOutcome::only_server, self_, sessions_.size()};
  if (!draining_) {
    draining_ = true;
    drained_told_ = false;
    c.effects.note(DrainBegun{sessions_.size()});
    send_away(c);
  }
  return {CommandOutcome::done, self_, sessions_.size()};
}

/// The next few sessions go. Nothing of theirs is lost: what has no verdict is submitted again at
/// the next home, and delivery goes on there after the client's cursor.
void Server::send_away(Context& c) {
  if (!draining_) return;
  timers_.set(Timer::drain, c.now + send_away_every);
  if (!draining()) return;  // Alone by now: whoever is here stays, and others may come.
  std::erase_if(sent_away_,
                [&](const auto& item) { return c.now - item.second > sent_away_remembered; });
  std::vector<SessionId> go;
  bool more = false;
  for (const auto& [id, session] : sessions_) {
    if (session.stays) continue;
    more = go.size() == sent_away_at_once;
    if (more) break;
    go.push_back(id);
  }
  for (const SessionId id : go) {
    if (sent_away_.size() < limits::sessions_max) sent_away_.insert_or_assign(id, c.now);
    c.effects.mark(Mark::session_drained);
    c.effects.send(sessions_.at(id).at, Detached{DetachReason::draining});
    drop_session(c, id);
  }
  // Who came while this server was alone goes when it no longer is.
  if (!more) timers_.set(Timer::drain, c.now + look_elsewhere_for);
}

/// A client is not left without a home because this server is being drained: one that was sent away
/// and still asks here after a while can reach no other.
bool Server::found_no_other_home(Context& c, SessionId session) {
  const auto it = sent_away_.find(session);
  if (it == sent_away_.end() || c.now - it->second > sent_away_remembered) {
    if (it != sent_away_.end() || sent_away_.size() < limits::sessions_max)
      sent_away_.insert_or_assign(session, c.now);
    return false;
  }
  if (c.now - it->second < look_elsewhere_for) return false;
  c.effects.mark(Mark::drained_client_taken);
  return true;
}

void Server::tell_when_drained(Context& c) {
  if (drained_told_ || !sessions_.empty()) return;
  drained_told_ = true;
  c.effects.note(Drained{});
}

// --- Forgetting
// -------------------------------------------------------------------------------------------------

CommandAnswer Server::obey(Context& c, const RemoveCommand& command) {
  const std::uint64_t sessions = sessions_.size();
  const ServerId id = command.server;
  if (id == self_.id) return {CommandOutcome::still_alive, self_, sessions};
  const Peer* peer = peers_.find(id);
  if (peer == nullptr) {
    // An answer that was lost is asked for again.
    const bool done = forgotten_.contains(id);
    return {done ? CommandOutcome::done : CommandOutcome::unknown_server, {}, sessions};
  }
  Member member = peer->member;
  if (peer->heard_at) member.addresses = {peer->heard_at};
  // Members that are silent leave the view by themselves, in a moment.
  const bool fellow = find_member(view_.members, id) != nullptr;
  const bool heard = peer->heard.us >= 0 && c.now - peer->heard < alive_within;
  if (fellow || heard) return {CommandOutcome::still_alive, std::move(member), sessions};
  Member whole = peer->member;
  if (peer->heard_at && std::ranges::find(whole.addresses, peer->heard_at) == whole.addresses.end())
    whole.addresses.push_back(peer->heard_at);
  peers_.forget(id);
  former_.erase(id);
  acks_.erase(id);
  if (const auto stream = streams_.find(id); stream != streams_.end()) {
    retired_pushes_ = std::max(retired_pushes_, stream->second.last());
    streams_.erase(stream);
  }
  if (Leading* l = leading()) {
    l->learners.erase(id);
    l->merges.erase(id);
  }
  if (forgotten_.size() >= limits::known_servers_max) forgotten_.clear();
  forgotten_.insert(id);
  c.effects.mark(Mark::server_forgotten);
  c.effects.note(ServerForgotten{std::move(whole)});
  return {CommandOutcome::done, std::move(member), sessions};
}

}  // namespace peal
