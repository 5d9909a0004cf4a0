// What a winner has to pull before it serves: what its members had on disk when it won.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "core/message.hpp"
#include "sim/oracles/ledger.hpp"
#include "sim/oracles/views.hpp"

namespace peal::sim {

/// Of each process the first view that it led: whatever is in its log, it wrote later. A process
/// that leads a second time may write what it took before, so of later views nothing is known.
class Wins {
 public:
  /// A server installed a view.
  void installed(const Ledger& ledger, ServerId server, const View& view) {
    if (view.id.leader != server) return;
    const auto leader = std::ranges::find(view.members, server, &Member::id);
    if (leader == view.members.end()) return;
    const auto [it, first] = wins_.try_emplace(log_of(leader->incarnation));
    Win& win = it->second;
    if (first) {
      win.members = view.members;
      win.held.reserve(ledger.entries().size());
      for (const EntryFacts& entry : ledger.entries()) win.held.push_back(entry.held_now);
    }
    // Who left, was removed, or starts anew need not have told what it had.
    std::erase_if(win.members, [&](const Member& member) {
      return std::ranges::none_of(view.members, [&](const Member& now) {
        return now.id == member.id && now.incarnation == member.incarnation;
      });
    });
  }
  /// The leader says that it serves without the answer of somebody who has been silent for too
  /// long.
  void stopped_waiting(Incarnation leader) {
    if (const auto it = wins_.find(log_of(leader)); it != wins_.end()) it->second.members.clear();
  }
  /// True when somebody who has been a member ever since had the entry on disk when the leader who
  /// writes this log won.
  [[nodiscard]] bool had_to_pull(EntryIndex entry, LogId log, const Views& views) const {
    const auto it = wins_.find(log);
    if (it == wins_.end() || entry >= it->second.held.size()) return false;
    return (it->second.held[entry] & views.members({{}, it->second.members})) != 0;
  }

 private:
  struct Win {
    std::vector<Member> members;  ///< those of them that have been in all of its views
    std::vector<ServerSet> held;  ///< [entry], when it won
  };
  std::map<LogId, Win> wins_;
};

}  // namespace peal::sim
