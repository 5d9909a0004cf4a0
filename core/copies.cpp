// Counting copies.
#include "core/copies.hpp"

#include <algorithm>
#include <array>

#include "core/limits.hpp"
#include "core/mutant.hpp"
#include "core/ring.hpp"

namespace peal {

void Copies::set_members(const std::vector<Member>& members) {
  std::map<ServerId, Disk> next;
  for (const Member& member : members) {
    const auto it = members_.find(member.id);
    const bool same = it != members_.end() && it->second.incarnation == member.incarnation;
    next.emplace(member.id, same ? it->second : Disk{member.incarnation, {}});
  }
  if (MUTANT(removed_counts)) next.merge(members_);
  members_ = std::move(next);
}

void Copies::claim(ServerId member, std::span<const EntryId> durable) {
  const auto it = members_.find(member);
  if (it == members_.end()) return;
  for (const EntryId pair : durable) it->second.durable.advance(pair);
}

std::uint32_t Copies::count(EntryId entry) const {
  std::uint32_t copies = 0;
  for (const auto& [id, disk] : members_)
    if (disk.durable.covers(entry)) ++copies;
  return copies;
}

std::uint64_t Copies::stable(LogId log) const {
  std::array<std::uint64_t, limits::members_max + 1> have{};
  std::size_t n = 0;
  for (const auto& [id, disk] : members_)
    if (n < have.size()) have[n++] = disk.durable.at(log);
  if (n == 0) return 0;
  const std::size_t enough = majority(n) - (MUTANT(self_counts_twice) && n > 1 ? 1 : 0);
  const auto nth = have.begin() + static_cast<std::ptrdiff_t>(enough - 1);
  std::nth_element(have.begin(), nth, have.begin() + static_cast<std::ptrdiff_t>(n),
                   std::greater<>());
  return *nth;
}

const VersionVector* Copies::durable_of(ServerId member) const {
  const auto it = members_.find(member);
  return it == members_.end() ? nullptr : &it->second.durable;
}

void Copies::mix_into(Hasher& hasher) const {
  hasher.add(members_.size());
  for (const auto& [id, disk] : members_) {
    hasher.add(id.value).add(disk.incarnation.value);
    disk.durable.mix_into(hasher);
  }
}

}  // namespace peal
