// Storing, forgetting and reading back entries.
#include "sim/disk.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "core/check.hpp"
#include "core/recovery.hpp"
#include "core/search_words.hpp"
#include "core/texts_now.hpp"

namespace peal::sim {
Disk::Conversation Disk::between(const RoomName& room, UserId a, UserId b) {
  return room.value.empty() ? Conversation{{}, std::min(a, b), std::max(a, b)}
                            : Conversation{room, {}, {}};
}

void Disk::store(const SharedEntry& entry, std::vector<SharedEntry>& fresh) {
  damaged_.erase(entry->id);
  if (!entries_.emplace(entry->id, entry).second) return;
  if (const Destination* to = timeline_of(entry->body)) {
    const auto* room = std::get_if<RoomName>(to);
    const auto conversation = room != nullptr ? between(*room, {}, {})
                                              : between({}, entry->author, std::get<UserId>(*to));
    timelines_[conversation].emplace(entry->key(), entry);
  }
  auto& copies = copies_[entry->message];
  copies.insert(std::ranges::upper_bound(copies, entry->key()), entry->key());
  fresh.push_back(entry);
}

Written Disk::complete_write(std::vector<SharedEntry>& fresh) {
  CHECK(!pending_.empty());
  for (const SharedEntry& entry : pending_.front().entries) store(entry, fresh);
  const Token token = pending_.front().token;
  pending_.pop_front();
  return {token};
}

WriteFailed Disk::fail_write(DiskTrouble trouble) {
  CHECK(!pending_.empty());
  const Token token = pending_.front().token;
  pending_.pop_front();
  // The machine is told of the first failure at once, and gives nothing more before it knows.
  if (doomed_ == 0)
    doomed_ = pending_.size();
  else
    --doomed_;
  return {token, trouble, trouble == DiskTrouble::full ? "no space left" : "input/output error"};
}

void Disk::crash(std::size_t kept, std::vector<SharedEntry>& fresh) {
  if (doomed_ != 0) kept = 0;
  for (; kept != 0 && !pending_.empty(); --kept) complete_write(fresh);
  pending_.clear();
  doomed_ = 0;
}

void Disk::wipe() {
  pending_.clear();
  doomed_ = 0;
  entries_.clear();
  damaged_.clear();
  timelines_.clear();
  copies_.clear();
}

void Disk::forget(const SharedEntry& entry) {
  for (auto& [conversation, timeline] : timelines_) timeline.erase(entry->key());
  std::erase(copies_[entry->message], entry->key());
  entries_.erase(entry->id);
}

std::vector<EntryId> Disk::drop_damage() {
  std::vector<SharedEntry> dropped;
  for (const EntryId first : std::exchange(damaged_, {}))
    for (auto it = entries_.lower_bound(first); it != entries_.end() && it->first.log == first.log;
         ++it)
      dropped.push_back(it->second);
  std::vector<EntryId> ids;
  for (const SharedEntry& entry : dropped) {
    if (!entries_.contains(entry->id)) continue;  // Behind two that are damaged.
    ids.push_back(entry->id);
    forget(entry);
  }
  return ids;
}

void Disk::give(const SharedEntry& entry, ReadDone& done) const {
  if (damaged_.contains(entry->id))
    done.damaged.push_back(entry->id);
  else
    done.entries.push_back({entry, copies_.at(entry->message)});
}

ReadDone Disk::read(const Read& read) const {
  if (const auto* range = std::get_if<RangeRead>(&read.query))
    return read_range(read.token, *range);
  if (const auto* search = std::get_if<SearchRead>(&read.query))
    return read_search(read.token, *search);
  if (const auto* session = std::get_if<SessionRead>(&read.query))
    return read_session(read.token, *session);
  return read_timeline(read.token, std::get<TimelineRead>(read.query));
}

ReadDone Disk::read_range(Token token, const RangeRead& query) const {
  ReadDone done{.token = token};
  std::size_t bytes = 0;
  auto it = entries_.lower_bound(EntryId{query.log, query.first});
  const auto in_log = [&] { return it != entries_.end() && it->first.log == query.log; };
  for (; in_log(); ++it) {
    const bool enough = done.entries.size() >= query.limit || bytes >= query.bytes;
    if (enough && !done.entries.empty()) break;
    bytes += encoded_bytes_max(*it->second);
    if (damaged_.contains(it->first)) {
      done.damaged.push_back(it->first);
      break;
    }
    done.entries.push_back({it->second, {}});
  }
  done.more = in_log();
  return done;
}

ReadDone Disk::read_timeline(Token token, const TimelineRead& query) const {
  ReadDone done{.token = token};
  const auto found = timelines_.find(between(query.room, query.a, query.b));
  if (found == timelines_.end()) return done;
  const auto& timeline = found->second;
  auto it = query.before ? timeline.lower_bound(*query.before) : timeline.end();
  for (; it != timeline.begin() && done.entries.size() < query.limit;) {
    --it;
    give(it->second, done);
  }
  done.more = it != timeline.begin();
  return done;
}

ReadDone Disk::read_search(Token token, const SearchRead& query) const {
  const auto wanted = [&](const Conversation& conversation) {
    if (query.room) return conversation == between(*query.room, {}, {});
    if (query.with) return conversation == between({}, query.self, query.with);
    if (!conversation.room.value.empty())
      return !std::ranges::binary_search(query.hidden, conversation.room);
    return query.self && (conversation.a == query.self || conversation.b == query.self);
  };
  std::vector<SharedEntry> found;
  for (const auto& [conversation, timeline] : timelines_) {
    if (!wanted(conversation)) continue;
    for (const SharedEntry& entry : texts_now(timeline))
      if ((!query.before || entry->key() < *query.before) &&
          has_words(text_said(entry->body), query.words))
        found.push_back(entry);
  }
  std::ranges::sort(found, std::greater{}, [](const SharedEntry& entry) { return entry->key(); });
  ReadDone done{.token = token};
  done.more = found.size() > query.limit;
  for (const SharedEntry& entry : found) {
    if (done.entries.size() == query.limit) break;
    give(entry, done);
  }
  return done;
}

ReadDone Disk::read_session(Token token, const SessionRead& query) const {
  ReadDone done{.token = token};
  for (auto it = copies_.lower_bound({query.session, 0});
       it != copies_.end() && it->first.session == query.session; ++it)
    if (std::ranges::any_of(it->second,
                            [&](const EntryKey& key) { return query.upto.covers(key.id); }))
      add_to_ranges(done.numbers, it->first.n);
  return done;
}

Recovered Disk::recover(std::size_t window_entries, std::size_t sessions_max) const {
  Recovery recovery(window_entries, sessions_max);
  for (const auto& [id, entry] : entries_) recovery.add(entry);
  return std::move(recovery).finish();
}

}  // namespace peal::sim
