// Comparing a winner with those who voted.
#include "sim/oracles/lcr_winner.hpp"

#include <fmt/format.h>

namespace peal::sim {

void LcrWinner::installed(ServerId server, const View& view, Judge& judge) {
  ServerId& followed = followed_[server];
  const bool won = view.id.leader == server && followed != server;
  followed = view.id.leader;
  if (!won) return;
  ++elections_;
  for (const Member& member : view.members)
    judge.check(Oracle::lcr_winner, member.id <= server,
                "a vote was won by another than the highest id", [&] {
                  return fmt::format("{} leads view {} with member {}", server.value,
                                     view.id.number, member.id.value);
                });
}

}  // namespace peal::sim
