// The window of submissions: batching, repeating, and verdicts.
#include "core/client_outbox.hpp"

#include <algorithm>
#include <utility>

#include "core/entry.hpp"
#include "core/limits.hpp"
#include "core/mutant.hpp"

namespace peal {
namespace {

constexpr Duration again_min = milliseconds(20);
constexpr Duration again_first_max = milliseconds(100);
constexpr Duration again_max = milliseconds(500);
constexpr Duration later_min = milliseconds(20);
constexpr Duration later_max = seconds(1);

// Upper bounds of the encoded size of a Submit without its items, and of an item without its body.
constexpr std::size_t submit_bytes = 64 + 19 * written_pairs_max;
constexpr std::size_t item_bytes = 16;

Duration doubled(Duration first, std::uint32_t times, Duration most) {
  return std::min(first * (std::int64_t{1} << std::min(times, 16U)), most);
}

}  // namespace

bool ClientOutbox::say(Instant now, Ticket ticket, Body body) {
  if (items_.size() >= limits::client_window + limits::client_queue_max) return false;
  Item item{.ticket = ticket, .body = std::move(body), .due = now};
  Entry written;
  written.body = item.body;
  item.body_digest = digest_of(written);
  items_.emplace_hint(items_.end(), next_++, std::move(item));
  return true;
}

std::uint64_t ClientOutbox::window_end() const {
  return items_.empty() ? next_ : items_.begin()->first + limits::client_window;
}

void ClientOutbox::send_due(Instant now, Hlc latest, const std::vector<EntryId>& seen,
                            const Endpoint& home, ClientEffects& effects) {
  Submit batch;
  std::size_t bytes = submit_bytes;
  const auto flush = [&] {
    if (batch.items.empty()) return;
    batch.oldest = items_.begin()->first;
    batch.hlc = latest;
    batch.seen = seen;
    effects.send(home, std::exchange(batch, {}));
    bytes = submit_bytes;
  };
  const auto end = items_.lower_bound(window_end());
  for (auto it = items_.begin(); it != end; ++it) {
    auto& [n, item] = *it;
    if (item.told.index() != 0 || item.due > now) continue;
    if (MUTANT(forget_last_again) && item.tries > 0 && std::next(it) == end) continue;
    const std::size_t more = item_bytes + encoded_bytes_max(item.body);
    if (bytes + more > limits::batch_bytes) flush();
    bytes += more;
    batch.items.push_back({n, item.body});
    if (!item.asked) item.asked = now;
    ++item.tries;
    item.due = now + patience(item);
  }
  flush();
}

Duration ClientOutbox::patience(const Item& item) const {
  return doubled(verdict_trip_.timeout(again_min, again_first_max), item.tries - 1, again_max);
}

void ClientOutbox::start_over(Instant now) {
  const auto end = items_.lower_bound(window_end());
  for (auto it = items_.begin(); it != end; ++it) {
    it->second.due = now;
    it->second.asked.reset();
    it->second.tries = 0;
    it->second.refusals = 0;
  }
}

void ClientOutbox::take(Instant now, const Receipt& receipt, ClientEffects& effects) {
  const auto it = items_.find(receipt.n);
  if (it == items_.end() || it->second.told.index() != 0) return;  // Told already, or never said.
  Item& item = it->second;
  if (item.tries == 0 && receipt.n >= window_end()) return;  // Never sent.
  if (std::holds_alternative<Later>(receipt.verdict)) {
    item.due = now + doubled(later_min, item.refusals++, later_max);
    item.asked.reset();
    item.tries = 0;
    refused_ = true;
    if (!std::exchange(item.said_waiting, true)) effects.add(Waiting{item.ticket});
    return;
  }
  hurry_refused(now);
  if (item.tries == 1 && item.asked) verdict_trip_.sample(now - *item.asked);
  if (const auto* accepted = std::get_if<Accepted>(&receipt.verdict)) {
    item.told = *accepted;
  } else {
    item.told = std::get<Refusal>(receipt.verdict);
  }
  tell_in_order(effects);
}

/// A verdict shows that the queues move again: what was put off need not wait for all of its time.
void ClientOutbox::hurry_refused(Instant now) {
  if (!std::exchange(refused_, false)) return;
  const auto end = items_.lower_bound(window_end());
  for (auto it = items_.begin(); it != end; ++it) {
    Item& item = it->second;
    if (item.refusals == 0 || item.told.index() != 0) continue;
    item.refusals = 0;
    item.due = std::min(item.due, now + later_min);
  }
}

void ClientOutbox::tell_in_order(ClientEffects& effects) {
  while (!items_.empty() && items_.begin()->second.told.index() != 0) {
    const auto first = items_.begin();
    tell(first->first, first->second, effects);
    items_.erase(first);
  }
}

void ClientOutbox::tell(std::uint64_t n, const Item& item, ClientEffects& effects) const {
  const MessageId message{session_, n};
  if (const auto* accepted = std::get_if<Accepted>(&item.told)) {
    effects.add(Acknowledged{item.ticket, message, *accepted});
  } else {
    const auto& refusal = std::get<Refusal>(item.told);
    effects.add(Rejected{item.ticket, message, refusal.reason, refusal.detail});
  }
}

Instant ClientOutbox::next_deadline() const {
  Instant next = never;
  const auto end = items_.lower_bound(window_end());
  for (auto it = items_.begin(); it != end; ++it)
    if (it->second.told.index() == 0) next = std::min(next, it->second.due);
  return next;
}

Instant ClientOutbox::waiting_since() const {
  Instant since = never;
  const auto end = items_.lower_bound(window_end());
  for (auto it = items_.begin(); it != end; ++it)
    if (it->second.told.index() == 0 && it->second.asked)
      since = std::min(since, *it->second.asked);
  return since;
}

void ClientOutbox::mix_into(Hasher& hasher, Instant now) const {
  const auto relative = [now](Instant at) { return static_cast<std::uint64_t>((at - now).us); };
  hasher.add(next_).add(items_.size()).add(refused_ ? 1 : 0);
  for (const auto& [n, item] : items_) {
    hasher.add(n).add(item.ticket.value).add(item.body_digest.high).add(item.told.index());
    hasher.add(relative(std::max(item.due, now)));  // Since when it waits does not matter.
    hasher.add(item.asked ? relative(*item.asked) : 1);
    hasher.add(item.tries).add(item.refusals).add(item.said_waiting ? 1 : 0);
    if (const auto* accepted = std::get_if<Accepted>(&item.told))
      hasher.add(accepted->hlc.value).add(accepted->copies).add(accepted->entry.seq);
    if (const auto* refusal = std::get_if<Refusal>(&item.told))
      hasher.add(static_cast<std::uint64_t>(refusal->reason)).add(refusal->detail);
  }
  verdict_trip_.mix_into(hasher);
}

}  // namespace peal
