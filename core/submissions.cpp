// Waiters and the stash as ordered maps.
#include "core/submissions.hpp"

#include <algorithm>

#include "core/limits.hpp"

namespace peal {

std::vector<std::pair<EntryId, Waiter>> Submissions::take(EntryId upto) {
  const auto first = waiting_.lower_bound({upto.log, 0});
  const auto last = waiting_.upper_bound(upto);
  std::vector<std::pair<EntryId, Waiter>> taken(first, last);
  waiting_.erase(first, last);
  return taken;
}

bool Submissions::stash(MessageId message, Stashed stashed) {
  if (stash_.size() >= limits::unstable_entries_max && !stash_.contains(message)) return false;
  stash_.insert_or_assign(message, std::move(stashed));
  return true;
}

std::optional<Stashed> Submissions::unstash(MessageId message) {
  const auto it = stash_.find(message);
  if (it == stash_.end()) return std::nullopt;
  Stashed stashed = std::move(it->second);
  stash_.erase(it);
  return stashed;
}

void Submissions::hold(ServerId home, Forward forward) {
  held_[forward.session].emplace_back(home, std::move(forward));
  ++held_count_;
}

std::vector<std::pair<ServerId, Forward>> Submissions::take_held(SessionId session) {
  const auto it = held_.find(session);
  if (it == held_.end()) return {};
  auto forwards = std::move(it->second);
  held_.erase(it);
  held_count_ -= forwards.size();
  return forwards;
}

std::uint64_t Submissions::judged(SessionId session) const {
  const auto it = judged_.find(session);
  return it == judged_.end() ? 0 : it->second;
}

void Submissions::set_judged(MessageId message) {
  // Forgetting is harmless: the session then says by `oldest` what has its verdict.
  if (judged_.size() >= limits::sessions_max) judged_.erase(judged_.begin());
  std::uint64_t& n = judged_[message.session];
  n = std::max(n, message.n);
}

void Submissions::mix_into(Hasher& hasher) const {
  for (const auto& [entry, waiter] : waiting_)
    hasher.add(entry.log.value).add(entry.seq).add(waiter.home.value).add(waiter.message.n);
  for (const auto& [message, stashed] : stash_) hasher.add(message.session.value).add(message.n);
  for (const auto& [session, forwards] : held_)
    for (const auto& [home, forward] : forwards)
      for (const Submission& item : forward.items)
        hasher.add(session.value).add(home.value).add(item.n);
  for (const auto& [session, n] : judged_) hasher.add(session.value).add(n);
}

}  // namespace peal
