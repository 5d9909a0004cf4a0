// Submissions of sessions that are not remembered: the disk is asked what it has of them, before
// anything is said.
#include "core/limits.hpp"
#include "core/server.hpp"

namespace peal {

/// A message may be in history for years. What the session says waits in its order; other sessions
/// go on.
void Server::look_up(Context& c, ServerId home, const Forward& forward) {
  SessionTable& sessions = history_.sessions();
  const bool asked = sessions.is_looked_up(forward.session);
  const bool room = submissions_.held() < config_.home_queue_max &&
                    (asked || reads_.size() < limits::reads_pending_max);
  if (!room) {
    c.effects.mark(Mark::submission_busy);
    for (const Submission& item : forward.items) tell(home, {forward.session, item.n}, Later{});
    return;
  }
  submissions_.hold(home, forward);
  if (asked) return;
  c.effects.mark(Mark::session_looked_up);
  sessions.look_up(forward.session);
  reads_.emplace(++token_reads_, ForLookup{forward.session});
  c.effects.add(Read{Token{token_reads_}, SessionRead{forward.session, history_.durable()}});
}

void Server::session_found(Context& c, SessionId session, const Ranges& on_disk) {
  history_.sessions().found(session, on_disk);
  const auto forwards = submissions_.take_held(session);
  if (leading() == nullptr) return;
  for (const auto& [home, forward] : forwards) accept(c, home, forward);
}

void Server::session_not_found(SessionId session) {
  history_.sessions().not_found(session);
  for (const auto& [home, forward] : submissions_.take_held(session))
    for (const Submission& item : forward.items) tell(home, {session, item.n}, Later{});
}

}  // namespace peal
