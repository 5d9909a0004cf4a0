// Order and exactly-once on the client's side of a delivery.
#include "core/client_inbox.hpp"

#include <algorithm>
#include <utility>

#include "core/limits.hpp"

namespace peal {
namespace {

Digest digest_of_ranges(SessionId session, const Ranges& ranges, std::uint64_t last_used) {
  Hasher hasher(session.value);
  hasher.add(last_used).add(ranges.size());
  for (const auto& [first, last] : ranges) hasher.add(first).add(last);
  return hasher.digest();
}

void mix(Hasher& hasher, const Deliver& deliver) {
  hasher.add(deliver.cursor.size()).add(deliver.items.size());
  for (const EntryId pair : deliver.cursor) hasher.add(pair.log.value).add(pair.seq);
  for (const Delivery& item : deliver.items)
    hasher.add(item.id.log.value).add(item.id.seq).add(item.hlc.value).add(item.gap);
}

}  // namespace

bool ClientInbox::start(std::uint64_t attachment, const VersionVector& start) {
  const bool resumes = started();
  const bool beyond = cursor_.merge(start);
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
  for (const EntryId pair : deliver.cursor) cursor_.advance(pair);
  for (const Delivery& item : deliver.items) {
    latest_ = std::max(latest_, item.hlc);
    if (!first_sight(item.message)) {
      hidden_gap_ += item.gap;
      continue;
    }
    Delivery shown = item;
    shown.gap += std::exchange(hidden_gap_, 0);
    effects.add(Arrived{std::move(shown)});
  }
}

bool ClientInbox::first_sight(const MessageId& message) {
  auto it = shown_.find(message.session);
  if (it == shown_.end()) {
    if (shown_.size() >= limits::client_authors_max) forget_one_author();
    it = shown_.try_emplace(message.session).first;
  }
  Shown& shown = it->second;
  if (in_ranges(shown.numbers, message.n)) return false;
  const Digest before = shown.numbers.empty()
                            ? Digest{}
                            : digest_of_ranges(message.session, shown.numbers, shown.last_used);
  add_to_ranges(shown.numbers, message.n);
  if (shown.numbers.size() > limits::client_author_ranges_max)
    shown.numbers.erase(shown.numbers.begin());
  shown.last_used = ++uses_;
  const Digest after = digest_of_ranges(message.session, shown.numbers, shown.last_used);
  shown_sum_.high += after.high - before.high;
  shown_sum_.low += after.low - before.low;
  return true;
}

void ClientInbox::forget_one_author() {
  const auto oldest = std::ranges::min_element(
      shown_, {}, [](const auto& author) { return author.second.last_used; });
  const Digest before =
      digest_of_ranges(oldest->first, oldest->second.numbers, oldest->second.last_used);
  shown_sum_.high -= before.high;
  shown_sum_.low -= before.low;
  shown_.erase(oldest);
}

void ClientInbox::mix_into(Hasher& hasher) const {
  hasher.add(attachment_).add(taken_).add(early_.size());
  for (const auto& [n, deliver] : early_) {
    hasher.add(n);
    mix(hasher, deliver);
  }
  cursor_.mix_into(hasher);
  hasher.add(latest_.value).add(uses_).add(hidden_gap_).add(shown_sum_.high).add(shown_sum_.low);
}

}  // namespace peal
