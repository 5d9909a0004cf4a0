// Following each author on each screen.
#include "sim/oracles/fifo.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace peal::sim {

void Fifo::shown(const Ledger& ledger, SessionIndex session, MessageIndex message, bool excused,
                 Judge& judge) {
  const MessageFacts& facts = ledger.messages()[message];
  if (ledger.has_no_place(message) || ledger.lost_its_place(message)) return;
  if (last_.size() <= session) last_.resize(session + std::size_t{1});
  auto& authors = last_[session];
  if (authors.size() <= facts.session) authors.resize(facts.session + std::size_t{1});
  std::uint64_t& last = authors[facts.session];
  judge.check(Oracle::fifo, facts.n > last || excused,
              "a message was shown after a later one of its author", [&] {
                return fmt::format("to person {}: {} after {}", ledger.sessions()[session].person,
                                   ledger.describe(message), last);
              });
  last = std::max(last, facts.n);
}

void Fifo::finish(const Ledger& ledger, const std::vector<EntryKey>& keys, Judge& judge) const {
  for (const SessionFacts& session : ledger.sessions()) {
    EntryKey highest;
    for (const MessageIndex message : session.said) {
      if (!keys[message].id || ledger.has_no_place(message)) continue;
      judge.check(Oracle::fifo, highest < keys[message],
                  "a timeline puts a message before an earlier one of its author",
                  [&] { return ledger.describe(message); });
      highest = std::max(highest, ledger.first_key(message));
    }
  }
}

}  // namespace peal::sim
