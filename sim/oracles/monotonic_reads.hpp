// Promise P9: what was shown to a person is never taken back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/message.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/oracles/ledger.hpp"

namespace peal::sim {

/// A page of history that a session asked for.
struct PageRequest {
  SessionIndex session = 0;
  HistoryQuery query;
  std::size_t shown = 0;    ///< so many messages were shown to the session by then
  std::uint64_t moves = 0;  ///< of the ledger by then
};

class MonotonicReads {
 public:
  /// What is known when a session asks for a page.
  [[nodiscard]] static PageRequest asked(const Ledger& ledger, SessionIndex session,
                                         const HistoryQuery& query);
  /// The answer, from this server. What its disk held then, and what the page covers, must be
  /// there.
  void answered(const Ledger& ledger, const PageRequest& request, std::uint32_t server,
                const HistoryAnswer& page, Judge& judge) const;
  /// In the end every shown message is on the disks, but where all disks were wiped that held it.
  void finish(const Ledger& ledger, ServerSet live, Judge& judge) const;
};

}  // namespace peal::sim
