// Looking for what appears twice, was never said, or was said differently.
#include "sim/oracles/exactly_once.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace peal::sim {

void ExactlyOnce::shown(const Ledger& ledger, SessionIndex session, const Delivery& delivery,
                        Judge& judge) {
  const auto message = ledger.find_message(delivery.message);
  if (!judge.check(
          Oracle::exactly_once, message.has_value(), "a message was shown that nobody said",
          [&] { return fmt::format("{}:{}", delivery.message.session.value, delivery.message.n); }))
    return;
  judge.check(Oracle::exactly_once, !ledger.was_shown(session, *message),
              "a message was shown twice to one session", [&] {
                return fmt::format("session of person {}, {}", ledger.sessions()[session].person,
                                   ledger.describe(*message));
              });
  const MessageFacts& facts = ledger.messages()[*message];
  judge.check(
      Oracle::exactly_once,
      facts.body == delivery.body && ledger.sessions()[facts.session].user == delivery.author,
      "a message was shown with another text or author", [&] { return ledger.describe(*message); });
}

void ExactlyOnce::settled(const Ledger& ledger, MessageIndex message, Judge& judge) {
  judge.check(Oracle::exactly_once, ledger.messages()[message].outcome == Outcome::pending,
              "a message got two verdicts", [&] { return ledger.describe(message); });
}

void ExactlyOnce::misnumbered(const MessageId& told, Judge& judge) {
  judge.check(Oracle::exactly_once, false, "a verdict names another message than was said",
              [&] { return fmt::format("{}:{}", told.session.value, told.n); });
}

void ExactlyOnce::stored(const Ledger& ledger, const Views& views, const Wins& wins,
                         EntryIndex entry, Judge& judge) {
  const EntryFacts& facts = ledger.entries()[entry];
  const auto& copies = ledger.messages()[facts.message].entries;
  const bool known = std::ranges::any_of(copies, [&](EntryIndex copy) {
    return copy != entry && wins.had_to_pull(copy, facts.key.id.log, views);
  });
  judge.check(Oracle::exactly_once, !known,
              "a leader wrote a message anew that a member of its first view had on disk",
              [&] { return ledger.describe(facts.message); });
  const bool once = std::ranges::none_of(copies, [&](EntryIndex copy) {
    return copy != entry && ledger.entries()[copy].key.id.log == facts.key.id.log;
  });
  judge.check(Oracle::exactly_once, once, "one leader wrote a message twice",
              [&] { return ledger.describe(facts.message); });
}

void ExactlyOnce::invented(const Entry& entry, Judge& judge) {
  judge.check(Oracle::exactly_once, false, "an entry was stored whose message nobody said", [&] {
    return fmt::format("entry {}/{}, message {}:{}", entry.id.log.value, entry.id.seq,
                       entry.message.session.value, entry.message.n);
  });
}

void ExactlyOnce::timeline(const Ledger& ledger, std::uint32_t server,
                           const std::vector<Delivery>& items, Judge& judge) {
  seen_.assign(ledger.messages().size(), 0);
  const Delivery* later = nullptr;
  for (const Delivery& item : items) {
    const auto message = ledger.find_message(item.message);
    if (!judge.check(Oracle::exactly_once, message.has_value(),
                     "a timeline holds a message that nobody said",
                     [&] { return fmt::format("server {}", server); }))
      return;
    judge.check(Oracle::exactly_once, seen_[*message]++ == 0, "a timeline holds a message twice",
                [&] { return fmt::format("server {}, {}", server, ledger.describe(*message)); });
    judge.check(Oracle::exactly_once,
                later == nullptr || EntryKey{item.hlc, item.id} < EntryKey{later->hlc, later->id},
                "a timeline is not sorted by key",
                [&] { return fmt::format("server {}, {}", server, ledger.describe(*message)); });
    later = &item;
  }
}

}  // namespace peal::sim
