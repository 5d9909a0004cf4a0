// One pass over the stored entries.
#include "core/recovery.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/log_digest.hpp"

namespace peal {

void Recovery::add(const SharedEntry& entry) {
  LogEnd& end = ends_[entry->id.log];
  end.log = entry->id.log;
  if (entry->id.seq != end.seq + 1) return;  // Behind a hole, or stored twice.
  end.seq = entry->id.seq;
  end.last = entry->hlc;
  end.digest = log_digest(end.digest, entry);
  recovered_.latest = std::max(recovered_.latest, entry->hlc);
  if (!entry->deps.empty()) behind_[entry->id.log].merge(VersionVector(entry->deps));
  recovered_.sessions.stored(*entry);
  recovered_.sessions.forget(sessions_max_, {});
  recovered_.chat.apply(*entry);
  latest_.emplace(entry->key(), entry);
  if (latest_.size() > window_entries_) latest_.erase(latest_.begin());
}

/// Whoever stands behind a log stands behind what that one lacks.
std::map<LogId, VersionVector> Recovery::missing() const {
  VersionVector held;
  for (const auto& [log, end] : ends_) held.advance({log, end.seq});
  std::map<LogId, VersionVector> missing;
  for (const auto& [log, behind] : behind_)
    if (const auto beyond = behind.beyond(held); !beyond.empty())
      missing.emplace(log, VersionVector(beyond));
  bool more = !missing.empty();
  while (std::exchange(more, false))
    for (const auto& [log, behind] : behind_)
      for (const EntryId dep : behind.pairs())
        if (const auto lacks = missing.find(dep.log); lacks != missing.end() && dep.log != log)
          more |= missing[log].merge(VersionVector(lacks->second));
  return missing;
}

Recovered Recovery::finish() && {
  recovered_.missing = missing();
  for (const auto& [log, end] : ends_)
    if (end.seq != 0) recovered_.logs.push_back(end);
  for (const auto& [key, entry] : latest_) recovered_.entries.push_back(entry);
  return std::move(recovered_);
}

}  // namespace peal
