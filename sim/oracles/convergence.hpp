// Promise P6: once the network is whole, every server holds the same history within the bound.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "core/chat_state.hpp"
#include "core/entry.hpp"
#include "core/message.hpp"
#include "sim/oracles/judge.hpp"
#include "sim/oracles/ledger.hpp"
#include "sim/oracles/snapshot.hpp"

namespace peal::sim {

class Convergence {
 public:
  using Entries = std::map<EntryId, SharedEntry>;

  /// bound: since the heal, one view.
  void look(const Snapshot& servers, std::int64_t since_heal_us, std::int64_t bound_us,
            Judge& judge);
  /// Of the first entries of the ledger, a group of servers that can share holds each one
  /// everywhere, or nowhere.
  static void spread(const Ledger& ledger, std::size_t entries, ServerSet group, Judge& judge);
  /// One view, with every server in it as far as roles tell.
  [[nodiscard]] static bool one_view(const Snapshot& servers);
  /// Compares two disks, entry by entry, field by field.
  static void disks(std::uint32_t a, const Entries& on_a, std::uint32_t b, const Entries& on_b,
                    Judge& judge);
  /// What one server makes of its history against what follows from all entries of a disk.
  static void chats(std::uint32_t server, const ChatState& told, const ChatState& expected,
                    Judge& judge);
  /// One conversation as two servers tell it.
  static void timelines(std::uint32_t server, const std::vector<EntryKey>& expected,
                        const std::vector<Delivery>& items, Judge& judge);

  /// World time from the heal to the first look with one view; -1: not yet.
  [[nodiscard]] std::int64_t one_view_after_us() const { return one_view_after_us_; }

 private:
  std::int64_t one_view_after_us_ = -1;
};

}  // namespace peal::sim
