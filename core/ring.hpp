// The ring: servers ordered by id, and who comes next.
#pragma once

#include <set>
#include <vector>

#include "core/message.hpp"
#include "core/mutant.hpp"

namespace peal {

/// Servers sorted by id, each once.
class Ring {
 public:
  Ring() = default;
  explicit Ring(const std::vector<Member>& members) { add(members); }

  /// A server that is there already keeps its place and gets the newer identity.
  void add(const Member& member);
  void add(const std::vector<Member>& members) {
    for (const Member& member : members) add(member);
  }
  void remove(ServerId id);
  void remove(const std::set<ServerId>& ids) {
    for (const ServerId id : ids) remove(id);
  }

  /// Takes the lowest ids out, but for `keep`, until at most size_max are left; those.
  std::vector<Member> shorten(std::size_t size_max, ServerId keep);

  [[nodiscard]] const Member* find(ServerId id) const;
  /// The next higher id, wrapping around; null when the ring holds nobody else.
  [[nodiscard]] const Member* successor(ServerId of) const;
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }

  friend bool operator==(const Ring&, const Ring&) = default;

 private:
  std::vector<Member> members_;
};

[[nodiscard]] const Member* find_member(const std::vector<Member>& members, ServerId id);
/// How many of n are a majority.
[[nodiscard]] inline std::size_t majority(std::size_t n) {
  return MUTANT(half_is_enough) && n > 1 ? n / 2 : n / 2 + 1;
}

void mix(Hasher& hasher, const Endpoint& endpoint);
void mix(Hasher& hasher, const Member& member);
void mix(Hasher& hasher, const View& view);

}  // namespace peal
