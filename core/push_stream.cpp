// Batching, pushing, acknowledging and repeating entries.
#include "core/push_stream.hpp"

#include <algorithm>

#include "core/limits.hpp"

namespace peal {
namespace {

constexpr std::uint64_t reordering_max = 3;  // As in RFC 9002, section 6.1.1.
constexpr std::size_t push_overhead_bytes = 160;

}  // namespace

void PushStream::peer_has(const VersionVector& held) {
  if (idle()) {
    sent_ = held;
  } else {
    sent_.merge(held);
  }
}

const SharedEntry* PushStream::lookup(EntryId id, const History& history) const {
  if (const SharedEntry* entry = history.find(id)) return entry;
  for (const SharedEntry& entry : loaded_)
    if (entry->id == id) return &entry;
  return nullptr;
}

PushStream::Took PushStream::take(Span& span, const History& history,
                                  const std::set<EntryId>& damaged, Batch& batch) {
  const std::uint64_t first = span.first;
  Took took = Took::all;
  for (; span.first <= span.last; ++span.first) {
    const SharedEntry* entry = lookup({span.log, span.first}, history);
    if (entry == nullptr) {
      const EntryId id{span.log, span.first};
      if (!damaged.contains(id)) blocked_on_ = id;
      took = Took::missing;
      break;
    }
    const std::size_t bytes = encoded_bytes_max(**entry);
    const bool fits = batch.bytes + bytes <= limits::batch_bytes &&
                      batch.push.entries.size() < limits::batch_items_max;
    if (!fits && !batch.push.entries.empty()) {
      took = Took::full;
      break;
    }
    batch.push.entries.push_back(*entry);
    batch.bytes += bytes;
  }
  if (span.first > first) batch.spans.push_back({span.log, first, span.first - 1});
  return took;
}

std::optional<Push> PushStream::next(const History& history, const std::set<EntryId>& damaged,
                                     Instant now) {
  blocked_on_.reset();
  if (bytes_in_flight_ >= window_) return std::nullopt;
  Batch batch;
  batch.bytes = push_overhead_bytes;
  bool full = false;
  while (!again_.empty() && !full) {
    const Took took = take(again_.front(), history, damaged, batch);
    if (took == Took::all) {
      again_.erase(again_.begin());
    } else {
      full = took == Took::full;
      break;
    }
  }
  const bool repeats = !batch.push.entries.empty();
  std::vector<Span> fresh;
  for (const EntryId goal : goal_.pairs()) {
    if (full) break;
    const std::uint64_t upto = std::min(goal.seq, history.held().at(goal.log));
    Span span{goal.log, sent_.at(goal.log) + 1, upto};
    if (span.first > upto) continue;
    const std::uint64_t first = span.first;
    full = take(span, history, damaged, batch) == Took::full;
    if (span.first > first) fresh.push_back({goal.log, first, span.first - 1});
  }
  if (batch.push.entries.empty()) return std::nullopt;
  if (!full && !repeats && in_flight_.size() >= eager_pushes) return std::nullopt;
  for (const Span& span : fresh) sent_.advance({span.log, span.last});
  batch.push.n = ++n_;
  bytes_in_flight_ += batch.bytes;
  in_flight_.push_back({n_, now, batch.bytes, std::move(batch.spans)});
  if (!loaded_.empty()) {
    std::erase_if(loaded_, [&](const SharedEntry& entry) {
      const auto needed = [&](const Span& span) {
        return span.log == entry->id.log && span.first <= entry->id.seq;
      };
      return sent_.covers(entry->id) && std::none_of(again_.begin(), again_.end(), needed);
    });
  }
  return std::move(batch.push);
}

void PushStream::loaded(std::vector<SharedEntry> entries) {
  loaded_ = std::move(entries);
  blocked_on_.reset();
}

void PushStream::acknowledged(const std::vector<PushRange>& received, Instant now) {
  bool any = false;
  std::size_t bytes = 0;
  std::optional<Instant> latest;
  std::erase_if(in_flight_, [&](const InFlight& push) {
    const auto in = [&](const PushRange& range) {
      return range.first <= push.n && push.n <= range.last;
    };
    if (std::none_of(received.begin(), received.end(), in)) return false;
    any = true;
    bytes += push.bytes;
    highest_acknowledged_ = std::max(highest_acknowledged_, push.n);
    latest = push.sent;
    return true;
  });
  if (!any) return;
  bytes_in_flight_ -= bytes;
  round_trip_.sample(now - *latest);
  backoff_ = 0;
  window_ += slow_start_ ? bytes : std::max<std::size_t>(1, 1'280 * bytes / window_);
  window_ = std::min(window_, window_bytes_max);
  bool lost = false;
  while (!in_flight_.empty() && in_flight_.front().n + reordering_max < highest_acknowledged_) {
    lost = true;
    lose(in_flight_.front());
    in_flight_.pop_front();
  }
  if (lost) shrink_window(now);
}

void PushStream::lose(const InFlight& push) {
  ++lost_;
  bytes_in_flight_ -= push.bytes;
  again_.insert(again_.end(), push.spans.begin(), push.spans.end());
}

void PushStream::shrink_window(Instant /*now*/) {
  if (highest_acknowledged_ < recover_until_) return;
  recover_until_ = n_;
  slow_start_ = false;
  window_ = std::max(window_bytes_min, window_ / 2);
}

Duration PushStream::timeout() const {
  return round_trip_.timeout(milliseconds(20), milliseconds(500)) *
         (std::int64_t{1} << std::min(backoff_, 5U));
}

bool PushStream::tick(Instant now) {
  if (in_flight_.empty() || now < deadline()) return false;
  // The oldest waited too long: all of its age are lost, and the window starts small again.
  const Instant old = in_flight_.front().sent;
  while (!in_flight_.empty() && in_flight_.front().sent <= old) {
    lose(in_flight_.front());
    in_flight_.pop_front();
  }
  shrink_window(now);
  if (++backoff_ > 1) window_ = window_bytes_min;
  return true;
}

Instant PushStream::deadline() const {
  return in_flight_.empty() ? never : in_flight_.front().sent + timeout();
}

void PushStream::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(peer_.value)
      .add(n_)
      .add(highest_acknowledged_)
      .add(window_)
      .add(bytes_in_flight_)
      .add(backoff_);
  hasher.add(slow_start_ ? 1 : 0).add(recover_until_).add(loaded_.size());
  goal_.mix_into(hasher);
  sent_.mix_into(hasher);
  for (const Span& span : again_) hasher.add(span.log.value).add(span.first).add(span.last);
  for (const InFlight& push : in_flight_)
    hasher.add(push.n).add(static_cast<std::uint64_t>((now - push.sent).us));
  round_trip_.mix_into(hasher);
}

}  // namespace peal
