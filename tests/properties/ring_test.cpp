// LCR over random rings, with losses, repetitions, crashes and splits: the highest leads, and all
// agree.
#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/prng.hpp"
#include "tests/support/cluster.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

std::vector<std::uint64_t> some_ids(std::size_t least, std::size_t most) {
  const auto count = *rc::gen::inRange(least, most + 1);
  const auto ids =
      *rc::gen::unique<std::vector<std::uint64_t>>(count, rc::gen::inRange<std::uint64_t>(1, 200));
  return ids;
}

/// Loses and repeats a part of all datagrams, and lets them overtake each other.
Cluster::Fate lossy(std::uint64_t seed, std::uint64_t loss_percent) {
  auto prng = std::make_shared<Prng>(seed);
  return [prng, loss_percent](ServerId, ServerId, const Message&) {
    std::vector<Duration> copies;
    const auto delay = [&] {
      return microseconds(static_cast<std::int64_t>(50 + prng->below(2'000)));
    };
    if (prng->below(100) >= loss_percent) copies.push_back(delay());
    if (prng->below(100) < 5) copies.push_back(delay());
    return copies;
  };
}

RC_GTEST_PROP(RingProperty, HighestOfThoseStartedTogetherLeads, ()) {
  const auto ids = some_ids(1, 7);
  Cluster cluster({.seed = *rc::gen::arbitrary<std::uint64_t>()});
  for (const std::uint64_t id : ids) cluster.start(id);

  RC_ASSERT(cluster.run_until([&] { return cluster.agreed_leader() != 0; }, seconds(5)));

  RC_ASSERT(cluster.agreed_leader() == std::ranges::max(ids));
  RC_ASSERT(cluster.wakes_without_end() == 0);
}

RC_GTEST_PROP(RingProperty, OneLeaderInSpiteOfLoss, ()) {
  const auto ids = some_ids(2, 6);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  Cluster cluster({.seed = seed});
  cluster.set_fate(lossy(seed, *rc::gen::inRange<std::uint64_t>(0, 31)));
  for (const std::uint64_t id : ids) cluster.start(id);
  cluster.run(seconds(3));

  cluster.heal();

  RC_ASSERT(cluster.run_until([&] { return cluster.agreed_leader() != 0; }, seconds(40)));
  RC_ASSERT(cluster.wakes_without_end() == 0);
}

RC_GTEST_PROP(RingProperty, SurvivorsElectTheirHighest, ()) {
  const auto ids = some_ids(2, 7);
  Cluster cluster({.seed = *rc::gen::arbitrary<std::uint64_t>()});
  for (const std::uint64_t id : ids) cluster.start(id);
  RC_ASSERT(cluster.run_until([&] { return cluster.agreed_leader() != 0; }, seconds(5)));
  cluster.run(seconds(1));

  std::vector<std::uint64_t> survivors;
  std::vector<std::uint64_t> dead = {cluster.agreed_leader()};
  Prng coin(*rc::gen::arbitrary<std::uint64_t>());
  for (const std::uint64_t id : ids) {
    if (id == dead[0]) continue;
    const bool dies = !survivors.empty() && coin.below(3) == 0;
    (dies ? dead : survivors).push_back(id);
  }
  const bool silent = *rc::gen::arbitrary<bool>();
  for (const std::uint64_t id : dead) cluster.crash(id, silent);

  RC_ASSERT(cluster.run_until([&] { return cluster.agreed_leader() != 0; }, seconds(10)));
  RC_ASSERT(cluster.agreed_leader() == std::ranges::max(survivors));
  RC_ASSERT(cluster.wakes_without_end() == 0);
}

RC_GTEST_PROP(RingProperty, AnySplitHealsIntoOneViewWithOneHistory, ()) {
  const auto ids = some_ids(2, 6);
  Cluster cluster({.seed = *rc::gen::arbitrary<std::uint64_t>()});
  for (const std::uint64_t id : ids) cluster.start(id);
  RC_ASSERT(cluster.run_until([&] { return cluster.agreed_leader() != 0; }, seconds(5)));
  std::vector<std::uint64_t> left;
  std::vector<std::uint64_t> right;
  Prng coin(*rc::gen::arbitrary<std::uint64_t>());
  for (const std::uint64_t id : ids) (coin.below(2) == 0 ? left : right).push_back(id);
  cluster.cut(left, right);
  cluster.run(seconds(2));
  std::uint64_t n = 0;
  std::vector<Person> people;
  for (const std::uint64_t id : ids) people.emplace_back(cluster, ++n, id);
  for (Person& person : people) {
    person.attach();
    person.say(RegisterUser{"name"});
    person.say(JoinRoom{{"#a"}});
  }
  cluster.run(seconds(1));

  cluster.heal();

  RC_ASSERT(cluster.run_until(
      [&] { return cluster.agreed_leader() != 0 && cluster.histories_equal(); }, seconds(40)));
  const ChatState& chat = cluster[ids[0]].history().chat();
  for (const std::uint64_t id : ids) RC_ASSERT(cluster[id].history().chat() == chat);
  // One of each side at least has the name; whoever was refused has none.
  RC_ASSERT(chat.owner_of("name").has_value());
  RC_ASSERT(cluster.wakes_without_end() == 0);
}

RC_GTEST_PROP(RingProperty, AcknowledgedPostsSurviveTheLossOfTheLeader, ()) {
  Cluster cluster({.seed = *rc::gen::arbitrary<std::uint64_t>()});
  for (const std::uint64_t id : {1U, 2U, 3U}) cluster.start(id);
  RC_ASSERT(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(5)));
  Person ann(cluster, 1, 1);
  RC_ASSERT(ann.settle("ann", {"#a"}));
  cluster.set_fate(lossy(*rc::gen::arbitrary<std::uint64_t>(), 10));
  for (int i = 0; i < 20; ++i) {
    ann.say(Post{RoomName{"#a"}, std::to_string(i)});
    cluster.run(milliseconds(*rc::gen::inRange(0, 4)));
  }
  cluster.heal();

  cluster.crash(3, *rc::gen::arbitrary<bool>());
  std::vector<std::uint64_t> acknowledged;
  cluster.run(microseconds(300));
  for (std::uint64_t n = 1; n <= 22; ++n)
    if (ann.accepted(n)) acknowledged.push_back(n);
  RC_ASSERT(cluster.run_until([&] { return cluster.agreed_leader() != 0; }, seconds(10)));
  cluster.run(seconds(3));

  for (const std::uint64_t n : acknowledged)
    for (const std::uint64_t server : {1U, 2U})
      RC_ASSERT(cluster[server].history().sessions().has({ann.session(), n}) ||
                !ann.accepted(n)->entry);
}

}  // namespace
}  // namespace peal
