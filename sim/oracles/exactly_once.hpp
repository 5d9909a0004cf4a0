// Promise P2: every message appears exactly once, as it was said, and gets one verdict.
#pragma once

#include <vector>

#include "core/message.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/oracles/ledger.hpp"
#include "sim/oracles/views.hpp"
#include "sim/oracles/wins.hpp"

namespace peal::sim {

class ExactlyOnce {
 public:
  /// Called before the ledger notes it.
  void shown(const Ledger& ledger, SessionIndex session, const Delivery& delivery, Judge& judge);
  /// Called before the ledger notes it.
  void settled(const Ledger& ledger, MessageIndex message, Judge& judge);
  /// A verdict for a message that the session never said, or by another number than it had.
  void misnumbered(const MessageId& told, Judge& judge);
  /// An entry came to a disk: no leader writes one message twice, or anew what it had to pull.
  void stored(const Ledger& ledger, const Views& views, const Wins& wins, EntryIndex entry,
              Judge& judge);
  /// An entry came to a disk whose message nobody said.
  void invented(const Entry& entry, Judge& judge);
  /// All pages of one conversation of one server, latest first.
  void timeline(const Ledger& ledger, std::uint32_t server, const std::vector<Delivery>& items,
                Judge& judge);

 private:
  std::vector<std::uint8_t> seen_;  // [message], during timeline().
};

}  // namespace peal::sim
