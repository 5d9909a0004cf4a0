// What a client hears from the multicast groups of its rooms, until its stream has room for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "core/client_inbox.hpp"
#include "core/client_io.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"

namespace peal {

/// The home says which rooms; a leader's multicast brings posts. Each is shown once the inbox finds
/// that nothing before it is missing, and is forgotten when its home delivered it. What arrived is
/// acknowledged to the home, with some delay, so that one acknowledgement stands for many posts.
class ClientGroups {
 public:
  /// Another attachment: its home says anew which rooms, and counts from 0.
  void start(std::uint64_t attachment);
  /// Asks the driver to hear the groups of these rooms. False: an old list.
  bool learn(const Groups& groups, ClientEffects& effects);
  /// It does not want to hear any, and says so.
  void decline(const Groups& groups);
  [[nodiscard]] bool hears(const RoomName& room) const;
  /// The user left it: what its group brings is of no concern from now on.
  void leave(const RoomName& room);

  void take(Instant now, Duration ack_after, const GroupPost& post);
  /// Shows what can be shown now.
  void show(ClientInbox& inbox, ClientEffects& effects);

  /// When an acknowledgement is due.
  [[nodiscard]] Instant deadline() const { return ack_due_; }
  void acknowledge_now(Instant now) { ack_due_ = now; }
  /// Taken by the caller, who sends it.
  [[nodiscard]] GroupAck acknowledge(const ClientInbox& inbox);
  [[nodiscard]] std::size_t held() const { return held_.size(); }
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const ClientGroups&, const ClientGroups&) = default;

 private:
  void forget_strange_posts();

  std::uint64_t attachment_ = 0;
  std::uint64_t list_ = 0;  // The number of the latest list of rooms.
  bool listening_ = false;
  std::vector<RoomName> rooms_;
  std::uint64_t arrived_ = 0;
  EntryId latest_;                     // That arrived.
  std::map<EntryId, GroupPost> held_;  // Not shown yet.
  Instant ack_due_ = never;
  PEAL_PARTS(attachment_, list_, listening_, rooms_, arrived_, latest_, held_, ack_due_)
};

}  // namespace peal
