// The views that servers installed, as outside observers heard of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/message.hpp"
#include "sim/oracles/ledger.hpp"

namespace peal::sim {

/// One process of a leader gives an id to one view. Elections keep nothing on disk, so a restarted
/// leader may use an id again that its former self used.
class Views {
 public:
  /// Servers of the run in the order of their numbers.
  explicit Views(std::vector<ServerId> servers) : servers_(std::move(servers)) {}

  /// False when the same process gave this id to a view of other members.
  bool add(const View& view) {
    auto& views = views_[view.id];
    for (const View& known : views)
      if (incarnation(known) == incarnation(view)) return known == view;
    views.push_back(view);
    return true;
  }
  /// All views of an id.
  [[nodiscard]] std::span<const View> find(ViewId id) const {
    const auto found = views_.find(id);
    return found == views_.end() ? std::span<const View>() : found->second;
  }
  [[nodiscard]] ServerSet members(const View& view) const {
    ServerSet set = 0;
    for (std::size_t i = 0; i < servers_.size(); ++i)
      if (std::ranges::any_of(view.members,
                              [&](const Member& member) { return member.id == servers_[i]; }))
        set |= ServerSet{1} << i;
    return set;
  }

 private:
  static Incarnation incarnation(const View& view) {
    for (const Member& member : view.members)
      if (member.id == view.id.leader) return member.incarnation;
    return {};
  }

  std::vector<ServerId> servers_;
  std::map<ViewId, std::vector<View>> views_;
};

}  // namespace peal::sim
