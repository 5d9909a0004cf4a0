// Entries on their way: pushed, kept, written, acknowledged, stable, released; and the disk that
// may fail.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/limits.hpp"
#include "core/mutant.hpp"
#include "core/server.hpp"
#include "core/settled.hpp"
#include "core/text_rules.hpp"

namespace peal {
namespace {

constexpr Duration disk_retry_every = seconds(2);
/// How often within disk_patience a write under way is looked at.
constexpr std::int64_t slow_looks = 5;
constexpr std::uint32_t read_entries = 256;
constexpr std::size_t read_bytes = 256U << 10U;

}  // namespace

// --- Receiving
// --------------------------------------------------------------------------------------------------

void Server::on(Context& c, const From& from, const Push& push) {
  learn_stable(push.stable);
  if (Following* f = following(); f != nullptr && from.who.server == view_.id.leader)
    for (const SharedEntry& entry : push.entries) f->leader_has.advance(entry->id);
  if (push.n == 0 || !trouble_.empty()) return;
  std::vector<SharedEntry> news;
  PendingAck ack{0, push.n, {}};
  bool kept = true;
  for (const SharedEntry& entry : push.entries) {
    // Nobody else knows what we are going to write.
    if (entry->id.log == log_of(self_.incarnation) && !history_.held().covers(entry->id)) {
      count("entries of others for our own log");
      continue;
    }
    const History::Added added = history_.add(entry, news);
    if (added == History::Added::early) c.effects.mark(Mark::early_entry_kept);
    if (added == History::Added::fresh &&
        HybridClock::is_far_ahead(entry->hlc, clock_.time(c.wall)))
      count("entries far ahead of the clock");
    kept &= added != History::Added::dropped;
    if (ack.logs.empty() || ack.logs.back() != entry->id.log) ack.logs.push_back(entry->id.log);
  }
  take_entries(news);
  if (!kept) return count("entries dropped ahead of a hole");  // Not acknowledged: they come again.
  // Durable once everything that is being written now is; what was durable before is acknowledged
  // at once.
  const bool waits = !to_write_.empty() || !writes_.empty();
  ack.token = waits ? token_ + (to_write_.empty() ? 0 : 1) : 0;
  acks_[from.who.server].push_back(std::move(ack));
}

/// Entries that are held from now on go to disk with the end of this step.
void Server::take_entries(const std::vector<SharedEntry>& news) {
  if (news.empty()) return;
  to_write_.insert(to_write_.end(), news.begin(), news.end());
  own_deps_stale_ = true;
  push_changed_ = true;
}

void Server::learn_stable(const std::vector<EntryId>& pairs) {
  for (const EntryId pair : pairs) order_changed_ |= stable_.advance(pair);
}

void Server::flush_writes(Context& c) {
  if (to_write_.empty() || !trouble_.empty() || gathers_writes(c)) return;
  gather_until_ = Instant{-1};
  PendingWrite write{++token_, {}, {}};
  for (const SharedEntry& entry : to_write_) write.makes_durable.advance(entry->id);
  writes_.push_back(std::move(write));
  c.effects.add(Write{Token{token_}, std::move(to_write_)});
  to_write_.clear();
  timers_.no_later(Timer::disk, c.now + config_.disk_patience / slow_looks);
}

void Server::handle(Context& c, const Written& event) {
  const auto it = std::find_if(writes_.begin(), writes_.end(), [&](const PendingWrite& write) {
    return write.token == event.token.value;
  });
  if (it == writes_.end()) return;  // Of before the disk failed.
  for (const EntryId pair : it->makes_durable.pairs()) {
    history_.now_durable(pair);
    claims_changed_.insert(pair.log);
  }
  if (leading() != nullptr) copies_.claim(self_.id, it->makes_durable.pairs());
  healed(c, it->heals);
  writes_.erase(writes_.begin(), it + 1);
  order_changed_ = true;
  if (trouble_.empty()) return;
  trouble_.clear();
  c.effects.mark(Mark::disk_healed);
  c.effects.note(DiskHealed{});
  look(c);
}

void Server::acknowledge_pushes(Context& c) {
  const bool all = writes_.empty() || MUTANT(held_is_durable);
  const std::uint64_t done = all ? token_ : writes_.front().token - 1;
  for (auto& [id, pending] : acks_) {
    PushAck ack;
    std::set<LogId> logs;
    std::erase_if(pending, [&](const PendingAck& due) {
      if (due.token > done || ack.received.size() >= limits::batch_items_max) return false;
      if (!ack.received.empty() && ack.received.back().last + 1 == due.n) {
        ack.received.back().last = due.n;
      } else {
        ack.received.push_back({due.n, due.n});
      }
      logs.insert(due.logs.begin(), due.logs.end());
      return true;
    });
    if (ack.received.empty()) continue;
    for (const LogId log : logs) {
      const bool claims_all = MUTANT(held_is_durable);
      const std::uint64_t durable = (claims_all ? history_.held() : history_.durable()).at(log);
      if (durable != 0) ack.durable.push_back({log, durable});
    }
    if (const Peer* peer = peers_.find(id)) c.effects.send(peer->heard_at, ack);
  }
  std::erase_if(acks_, [](const auto& item) { return item.second.empty(); });
}

// --- Pushing
// ----------------------------------------------------------------------------------------------------

PushStream& Server::stream_to(const Member& member) {
  PushStream& stream = streams_[member.id];
  if (stream.peer() != member.incarnation) {
    retired_pushes_ = std::max(retired_pushes_, stream.last());
    stream = PushStream(member.incarnation, retired_pushes_);
  }
  return stream;
}

void Server::push_all(Context& c) {
  if (!push_changed_) return;
  push_changed_ = false;
  const Leading* l = leading();
  if (l != nullptr)
    for (const Member& member : view_.members)
      if (member.id != self_.id && l->followers.at(member.id).acknowledged)
        stream_to(member).want(history_.held());
  Instant next = never;
  for (auto& [id, stream] : streams_) {
    const Peer* peer = peers_.find(id);
    if (peer == nullptr || peer->member.incarnation != stream.peer() || !peer->heard_at) continue;
    push_to(c, peer->member, stream);
    next = std::min(next, stream.deadline());
  }
  timers_.set(Timer::push, next);
}

void Server::push_to(Context& c, const Member& member, PushStream& stream) {
  Leading* l = leading();
  const auto it =
      l != nullptr ? l->followers.find(member.id) : std::map<ServerId, Follower>::iterator{};
  Follower* follower = l != nullptr && it != l->followers.end() ? &it->second : nullptr;
  const std::size_t pushes_max = pushes_for(c, member.id);
  std::size_t pushes = 0;
  for (; pushes < pushes_max; ++pushes) {
    auto push = stream.next(history_, damaged_, c.now);
    if (!push) break;
    push->stable = follower != nullptr ? news_of(stable_, follower->told, 1) : stable_of(*push);
    send(c, member, std::move(*push));
  }
  pushed_to_learner(c, member.id, pushes);
  if (const auto missing = stream.blocked_on()) {
    const bool reading = std::any_of(reads_.begin(), reads_.end(), [&](const auto& read) {
      const auto* purpose = std::get_if<ForPeer>(&read.second);
      return purpose != nullptr && purpose->peer == member.id;
    });
    const bool may_read =
        reads_.size() < limits::reads_pending_max && damaged_.size() < limits::damaged_entries_max;
    if (!reading && may_read) {
      c.effects.mark(Mark::push_read_from_storage);
      reads_.emplace(++token_reads_, ForPeer{member.id});
      c.effects.add(Read{Token{token_reads_},
                         RangeRead{missing->log, missing->seq, read_entries, read_bytes}});
    }
  }
  // A home with people waits for the news that something is stable; others hear it with the next
  // heartbeat.
  const auto reported = reported_.find(member.id);
  if (follower == nullptr || reported == reported_.end() || reported->second.empty()) return;
  if (stable_ == follower->told) return;
  if (auto pairs = news_of(stable_, follower->told, 1); !pairs.empty())
    send(c, member, Push{0, std::move(pairs), {}});
}

void Server::on(Context& c, const From& from, const PushAck& ack) {
  const auto it = streams_.find(from.who.server);
  if (it != streams_.end() && it->second.peer() == from.who.incarnation()) {
    it->second.acknowledged(ack.received, c.now);
    push_changed_ = true;
  }
  if (leading() == nullptr || !is_member(from.who)) return;
  copies_.claim(from.who.server, ack.durable);
  for (const EntryId pair : ack.durable) claims_changed_.insert(pair.log);
}

void Server::push_timer(Context& c) {
  push_changed_ = true;
  for (auto& [id, stream] : streams_)
    if (stream.tick(c.now)) c.effects.mark(Mark::push_retransmitted);
}

// --- Gossip
// -----------------------------------------------------------------------------------------------------

Have Server::all_we_have(bool answer) const {
  return {config_.cluster, answer, history_.held(), history_.durable(), stable_};
}

/// The same, but for what is settled in one line.
Have Server::what_we_have(bool answer, Hlc horizon) const {
  const VersionVector old = settled_logs(history_, stable_, horizon);
  if (old.empty()) return all_we_have(answer);
  return {config_.cluster,
          answer,
          history_.held().without(old),
          history_.durable().without(old),
          stable_.without(old),
          settled(old, horizon)};
}

/// Compares notes with one random server of each kind: of the view, heard lately outside of it, and
/// silent or only told of. A view is kept equal by its leader; what comes from the other side of a
/// split comes by the second, and those that are gone for long must not take its turns.
void Server::gossip(Context& c) {
  timers_.set(Timer::gossip, c.now + config_.gossip_every);
  std::vector<const Member*> fellows;
  std::vector<const Member*> strangers;
  std::vector<const Member*> silent;
  const Member* source = catches_up_from();
  for (const auto& [id, peer] : peers_.all()) {
    if (source != nullptr && source->id != id) continue;  // One of them does the work.
    const bool fellow = is_member({id, peer.member.incarnation.value});
    (fellow ? fellows : peer.heard_lately(c.now) ? strangers : silent).push_back(&peer.member);
  }
  if (trouble_.empty() && !MUTANT(no_gossip)) {
    const Hlc horizon = settled_before(history_.newest(), config_.settle_after);
    const Have have = what_we_have(false, horizon);
    for (const auto* kind : {&fellows, &strangers, &silent})
      if (!kind->empty()) send(c, *(*kind)[prng_.below(kind->size())], have);
  }
  fetch_damaged(c);
  gossiped_ = history_.held();
  history_.shrink(order_.released().meet(stable_));
  std::erase_if(streams_, [&](const auto& item) {
    retired_pushes_ = std::max(retired_pushes_, item.second.last());
    return item.second.idle() &&
           (!in_view() || find_member(view_.members, item.first) == nullptr) &&
           !(leading() != nullptr && leading()->learners.contains(item.first));
  });
}

void Server::on(Context& c, const From& from, const Have& have) {
  if (have.settled.count == 0) return compare(c, from, have);
  const VersionVector old = settled_logs(history_, stable_, have.settled.horizon);
  if (settled(old, have.settled.horizon) != have.settled) return settled_logs_differ(c, from, have);
  c.effects.mark(Mark::settled_logs_equal);
  Have whole = have;
  for (VersionVector* said : {&whole.held, &whole.durable, &whole.stable}) said->merge(old);
  compare(c, from, whole);
}

/// What it says of the other logs is true; of these the two must talk one by one.
void Server::settled_logs_differ(Context& c, const From& from, const Have& have) {
  c.effects.mark(Mark::settled_logs_differ);
  learn_stable({have.stable.pairs().begin(), have.stable.pairs().end()});
  Have all = all_we_have(false);
  all.settled.horizon = have.settled.horizon;
  c.effects.send(from.at, std::move(all));
}

/// `have` names every log, settled or not.
void Server::compare(Context& c, const From& from, const Have& have) {
  const bool in_full = have.settled.count == 0;
  for (const EntryId pair : have.stable.pairs()) order_changed_ |= stable_.advance(pair);
  if (leading() != nullptr && is_member(from.who)) {
    copies_.claim(from.who.server, have.durable.pairs());
    for (const EntryId pair : have.durable.pairs()) claims_changed_.insert(pair.log);
  }
  if (Following* f = following(); f != nullptr && from.who.server == view_.id.leader)
    f->leader_has.merge(have.held);
  const Peer* peer = peers_.find(from.who.server);
  PushStream& stream = stream_to(peer->member);
  stream.peer_has(have.held);
  push_changed_ = true;
  // Within a view the leader pushes news; only what should have arrived long ago is pushed by
  // others.
  const bool same_view = is_member(from.who) && !have.answer;
  const VersionVector& offer = same_view ? gossiped_ : history_.held();
  if (!have.held.covers(offer)) {
    c.effects.mark(Mark::gossip_pushed);
    stream.want(offer);
  }
  const Member* source = catches_up_from();
  if (source != nullptr && source->id != from.who.server) return;
  if (!have.answer && !history_.held().covers(have.held))
    return c.effects.send(from.at,
                          in_full ? all_we_have(true) : what_we_have(true, have.settled.horizon));
  // It found that settled logs differ, and may lack no more than the word that they are stable.
  const VersionVector old = settled_logs(history_, stable_, have.settled.horizon);
  if (!have.answer && in_full && !have.stable.covers(old))
    c.effects.send(from.at, all_we_have(true));
}

// --- Stable and released
// ----------------------------------------------------------------------------------------

/// The leader works out what a majority has on disk, and gives the verdicts that waited for it.
void Server::update_stable(Context& c) {
  Leading* l = leading();
  if (l == nullptr) return claims_changed_.clear();
  for (const LogId log : claims_changed_) {
    // With this disk among them, so that whoever was acknowledged can read it here at once.
    const EntryId upto{log, std::min(copies_.stable(log), history_.durable().at(log))};
    if (stable_.advance(upto)) order_changed_ = push_changed_ = true;
    for (const auto& [entry, waiter] : submissions_.take(upto))
      tell(waiter.home, waiter.message, accepted({waiter.hlc, entry}));
  }
  claims_changed_.clear();
  if (!l->serving) serve_when_ready(c, *l);
}

void Server::release(Context& c) {
  if (!order_changed_) return;
  order_changed_ = false;
  const VersionVector& ready = MUTANT(deliver_unstable) ? history_.held() : stable_;
  const std::vector<Release> releases = order_.advance(c.now, history_, ready);
  to_groups(c, releases);
  for (const Release& release : releases) {
    if (release.repeated) {
      c.effects.mark(Mark::duplicate_entry_collapsed);
      continue;
    }
    if (release.gap != 0) c.effects.mark(Mark::gap_delivered);
    enqueue(c, release);
  }
  for (auto& [id, session] : sessions_) deliver(c, id, session);
}

// --- Storage
// ----------------------------------------------------------------------------------------------------

void Server::handle(Context& c, const ReadDone& event) {
  const auto it = reads_.find(event.token.value);
  if (it == reads_.end()) return;
  const ReadPurpose purpose = it->second;
  reads_.erase(it);
  found_damaged(c, event.damaged);
  if (const auto* peer = std::get_if<ForPeer>(&purpose)) {
    const auto stream = streams_.find(peer->peer);
    if (stream == streams_.end()) return;
    std::vector<SharedEntry> entries;
    for (const StoredEntry& stored : event.entries) entries.push_back(stored.entry);
    stream->second.loaded(std::move(entries));
    push_changed_ = true;
  } else if (const auto* reader = std::get_if<ForSession>(&purpose)) {
    const auto session = sessions_.find(reader->session);
    if (session == sessions_.end()) return;
    session->second.reading = false;
    if (event.entries.empty()) {
      // Not there to be read: it attaches anew, and reads the history for what is damaged.
      if (!event.damaged.empty())
        c.effects.send(session->second.at, Detached{DetachReason::unknown_session});
      return drop_session(c, session->first);
    }
    for (const StoredEntry& stored : event.entries) resume_with(session->second, stored.entry);
    resume_step(c, session->first, session->second);
  } else if (const auto* lookup = std::get_if<ForLookup>(&purpose)) {
    session_found(c, lookup->session, event.numbers);
  } else if (const auto* want = std::get_if<ForWant>(&purpose)) {
    Found found;
    for (const StoredEntry& stored : event.entries) found.entries.push_back(stored.entry);
    const Peer* asker = peers_.find(want->peer);
    if (asker != nullptr && !found.entries.empty()) c.effects.send(asker->heard_at, found);
  } else {
    const ForQuery& query = std::get<ForQuery>(purpose);
    // A page without what is damaged would have a hole.
    const bool hole = std::ranges::any_of(
        event.damaged, [&](EntryId entry) { return history_.durable().covers(entry); });
    c.effects.send(query.to, Answer{query.n, hole ? Later{} : answer_to(query, event)});
  }
}

void Server::handle(Context& c, const ReadFailed& event) {
  const auto it = reads_.find(event.token.value);
  if (it == reads_.end()) return;
  count("reads failed");
  // Peers and sessions try again with their next round; a question is put off.
  if (const auto* query = std::get_if<ForQuery>(&it->second))
    c.effects.send(query->to, Answer{query->n, Later{}});
  if (const auto* lookup = std::get_if<ForLookup>(&it->second)) session_not_found(lookup->session);
  if (const auto* reader = std::get_if<ForSession>(&it->second)) {
    const SessionId session = reader->session;
    reads_.erase(it);
    return drop_session(c, session);
  }
  reads_.erase(it);
}

void Server::handle(Context& c, const WriteFailed& event) {
  const bool ours = std::any_of(writes_.begin(), writes_.end(), [&](const PendingWrite& write) {
    return write.token == event.token.value;
  });
  if (ours && MUTANT(failed_is_written)) return handle(c, Written{event.token});
  if (ours) disk_failed(c, event);
}

/// Nothing more is acknowledged; the others go on without this server until its disk works again.
void Server::disk_failed(Context& c, const WriteFailed& failed) {
  writes_.clear();
  timers_.set(Timer::disk, c.now + disk_retry_every);
  if (!trouble_.empty()) return;
  const char* advice =
      failed.trouble == DiskTrouble::full      ? "make room on the disk of the data directory"
      : failed.trouble == DiskTrouble::corrupt ? "move the data directory aside and start again"
      : failed.trouble == DiskTrouble::slow
          ? "see what else the disk of the data directory is busy with, and whether it fails"
          : "check the disk of the data directory";
  // However much the disk has to say, there is room for what to do about it.
  const std::size_t room = limits::detail_bytes_max - std::string_view(advice).size() - 2;
  trouble_ = cut_text(failed.reason, room) + "; " + advice;
  c.effects.mark(Mark::disk_failed);
  c.effects.note(DiskFailed{failed.trouble, failed.reason});
  detach_all(c, DetachReason::disk_failed);
  acks_.clear();
  receipts_.clear();
  if (in_view())
    for (const Member& member : view_.members)
      if (member.id != self_.id && (leading() != nullptr || member.id == view_.id.leader))
        send(c, member, Leave{view_.id});
  look(c);
  timers_.clear(Timer::probe);
  timers_.clear(Timer::look);
}

void Server::disk_timer(Context& c) {
  if (trouble_.empty()) return watch_disk(c);
  try_disk_again(c);
}

/// A disk that takes a write and says nothing holds up everybody who waits for this server. A
/// process that was stopped for a while looks once when it goes on, and again after that.
void Server::watch_disk(Context& c) {
  if (writes_.empty()) return;
  const std::uint64_t token = writes_.front().token;
  if (std::exchange(slow_token_, token) != token) slow_looks_ = 0;
  timers_.set(Timer::disk, c.now + config_.disk_patience / slow_looks);
  if (++slow_looks_ <= slow_looks) return;
  c.effects.mark(Mark::disk_slow);
  disk_failed(c, {Token{token}, DiskTrouble::slow,
                  "a write has taken more than " +
                      std::to_string(config_.disk_patience.us / 1'000'000) + " s"});
}

/// Tries to write everything that is not durable yet.
void Server::try_disk_again(Context& c) {
  if (!writes_.empty()) return;
  timers_.set(Timer::disk, c.now + disk_retry_every);
  PendingWrite write{++token_, {}, {}};
  std::vector<SharedEntry> entries = history_.not_durable();
  for (const SharedEntry& entry : entries) write.makes_durable.advance(entry->id);
  writes_.push_back(std::move(write));
  to_write_.clear();
  c.effects.add(Write{Token{token_}, std::move(entries)});
}

}  // namespace peal
