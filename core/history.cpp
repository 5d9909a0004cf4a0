// Adding, finding and forgetting entries.
#include "core/history.hpp"

#include <algorithm>
#include <iterator>

#include "core/check.hpp"
#include "core/limits.hpp"
#include "core/log_digest.hpp"
#include "core/mutant.hpp"

namespace peal {

History::History(const Recovered& recovered, std::size_t window_entries, std::size_t window_bytes,
                 std::size_t sessions_max)
    : sessions_(recovered.sessions),
      chat_(recovered.chat),
      newest_(recovered.latest),
      window_entries_(window_entries),
      window_bytes_(window_bytes),
      sessions_max_(sessions_max) {
  for (const LogEnd& end : recovered.logs) {
    held_.advance({end.log, end.seq});
    logs_[end.log].begin = end.seq + 1;
    logs_[end.log].digest = end.digest;
    logs_[end.log].last = end.last;
  }
  durable_ = held_;
  clock_.saw(recovered.latest);

  // Of each log the latest entries without holes stay in memory.
  std::map<EntryId, const SharedEntry*> by_id;
  for (const SharedEntry& entry : recovered.entries) by_id.emplace(entry->id, &entry);
  for (auto it = by_id.rbegin(); it != by_id.rend(); ++it) {
    Log& log = logs_[it->first.log];
    if (it->first.seq + 1 != log.begin) continue;
    log.entries.push_front(*it->second);
    log.begin = it->first.seq;
  }
  for (const SharedEntry& entry : recovered.entries)
    if (find(entry->id) != nullptr) remember(entry);
}

void History::remember(const SharedEntry& entry) {
  arrivals_.push_back(entry->id);
  memory_bytes_ += encoded_bytes_max(*entry);
  const auto [it, fresh] = keys_.try_emplace(entry->message, entry->key());
  if (fresh) return;
  auto& copies = copies_[entry->message];
  if (copies.empty()) copies.push_back(it->second);
  copies.push_back(entry->key());
  it->second = std::min(it->second, entry->key());
}

void History::append(Log& log, const SharedEntry& entry) {
  log.entries.push_back(entry);
  log.digest = log_digest(log.digest, entry);
  log.last = entry->hlc;
  newest_ = std::max(newest_, entry->hlc);
  held_.advance(entry->id);
  if (!MUTANT(clock_follows_nobody)) clock_.saw(entry->hlc);
  chat_.apply(*entry);
  const auto known = keys_.find(entry->message);
  if (known != keys_.end() ? repeats_older(known->second.id) : sessions_.has(entry->message))
    repeats_older_.insert(entry->id);
  sessions_.held(*entry);
  remember(entry);
}

History::Added History::add(const SharedEntry& entry, std::vector<SharedEntry>& news) {
  const EntryId id = entry->id;
  const std::uint64_t held = held_.at(id.log);
  if (id.seq <= held) return Added::known;
  Log& log = logs_[id.log];
  if (id.seq > held + 1) {
    if (log.early.contains(id.seq)) return Added::known;
    const std::size_t bytes = encoded_bytes_max(*entry);
    if (early_entries_ >= limits::early_entries_max ||
        early_bytes_ + bytes > limits::early_bytes_max)
      return Added::dropped;
    log.early.emplace(id.seq, entry);
    ++early_entries_;
    early_bytes_ += bytes;
    return Added::early;
  }
  append(log, entry);
  news.push_back(entry);
  for (auto it = log.early.begin(); it != log.early.end() && it->first <= held_.at(id.log) + 1;
       it = log.early.erase(it)) {
    --early_entries_;
    early_bytes_ -= encoded_bytes_max(*it->second);
    if (it->first <= held_.at(id.log)) continue;
    append(log, it->second);
    news.push_back(it->second);
  }
  return Added::fresh;
}

const SharedEntry* History::find(EntryId id) const {
  const auto it = logs_.find(id.log);
  if (it == logs_.end()) return nullptr;
  const Log& log = it->second;
  if (id.seq < log.begin || id.seq - log.begin >= log.entries.size()) return nullptr;
  return &log.entries[id.seq - log.begin];
}

std::uint64_t History::memory_begin(LogId log) const {
  const auto it = logs_.find(log);
  return it == logs_.end() ? 1 : it->second.begin;
}

Hlc History::last_in(LogId log) const {
  const auto it = logs_.find(log);
  return it == logs_.end() ? Hlc{} : it->second.last;
}

std::vector<SharedEntry> History::not_durable() const {
  std::vector<SharedEntry> entries;
  for (const EntryId end : held_.beyond(durable_)) {
    for (std::uint64_t seq = durable_.at(end.log) + 1; seq <= end.seq; ++seq) {
      const SharedEntry* entry = find({end.log, seq});
      CHECK(entry != nullptr);  // What is not durable is never forgotten.
      entries.push_back(*entry);
    }
  }
  return entries;
}

const EntryKey* History::key_of(MessageId message) const {
  const auto it = keys_.find(message);
  return it == keys_.end() ? nullptr : &it->second;
}

std::span<const EntryKey> History::copies_of(MessageId message) const {
  const auto it = copies_.find(message);
  return it == copies_.end() ? std::span<const EntryKey>() : it->second;
}

const EntryKey* History::successor_of(MessageId message) const {
  const auto next = keys_.upper_bound(message);
  const bool same = next != keys_.end() && next->first.session == message.session;
  return same ? &next->second : nullptr;
}

Digest History::digest() const {
  Hasher hasher;
  for (const auto& [id, log] : logs_) {
    const std::uint64_t held = held_.at(id);
    if (held != 0) hasher.add(id.value).add(held).add(log.digest.high).add(log.digest.low);
  }
  return hasher.digest();
}

void History::shrink(const VersionVector& upto) {
  while (arrivals_.size() > window_entries_ || memory_bytes_ > window_bytes_) {
    if (arrivals_.empty()) return;
    const EntryId id = arrivals_.front();
    if (!upto.covers(id) || !durable_.covers(id)) return;
    Log& log = logs_[id.log];
    CHECK(log.begin == id.seq && !log.entries.empty());
    const SharedEntry entry = log.entries.front();
    memory_bytes_ -= encoded_bytes_max(*entry);
    const auto key = keys_.find(entry->message);
    if (key != keys_.end() && key->second == entry->key()) keys_.erase(key);
    for (const EntryKey& copy : copies_of(entry->message))
      if (copy.id != id) repeats_older_.insert(copy.id);
    copies_.erase(entry->message);
    repeats_older_.erase(id);
    log.entries.pop_front();
    ++log.begin;
    arrivals_.pop_front();
  }
}

void History::mix_into(Hasher& hasher) const {
  const Digest own = digest();
  hasher.add(own.high)
      .add(own.low)
      .add(clock_.last().value)
      .add(arrivals_.size())
      .add(repeats_older_.size())
      .add(early_entries_);
  durable_.mix_into(hasher);
  sessions_.mix_into(hasher);
  for (const auto& [id, log] : logs_)
    for (const auto& [seq, entry] : log.early) hasher.add(id.value).add(seq);
}

}  // namespace peal
