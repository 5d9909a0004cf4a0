// Who is told what, and in which order.
#include "sim/oracles/oracles.hpp"

namespace peal::sim {

MessageIndex Oracles::said(SessionIndex session, const Body& body) {
  const MessageIndex message = ledger.say(session, body, judge.now_us());
  causal_order.said(ledger, message);
  availability.said(message);
  return message;
}

void Oracles::shown(SessionIndex session, const Delivery& delivery) {
  exactly_once.shown(ledger, session, delivery, judge);
  const auto message = ledger.find_message(delivery.message);
  if (!message) return;
  const bool excused = causal_order.excused(ledger, session, *message, delivery.id);
  fifo.shown(ledger, session, *message, excused, judge);
  causal_order.shown(ledger, session, *message, delivery.id, delivery.gap != 0, judge);
  durability.shown(ledger, views, delivery.id, judge);
  ledger.show(session, *message, delivery.id);
}

void Oracles::settled(SessionIndex session, std::uint64_t n, const MessageId& told, Outcome outcome,
                      const Accepted& accepted) {
  const auto message = ledger.find_message({ledger.sessions()[session].id, n});
  if (!message || told != MessageId{ledger.sessions()[session].id, n})
    return exactly_once.misnumbered(told, judge);
  exactly_once.settled(ledger, *message, judge);
  ledger.settle(*message, outcome, accepted, judge.now_us());
  if (outcome == Outcome::acknowledged) durability.acknowledged(ledger, views, *message, judge);
}

void Oracles::stored(std::uint32_t server, const Entry& entry) {
  const auto held = ledger.hold(server, entry, judge.now_us());
  if (!held) return exactly_once.invented(entry, judge);
  exactly_once.stored(ledger, views, wins, *held, judge);
}

void Oracles::judged(SessionId session, const std::vector<Receipt>& receipts) {
  for (const Receipt& receipt : receipts) {
    const auto* accepted = std::get_if<Accepted>(&receipt.verdict);
    const bool without_entry = std::holds_alternative<Refusal>(receipt.verdict) ||
                               (accepted != nullptr && accepted->entry.seq == 0);
    if (!without_entry) continue;
    if (const auto message = ledger.find_message({session, receipt.n}))
      ledger.judged_without_entry(*message);
  }
}

void Oracles::installed(ServerId server, const View& view) {
  one_leader.installed(views, view, judge);
  views.installed(server, view.id, judge.now_us());
  lcr_winner.installed(server, view, judge);
  wins.installed(ledger, server, view);
}

}  // namespace peal::sim
