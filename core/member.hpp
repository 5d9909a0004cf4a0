// A server as others know it, and who leads whom.
#pragma once

#include <vector>

#include "core/endpoint.hpp"
#include "core/ids.hpp"

namespace peal {

/// A server as others need to know it. Addresses: where its data socket may be reached, best first,
/// loopback only when it has no other.
struct Member {
  ServerId id;
  Incarnation incarnation;
  std::vector<Endpoint> addresses;
  friend auto operator<=>(const Member&, const Member&) = default;
};

/// Who leads whom. Members sorted by id, the leader among them.
struct View {
  ViewId id;
  std::vector<Member> members;
  friend auto operator<=>(const View&, const View&) = default;
};

}  // namespace peal
