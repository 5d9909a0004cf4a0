// Remembering what people saw, and looking for it in what they read.
#include "sim/oracles/monotonic_reads.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace peal::sim {
namespace {

bool in_page(const HistoryQuery& query, const HistoryAnswer& page, const EntryKey& key) {
  if (query.before && key >= *query.before) return false;
  if (!page.more) return true;
  if (page.next) return key >= *page.next;
  if (page.items.empty()) return false;
  return key >= EntryKey{page.items.back().hlc, page.items.back().id};
}

}  // namespace

PageRequest MonotonicReads::asked(const Ledger& ledger, SessionIndex session,
                                  const HistoryQuery& query) {
  return {session, query, ledger.sessions()[session].shown.size(), ledger.moves()};
}

void MonotonicReads::answered(const Ledger& ledger, const PageRequest& request,
                              std::uint32_t server, const HistoryAnswer& page, Judge& judge) const {
  const SessionFacts& reader = ledger.sessions()[request.session];
  for (std::size_t i = 0; i < request.shown; ++i) {
    const MessageIndex message = reader.shown[i];
    const MessageFacts& facts = ledger.messages()[message];
    // While copies move, the message may be on either page.
    if (facts.moved > request.moves) continue;
    const Destination* to = timeline_of(facts.body);
    if (to == nullptr || !same_conversation(*to, ledger.sessions()[facts.session].user,
                                            request.query.with, reader.user))
      continue;
    // Another copy of the message says nothing: it may have been accepted by a leader alone, and
    // never have been stable. This server cannot know that its reader saw the message elsewhere.
    const EntryFacts* entry = ledger.find_entry(reader.shown_as[i]);
    if (entry == nullptr || (entry->held_now >> server & 1U) == 0) continue;
    // Where the copy with the smallest key is not stable yet, the message stands at another's
    // place.
    const bool covered = std::ranges::all_of(facts.entries, [&](EntryIndex index) {
      const EntryFacts& copy = ledger.entries()[index];
      return (copy.held_now >> server & 1U) == 0 || in_page(request.query, page, copy.key);
    });
    if (!covered) continue;
    const bool there = std::ranges::any_of(page.items, [&](const Delivery& item) {
      return ledger.find_message(item.message) == message;
    });
    judge.check(Oracle::monotonic_reads, there, "a page lacks a message that was shown before",
                [&] {
                  return fmt::format("to person {} from server {}: {}", reader.person, server,
                                     ledger.describe(message));
                });
  }
}

void MonotonicReads::finish(const Ledger& ledger, ServerSet live, Judge& judge) const {
  std::vector<std::uint8_t> checked(ledger.messages().size());
  for (const SessionFacts& session : ledger.sessions()) {
    for (const MessageIndex message : session.shown) {
      if (checked[message]++ != 0 || ledger.gone(message)) continue;
      ServerSet held = 0;
      for (const EntryIndex entry : ledger.messages()[message].entries)
        held |= ledger.entries()[entry].held_now;
      judge.check(Oracle::monotonic_reads, (held & live) == live,
                  "a message that was shown is missing on a server in the end",
                  [&] { return ledger.describe(message); });
    }
  }
}

}  // namespace peal::sim
