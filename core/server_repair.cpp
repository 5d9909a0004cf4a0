// Entries that the disk gave back damaged: fetched from another server, and written again.
#include <algorithm>

#include "core/limits.hpp"
#include "core/server.hpp"

namespace peal {
namespace {

constexpr std::size_t one_entry_bytes = 1;

}  // namespace

/// Only what is durable counts as damaged: anything else comes again by itself.
void Server::found_damaged(Context& c, const std::vector<EntryId>& entries) {
  bool any = false;
  std::vector<SharedEntry> in_memory;
  for (const EntryId id : entries) {
    if (!history_.durable().covers(id) || damaged_.contains(id)) continue;
    if (damaged_.size() >= limits::damaged_entries_max) break;
    any = true;
    damaged_.insert(id);
    count("damaged entries found");
    c.effects.mark(Mark::damaged_entry_found);
    c.effects.note(EntryDamaged{id});
    if (const SharedEntry* whole = history_.find(id)) in_memory.push_back(*whole);
  }
  write_again(c, std::move(in_memory));
  if (any) fetch_damaged(c);
}

/// Asks one other server, another one each time, for some of what is damaged.
void Server::fetch_damaged(Context& c) {
  if (damaged_.empty() || !trouble_.empty()) return;
  Want want{config_.cluster, {}};
  for (const EntryId id : damaged_) {
    if (want.entries.size() >= limits::delta_pairs_max) break;
    if (!being_written_again(id)) want.entries.push_back(id);
  }
  std::vector<const Member*> candidates;
  for (const auto& [id, peer] : peers_.all()) {
    const bool fellow = is_member({id, peer.member.incarnation.value}) && !suspected_.contains(id);
    if (fellow || peer.heard_lately(c.now)) candidates.push_back(&peer.member);
  }
  if (want.entries.empty() || candidates.empty()) return;
  send(c, *candidates[prng_.below(candidates.size())], want);
}

bool Server::being_written_again(EntryId entry) const {
  return std::ranges::any_of(writes_, [&](const PendingWrite& write) {
    return std::ranges::find(write.heals, entry) != write.heals.end();
  });
}

void Server::on(Context& c, const From& from, const Want& want) {
  if (!trouble_.empty()) return;
  Found found;
  std::size_t bytes = 0;
  for (const EntryId id : want.entries) {
    if (const SharedEntry* entry = history_.find(id)) {
      const std::size_t more = encoded_bytes_max(**entry);
      if (bytes + more > limits::batch_bytes && !found.entries.empty()) {
        c.effects.send(from.at, std::exchange(found, {}));
        bytes = 0;
      }
      found.entries.push_back(*entry);
      bytes += more;
    } else if (history_.durable().covers(id) && !damaged_.contains(id) &&
               reads_.size() < limits::reads_pending_max) {
      reads_.emplace(++token_reads_, ForWant{from.who.server});
      c.effects.add(Read{Token{token_reads_}, RangeRead{id.log, id.seq, 1, one_entry_bytes}});
    }
  }
  if (!found.entries.empty()) c.effects.send(from.at, found);
}

void Server::on(Context& c, const From& /*from*/, const Found& found) {
  std::vector<SharedEntry> wanted;
  for (const SharedEntry& entry : found.entries)
    if (damaged_.contains(entry->id) && !being_written_again(entry->id)) wanted.push_back(entry);
  write_again(c, std::move(wanted));
}

void Server::write_again(Context& c, std::vector<SharedEntry> entries) {
  if (entries.empty() || !trouble_.empty()) return;
  PendingWrite write{++token_, {}, {}};
  for (const SharedEntry& entry : entries) write.heals.push_back(entry->id);
  writes_.push_back(std::move(write));
  c.effects.add(Write{Token{token_}, std::move(entries)});
}

void Server::healed(Context& c, const std::vector<EntryId>& entries) {
  for (const EntryId id : entries) {
    if (damaged_.erase(id) == 0) continue;
    count("damaged entries healed");
    c.effects.mark(Mark::damaged_entry_healed);
    c.effects.note(EntryHealed{id});
    push_changed_ = true;  // Others may wait for it.
  }
}

bool Server::damaged_between(const VersionVector& from, const VersionVector& upto) const {
  return std::ranges::any_of(damaged_,
                             [&](EntryId id) { return upto.covers(id) && !from.covers(id); });
}

}  // namespace peal
