// Holding posts that arrive ahead of their predecessors, and acknowledging what arrived.
#include "core/client_groups.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/chat_state.hpp"
#include "core/limits.hpp"

namespace peal {

void ClientGroups::start(std::uint64_t attachment) {
  attachment_ = attachment;
  list_ = 0;
  arrived_ = 0;
  latest_ = {};
  held_.clear();
  ack_due_ = never;
}

bool ClientGroups::learn(const Groups& groups, ClientEffects& effects) {
  if (groups.n <= list_) return false;
  list_ = groups.n;
  listening_ = true;
  rooms_ = groups.rooms;
  JoinGroups join;
  for (const RoomName& room : rooms_) join.groups.push_back(group_address(room));
  effects.add(std::move(join));
  forget_strange_posts();
  return true;
}

void ClientGroups::decline(const Groups& groups) {
  list_ = std::max(list_, groups.n);
  listening_ = false;
}

bool ClientGroups::hears(const RoomName& room) const {
  return list_ != 0 && std::ranges::find(rooms_, room) != rooms_.end();
}

void ClientGroups::leave(const RoomName& room) {
  std::erase(rooms_, room);
  forget_strange_posts();
}

void ClientGroups::forget_strange_posts() {
  std::erase_if(held_, [this](const auto& post) {
    const RoomName* room = room_of(post.second.delivery.body);
    return room == nullptr || !hears(*room);
  });
}

void ClientGroups::take(Instant now, Duration ack_after, const GroupPost& post) {
  const EntryId id = post.delivery.id;
  // Copies and stragglers say nothing new about whether groups are heard.
  if (id.log != latest_.log || id.seq > latest_.seq) {
    latest_ = id;
    ++arrived_;
    ack_due_ = std::min(ack_due_, now + ack_after);
  }
  if (held_.size() < limits::group_posts_held_max) held_.emplace(id, post);
}

void ClientGroups::show(ClientInbox& inbox, ClientEffects& effects) {
  for (bool progress = true; progress && !held_.empty();) {
    progress = false;
    for (auto it = held_.begin(); it != held_.end();) {
      const bool next = inbox.is_next(it->second);
      if (next) inbox.show(it->second, effects);
      progress |= next;
      it = inbox.cursor().covers(it->first) ? held_.erase(it) : std::next(it);
    }
  }
}

GroupAck ClientGroups::acknowledge(const ClientInbox& inbox) {
  ack_due_ = never;
  return {attachment_, list_, listening_, arrived_, inbox.beyond_home()};
}

void ClientGroups::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(attachment_).add(list_).add(listening_ ? 1 : 0).add(rooms_.size()).add(arrived_);
  for (const RoomName& room : rooms_) hasher.add(room.value);
  hasher.add(latest_.log.value).add(latest_.seq);
  for (const auto& [id, post] : held_) hasher.add(id.log.value).add(id.seq);
  hasher.add(ack_due_ == never ? 1 : static_cast<std::uint64_t>((ack_due_ - now).us));
}

}  // namespace peal
