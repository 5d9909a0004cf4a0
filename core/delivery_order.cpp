// Releasing logs side by side until nothing more can go.
#include "core/delivery_order.hpp"

#include <algorithm>
#include <utility>

#include "core/mutant.hpp"

namespace peal {

std::vector<Release> DeliveryOrder::advance(Instant now, const History& history,
                                            const VersionVector& stable) {
  std::vector<Release> out;
  bool progress = true;
  while (progress) {
    progress = false;
    for (const EntryId end : stable.pairs()) {
      const std::uint64_t upto = std::min(end.seq, history.durable().at(end.log));
      if (upto > released_.at(end.log)) progress |= advance_log({end.log, upto}, now, history, out);
    }
  }
  return out;
}

bool DeliveryOrder::advance_log(EntryId upto, Instant now, const History& history,
                                std::vector<Release>& out) {
  bool progress = false;
  // What left memory was released by a former self or is of an age that nobody waits for; it is
  // read from disk.
  const std::uint64_t begin = history.memory_begin(upto.log);
  if (released_.at(upto.log) + 1 < begin)
    progress = released_.advance({upto.log, std::min(begin - 1, upto.seq)});
  for (std::uint64_t seq = released_.at(upto.log) + 1; seq <= upto.seq; ++seq) {
    const SharedEntry& entry = *history.find({upto.log, seq});
    const std::uint64_t gap = missing(*entry);
    if (gap != 0) {
      const Blocked& blocked = blocked_.try_emplace(upto.log, Blocked{now, upto.seq}).first->second;
      if (now < blocked.since + gap_wait_) return progress;
    }
    if (const auto it = blocked_.find(upto.log); it != blocked_.end() && seq == it->second.upto)
      blocked_.erase(it);
    Release release = release_of(entry);
    release.repeated = repeats(*entry, history, released_);
    released_.advance(entry->id);
    remember_missing(entry->id, release.missing);
    out.push_back(std::move(release));
    progress = true;
  }
  return progress;
}

void DeliveryOrder::remember_missing(EntryId id, const VersionVector& missing) {
  missing_.erase(id.log);
  if (missing.empty()) return;
  // Logs that went on without this entry lack what it lacks.
  for (auto& [log, behind] : missing_)
    if (behind.covers(id)) behind.merge(missing);
  missing_.emplace(id.log, missing);
}

VersionVector DeliveryOrder::missing_behind(const Entry& entry) const {
  if (missing_.empty() && entry.deps.empty()) return {};
  VersionVector all(entry.deps);
  const auto inherit = [&](LogId log) {
    if (const auto it = missing_.find(log); it != missing_.end()) all.merge(it->second);
  };
  inherit(entry.id.log);
  for (const EntryId dep : entry.deps) inherit(dep.log);
  return VersionVector(all.beyond(released_));
}

bool DeliveryOrder::repeats(const Entry& entry, const History& history,
                            const VersionVector& covered) {
  if (history.repeats_older(entry.id)) return true;
  return std::ranges::any_of(history.copies_of(entry.message), [&](const EntryKey& copy) {
    return copy.id != entry.id && covered.covers(copy.id);
  });
}

Release DeliveryOrder::release_of(const SharedEntry& entry) const {
  Release release{entry, 0, missing_behind(*entry)};
  if (MUTANT(no_gap_told)) return release;
  release.gap = release.missing.count_beyond(released_);
  return release;
}

bool DeliveryOrder::gaps_covered(const VersionVector& told) const {
  return std::ranges::all_of(missing_, [&](const auto& behind) {
    return told.covers(behind.second) ||
           told.covers(VersionVector(behind.second.beyond(released_)));
  });
}

std::uint64_t DeliveryOrder::missing(const Entry& entry) const {
  std::uint64_t count = 0;
  for (const EntryId dep : entry.deps) {
    const std::uint64_t have = released_.at(dep.log);
    if (have < dep.seq) count += dep.seq - have;
  }
  return count;
}

Instant DeliveryOrder::deadline() const {
  Instant at = never;
  for (const auto& [log, blocked] : blocked_) at = std::min(at, blocked.since + gap_wait_);
  return at;
}

void DeliveryOrder::mix_into(Hasher& hasher, Instant now) const {
  released_.mix_into(hasher);
  for (const auto& [log, upto] : missing_) {
    hasher.add(log.value);
    upto.mix_into(hasher);
  }
  for (const auto& [log, blocked] : blocked_)
    hasher.add(log.value)
        .add(static_cast<std::uint64_t>((now - blocked.since).us))
        .add(blocked.upto);
}

}  // namespace peal
