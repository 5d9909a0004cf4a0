// All observers of one run, and what they know together.
#pragma once

#include <utility>
#include <vector>

#include "sim/oracles/availability.hpp"
#include "sim/oracles/bounded.hpp"
#include "sim/oracles/causal_order.hpp"
#include "sim/oracles/convergence.hpp"
#include "sim/oracles/durability.hpp"
#include "sim/oracles/exactly_once.hpp"
#include "sim/oracles/fifo.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/oracles/lcr_winner.hpp"
#include "sim/oracles/ledger.hpp"
#include "sim/oracles/monotonic_reads.hpp"
#include "sim/oracles/one_leader.hpp"
#include "sim/oracles/views.hpp"
#include "sim/oracles/wins.hpp"

namespace peal::sim {

struct Oracles {
  /// Servers of the run in the order of their numbers; at most 64.
  explicit Oracles(std::vector<ServerId> servers)
      : ledger(servers.size()), views(std::move(servers)) {}

  MessageIndex said(SessionIndex session, const Body& body);
  void shown(SessionIndex session, const Delivery& delivery);
  void settled(SessionIndex session, std::uint64_t n, const MessageId& told, Outcome outcome,
               const Accepted& accepted);
  void stored(std::uint32_t server, const Entry& entry);
  /// A leader, or a home for it, says what became of submissions, whether that arrives or not.
  void judged(SessionId session, const std::vector<Receipt>& receipts);
  void installed(ServerId server, const View& view);

  Judge judge;
  Ledger ledger;
  Views views;
  Wins wins;
  Durability durability;
  ExactlyOnce exactly_once;
  CausalOrder causal_order;
  Fifo fifo;
  Availability availability;
  Convergence convergence;
  OneLeader one_leader;
  LcrWinner lcr_winner;
  MonotonicReads monotonic_reads;
  Bounded bounded;
};

}  // namespace peal::sim
