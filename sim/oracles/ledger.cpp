// Keeping the record of a run.
#include "sim/oracles/ledger.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace peal::sim {
namespace {

constexpr EntryIndex absent_entry = std::numeric_limits<EntryIndex>::max();
// A log this long would mean a corrupted seq, not a run.
constexpr std::uint64_t seq_max = 10'000'000;

}  // namespace

SessionIndex Ledger::open_session(SessionId id, UserId user, std::uint32_t person) {
  const auto index = static_cast<SessionIndex>(sessions_.size());
  sessions_.push_back({.id = id, .user = user, .person = person});
  session_by_id_.emplace(id, index);
  return index;
}

MessageIndex Ledger::say(SessionIndex session, const Body& body, std::int64_t now_us) {
  const auto index = static_cast<MessageIndex>(messages_.size());
  auto& said = sessions_[session].said;
  said.push_back(index);
  messages_.push_back({.session = session, .n = said.size(), .body = body, .said_at_us = now_us});
  return index;
}

void Ledger::settle(MessageIndex message, Outcome outcome, const Accepted& accepted,
                    std::int64_t now_us) {
  MessageFacts& facts = messages_[message];
  facts.outcome = outcome;
  facts.accepted = accepted;
  facts.settled_at_us = now_us;
}

std::optional<EntryIndex> Ledger::hold(std::uint32_t server, const Entry& entry,
                                       std::int64_t now_us) {
  if (entry.id.seq == 0 || entry.id.seq > seq_max) return std::nullopt;
  auto& log = logs_[entry.id.log];
  if (log.size() < entry.id.seq) log.resize(entry.id.seq, absent_entry);
  EntryIndex& place = log[entry.id.seq - 1];
  if (place == absent_entry) {
    const auto message = find_message(entry.message);
    if (!message) return std::nullopt;
    place = static_cast<EntryIndex>(entries_.size());
    entries_.push_back({.key = entry.key(), .message = *message, .first_held_at_us = now_us});
    messages_[*message].entries.push_back(place);
  }
  EntryFacts& facts = entries_[place];
  messages_[facts.message].moved = ++moves_;
  facts.held_now |= ServerSet{1} << server;
  facts.held_ever |= ServerSet{1} << server;
  if (facts.held_now == everywhere_ && facts.everywhere_since_us < 0)
    facts.everywhere_since_us = now_us;
  return place;
}

void Ledger::drop(std::uint32_t server, EntryId entry) {
  const auto log = logs_.find(entry.log);
  if (log == logs_.end() || entry.seq > log->second.size()) return;
  const EntryIndex place = log->second[entry.seq - 1];
  if (place == absent_entry) return;
  EntryFacts& facts = entries_[place];
  messages_[facts.message].moved = ++moves_;
  facts.held_now &= ~(ServerSet{1} << server);
  facts.everywhere_since_us = -1;
}

void Ledger::wipe(std::uint32_t server) {
  ++moves_;
  for (EntryFacts& entry : entries_) {
    if ((entry.held_now >> server & 1U) != 0) messages_[entry.message].moved = moves_;
    entry.held_now &= ~(ServerSet{1} << server);
    entry.everywhere_since_us = -1;
  }
}

std::int64_t Ledger::everywhere_since_us(MessageIndex message) const {
  std::int64_t since = -1;
  for (const EntryIndex index : messages_[message].entries) {
    const std::int64_t of_entry = entries_[index].everywhere_since_us;
    if (of_entry >= 0 && (since < 0 || of_entry < since)) since = of_entry;
  }
  return since;
}

void Ledger::skip(SessionIndex session, const VersionVector& cursor) {
  auto& skipped = sessions_[session].skipped;
  skipped.resize(messages_.size());
  for (const EntryFacts& entry : entries_)
    if (cursor.covers(entry.key.id)) skipped[entry.message] = 1;
}

void Ledger::show(SessionIndex session, MessageIndex message, EntryId entry) {
  SessionFacts& facts = sessions_[session];
  if (facts.was_shown.size() <= message) facts.was_shown.resize(messages_.size());
  facts.was_shown[message] = 1;
  facts.shown.push_back(message);
  facts.shown_as.push_back(entry);
}

std::optional<SessionIndex> Ledger::find_session(SessionId id) const {
  const auto found = session_by_id_.find(id);
  if (found == session_by_id_.end()) return std::nullopt;
  return found->second;
}

std::optional<MessageIndex> Ledger::find_message(MessageId id) const {
  const auto session = find_session(id.session);
  if (!session) return std::nullopt;
  const auto& said = sessions_[*session].said;
  if (id.n == 0 || id.n > said.size()) return std::nullopt;
  return said[id.n - 1];
}

const EntryFacts* Ledger::find_entry(EntryId id) const {
  const auto log = logs_.find(id.log);
  if (log == logs_.end() || id.seq == 0 || id.seq > log->second.size()) return nullptr;
  const EntryIndex index = log->second[id.seq - 1];
  return index == absent_entry ? nullptr : &entries_[index];
}

bool Ledger::was_behind(SessionIndex session, MessageIndex message) const {
  return std::ranges::any_of(messages_[message].entries, [&](EntryIndex entry) {
    return sessions_[session].resumed_behind.covers(entries_[entry].key.id);
  });
}

bool Ledger::gone(MessageIndex message) const {
  return std::ranges::none_of(messages_[message].entries,
                              [this](EntryIndex entry) { return entries_[entry].held_now != 0; });
}

std::optional<EntryKey> Ledger::key_on(std::uint32_t server, MessageIndex message) const {
  std::optional<EntryKey> least;
  for (const EntryIndex index : messages_[message].entries) {
    const EntryFacts& entry = entries_[index];
    if ((entry.held_now >> server & 1U) != 0 && (!least || entry.key < *least)) least = entry.key;
  }
  return least;
}

bool Ledger::lost_its_place(MessageIndex message) const {
  const EntryFacts* first = nullptr;
  for (const EntryIndex index : messages_[message].entries)
    if (first == nullptr || entries_[index].key < first->key) first = &entries_[index];
  return first != nullptr && first->held_now == 0;
}

EntryKey Ledger::first_key(MessageIndex message) const {
  EntryKey least;
  for (const EntryIndex index : messages_[message].entries)
    if (const EntryKey& key = entries_[index].key; !least.id || key < least) least = key;
  return least;
}

std::string Ledger::describe(MessageIndex message) const {
  const MessageFacts& facts = messages_[message];
  std::string text = fmt::format("message {}:{} of person {}", sessions_[facts.session].id.value,
                                 facts.n, sessions_[facts.session].person);
  for (const EntryIndex index : facts.entries) {
    const EntryFacts& entry = entries_[index];
    text += fmt::format(", entry {}/{} on disks {:b} (ever {:b})", entry.key.id.log.value,
                        entry.key.id.seq, entry.held_now, entry.held_ever);
  }
  return text;
}

bool same_conversation(const Destination& a, UserId author_a, const Destination& b,
                       UserId author_b) {
  if (a.index() != b.index()) return false;
  if (const auto* room = std::get_if<RoomName>(&a)) return *room == std::get<RoomName>(b);
  const UserId to_a = std::get<UserId>(a);
  const UserId to_b = std::get<UserId>(b);
  return (author_a == author_b && to_a == to_b) || (author_a == to_b && to_a == author_b);
}

}  // namespace peal::sim
