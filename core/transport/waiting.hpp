// Messages for addresses to which there is no channel yet.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <utility>

#include "core/endpoint.hpp"
#include "core/secure/bytes.hpp"
#include "core/transport/transport_limits.hpp"

namespace peal::transport {

/// A value. Bounded: the oldest of an address goes first.
class Waiting {
 public:
  /// How many messages were dropped for it.
  [[nodiscard]] std::size_t add(const Endpoint& to, secure::View message) {
    if (!messages_.contains(to) && messages_.size() >= waiting_targets_max) return 1;
    auto& queue = messages_[to];
    queue.emplace_back(message.begin(), message.end());
    if (queue.size() <= waiting_messages_max) return 0;
    queue.pop_front();
    return 1;
  }
  /// All for this address, in order; nothing waits there afterwards.
  [[nodiscard]] std::deque<secure::Bytes> take(const Endpoint& to) {
    const auto found = messages_.find(to);
    if (found == messages_.end()) return {};
    auto queue = std::move(found->second);
    messages_.erase(found);
    return queue;
  }
  friend bool operator==(const Waiting&, const Waiting&) = default;

 private:
  std::map<Endpoint, std::deque<secure::Bytes>> messages_;
};

}  // namespace peal::transport
