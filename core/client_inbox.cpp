// Order and exactly-once on the client's side of a delivery.
#include "core/client_inbox.hpp"

#include <algorithm>
#include <utility>

#include "core/limits.hpp"
#include "core/mutant.hpp"

namespace peal {
namespace {

Digest digest_of_range(SessionId session, std::uint64_t first, std::uint64_t last) {
  return Hasher(session.value).add(first).add(last).digest();
}

Digest digest_of_use(SessionId session, std::uint64_t last_used) {
  return Hasher(session.value).add(last_used).digest();
}

/// The sum of the digests of the ranges that hold or touch n, which are those that adding n
/// changes.
Digest sum_near(SessionId session, const Ranges& ranges, std::uint64_t n) {
  Digest sum;
  for (auto it = ranges.upper_bound(n + 1); it != ranges.begin();) {
    --it;
    if (it->second + 1 < n) break;
    sum += digest_of_range(session, it->first, it->second);
  }
  return sum;
}

void mix(Hasher& hasher, const Deliver& deliver) {
  hasher.add(deliver.cursor.size()).add(deliver.items.size()).add(deliver.direct ? 1 : 0);
  for (const EntryId pair : deliver.cursor) hasher.add(pair.log.value).add(pair.seq);
  for (const Delivery& item : deliver.items)
    hasher.add(item.id.log.value).add(item.id.seq).add(item.hlc.value).add(item.gap);
}

}  // namespace

bool ClientInbox::start(std::uint64_t attachment, const VersionVector& start) {
  const bool resumes = started();
  const bool beyond = cursor_.merge(start);
  home_cursor_ = cursor_;
  direct_ = false;
  attachment_ = attachment;
  taken_ = 0;
  early_.clear();
  hidden_gap_ = 0;  // The new home tells of what is missing there.
  return resumes && beyond;
}

bool ClientInbox::take(const Deliver& deliver, ClientEffects& effects) {
  if (!started() || deliver.attachment != attachment_) return false;
  if (deliver.n <= taken_) return true;  // A repetition: its acknowledgement was lost.
  if (deliver.n > taken_ + 1) {
    if (deliver.n <= taken_ + limits::delivery_window) early_.emplace(deliver.n, deliver);
    return true;
  }
  show(deliver, effects);
  for (auto next = early_.begin(); next != early_.end() && next->first == taken_ + 1;
       next = early_.erase(next))
    show(next->second, effects);
  return true;
}

void ClientInbox::show(const Deliver& deliver, ClientEffects& effects) {
  taken_ = deliver.n;
  direct_ = deliver.direct;
  for (const Delivery& item : deliver.items) {
    // Shown already, when a group brought it.
    if (cursor_.covers(item.id)) {
      hidden_gap_ += item.gap;
    } else {
      show(item, effects);
    }
  }
  for (const EntryId pair : deliver.cursor) {
    cursor_.advance(pair);
    home_cursor_.advance(pair);
  }
}

void ClientInbox::show(const Delivery& item, ClientEffects& effects) {
  latest_ = std::max(latest_, item.hlc);
  if (!first_sight(item.message)) {
    hidden_gap_ += item.gap;
    return;
  }
  Delivery shown = item;
  shown.gap += std::exchange(hidden_gap_, 0);
  effects.add(Arrived{std::move(shown)});
}

bool ClientInbox::is_next(const GroupPost& post) const {
  const EntryId id = post.delivery.id;
  return direct_ && cursor_.at(id.log) + 1 == id.seq &&
         std::ranges::all_of(post.deps, [&](EntryId dep) { return cursor_.covers(dep); });
}

void ClientInbox::show(const GroupPost& post, ClientEffects& effects) {
  cursor_.advance(post.delivery.id);
  show(post.delivery, effects);
  effects.add(Mark::group_post_shown);
}

bool ClientInbox::first_sight(const MessageId& message) {
  if (MUTANT(show_by_entry)) return true;
  auto it = shown_.find(message.session);
  if (it == shown_.end()) {
    if (shown_.size() >= limits::client_authors_max) forget_one_author();
    it = shown_.try_emplace(message.session).first;
  }
  Shown& shown = it->second;
  if (in_ranges(shown.numbers, message.n)) return false;
  if (!shown.numbers.empty()) shown_sum_ -= digest_of_use(message.session, shown.last_used);
  shown_sum_ -= sum_near(message.session, shown.numbers, message.n);
  add_to_ranges(shown.numbers, message.n);
  shown_sum_ += sum_near(message.session, shown.numbers, message.n);
  if (shown.numbers.size() > limits::client_author_ranges_max) {
    const auto [first, last] = *shown.numbers.begin();
    shown_sum_ -= digest_of_range(message.session, first, last);
    shown.numbers.erase(shown.numbers.begin());
  }
  shown.last_used = ++uses_;
  shown_sum_ += digest_of_use(message.session, shown.last_used);
  return true;
}

void ClientInbox::forget_one_author() {
  const auto oldest = std::ranges::min_element(
      shown_, {}, [](const auto& author) { return author.second.last_used; });
  const auto& [session, author] = *oldest;
  shown_sum_ -= digest_of_use(session, author.last_used);
  for (const auto& [first, last] : author.numbers)
    shown_sum_ -= digest_of_range(session, first, last);
  shown_.erase(oldest);
}

void ClientInbox::mix_into(Hasher& hasher) const {
  hasher.add(attachment_).add(taken_).add(early_.size());
  for (const auto& [n, deliver] : early_) {
    hasher.add(n);
    mix(hasher, deliver);
  }
  cursor_.mix_into(hasher);
  home_cursor_.mix_into(hasher);
  hasher.add(direct_ ? 1 : 0);
  hasher.add(latest_.value).add(uses_).add(hidden_gap_).add(shown_sum_.high).add(shown_sum_.low);
}

}  // namespace peal
