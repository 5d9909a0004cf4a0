// Sessions of clients at their home: attaching, resuming, and delivering what concerns them.
#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/mutant.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

constexpr Duration delivery_check_every = milliseconds(20);
constexpr Duration session_check_every = seconds(1);
constexpr std::size_t eager_deliveries = 4;
constexpr std::uint32_t resume_read_entries = 256;
constexpr std::size_t resume_read_bytes = 256U << 10U;

/// How many of these fit into one Deliver: one at least.
std::size_t fitting(const std::deque<HomeSession::Owed>& queue) {
  std::size_t bytes = 64;
  std::size_t count = 0;
  for (const HomeSession::Owed& owed : queue) {
    bytes += encoded_bytes_max(*owed.release.entry) + limits::name_bytes_max + 32;
    if (count != 0 && bytes > limits::batch_bytes) break;
    ++count;
  }
  return count;
}

}  // namespace

HomeSession* Server::session_of(const From& from) {
  if (from.who.is_server()) return nullptr;
  const auto it = sessions_.find(from.who.session());
  if (it == sessions_.end()) return nullptr;
  it->second.at = from.at;
  return &it->second;
}

std::optional<DetachReason> Server::refuses_sessions() const {
  if (!trouble_.empty()) return DetachReason::disk_failed;
  if (leaving_) return DetachReason::leaving;
  if (!in_view()) return DetachReason::not_in_a_view;
  if (draining()) return DetachReason::draining;
  return std::nullopt;
}

void Server::on(Context& c, const From& from, const Attach& attach) {
  if (from.who.is_server() || attach.cluster != config_.cluster) return;
  const SessionId id = from.who.session();
  auto it = sessions_.find(id);
  const auto reason = refuses_sessions();
  const bool stays = reason == DetachReason::draining &&
                     ((it != sessions_.end() && it->second.stays) || found_no_other_home(c, id));
  if (reason && !stays) {
    c.effects.send(from.at, Detached{*reason});
    return;
  }
  if (it != sessions_.end() && attach.attachment < it->second.attachment) return;  // A late copy.
  const bool again = it != sessions_.end() && attach.attachment == it->second.attachment;
  if (!again) {
    if (it == sessions_.end() && sessions_.size() >= limits::sessions_max) {
      c.effects.send(from.at, Detached{DetachReason::full});
      return;
    }
    if (it != sessions_.end()) waiting_total_ -= it->second.waiting.size();
    HomeSession session;
    session.user = attach.user;
    session.stays = stays;
    session.attachment = attach.attachment;
    session.at = from.at;
    session.since = c.now;
    // What this server held when it started is history, though it may not know yet that it is
    // stable.
    session.start = order_.released();
    session.start.merge(recovered_);
    session.told = session.start;
    it = sessions_.insert_or_assign(id, std::move(session)).first;
    if (attach.resume) resume(c, id, it->second, attach.cursor);
    presence_dirty_ = true;
    timers_.no_later(Timer::delivery, c.now + session_check_every);
  }
  it->second.heard = c.now;
  c.effects.send(from.at, Attached{attach.attachment, view_, self_.id,
                                   history_.chat().displayed_name(attach.user), it->second.start});
  if (!online_.users.empty()) c.effects.send(from.at, online_);
  tell_groups(c, it->second);
  deliver(c, id, it->second);
}

void Server::on(Context& c, const From& from, const Detach& /*detach*/) {
  if (session_of(from) != nullptr) drop_session(c, from.who.session());
}

void Server::drop_session(Context& /*c*/, SessionId id) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  waiting_total_ -= it->second.waiting.size();
  sessions_.erase(it);
  presence_dirty_ = true;
}

void Server::detach_all(Context& c, DetachReason reason) {
  for (const auto& [id, session] : sessions_) c.effects.send(session.at, Detached{reason});
  sessions_.clear();
  waiting_total_ = 0;
}

// --- Resuming
// ---------------------------------------------------------------------------------------------------

/// Delivery continues after the cursor: first what was released meanwhile, sorted, then what comes.
void Server::resume(Context& c, SessionId id, HomeSession& session, const VersionVector& cursor) {
  const VersionVector& released = order_.released();
  for (const EntryId pair : cursor.beyond(released)) session.seen_elsewhere.advance(pair);
  if (released.count_beyond(cursor) > config_.delivery_queue_max ||
      damaged_between(cursor, released)) {
    c.effects.mark(Mark::session_fell_behind);
    session.start.merge(cursor);
    session.told.merge(cursor);
    return;  // Attached tells it by a start that is beyond its cursor: it reads the history
             // instead.
  }
  c.effects.mark(Mark::session_resumed);
  session.start = cursor;
  session.told = cursor;
  session.resume_upto = released;
  for (const EntryId pair : released.beyond(cursor))
    session.resume_from.push_back(
        {pair.log, cursor.at(pair.log) + (MUTANT(resume_too_late) ? 2 : 1)});
  resume_step(c, id, session);
}

void Server::resume_step(Context& c, SessionId id, HomeSession& session) {
  while (session.resuming()) {
    const EntryId next = session.resume_from.back();
    if (next.seq > session.resume_upto.at(next.log)) {
      session.resume_from.pop_back();
    } else if (const SharedEntry* entry = history_.find(next)) {
      const SharedEntry found = *entry;
      resume_with(session, found);
    } else {
      if (session.reading || reads_.size() >= limits::reads_pending_max) return;
      session.reading = true;
      reads_.emplace(++token_reads_, ForSession{id});
      c.effects.add(Read{Token{token_reads_},
                         RangeRead{next.log, next.seq, resume_read_entries, resume_read_bytes}});
      return;
    }
  }
  owe_resumed(c, session);
  deliver(c, id, session);
}

/// In front of what was released meanwhile. What was passed over stands behind the latest entry
/// that is sorted before it.
void Server::owe_resumed(Context& c, HomeSession& session) {
  const auto key_of = [](const Release& release) { return release.entry->key(); };
  std::ranges::sort(session.resumed, {}, key_of);
  std::ranges::sort(session.resumed_past);
  std::deque<HomeSession::Owed> owed;
  VersionVector passed;
  auto past = session.resumed_past.begin();
  const auto pass_over_before = [&](const EntryKey* key) {
    for (; past != session.resumed_past.end() && (key == nullptr || *past < *key); ++past)
      (owed.empty() ? passed : owed.back().passed).advance(past->id);
  };
  for (Release& release : session.resumed) {
    const EntryKey key = key_of(release);
    pass_over_before(&key);
    owed.push_back({std::move(release), c.now, {}});
  }
  pass_over_before(nullptr);
  (owed.empty() ? passed : owed.back().passed).merge(session.passed);
  session.passed = std::move(passed);
  session.queue.insert(session.queue.begin(), owed.begin(), owed.end());
  session.resumed.clear();
  session.resumed_past.clear();
}

/// Takes one entry in, if it is the next one of the log that is being looked at.
void Server::resume_with(HomeSession& session, const SharedEntry& entry) {
  if (!session.resuming()) return;
  EntryId& next = session.resume_from.back();
  if (entry->id != next || next.seq > session.resume_upto.at(next.log)) return;
  ++next.seq;
  if (!DeliveryOrder::repeats(*entry, history_, session.start) &&
      history_.chat().concerns(*entry, session.user))
    session.resumed.push_back(order_.release_of(entry));
  else
    session.resumed_past.push_back(entry->key());
}

// --- Delivering
// -------------------------------------------------------------------------------------------------

Delivery Server::delivery_of(const Entry& entry, std::uint64_t gap) const {
  return {entry.id,
          entry.hlc,
          entry.message,
          entry.author,
          history_.chat().displayed_name(entry.author),
          entry.body,
          gap,
          entry.ahead_ms};
}

void Server::enqueue(Context& c, const Release& release) {
  std::vector<SessionId> behind;
  for (auto& [id, session] : sessions_) {
    // What the client's cursor covers was looked at by a former home, with the rooms of that time.
    if (session.start.covers(release.entry->id)) continue;
    if (DeliveryOrder::repeats(*release.entry, history_, session.start) ||
        !history_.chat().concerns(*release.entry, session.user)) {
      session.pass_over(release.entry->id);
      continue;
    }
    if (session.told.covers(release.entry->id)) {  // Its group was faster.
      c.effects.mark(Mark::group_shown_before_home);
      count("deliveries by multicast");
      continue;
    }
    if (session.queue.size() >= config_.delivery_queue_max) {
      behind.push_back(id);
      continue;
    }
    const bool hears = hears_next(session, release);
    session.withheld = hears && (session.queue.empty() || session.withheld);
    session.queue.push_back({release, c.now, {}});
    if (!std::holds_alternative<Post>(release.entry->body)) tell_groups(c, session);
  }
  for (const SessionId id : behind) {
    c.effects.mark(Mark::session_fell_behind);
    c.effects.send(sessions_.at(id).at, Detached{DetachReason::unknown_session});
    drop_session(c, id);
  }
}

/// The next Deliver: so many of what is owed, and what was passed over before the rest.
Deliver Server::take_owed(HomeSession& session, std::size_t taken) {
  Deliver deliver;
  VersionVector cursor;
  VersionVector passed = std::exchange(session.passed, {});
  for (std::size_t i = 0; i < taken; ++i) {
    const HomeSession::Owed& owed = session.queue.front();
    // Each missing predecessor is told once, with the first entry behind it that is shown.
    const bool told = session.gaps_told.covers(owed.release.missing);
    deliver.items.push_back(delivery_of(*owed.release.entry, told ? 0 : owed.release.gap));
    session.gaps_told.merge(owed.release.missing);
    cursor.advance(owed.release.entry->id);
    passed.merge(owed.passed);
    session.queue.pop_front();
  }
  for (const EntryId pair : passed.pairs()) {
    const bool room = cursor.size() < limits::delta_pairs_max || cursor.at(pair.log) != 0;
    (room ? cursor : session.passed).advance(pair);
  }
  // With nothing left in the queue, all that was released is behind this client.
  if (session.queue.empty() || MUTANT(cursor_too_far)) {
    for (const EntryId pair : order_.released().beyond(session.told)) {
      if (cursor.size() >= limits::delta_pairs_max) break;
      cursor.advance(pair);
    }
    session.caught_up = session.caught_up || order_.released().covers(session.start);
  }
  for (const EntryId pair : cursor.pairs()) session.told.advance(pair);
  deliver.attachment = session.attachment;
  deliver.n = ++session.delivered_n;
  deliver.cursor.assign(cursor.pairs().begin(), cursor.pairs().end());
  deliver.direct = session.direct = may_go_direct(session);
  return deliver;
}

/// Sends what is owed, in batches, as far as the window allows; but what the client should hear
/// from its group waits for a while.
void Server::deliver(Context& c, SessionId /*id*/, HomeSession& session) {
  if (session.withheld) {
    timers_.no_later(Timer::delivery, session.queue.front().since + config_.group_grace);
    return;
  }
  while (!session.resuming() && !session.queue.empty() &&
         session.under_way.size() < limits::delivery_window) {
    const std::size_t taken = fitting(session.queue);
    const bool full = taken < session.queue.size();
    if (!full && session.under_way.size() >= eager_deliveries) return;  // A fuller one soon.
    Deliver deliver = take_owed(session, taken);
    count("deliveries by unicast", taken);
    c.effects.send(session.at, deliver);
    session.under_way.push_back({std::move(deliver), c.now, 1});
    timers_.no_later(Timer::delivery, c.now + delivery_check_every);
  }
}

void Server::on(Context& c, const From& from, const DeliverAck& ack) {
  HomeSession* session = session_of(from);
  if (session == nullptr || ack.attachment < session->attachment) return;
  if (ack.attachment > session->attachment) {
    // Its session here ended, and a late copy of an earlier Attach made this one.
    drop_session(c, from.who.session());
    c.effects.send(from.at, Detached{DetachReason::unknown_session});
    return;
  }
  session->heard = c.now;
  while (!session->under_way.empty() && session->under_way.front().deliver.n <= ack.n) {
    const HomeSession::UnderWay& first = session->under_way.front();
    if (first.tries == 1) session->round_trip.sample(c.now - first.sent);
    session->under_way.pop_front();
  }
  deliver(c, from.who.session(), *session);
}

/// Repeats what was not acknowledged, repairs what groups did not bring; ends sessions that fell
/// silent.
void Server::delivery_timer(Context& c) {
  std::vector<SessionId> gone;
  Duration wait = session_check_every;
  for (auto& [id, session] : sessions_) {
    if (c.now - session.heard > config_.session_timeout) gone.push_back(id);
    if (session.resuming() && !session.reading) resume_step(c, id, session);
    if (session.withheld && session.queue.front().since + config_.group_grace <= c.now) {
      repair(c, session);
      deliver(c, id, session);
    }
    if (session.hearing.taken != session.hearing.lists) tell_groups(c, session);
    repeat_deliveries(c, session);
    if (!session.under_way.empty() || session.resuming())
      wait = std::min(wait, delivery_check_every);
    if (session.withheld)
      wait = std::min(wait, session.queue.front().since + config_.group_grace - c.now);
  }
  for (const SessionId id : gone) drop_session(c, id);
  if (!sessions_.empty()) timers_.set(Timer::delivery, c.now + wait);
}

void Server::repeat_deliveries(Context& c, HomeSession& session) {
  const Duration timeout = session.round_trip.timeout(milliseconds(30), seconds(1));
  std::size_t repeated = 0;
  for (HomeSession::UnderWay& item : session.under_way) {
    if (c.now - item.sent < timeout * static_cast<std::int64_t>(std::min(item.tries, 8U))) continue;
    if (++repeated > 16)
      return;  // Those first; if they arrive, acknowledgements say what else is missing.
    item.sent = c.now;
    ++item.tries;
    c.effects.send(session.at, item.deliver);
  }
}

// --- What only clients understand
// -------------------------------------------------------------------------------

void Server::on(Context& /*c*/, const From& /*from*/, const Attached& /*attached*/) {
  count("unexpected");
}
void Server::on(Context& /*c*/, const From& /*from*/, const Detached& /*detached*/) {
  count("unexpected");
}
void Server::on(Context& /*c*/, const From& /*from*/, const Deliver& /*deliver*/) {
  count("unexpected");
}
void Server::on(Context& /*c*/, const From& /*from*/, const Servers& /*servers*/) {
  count("unexpected");
}
void Server::on(Context& /*c*/, const From& /*from*/, const Submitted& /*submitted*/) {
  count("unexpected");
}
void Server::on(Context& /*c*/, const From& /*from*/, const Answer& /*answer*/) {
  count("unexpected");
}
void Server::on(Context& /*c*/, const From& /*from*/, const Unsupported& /*unsupported*/) {
  count("unsupported by peer");
}

}  // namespace peal
