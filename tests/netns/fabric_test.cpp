// The switch of the tests with network namespaces: what it forwards, and what its faults do.
#include "tests/support/switch/fabric.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/switch/commands.hpp"

namespace peal::lan {
namespace {

using Frame = std::vector<std::uint8_t>;

constexpr Mac everybody{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr Mac group{0x01, 0x00, 0x5e, 0x7f, 0x4a, 0x01};

/// The card behind a port.
Mac card(Port port) { return {0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(port)}; }

Frame frame(const Mac& to, const Mac& from) {
  Frame out(60);
  std::ranges::copy(to, out.begin());
  std::ranges::copy(from, out.begin() + 6);
  return out;
}

std::vector<Port> reached(Fabric& fabric, Port from, const Mac& to) {
  std::vector<Port> ports;
  for (const Copy& copy : fabric.forward(from, frame(to, card(from)))) ports.push_back(copy.to);
  return ports;
}

/// A switch that knows where every card is.
Fabric four_ports(std::uint64_t seed = 1) {
  Fabric fabric(4, seed);
  for (Port port = 1; port <= 4; ++port) (void)reached(fabric, port, everybody);
  return fabric;
}

std::string told(Fabric& fabric, std::string_view line) { return obey(fabric, line); }

using Ports = std::vector<Port>;

TEST(Fabric, FloodsWhatItHasNotLearnedAndThenNoMore) {
  Fabric fabric(4, 1);

  EXPECT_EQ(reached(fabric, 1, card(2)), (Ports{2, 3, 4}));
  EXPECT_EQ(reached(fabric, 2, card(1)), (Ports{1}));
  EXPECT_EQ(reached(fabric, 1, card(2)), (Ports{2}));
}

TEST(Fabric, FloodsBroadcastsAndMulticasts) {
  Fabric fabric = four_ports();

  EXPECT_EQ(reached(fabric, 3, everybody), (Ports{1, 2, 4}));
  EXPECT_EQ(reached(fabric, 3, group), (Ports{1, 2, 4}));
}

TEST(Fabric, SendsNothingBackToWhereItCameFrom) {
  Fabric fabric = four_ports();

  EXPECT_EQ(reached(fabric, 1, card(1)), Ports{});
}

TEST(Fabric, DropsFramesShorterThanTheirHeader) {
  Fabric fabric = four_ports();

  EXPECT_TRUE(fabric.forward(1, std::array<std::uint8_t, 13>{}).empty());
}

TEST(Fabric, ACutPartsTheSidesAndAPortOfNoSideReachesAll) {
  Fabric fabric = four_ports();

  EXPECT_EQ(told(fabric, "cut 1 | 2 3"), "ok");

  EXPECT_EQ(reached(fabric, 1, everybody), (Ports{4}));
  EXPECT_EQ(reached(fabric, 2, everybody), (Ports{3, 4}));
  EXPECT_EQ(reached(fabric, 4, everybody), (Ports{1, 2, 3}));
  EXPECT_EQ(fabric.counters().cut, 3U);
}

TEST(Fabric, ALaterCutReplacesTheFirst) {
  Fabric fabric = four_ports();

  EXPECT_EQ(told(fabric, "cut 1 | 2 3"), "ok");
  EXPECT_EQ(told(fabric, "cut 1 2 | 3 4"), "ok");

  EXPECT_EQ(reached(fabric, 1, everybody), (Ports{2}));
}

TEST(Fabric, AOneWayCutLetsTheOtherWayPass) {
  Fabric fabric = four_ports();

  EXPECT_EQ(told(fabric, "oneway 1 2"), "ok");

  EXPECT_EQ(reached(fabric, 1, everybody), (Ports{3, 4}));
  EXPECT_EQ(reached(fabric, 2, everybody), (Ports{1, 3, 4}));
}

TEST(Fabric, MendEndsCutsAndLeavesTheWeather) {
  Fabric fabric = four_ports();
  for (const char* line : {"cut 1 | 2 3", "oneway 2 4", "delay 5ms 5ms"})
    EXPECT_EQ(told(fabric, line), "ok");

  EXPECT_EQ(told(fabric, "mend"), "ok");

  EXPECT_EQ(reached(fabric, 2, everybody), (Ports{1, 3, 4}));
  EXPECT_EQ(fabric.forward(1, frame(card(2), card(1))).front().delay, Delay(5'000));
}

TEST(Fabric, NetworksStayApartWhateverIsMended) {
  Fabric fabric = four_ports();

  EXPECT_EQ(told(fabric, "networks 1 3 | 2"), "ok");
  EXPECT_EQ(told(fabric, "heal"), "ok");

  EXPECT_EQ(reached(fabric, 1, everybody), (Ports{3, 4}));
  EXPECT_EQ(reached(fabric, 2, group), (Ports{4}));
  EXPECT_EQ(reached(fabric, 4, everybody), (Ports{1, 2, 3}));
  EXPECT_EQ(reached(fabric, 1, card(2)), Ports{});
  EXPECT_EQ(reached(fabric, 1, card(3)), (Ports{3}));
}

TEST(Fabric, AnAccessPointMayDropMulticastsAlone) {
  Fabric fabric = four_ports();

  EXPECT_EQ(told(fabric, "drop-multicast"), "ok");

  EXPECT_EQ(reached(fabric, 1, group), Ports{});
  EXPECT_EQ(reached(fabric, 1, everybody), (Ports{2, 3, 4}));
  EXPECT_EQ(reached(fabric, 1, card(2)), (Ports{2}));
}

TEST(Fabric, AnAccessPointMayDropBroadcastsAlone) {
  Fabric fabric = four_ports();

  EXPECT_EQ(told(fabric, "drop-broadcast"), "ok");

  EXPECT_EQ(reached(fabric, 1, everybody), Ports{});
  EXPECT_EQ(reached(fabric, 1, group), (Ports{2, 3, 4}));
}

TEST(Fabric, LosesAndDoublesAboutAsOftenAsItWasTold) {
  Fabric fabric = four_ports();
  EXPECT_EQ(told(fabric, "loss 0.1"), "ok");
  EXPECT_EQ(told(fabric, "duplicate 0.05 1 2"), "ok");

  for (int i = 0; i < 10'000; ++i) (void)reached(fabric, 1, card(2));

  EXPECT_NEAR(static_cast<double>(fabric.counters().lost), 1'000, 150);
  EXPECT_NEAR(static_cast<double>(fabric.counters().duplicated), 450, 100);
}

TEST(Fabric, DelaysLieBetweenTheLeastAndTheMost) {
  Fabric fabric = four_ports();
  EXPECT_EQ(told(fabric, "delay 5ms 20ms 1 2"), "ok");
  Delay least = Delay::max();
  Delay most = Delay::zero();

  for (int i = 0; i < 1'000; ++i)
    for (const Copy& copy : fabric.forward(1, frame(card(2), card(1)))) {
      least = std::min(least, copy.delay);
      most = std::max(most, copy.delay);
    }

  EXPECT_GE(least, Delay(5'000));
  EXPECT_LT(least, Delay(6'000));
  EXPECT_LT(most, Delay(20'000));
  EXPECT_GT(most, Delay(19'000));
  EXPECT_EQ(fabric.forward(2, frame(card(1), card(2))).front().delay, Delay::zero());
}

/// What becomes of the first frames from 1 to 2.
std::vector<std::vector<Delay>> fates(Fabric& fabric, bool busy) {
  std::vector<std::vector<Delay>> out;
  for (int i = 0; i < 200; ++i) {
    if (busy) (void)fabric.forward(3, frame(card(4), card(3)));
    out.emplace_back();
    for (const Copy& copy : fabric.forward(1, frame(card(2), card(1))))
      out.back().push_back(copy.delay);
  }
  return out;
}

std::vector<std::vector<Delay>> fates_of_seed(std::uint64_t seed, bool busy) {
  Fabric fabric = four_ports(seed);
  for (const char* line : {"loss 0.2", "duplicate 0.2", "delay 1ms 9ms"})
    EXPECT_EQ(told(fabric, line), "ok");
  return fates(fabric, busy);
}

TEST(Fabric, TheSameSeedDrawsTheSameWhateverOtherLinksCarry) {
  EXPECT_EQ(fates_of_seed(7, false), fates_of_seed(7, true));
  EXPECT_NE(fates_of_seed(7, false), fates_of_seed(8, false));
}

TEST(Fabric, HealEndsEverything) {
  Fabric fabric = four_ports();
  for (const char* line : {"cut 1 | 2 3 4", "oneway 2 3", "loss 1", "duplicate 1", "delay 1s 2s",
                           "drop-broadcast", "drop-multicast"})
    EXPECT_EQ(told(fabric, line), "ok");
  EXPECT_EQ(reached(fabric, 2, card(4)), Ports{});

  EXPECT_EQ(told(fabric, "heal"), "ok");

  EXPECT_EQ(reached(fabric, 1, everybody), (Ports{2, 3, 4}));
  EXPECT_EQ(reached(fabric, 2, group), (Ports{1, 3, 4}));
  EXPECT_EQ(fabric.forward(2, frame(card(4), card(2))).front().delay, Delay::zero());
}

TEST(Fabric, RefusesWhatMakesNoSenseAndChangesNothing) {
  Fabric fabric = four_ports();

  for (const char* line :
       {"",           "cut",         "cut 1 2",        "cut 1 | 5",        "cut 1 | 1",
        "cut 0 | 1",  "cut 1 2 | x", "oneway 1",       "oneway 1 9",       "loss",
        "loss 2",     "loss -1",     "loss nan",       "loss 0.1 1",       "loss 0.1 1 2 3",
        "delay 5ms",  "delay 5 20",  "delay 20ms 5ms", "delay -5ms 5ms",   "duplicate often",
        "networks 5", "heal now",    "drop",           "drop-multicast 1", "counters now",
        "unplug 1"})
    EXPECT_TRUE(told(fabric, line).starts_with("error: ")) << line;

  EXPECT_EQ(reached(fabric, 1, everybody), (Ports{2, 3, 4}));
}

TEST(Fabric, CountersTellWhatHappened) {
  Fabric fabric(2, 1);
  (void)reached(fabric, 1, everybody);
  EXPECT_EQ(told(fabric, "loss 1"), "ok");
  (void)reached(fabric, 1, everybody);

  EXPECT_EQ(told(fabric, "counters"),
            R"({"frames":2,"flooded":2,"copies":1,"lost":1,"duplicated":0,"delayed":0,"cut":0,)"
            R"("broadcasts_dropped":0,"multicasts_dropped":0})");
}

}  // namespace
}  // namespace peal::lan
