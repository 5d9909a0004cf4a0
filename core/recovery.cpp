// One pass over the stored entries.
#include "core/recovery.hpp"

#include <algorithm>
#include <iterator>

#include "core/log_digest.hpp"
#include "core/ranges.hpp"

namespace peal {

bool shapes_chat_state(const Body& body) { return !std::holds_alternative<Post>(body); }

void Recovery::add(const SharedEntry& entry) {
  LogEnd& end = ends_[entry->id.log];
  end.log = entry->id.log;
  if (entry->id.seq != end.seq + 1) return;  // Behind a hole, or stored twice.
  end.seq = entry->id.seq;
  end.digest = log_digest(end.digest, *entry);
  recovered_.latest = std::max(recovered_.latest, entry->hlc);
  add_to_ranges(sessions_[entry->message.session], entry->message.n);
  if (shapes_chat_state(entry->body)) {
    shaping_.emplace(entry->key(), entry);
    return;
  }
  latest_.emplace(entry->key(), entry);
  if (latest_.size() > window_entries_) latest_.erase(latest_.begin());
}

Recovered Recovery::finish() && {
  for (const auto& [log, end] : ends_)
    if (end.seq != 0) recovered_.logs.push_back(end);
  shaping_.merge(latest_);
  for (const auto& [key, entry] : shaping_) recovered_.entries.push_back(entry);
  for (const auto& [session, ranges] : sessions_)
    for (const auto& [first, last] : ranges) recovered_.sessions.push_back({session, first, last});
  return std::move(recovered_);
}

}  // namespace peal
