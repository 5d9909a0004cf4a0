// Vector clocks over what people said and saw.
#include "sim/oracles/causal_order.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace peal::sim {
namespace {

void merge(std::vector<std::uint32_t>& into, const std::vector<std::uint32_t>& other) {
  if (into.size() < other.size()) into.resize(other.size());
  for (std::size_t i = 0; i < other.size(); ++i) into[i] = std::max(into[i], other[i]);
}

}  // namespace

void CausalOrder::grow(SessionIndex session) {
  if (screens_.size() <= session) screens_.resize(session + std::size_t{1});
}

void CausalOrder::said(const Ledger& ledger, MessageIndex message) {
  const MessageFacts& facts = ledger.messages()[message];
  grow(facts.session);
  SessionClock& clock = screens_[facts.session].clock;
  if (clock.size() <= facts.session) clock.resize(facts.session + std::size_t{1});
  clock[facts.session] = static_cast<std::uint32_t>(facts.n);
  if (clocks_.size() <= message) clocks_.resize(message + std::size_t{1});
  clocks_[message] = clock;
}

void CausalOrder::shown(const Ledger& ledger, SessionIndex session, MessageIndex message,
                        EntryId entry, bool gap, Judge& judge) {
  grow(session);
  Screen& screen = screens_[session];
  if (screen.marks.size() <= message) screen.marks.resize(ledger.messages().size());
  // A gap stands for anything that was said until now and is not on this screen: how many are
  // missing is shown, not which.
  if (gap) screen.excused_below = static_cast<MessageIndex>(ledger.messages().size());
  if (ledger.has_no_place(message) || ledger.lost_its_place(message)) return;
  const Mark mark = screen.marks[message];
  judge.check(Oracle::causal_order, mark == Mark::none || excused(ledger, session, message, entry),
              "a message was shown after one whose author had seen it", [&] {
                return fmt::format("to person {}: {}", ledger.sessions()[session].person,
                                   ledger.describe(message));
              });
  const SessionClock& before = clocks_[message];
  if (screen.looked_at.size() < before.size()) screen.looked_at.resize(before.size());
  for (std::size_t author = 0; author < before.size(); ++author) {
    const auto& said = ledger.sessions()[author].said;
    for (std::uint32_t n = screen.looked_at[author]; n < before[author]; ++n) {
      const MessageIndex predecessor = said[n];
      if (predecessor == message || ledger.was_shown(session, predecessor)) continue;
      if (screen.marks.size() <= predecessor) screen.marks.resize(ledger.messages().size());
      screen.marks[predecessor] =
          predecessor < screen.excused_below ? Mark::excused : Mark::overtaken;
    }
    screen.looked_at[author] = std::max(screen.looked_at[author], before[author]);
  }
  merge(screen.clock, before);
}

bool CausalOrder::excused(const Ledger& ledger, SessionIndex session, MessageIndex message,
                          EntryId entry) const {
  if (session >= screens_.size() || message >= screens_[session].marks.size()) return false;
  if (screens_[session].marks[message] == Mark::excused) return true;
  return ledger.was_behind(session, message) &&
         !ledger.sessions()[session].resumed_behind.covers(entry);
}

void CausalOrder::finish(const Ledger& ledger, const std::vector<EntryKey>& keys,
                         Judge& judge) const {
  // For each session the latest key of its first n messages.
  std::vector<std::vector<EntryKey>> latest(ledger.sessions().size());
  for (std::size_t session = 0; session < latest.size(); ++session) {
    EntryKey highest;
    latest[session].push_back(highest);
    for (const MessageIndex message : ledger.sessions()[session].said) {
      if (keys[message].id && !ledger.has_no_place(message))
        highest = std::max(highest, ledger.first_key(message));
      latest[session].push_back(highest);
    }
  }
  for (MessageIndex message = 0; message < clocks_.size(); ++message) {
    if (!keys[message].id || ledger.has_no_place(message)) continue;
    const SessionClock& before = clocks_[message];
    for (std::size_t session = 0; session < before.size(); ++session) {
      const bool own = session == ledger.messages()[message].session;
      const EntryKey predecessor = latest[session][before[session] - (own ? 1U : 0U)];
      judge.check(Oracle::causal_order, predecessor < keys[message],
                  "a timeline puts a message before one that its author had seen", [&] {
                    return fmt::format("{}; of person {} up to {}", ledger.describe(message),
                                       ledger.sessions()[session].person, before[session]);
                  });
    }
  }
}

}  // namespace peal::sim
