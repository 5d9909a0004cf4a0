// Counting leaders, and who follows whom.
#include "sim/oracles/one_leader.hpp"

#include <fmt/format.h>

namespace peal::sim {

void OneLeader::installed(Views& views, const View& view, Judge& judge) {
  judge.check(Oracle::one_leader, views.add(view), "one view id names two views",
              [&] { return fmt::format("view {}/{}", view.id.number, view.id.leader.value); });
}

void OneLeader::look(const Snapshot& servers, Judge& judge) {
  std::size_t leaders = 0;
  ViewId view;
  for (const ServerSnapshot& server : servers) {
    if (server.role != Role::leader) continue;
    ++leaders;
    view = server.view;
  }
  judge.check(Oracle::one_leader, leaders == 1, "a stable connected group has not one leader",
              [&] { return fmt::format("{} of {} servers lead", leaders, servers.size()); });
  if (leaders != 1) return;
  for (const ServerSnapshot& server : servers)
    judge.check(Oracle::one_leader, server.view == view,
                "a server of a stable connected group does not follow its leader", [&] {
                  return fmt::format("server {} is in {}/{}, the leader in {}/{}", server.id.value,
                                     server.view.number, server.view.leader.value, view.number,
                                     view.leader.value);
                });
}

}  // namespace peal::sim
