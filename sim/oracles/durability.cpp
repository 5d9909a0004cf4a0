// Counting disks at each acknowledgement, and looking for every acknowledged message at the end.
#include "sim/oracles/durability.hpp"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include <fmt/format.h>

namespace peal::sim {

void Durability::acknowledged(const Ledger& ledger, const Views& views, MessageIndex message,
                              Judge& judge) {
  const MessageFacts& facts = ledger.messages()[message];
  const Accepted& accepted = facts.accepted;
  if (accepted.entry.seq == 0) {
    // Nothing had to be written; or it is in history for so long that its leader does not remember
    // where, only that it is stable. What is promised then are disks, not a name.
    const bool on_disks = std::ranges::any_of(facts.entries, [&](EntryIndex entry) {
      const auto held = static_cast<std::size_t>(std::popcount(ledger.entries()[entry].held_ever));
      return held >= accepted.copies;
    });
    judge.check(Oracle::durability, timeline_of(facts.body) == nullptr || on_disks,
                "a post was acknowledged without an entry on as many disks",
                [&] { return ledger.describe(message); });
    return;
  }
  const EntryFacts* entry = ledger.find_entry(accepted.entry);
  if (!judge.check(Oracle::durability, entry != nullptr && entry->message == message,
                   "acknowledged with an entry that no disk ever held for this message",
                   [&] { return ledger.describe(message); }))
    return;
  const auto held = static_cast<std::size_t>(std::popcount(entry->held_ever));
  const auto views_of_id = views.find(accepted.view);
  const bool on_majority = std::ranges::any_of(views_of_id, [&](const View& view) {
    const ServerSet members = views.members(view);
    return static_cast<std::size_t>(std::popcount(entry->held_ever & members)) >=
           view.members.size() / 2 + 1;
  });
  const auto tell = [&] {
    return fmt::format("{} copies claimed, {} disks held it, view {}/{}; {}", accepted.copies, held,
                       accepted.view.number, accepted.view.leader.value, ledger.describe(message));
  };
  judge.check(Oracle::durability, !views_of_id.empty(),
              "acknowledged in a view that nobody installed", tell);
  judge.check(Oracle::durability, held >= accepted.copies,
              "acknowledged with more copies than disks hold", tell);
  judge.check(Oracle::durability, on_majority, "acknowledged before a majority of the view held it",
              tell);
}

void Durability::shown(const Ledger& ledger, const Views& views, EntryId id, Judge& judge) {
  const EntryFacts* entry = ledger.find_entry(id);
  if (!judge.check(Oracle::durability, entry != nullptr, "an entry was shown that no disk held",
                   [&] { return fmt::format("entry {}/{}", id.log.value, id.seq); }))
    return;
  const auto index = static_cast<std::size_t>(entry - ledger.entries().data());
  if (was_stable_.size() <= index) was_stable_.resize(ledger.entries().size());
  if (was_stable_[index]) return;
  was_stable_[index] = std::ranges::any_of(views.led(), [&](const Views::Led& led) {
    return led.until_us >= entry->first_held_at_us &&
           2 * std::popcount(entry->held_ever & led.members) > std::popcount(led.members);
  });
  judge.check(Oracle::durability, was_stable_[index],
              "an entry was shown before a majority of any view held it", [&] {
                return fmt::format("on disks {:b}; {}", entry->held_ever,
                                   ledger.describe(entry->message));
              });
}

void Durability::recovered(const Ledger& ledger, std::uint32_t server, const VersionVector& durable,
                           Judge& judge) {
  // Up to where the disk holds each log without holes. A failed write may have left a hole; what is
  // behind it was never called durable.
  std::set<EntryId> on_disk;
  for (const EntryFacts& entry : ledger.entries())
    if ((entry.held_now >> server & 1U) != 0) on_disk.insert(entry.key.id);
  std::map<LogId, std::uint64_t> held;
  for (const EntryId id : on_disk)
    if (held[id.log] + 1 == id.seq) held[id.log] = id.seq;
  for (const auto& [log, count] : held)
    judge.check(Oracle::durability, durable.at(log) >= count,
                "a restarted server does not know all that its disk holds", [&] {
                  return fmt::format("server {}: log {} to {}, its disk holds {}", server,
                                     log.value, durable.at(log), count);
                });
}

void Durability::finish(const Ledger& ledger, ServerSet live, Judge& judge) {
  for (MessageIndex message = 0; message < ledger.messages().size(); ++message) {
    const MessageFacts& facts = ledger.messages()[message];
    if (facts.outcome != Outcome::acknowledged || facts.accepted.entry.seq == 0) continue;
    const EntryFacts* entry = ledger.find_entry(facts.accepted.entry);
    if (entry == nullptr) continue;  // Told at the acknowledgement.
    if (entry->held_now == 0) {
      ++destroyed_;
      continue;
    }
    judge.check(Oracle::durability, (entry->held_now & live) == live,
                "an acknowledged message is missing on a server in the end", [&] {
                  return fmt::format("live servers {:b}; {}", live, ledger.describe(message));
                });
  }
}

}  // namespace peal::sim
