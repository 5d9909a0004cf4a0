// Rings as sorted lists; and how members and views go into digests.
#include "core/ring.hpp"

#include <algorithm>

namespace peal {
namespace {

bool before(const Member& member, ServerId id) { return member.id < id; }

}  // namespace

void Ring::add(const Member& member) {
  const auto it = std::lower_bound(members_.begin(), members_.end(), member.id, before);
  if (it != members_.end() && it->id == member.id) {
    *it = member;
  } else {
    members_.insert(it, member);
  }
}

void Ring::remove(ServerId id) {
  const auto it = std::lower_bound(members_.begin(), members_.end(), id, before);
  if (it != members_.end() && it->id == id) members_.erase(it);
}

std::vector<Member> Ring::shorten(std::size_t size_max, ServerId keep) {
  std::vector<Member> out;
  std::erase_if(members_, [&, more = members_.size()](const Member& member) mutable {
    if (more <= size_max || member.id == keep) return false;
    --more;
    out.push_back(member);
    return true;
  });
  return out;
}

const Member* Ring::find(ServerId id) const { return find_member(members_, id); }

const Member* Ring::successor(ServerId of) const {
  if (members_.empty()) return nullptr;
  auto it = std::lower_bound(members_.begin(), members_.end(), ServerId{of.value + 1}, before);
  if (it == members_.end()) it = members_.begin();
  return it->id == of ? nullptr : &*it;
}

const Member* find_member(const std::vector<Member>& members, ServerId id) {
  for (const Member& member : members)
    if (member.id == id) return &member;
  return nullptr;
}

void mix(Hasher& hasher, const Endpoint& endpoint) {
  hasher.add(std::span<const std::uint8_t>(endpoint.ip)).add(endpoint.port).add(endpoint.scope);
}

void mix(Hasher& hasher, const Member& member) {
  hasher.add(member.id.value).add(member.incarnation.value).add(member.addresses.size());
  for (const Endpoint& address : member.addresses) mix(hasher, address);
}

void mix(Hasher& hasher, const View& view) {
  hasher.add(view.id.number).add(view.id.leader.value).add(view.members.size());
  for (const Member& member : view.members) mix(hasher, member);
}

}  // namespace peal
