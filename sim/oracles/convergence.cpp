// Comparing views, disks and timelines.
#include "sim/oracles/convergence.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace peal::sim {

bool Convergence::one_view(const Snapshot& servers) {
  std::size_t leaders = 0;
  for (const ServerSnapshot& server : servers) {
    if (!server.up || server.view != servers.front().view) return false;
    if (server.role == Role::leader) {
      ++leaders;
    } else if (server.role != Role::member) {
      return false;
    }
  }
  return leaders == 1 && servers.front().view;
}

void Convergence::look(const Snapshot& servers, std::int64_t since_heal_us, std::int64_t bound_us,
                       Judge& judge) {
  const bool one = one_view(servers);
  if (one && one_view_after_us_ < 0) one_view_after_us_ = since_heal_us;
  if (since_heal_us < bound_us) return;
  judge.check(Oracle::convergence, one, "not one view within the bound after the heal", [&] {
    std::string text = fmt::format("{} us after the heal:", since_heal_us);
    for (const ServerSnapshot& server : servers)
      text +=
          fmt::format(" {}{} {} in {}/{}", server.up ? "" : "down ", server.id.value,
                      static_cast<int>(server.role), server.view.number, server.view.leader.value);
    return text;
  });
}

void Convergence::spread(const Ledger& ledger, std::size_t entries, ServerSet group, Judge& judge) {
  for (EntryIndex index = 0; index < entries; ++index) {
    const EntryFacts& entry = ledger.entries()[index];
    const ServerSet held = entry.held_now & group;
    judge.check(Oracle::convergence, held == 0 || held == group,
                "servers that reach each other do not have the same entries", [&] {
                  return fmt::format("group {:b}, entry {}/{} on {:b}: {}", group,
                                     entry.key.id.log.value, entry.key.id.seq, held,
                                     ledger.describe(entry.message));
                });
  }
}

void Convergence::disks(std::uint32_t a, const Entries& on_a, std::uint32_t b, const Entries& on_b,
                        Judge& judge) {
  auto left = on_a.begin();
  auto right = on_b.begin();
  while (left != on_a.end() && right != on_b.end() && *left == *right) {
    ++left;
    ++right;
  }
  judge.check(Oracle::convergence, left == on_a.end() && right == on_b.end(),
              "two disks differ in the end", [&] {
                const auto tell = [](const Entries& entries, Entries::const_iterator at) {
                  if (at == entries.end()) return std::string("the end");
                  return fmt::format("{}/{}", at->first.log.value, at->first.seq);
                };
                return fmt::format("servers {} and {} with {} and {} entries: {} against {}", a, b,
                                   on_a.size(), on_b.size(), tell(on_a, left), tell(on_b, right));
              });
}

void Convergence::chats(std::uint32_t server, const ChatState& told, const ChatState& expected,
                        Judge& judge) {
  judge.check(Oracle::convergence, told == expected,
              "a server has another chat state than its disk", [&] {
                return fmt::format("server {}: {} users and {} rooms against {} and {}", server,
                                   told.user_count(), told.room_count(), expected.user_count(),
                                   expected.room_count());
              });
}

void Convergence::timelines(std::uint32_t server, const std::vector<EntryKey>& expected,
                            const std::vector<Delivery>& items, Judge& judge) {
  const bool equal = std::ranges::equal(
      items, expected, [](const Delivery& a, EntryKey b) { return EntryKey{a.hlc, a.id} == b; });
  judge.check(
      Oracle::convergence, equal, "a server tells another timeline than its disk holds", [&] {
        std::size_t same = 0;
        while (same < items.size() && same < expected.size() &&
               EntryKey{items[same].hlc, items[same].id} == expected[same])
          ++same;
        const auto tell = [](EntryId id) { return fmt::format("{}/{}", id.log.value, id.seq); };
        return fmt::format("server {}: {} posts told, {} held; after {}: {} against {}", server,
                           items.size(), expected.size(), same,
                           same < items.size() ? tell(items[same].id) : "the end",
                           same < expected.size() ? tell(expected[same].id) : "the end");
      });
}

}  // namespace peal::sim
