// Submissions: from a client to its home, on to the leader, into the log, and the verdict back.
#include <algorithm>
#include <iterator>

#include "core/limits.hpp"
#include "core/mutant.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

constexpr std::size_t receipts_per_message = 20;

}  // namespace

// --- At home
// ----------------------------------------------------------------------------------------------------

void Server::on(Context& c, const From& from, const Submit& submit) {
  HomeSession* session = session_of(from);
  if (session == nullptr) {
    c.effects.send(from.at, Detached{refuses_sessions().value_or(DetachReason::unknown_session)});
    return;
  }
  session->hlc = std::max(session->hlc, submit.hlc);
  session->oldest = std::max(session->oldest, submit.oldest);
  for (const EntryId pair : submit.seen)
    if (!order_.released().covers(pair)) session->seen_elsewhere.advance(pair);
  waiting_total_ -= session->waiting.size();
  std::erase_if(session->waiting, [&](const auto& item) { return item.first < session->oldest; });
  waiting_total_ += session->waiting.size();
  std::vector<Submission> items;
  for (const Submission& item : submit.items) {
    if (item.n < session->oldest) continue;
    if (!session->waiting.contains(item.n) && !make_room(from.who.session(), *session, item.n)) {
      c.effects.mark(Mark::submission_busy);
      tell(ServerId{}, {from.who.session(), item.n}, Later{});
      continue;
    }
    if (session->waiting.emplace(item.n, item).second) ++waiting_total_;
    items.push_back(item);
  }
  forward(c, from.who.session(), *session, items);
}

/// Whether a session may have one more submission waiting here. However full this home is, each
/// session has room for one, and an earlier message takes the place of a later one: nothing is
/// written before it, so the later ones could else keep out the very one that they wait for.
bool Server::make_room(SessionId id, HomeSession& session, std::uint64_t n) {
  auto& waiting = session.waiting;
  if (waiting.empty()) return true;
  if (waiting.size() < limits::client_window && waiting_total_ < config_.home_queue_max)
    return true;
  const auto last = std::prev(waiting.end());
  if (last->first < n) return false;
  tell(ServerId{}, {id, last->first}, Later{});
  waiting.erase(last);
  --waiting_total_;
  return true;
}

/// Passes submissions on to the leader, or takes them in when that is this server. Without a leader
/// they wait.
void Server::forward(Context& c, SessionId id, const HomeSession& session,
                     const std::vector<Submission>& items) {
  const bool lead = leading() != nullptr;
  if (items.empty() || (!lead && (following() == nullptr || suspected_.contains(view_.id.leader))))
    return;
  Forward forward{id, session.user, session.oldest, session.hlc, seen_beyond_leader(session), {}};
  std::size_t bytes = limits::batch_bytes;
  for (const Submission& item : items) {
    bytes += encoded_bytes_max(item.body);
    if (bytes > limits::batch_bytes / 2 && !forward.items.empty()) {
      pass_on(c, forward);
      forward.items.clear();
    }
    if (forward.items.empty()) bytes = encoded_bytes_max(item.body);
    forward.items.push_back(item);
  }
  pass_on(c, forward);
}

void Server::pass_on(Context& c, const Forward& forward) {
  if (leading() != nullptr) {
    accept(c, ServerId{}, forward);
  } else {
    send(c, *leader_member(), forward);
  }
}

/// Everything without a verdict, once more: the leader changed.
void Server::forward_all(Context& c) {
  for (const auto& [id, session] : sessions_) {
    std::vector<Submission> items;
    for (const auto& [n, submission] : session.waiting) items.push_back(submission);
    forward(c, id, session, items);
  }
}

/// What the author has seen and the leader may lack, as far as one message carries it.
std::vector<EntryId> Server::seen_beyond_leader(const HomeSession& session) const {
  const auto* f = std::get_if<Following>(&role_);
  if (f == nullptr)
    return {session.seen_elsewhere.pairs().begin(), session.seen_elsewhere.pairs().end()};
  VersionVector seen = session.seen_elsewhere;
  if (!f->leader_has.covers(order_.released())) seen.merge(order_.released());
  return seen.beyond(f->leader_has);
}

void Server::on(Context& c, const From& /*from*/, const Forwarded& forwarded) {
  give_verdicts(forwarded.session, forwarded.receipts, c);
}

void Server::give_verdicts(SessionId id, const std::vector<Receipt>& receipts, Context& c) {
  const auto it = sessions_.find(id);
  if (it == sessions_.end()) return;
  for (const Receipt& receipt : receipts) waiting_total_ -= it->second.waiting.erase(receipt.n);
  c.effects.send(it->second.at, Submitted{receipts});
}

// --- At the leader
// ----------------------------------------------------------------------------------------------

void Server::on(Context& c, const From& from, const Forward& forward) {
  // Not the leader (any longer): the home hears of the new view and forwards again.
  if (leading() == nullptr || !is_member(from.who)) return count("forward to no leader");
  accept(c, from.who.server, forward);
}

void Server::accept(Context& c, ServerId home, const Forward& forward) {
  if (!leading()->serving) {
    if (early_forwards_.size() < config_.home_queue_max)
      early_forwards_.emplace_back(home, forward);
    return;
  }
  if (!history_.sessions().knows(forward.session)) return look_up(c, home, forward);
  for (const Submission& submission : forward.items) {
    consider(c, home, forward, submission);
    // What waited behind it has its turn now.
    for (std::uint64_t n = submission.n + 1;; ++n) {
      auto stashed = submissions_.unstash({forward.session, n});
      if (!stashed) break;
      const Forward behind{forward.session, stashed->author, forward.oldest,
                           stashed->hlc,    stashed->seen,   {}};
      consider(c, stashed->home, behind, stashed->submission);
    }
  }
}

/// One submission in its turn: known already, refused, so already, or a new entry.
void Server::consider(Context& c, ServerId home, const Forward& forward,
                      const Submission& submission) {
  const MessageId message{forward.session, submission.n};
  if (history_.sessions().has(message) && !MUTANT(write_twice)) {
    c.effects.mark(Mark::duplicate_submission);
    return known_already(home, message);
  }
  const std::uint64_t last = history_.sessions().last_of(forward.session);
  if (submission.n < last && !MUTANT(write_out_of_turn) && !MUTANT(write_twice))
    return consider_late(c, home, message, forward, submission);
  if (submission.n > std::max(last, submissions_.judged(forward.session)) + 1 &&
      submission.n > forward.oldest && !MUTANT(write_out_of_turn)) {
    c.effects.mark(Mark::submission_stashed);
    submissions_.stash(message, {home, forward.author, forward.hlc, forward.seen, submission});
    return;
  }
  if (submissions_.waiting() >= config_.unstable_entries_max) {
    c.effects.mark(Mark::submission_busy);
    return tell(home, message, Later{});
  }
  const ChatState::Judgement judgement = judge(forward, submission);
  if (const auto* refusal = std::get_if<Refusal>(&judgement)) {
    submissions_.set_judged(message);
    return tell(home, message, *refusal);
  }
  // It is so already, on a majority's disks: nothing to write. Not yet stable: one more entry does
  // no harm.
  const LogId own = log_of(self_.incarnation);
  if (std::holds_alternative<ChatState::AlreadySo>(judgement) &&
      stable_.covers({own, history_.held().at(own)})) {
    submissions_.set_judged(message);
    const auto copies = static_cast<std::uint32_t>(majority(view_.members.size()));
    return tell(home, message, Accepted{{}, history_.clock().last(), copies, view_.id});
  }
  append(c, home, forward, submission);
}

/// As far as memory goes: such an entry has no effect anyway, but its author should be told.
bool Server::amends_a_post_of_others(const Body& body, UserId author) const {
  const MessageId* post = nullptr;
  if (const auto* edit = std::get_if<EditPost>(&body)) post = &edit->post;
  if (const auto* removal = std::get_if<DeletePost>(&body)) post = &removal->post;
  const EntryKey* key = post != nullptr ? history_.key_of(*post) : nullptr;
  const SharedEntry* entry = key != nullptr ? history_.find(key->id) : nullptr;
  return entry != nullptr && (*entry)->author != author;
}

/// What its author said on the other side of a split may be missing here: no word that somebody is
/// not registered, or not in a room, or that something is so already, while it is.
ChatState::Judgement Server::judge(const Forward& forward, const Submission& submission) const {
  auto judgement = history_.chat().judge(submission.body, forward.author);
  if (amends_a_post_of_others(submission.body, forward.author))
    return Refusal{RejectReason::not_yours, "that message is somebody else's"};
  if (std::holds_alternative<ChatState::Fine>(judgement)) return judgement;
  const auto* refusal = std::get_if<Refusal>(&judgement);
  if (refusal != nullptr && !rests_on_absence(refusal->reason)) return judgement;
  if (!history_.held().covers(VersionVector(forward.seen))) return ChatState::Fine{};
  return judgement;
}

/// A later message of the session is in history and this one is not: then it was refused or changed
/// nothing when its turn was, or it is in an entry that we lack. The latter must not be written
/// again after its successors, whose entry depends on it, then: so long as that is held up, a
/// missing entry may still come, and the client asks again.
void Server::consider_late(Context& c, ServerId home, MessageId message, const Forward& forward,
                           const Submission& submission) {
  const EntryKey* successor = history_.successor_of(message);
  if (successor != nullptr && !order_.released().covers(successor->id)) return;
  c.effects.mark(Mark::submission_out_of_order);
  const ChatState::Judgement judgement = judge(forward, submission);
  if (const auto* refusal = std::get_if<Refusal>(&judgement)) return tell(home, message, *refusal);
  if (std::holds_alternative<ChatState::AlreadySo>(judgement)) {
    const auto copies = static_cast<std::uint32_t>(majority(view_.members.size()));
    return tell(home, message, Accepted{{}, history_.clock().last(), copies, view_.id});
  }
  tell(home, message,
       Refusal{RejectReason::out_of_order, "a later message was written first; send it again"});
}

/// What an author saw must be sorted before what it says then. Of an entry that is here, the clock
/// knows already. One that is not, on the other side of a split, may be stamped by a clock that is
/// far ahead, and is followed so far. Who names no such entry and speaks of the far future all the
/// same is wrong or lies.
void Server::follow_author(const Forward& forward, WallTime wall) {
  if (MUTANT(clock_follows_nobody)) return;
  const bool saw_more = std::ranges::any_of(
      forward.seen, [&](EntryId pair) { return !history_.held().covers(pair); });
  if (saw_more) return history_.clock().saw(forward.hlc);
  if (!history_.clock().saw_claim(forward.hlc, wall)) count("clocks of authors refused");
}

void Server::append(Context& c, ServerId home, const Forward& forward,
                    const Submission& submission) {
  const LogId own = log_of(self_.incarnation);
  VersionVector deps;
  if (own_deps_stale_) {
    for (const EntryId pair : history_.held().beyond(own_deps_))
      if (pair.log != own) deps.advance(pair);
    own_deps_stale_ = false;
  }
  for (const EntryId pair : forward.seen)
    if (pair.log != own && !own_deps_.covers(pair)) deps.advance(pair);
  own_deps_.merge(deps);

  const WallTime wall = clock_.time(c.wall);
  follow_author(forward, wall);
  Entry entry;
  entry.id = {own, history_.held().at(own) + 1};
  entry.hlc = history_.clock().tick(wall);
  entry.ahead_ms = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, entry.hlc.wall().ms - std::max<std::int64_t>(0, wall.ms)));
  if (!MUTANT(no_deps)) entry.deps.assign(deps.pairs().begin(), deps.pairs().end());
  entry.message = {forward.session, submission.n};
  entry.author = forward.author;
  entry.body = submission.body;
  const SharedEntry shared(std::move(entry));
  std::vector<SharedEntry> news;
  history_.add(shared, news);
  to_write_.push_back(shared);
  push_changed_ = true;
  if (MUTANT(acknowledge_at_once)) return tell(home, shared->message, accepted(shared->key()));
  submissions_.wait(shared->id, {home, shared->message, shared->hlc});
}

/// The message is in history: its verdict is due as soon as enough members of this view have it on
/// disk.
void Server::known_already(ServerId home, MessageId message) {
  const EntryKey* key = history_.key_of(message);
  if (key == nullptr) {
    // So old that it left memory: everything that did is stable.
    const auto copies = static_cast<std::uint32_t>(majority(view_.members.size()));
    return tell(home, message, Accepted{{}, {}, copies, view_.id});
  }
  if (history_.durable().covers(key->id) &&
      copies_.count(key->id) >= majority(view_.members.size()))
    return tell(home, message, accepted(*key));
  submissions_.wait(key->id, {home, message, key->hlc});
}

Accepted Server::accepted(EntryKey key) const {
  return {key.id, key.hlc, copies_.count(key.id), view_.id};
}

void Server::tell(ServerId home, MessageId message, Verdict verdict) {
  receipts_[{home, message.session}].push_back({message.n, std::move(verdict)});
}

void Server::flush_receipts(Context& c) {
  if (receipts_.empty()) return;
  for (const auto& [key, all] : receipts_) {
    const Peer* peer = key.home ? peers_.find(key.home) : nullptr;
    for (std::size_t first = 0; first < all.size(); first += receipts_per_message) {
      const auto last = std::min(all.size(), first + receipts_per_message);
      const std::vector<Receipt> part(all.begin() + static_cast<std::ptrdiff_t>(first),
                                      all.begin() + static_cast<std::ptrdiff_t>(last));
      if (!key.home) {
        give_verdicts(key.session, part, c);
      } else if (peer != nullptr && peer->heard_at) {
        c.effects.send(peer->heard_at, Forwarded{key.session, part});
      }
    }
  }
  receipts_.clear();
}

}  // namespace peal
