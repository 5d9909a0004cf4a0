// In which order one server shows what it holds, and where it tells of a gap.
#include "core/delivery_order.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/entries.hpp"

namespace peal {
namespace {

using test::entry_at;
using test::user;
using Ids = std::vector<EntryId>;

constexpr LogId a{1};
constexpr LogId b{2};
constexpr LogId c{3};

/// A history on disk, all of it stable, whose entries wait 2 s for their predecessors.
class Ordered : public testing::Test {
 protected:
  void hold(EntryId id, std::vector<EntryId> deps) {
    Entry entry = entry_at(++time_, user(0xaa), Post{RoomName{"#a"}, "hi"});
    entry.id = id;
    entry.deps = std::move(deps);
    std::vector<SharedEntry> news;
    ASSERT_EQ(history.add(SharedEntry(std::move(entry)), news), History::Added::fresh);
    history.now_durable(id);
  }
  [[nodiscard]] std::vector<Release> release_at(Duration after_start) {
    return order.advance(Instant{} + after_start, history, history.held());
  }
  [[nodiscard]] static Ids ids(const std::vector<Release>& releases) {
    Ids all;
    for (const Release& release : releases) all.push_back(release.entry->id);
    return all;
  }

  History history{Recovered{}, 1'000, 1'000'000};
  DeliveryOrder order{seconds(2)};

 private:
  std::uint64_t time_ = 0;
};

TEST_F(Ordered, PutsAnEntryBehindWhatItDependsOn) {
  hold({a, 1}, {{b, 1}});
  hold({b, 1}, {});

  EXPECT_EQ(ids(release_at(seconds(0))), (Ids{{b, 1}, {a, 1}}));
}

TEST_F(Ordered, WaitsForAMissingPredecessorAndThenTellsOfTheGap) {
  hold({a, 1}, {{b, 3}});

  EXPECT_TRUE(release_at(seconds(0)).empty());
  EXPECT_EQ(order.deadline(), Instant{} + seconds(2));
  const auto late = release_at(seconds(2));

  ASSERT_EQ(late.size(), 1U);
  EXPECT_EQ(late[0].gap, 3U);
}

TEST_F(Ordered, WhatALogWentOnWithoutIsMissingBehindItsLaterEntriesToo) {
  hold({a, 1}, {{b, 3}});
  (void)release_at(seconds(0));
  (void)release_at(seconds(2));
  hold({a, 2}, {});

  const auto later = release_at(seconds(2));

  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].missing, VersionVector(Ids{{b, 3}}));
}

TEST_F(Ordered, GapsAreCoveredOnceToldOrFilled) {
  EXPECT_TRUE(order.gaps_covered({}));
  hold({a, 1}, {{b, 1}});
  (void)release_at(seconds(0));
  (void)release_at(seconds(2));

  EXPECT_FALSE(order.gaps_covered({}));
  EXPECT_TRUE(order.gaps_covered(VersionVector(Ids{{b, 1}})));

  hold({b, 1}, {});
  (void)release_at(seconds(3));
  EXPECT_TRUE(order.gaps_covered({}));
}

// Log a went on without an entry of log b that was itself held up. When that one comes, what it
// lacks is missing behind log a as well, however long nobody names it again.
TEST_F(Ordered, WhatAPredecessorLacksIsMissingBehindTheLogThatWentOnWithoutIt) {
  hold({a, 1}, {{b, 1}});
  EXPECT_TRUE(release_at(seconds(0)).empty());
  hold({b, 1}, {{c, 5}});
  EXPECT_TRUE(release_at(seconds(1)).empty());
  EXPECT_EQ(ids(release_at(seconds(2))), (Ids{{a, 1}}));
  EXPECT_EQ(ids(release_at(seconds(3))), (Ids{{b, 1}}));
  hold({a, 2}, {});

  const auto later = release_at(seconds(3));

  ASSERT_EQ(later.size(), 1U);
  EXPECT_EQ(later[0].missing, VersionVector(Ids{{c, 5}}));
  EXPECT_EQ(later[0].gap, 5U);
}

}  // namespace
}  // namespace peal
