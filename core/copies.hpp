// Which member of the view has what on its disk; what is stable follows from it.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/version_vector.hpp"

namespace peal {

/// The leader's table of durable vectors, one for each member of its view, its own included. A
/// claim is a fact about a disk, whatever the view; it falls with the incarnation that made it,
/// because that disk may have been wiped.
class Copies {
 public:
  /// Members of a new view: claims of the same incarnations stay.
  void set_members(const std::vector<Member>& members);
  /// A member says what it has on disk. Ignored from others.
  void claim(ServerId member, std::span<const EntryId> durable);

  /// How many members have this entry on disk.
  [[nodiscard]] std::uint32_t count(EntryId entry) const;
  /// The highest seq of a log that a majority has on disk.
  [[nodiscard]] std::uint64_t stable(LogId log) const;
  /// What a member has on disk; null when it is no member.
  [[nodiscard]] const VersionVector* durable_of(ServerId member) const;
  void clear() { members_.clear(); }
  void mix_into(Hasher& hasher) const;

  friend bool operator==(const Copies&, const Copies&) = default;

 private:
  struct Disk {
    Incarnation incarnation;
    VersionVector durable;
    friend bool operator==(const Disk&, const Disk&) = default;
    PEAL_PARTS(incarnation, durable)
  };
  std::map<ServerId, Disk> members_;
  PEAL_PARTS(members_)
};

}  // namespace peal
