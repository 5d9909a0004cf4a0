// A whole state as a list of its members, and what of it an event changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"
#include "core/trace/member_change.hpp"
#include "core/trace/strings.hpp"

namespace peal::trace {

/// Containers with more than these elements are one member, which says how many there are: so what
/// it takes does not grow with history.
inline constexpr std::size_t container_elements_max = 32;

/// The members of one machine as they were when it was looked at last. Of a member that is as it
/// was only a hash is computed: it is its text that takes long.
class Members {
 public:
  /// What is not as it was, in the order of the members: at first, all that is there.
  [[nodiscard]] std::vector<MemberChange> look(const Server& server, Strings& strings);
  [[nodiscard]] std::vector<MemberChange> look(const Client& client, Strings& strings);
  /// In their order.
  [[nodiscard]] std::vector<NamedMember> list() const;

  /// One that was seen, and what tells whether it is the same.
  struct Seen {
    std::uint64_t path_hash = 0;
    std::uint64_t value_hash = 0;
    NamedMember member;
  };

 private:
  template <class Machine>
  std::vector<MemberChange> look_at(const Machine& machine, Strings& strings);

  std::vector<Seen> seen_;
};

}  // namespace peal::trace
