// Three servers of one view in a simulated world without faults.
#pragma once

#include <cstddef>

#include <gtest/gtest.h>

#include "sim/world.hpp"

namespace peal::sim {

// Servers 0, 1, 2 have the ids 1, 2, 3; three seconds have passed.
class ThreeServers : public testing::Test {
 protected:
  ThreeServers() {
    for (std::size_t server = 0; server < 3; ++server) world.start_server(server);
    EXPECT_TRUE(world.run_until(3'000'000));
    EXPECT_TRUE(Convergence::one_view(world.snapshot()));
  }

  WorldConfig config{.servers = {ServerId{1}, ServerId{2}, ServerId{3}}};
  Chooser chooser{7};
  Oracles oracles{config.servers};
  Stats stats;
  World world{config, chooser, oracles, stats};
};

}  // namespace peal::sim
