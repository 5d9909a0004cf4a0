// The views that servers installed, as outside observers heard of them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
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
    led_.push_back({view.id, members(view)});
    return true;
  }
  /// A server is in another view now: what it led before is over.
  void installed(ServerId server, ViewId view, std::int64_t now_us) {
    for (Led& led : led_)
      if (led.view.leader == server && led.view != view)
        led.until_us = std::min(led.until_us, now_us);
  }
  /// A view, with what it had for members, and when its leader left it, as far as that is known.
  struct Led {
    ViewId view;
    ServerSet members = 0;
    std::int64_t until_us = std::numeric_limits<std::int64_t>::max();
  };
  /// In the order in which they were installed first.
  [[nodiscard]] const std::vector<Led>& led() const { return led_; }
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
  std::vector<Led> led_;
};

}  // namespace peal::sim
