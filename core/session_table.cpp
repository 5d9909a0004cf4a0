// Records of sessions, and which of them go.
#include "core/session_table.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace peal {

SessionTable::Record& SessionTable::record_of(SessionId session) {
  const auto [it, fresh] = records_.try_emplace(session);
  if (fresh) {
    it->second.complete = !forgot_any_;
    by_last_.emplace(it->second.last, session);
  }
  return it->second;
}

void SessionTable::stored(const Entry& entry) {
  Record& record = record_of(entry.message.session);
  add_to_ranges(record.numbers, entry.message.n);
  if (entry.key() <= record.last) return;
  by_last_.erase({record.last, entry.message.session});
  record.last = entry.key();
  by_last_.emplace(record.last, entry.message.session);
}

void SessionTable::held(const Entry& entry) {
  stored(entry);
  records_.at(entry.message.session).ends.advance(entry.id);
}

bool SessionTable::knows(SessionId session) const {
  const auto it = records_.find(session);
  return it == records_.end() ? !forgot_any_ : it->second.complete;
}

bool SessionTable::has(MessageId message) const {
  const auto it = records_.find(message.session);
  return it != records_.end() && in_ranges(it->second.numbers, message.n);
}

std::uint64_t SessionTable::last_of(SessionId session) const {
  const auto it = records_.find(session);
  return it == records_.end() ? 0 : highest_in(it->second.numbers);
}

void SessionTable::look_up(SessionId session) { record_of(session).looked_up = true; }

bool SessionTable::is_looked_up(SessionId session) const {
  const auto it = records_.find(session);
  return it != records_.end() && it->second.looked_up;
}

void SessionTable::found(SessionId session, const Ranges& on_disk) {
  CHECK(is_looked_up(session));
  Record& record = records_.at(session);
  record.looked_up = false;
  record.complete = true;
  add_to_ranges(record.numbers, on_disk);
}

void SessionTable::not_found(SessionId session) {
  CHECK(is_looked_up(session));
  records_.at(session).looked_up = false;
}

/// The first of by_last_ have `keep` sessions above them; those that cannot go yet stay beside
/// these.
void SessionTable::forget(std::size_t keep, const VersionVector& durable) {
  std::size_t beyond = records_.size() - std::min(keep, records_.size());
  for (auto it = by_last_.begin(); beyond != 0; --beyond) {
    const auto record = records_.find(it->second);
    if (!durable.covers(record->second.ends)) return;  // Soon.
    if (record->second.looked_up) {
      ++it;
      continue;
    }
    forgot_any_ = true;
    records_.erase(record);
    it = by_last_.erase(it);
  }
}

void SessionTable::mix_into(Hasher& hasher) const {
  hasher.add(records_.size()).add(forgot_any_ ? 1 : 0);
  if (!forgot_any_) return;
  for (const auto& [session, record] : records_) {
    if (record.complete && !record.looked_up) continue;
    hasher.add(session.value).add(record.complete ? 1 : 0).add(record.looked_up ? 1 : 0);
  }
}

}  // namespace peal
