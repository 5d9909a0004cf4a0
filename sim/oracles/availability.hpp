// Promise P5: whoever reaches a working server gets verdicts, and everything meant for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/oracles/judge.hpp"
#include "sim/oracles/ledger.hpp"

namespace peal::sim {

class Availability {
 public:
  void said(MessageIndex message) { pending_.push_back(message); }
  /// can_work: [session] whether its client reaches a live server with a working disk, and nothing
  /// about that changed since calm_since. patience: how long a verdict may take then.
  void look(const Ledger& ledger, const std::vector<std::uint8_t>& can_work,
            std::int64_t calm_since_us, std::int64_t patience_us, Judge& judge);
  /// Submissions without a verdict, at the last look.
  [[nodiscard]] std::size_t pending() const { return pending_.size(); }
  /// True while a session that goes on waits for a verdict.
  [[nodiscard]] bool waiting(const Ledger& ledger) const;
  /// In the end, with every server in reach: every verdict is in, and every session that goes on
  /// was shown all acknowledged posts that were said after its join was known everywhere, or
  /// (direct ones) after its first acknowledgement; but for what was in history when it was told
  /// that it fell too far behind.
  void finish(const Ledger& ledger, Judge& judge) const;
  /// The first post that finish() would miss; nothing when all were shown.
  [[nodiscard]] bool all_delivered(const Ledger& ledger) const;

 private:
  struct Missing {
    bool any = false;
    SessionIndex session = 0;
    MessageIndex message = 0;
  };
  [[nodiscard]] Missing first_missing(const Ledger& ledger, Judge* judge) const;

  std::vector<MessageIndex> pending_;  // In the order of saying; settled ones go at the next look.
};

}  // namespace peal::sim
