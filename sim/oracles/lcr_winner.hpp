// Promise P7, second half: the winner of a vote is the highest id that took part in it.
#pragma once

#include <cstdint>
#include <map>

#include "core/message.hpp"
#include "sim/oracles/judge.hpp"

namespace peal::sim {

class LcrWinner {
 public:
  /// A server installs a view. The first view that it leads after it led none, or followed another,
  /// is one that a vote gave it: then all members are those whom the vote passed.
  void installed(ServerId server, const View& view, Judge& judge);
  /// A server's process ended: it leads nothing any more.
  void ended(ServerId server) { followed_.erase(server); }
  [[nodiscard]] std::uint64_t elections() const { return elections_; }

 private:
  std::map<ServerId, ServerId> followed_;  // server -> leader of its last view
  std::uint64_t elections_ = 0;
};

}  // namespace peal::sim
