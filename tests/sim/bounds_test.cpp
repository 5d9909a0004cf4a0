// What is promised by when follows from the configuration.
#include "sim/bounds.hpp"

#include <gtest/gtest.h>

namespace peal::sim {
namespace {

TEST(Bounds, OfTheUsualConfigurationAreThoseOfTheDesign) {
  const Bounds bounds = bounds_of(ServerConfig{});

  EXPECT_EQ(bounds.one_view_us, 2'000'000);
  EXPECT_EQ(bounds.converge_us, 12'000'000);
  EXPECT_EQ(bounds.patience_us, 10'000'000);
}

TEST(Bounds, AreNoLongerForServersThatAreFaster) {
  ServerConfig fast;
  fast.heartbeat_every = milliseconds(10);
  fast.announce_every = milliseconds(100);
  fast.gossip_every = milliseconds(100);
  fast.gap_wait = milliseconds(100);
  fast.disk_patience = seconds(1);

  EXPECT_EQ(bounds_of(fast), bounds_of(ServerConfig{}));
}

TEST(Bounds, GrowWithWhatIsSlowerByWhatItCosts) {
  const Bounds usual = bounds_of(ServerConfig{});
  ServerConfig slow;
  slow.announce_every = slow.announce_every + milliseconds(100);
  EXPECT_EQ(bounds_of(slow).one_view_us, usual.one_view_us + 200'000);
  EXPECT_EQ(bounds_of(slow).patience_us, usual.patience_us + 200'000);

  slow = {};
  slow.gossip_every = slow.gossip_every * 2;
  EXPECT_EQ(bounds_of(slow).spread_us, usual.spread_us * 2);
  EXPECT_EQ(bounds_of(slow).one_view_us, usual.one_view_us);

  slow = {};
  slow.gap_wait = slow.gap_wait + seconds(1);
  EXPECT_EQ(bounds_of(slow).converge_us, usual.converge_us + 1'000'000);
  EXPECT_EQ(bounds_of(slow).one_view_us, usual.one_view_us);
}

TEST(Bounds, OfAQueueAreThoseOfItsLast) {
  ServerConfig config;
  config.unstable_entries_max = 38;
  const Bounds bounds = bounds_of(config);

  EXPECT_EQ(bounds.queueing_us(0, 1'000'000), 0);
  EXPECT_EQ(bounds.queueing_us(38, 1'000'000), 1'000'000);
  EXPECT_EQ(bounds.queueing_us(39, 1'000'000), 2'000'000);
  EXPECT_EQ(bounds.queueing_us(5'000, 0), 0) << "only slow disks make anybody wait";
}

}  // namespace
}  // namespace peal::sim
