// Promise P4: the messages of one author's session are shown in the order in which they were sent.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/oracles/judge.hpp"
#include "sim/oracles/ledger.hpp"

namespace peal::sim {

class Fifo {
 public:
  /// excused: a gap was shown in the place of this message before.
  void shown(const Ledger& ledger, SessionIndex session, MessageIndex message, bool excused,
             Judge& judge);
  /// keys: the place of each message in the timelines, none where it is in no history.
  void finish(const Ledger& ledger, const std::vector<EntryKey>& keys, Judge& judge) const;

 private:
  std::vector<std::vector<std::uint64_t>> last_;  // [session][author's session] -> n
};

}  // namespace peal::sim
