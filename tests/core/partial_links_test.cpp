// Links that work one way only, or between some: everybody is served, and views do not flap.
#include <algorithm>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

class PartialLinks : public testing::Test {
 protected:
  ~PartialLinks() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  /// Nobody hears this server; it hears all.
  void mute(std::uint64_t server) {
    lose([server](std::uint64_t from, std::uint64_t) { return from == server; });
  }
  /// This server hears nobody; all hear it.
  void deafen(std::uint64_t server) {
    lose([server](std::uint64_t, std::uint64_t to) { return to == server; });
  }
  /// Only these links work, both ways.
  void only(const std::set<std::pair<std::uint64_t, std::uint64_t>>& links) {
    lose([links](std::uint64_t from, std::uint64_t to) {
      return !links.contains({from, to}) && !links.contains({to, from});
    });
  }
  template <class Lost>
  void lose(Lost lost) {
    cluster.set_fate([lost](ServerId from, ServerId to, const Message&) {
      return from != to && lost(from.value, to.value) ? std::vector<Duration>{}
                                                      : std::vector<Duration>{microseconds(100)};
    });
  }
  [[nodiscard]] std::size_t members(std::uint64_t server) {
    return cluster[server].view().members.size();
  }
  [[nodiscard]] bool leads(std::uint64_t server) { return cluster[server].role() == Role::leader; }
  /// How many views a server took in while this time passes.
  [[nodiscard]] std::size_t views_in(std::uint64_t server, Duration time) {
    cluster.notices().clear();
    cluster.run(time);
    const auto all = cluster.notices_of<ViewInstalled>();
    return static_cast<std::size_t>(
        std::ranges::count(all, ServerId{server}, [](const auto& one) { return one.first; }));
  }
  [[nodiscard]] bool one_view_within_two_seconds() {
    cluster.heal();
    return cluster.run_until([&] { return cluster.agreed_leader() != 0; }, seconds(2));
  }

  Cluster cluster;
};

TEST_F(PartialLinks, MuteMemberLeadsAloneThoughItHearsItsFormerLeader) {
  cluster.start_all({1, 2, 3, 4, 5, 6, 7});

  mute(3);
  cluster.run(seconds(5));

  EXPECT_TRUE(leads(3));
  EXPECT_EQ(members(3), 1U);
  EXPECT_EQ(members(7), 6U);
  EXPECT_TRUE(one_view_within_two_seconds());
}

TEST_F(PartialLinks, MuteMemberServesItsPeople) {
  cluster.start_all({1, 2, 3, 4, 5, 6, 7});
  Person ann{cluster, 1, 3};
  ASSERT_TRUE(ann.settle("ann", lunch));

  mute(3);
  const auto n = ann.say(Post{lunch, "is anybody there?"});
  cluster.run(seconds(5));
  ann.submit(n);
  cluster.run(seconds(1));

  EXPECT_TRUE(ann.accepted(n).has_value());
}

TEST_F(PartialLinks, MuteServerThatStartsLeadsAloneThoughItHearsALeader) {
  cluster.start_all({1, 2});

  mute(3);
  cluster.start(3);
  cluster.run(seconds(6));

  EXPECT_TRUE(leads(3));
  EXPECT_TRUE(one_view_within_two_seconds());
}

TEST_F(PartialLinks, MuteLeaderLosesItsMembersAndIsReplaced) {
  cluster.start_all({1, 2, 3, 4, 5});

  mute(5);
  cluster.run(seconds(5));

  EXPECT_EQ(members(5), 1U);
  EXPECT_TRUE(leads(4));
  EXPECT_EQ(members(4), 4U);
  EXPECT_TRUE(one_view_within_two_seconds());
}

TEST_F(PartialLinks, DeafLeaderLosesItsMembersAndIsReplaced) {
  cluster.start_all({1, 2, 3, 4, 5});

  deafen(5);
  cluster.run(seconds(5));

  EXPECT_EQ(members(5), 1U);
  EXPECT_TRUE(leads(4));
  EXPECT_EQ(members(4), 4U);
  EXPECT_TRUE(one_view_within_two_seconds());
}

TEST_F(PartialLinks, DeafMemberLeadsAlone) {
  cluster.start_all({1, 2, 3, 4, 5});

  deafen(2);
  cluster.run(seconds(5));

  EXPECT_TRUE(leads(2));
  EXPECT_EQ(members(5), 4U);
  EXPECT_TRUE(one_view_within_two_seconds());
}

TEST_F(PartialLinks, ServerOutsideOfTheViewThatHearsOnlyADeafLeaderIsServedByItself) {
  cluster.start_all({1, 5});
  deafen(5);
  cluster.run(seconds(5));

  // 3 hears 5, which does not hear it, and nobody else.
  lose([](std::uint64_t from, std::uint64_t to) {
    return to == 5 || (from == 3 || to == 3 ? from != 5 : false);
  });
  cluster.start(3);
  cluster.run(seconds(6));

  EXPECT_TRUE(leads(3));
}

/// 9 leads {3, 9} and 5 leads {1, 5}; of the links between only that of the leaders works.
class TwoLeaders : public PartialLinks {
 protected:
  TwoLeaders() {
    for (const std::uint64_t server : {1U, 3U, 5U, 9U}) cluster.start(server);
    cluster.cut({1, 5}, {3, 9});
    cluster.run(seconds(3));
    only({{1, 5}, {3, 9}, {5, 9}});
  }
};

TEST_F(TwoLeaders, AreUnitedThoughTheRingBetweenThemIsBroken) {
  ASSERT_EQ(members(5), 2U);

  cluster.run(seconds(5));

  EXPECT_EQ(cluster[5].view().id.leader, ServerId{9});
  EXPECT_EQ(members(9), 3U);
}

TEST_F(TwoLeaders, DoNotChangeTheirViewsAgainAndAgain) {
  cluster.run(seconds(10));

  EXPECT_LE(views_in(9, seconds(60)), 6U);
}

TEST_F(TwoLeaders, AreOneViewAtOnceWhenTheRestOfTheLinksComesBack) {
  cluster.run(seconds(120));

  EXPECT_TRUE(one_view_within_two_seconds());
}

}  // namespace
}  // namespace peal
