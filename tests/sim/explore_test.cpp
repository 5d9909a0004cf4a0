// Exploration: how many states small worlds have, and that what is wrong in one of them is found.
#include <algorithm>

#include <gtest/gtest.h>

#include "sim/explore/digest_set.hpp"
#include "sim/explore/explorer.hpp"

namespace peal::sim::explore {
namespace {

Exploration explored(const SceneOptions& options, ExploreLimits limits = {}) {
  Scene scene = set_scene(options);
  return explore(scene, limits);
}

/// A way in which the promise is broken for sure; its last step is where that happened first.
const Counterexample& shown(const Exploration& exploration) {
  EXPECT_TRUE(exploration.counterexample.has_value());
  return *exploration.counterexample;
}

void expect_complete(const Exploration& found, std::uint64_t states, std::uint64_t transitions) {
  EXPECT_FALSE(found.counterexample.has_value());
  EXPECT_EQ(found.cut, "");
  EXPECT_EQ(found.counts.frontier, 0U);
  EXPECT_EQ(found.counts.states, states);
  EXPECT_EQ(found.counts.transitions, transitions);
}

// The figures follow from the protocol and from the model alone. Whoever changes one of them on
// purpose takes the new ones from the failure.

TEST(Exploring, SeesAllOfAVoteOfTwoAfterACrash) {
  expect_complete(explored({.name = "voting", .servers = 3}), 9'964, 47'266);
}

TEST(Exploring, SeesAllOfAVoteInWhichADatagramIsLost) {
  expect_complete(explored({.name = "voting", .servers = 3, .budget = {.losses = 1}}), 27'660,
                  167'403);
}

TEST(Exploring, SeesAllOfAStartInWhichLinksKeepTheirOrder) {
  expect_complete(explored({.name = "startup", .servers = 3, .in_order = true}), 89'238, 326'277);
}

TEST(Exploring, SeesAllOfAMergeOfTwoViews) {
  expect_complete(explored({.name = "merge", .servers = 2, .budget = {.losses = 1}}), 4'127, 5'732);
}

TEST(Exploring, SeesAllOfASubmissionWhereDatagramsAreLostAndRepeated) {
  expect_complete(
      explored({.name = "submission", .servers = 3, .budget = {.losses = 1, .duplicates = 1}}),
      66'659, 165'859);
}

TEST(Exploring, SeesAllOfAFailoverOfTwoServers) {
  expect_complete(explored({.name = "failover", .servers = 2, .budget = {.crashes = 1}}), 402, 597);
}

TEST(Exploring, SeesTheSameEachTime) {
  const SceneOptions options{.name = "submission", .servers = 3, .budget = {.losses = 2}};

  const Exploration first = explored(options);
  const Exploration second = explored(options);

  EXPECT_EQ(first.counts.states, second.counts.states);
  EXPECT_EQ(first.counts.transitions, second.counts.transitions);
  EXPECT_EQ(first.counts.ends, second.counts.ends);
}

TEST(Exploring, SaysWhenNotEverythingWasSeen) {
  const SceneOptions options{.name = "voting", .servers = 3};

  EXPECT_EQ(explored(options, {.states_max = 1'000}).cut, "states");
  EXPECT_EQ(explored(options, {.depth_max = 10}).cut, "depth");
  EXPECT_EQ(explored(options, {.stop = [](const Counts&) { return "patience"; }}).cut, "patience");
}

TEST(Exploring, FindsTheShortestWayToWhatIsWrong) {
  ExploreLimits limits;
  limits.also = [](HostList hosts) -> std::string {
    const bool alone = hosts[0]->server->role() == Role::leader;
    return alone ? "server 1 leads" : "";
  };
  const SceneOptions options{.name = "voting", .servers = 3, .budget = {.crashes = 1}};

  const Exploration found = explored(options, limits);

  const Counterexample& way = shown(found);
  EXPECT_EQ(way.broken, "server 1 leads");
  EXPECT_EQ(way.steps.size(), found.counts.depth + 1U);
  EXPECT_EQ(std::ranges::count_if(
                way.steps, [](const Telling& step) { return step.what.starts_with("s2 crashes"); }),
            1);
}

TEST(Exploring, FindsNothingWrongWhereThatCannotBe) {
  ExploreLimits limits;
  limits.also = [](HostList hosts) -> std::string {
    return hosts[0]->server->role() == Role::leader ? "server 1 leads" : "";
  };

  const Exploration found = explored({.name = "voting", .servers = 3}, limits);

  EXPECT_FALSE(found.counterexample.has_value());
  EXPECT_EQ(found.cut, "");
}

TEST(Exploring, NoticesWhatDoesNotComeRightInTime) {
  const ExploreLimits limits{.settle = microseconds(1)};
  const SceneOptions options{
      .name = "voting", .servers = 3, .horizon = milliseconds(50), .budget = {}};

  EXPECT_NE(shown(explored(options, limits)).broken.find("not exactly one leader"),
            std::string::npos);
}

// --- Promises

Host host_with(const View& view) {
  Host host;
  host.seen.installed = {view};
  return host;
}

Entry entry_of(std::uint64_t seq, const char* text) {
  Entry entry;
  entry.id = {LogId{7}, seq};
  entry.hlc = Hlc{seq};
  entry.message = {SessionId{9}, seq};
  entry.body = Post{RoomName{"#room"}, text};
  return entry;
}

void put_on_disk(Host& host, const Entry& entry) {
  std::vector<SharedEntry> fresh;
  host.disk.begin({Token{1}, {SharedEntry(entry)}});
  static_cast<void>(host.disk.complete_write(fresh));
}

View view_of(std::initializer_list<std::uint64_t> ids) {
  View view{{5, ServerId{3}}, {}};
  for (const std::uint64_t id : ids) view.members.push_back({ServerId{id}, Incarnation{id}, {}});
  return view;
}

TEST(ExploredPromises, TwoViewsOfOneIdAreNoticed) {
  const Host a = host_with(view_of({1, 2, 3}));
  const Host b = host_with(view_of({2, 3}));

  EXPECT_TRUE(views_agree(std::array{&a, &a}));
  EXPECT_FALSE(views_agree(std::array{&a, &b}));
}

TEST(ExploredPromises, ALeaderThatStartsAgainMayUseAnIdAgain) {
  const View before = view_of({1, 2, 3});
  View after = view_of({2, 3});
  after.members.back().incarnation = Incarnation{33};

  EXPECT_FALSE(contradict(before, after));
}

TEST(ExploredPromises, TwoEntriesOfOneIdAreNoticed) {
  Host a;
  Host b;
  put_on_disk(a, entry_of(1, "this"));
  put_on_disk(b, entry_of(1, "that"));

  EXPECT_TRUE(entries_agree(std::array<const Host*, 2>{&a, &a}));
  EXPECT_FALSE(entries_agree(std::array<const Host*, 2>{&a, &b}));
}

TEST(ExploredPromises, AMessageThatALeaderWroteTwiceIsNoticed) {
  Host host;
  Entry entry = entry_of(1, "this");
  put_on_disk(host, entry);
  const std::array<const Host*, 1> hosts{&host};

  EXPECT_TRUE(written_once(hosts));
  entry.id.seq = 2;
  put_on_disk(host, entry);
  EXPECT_FALSE(written_once(hosts));
}

TEST(ExploredPromises, AnAcknowledgementNeedsAMajorityOfItsView) {
  Host a = host_with(view_of({1, 2, 3}));
  Host b;
  const Host c;
  Host author;
  const Entry entry = entry_of(1, "this");
  put_on_disk(a, entry);
  author.seen.acks = {{entry.message, {entry.id, entry.hlc, 1, ViewId{5, ServerId{3}}}}};
  const std::array<const Host*, 4> hosts{&a, &b, &c, &author};

  EXPECT_FALSE(acknowledged_is_durable(hosts));
  put_on_disk(b, entry);
  EXPECT_TRUE(acknowledged_is_durable(hosts));
  author.seen.acks.front().accepted.copies = 3;
  EXPECT_FALSE(acknowledged_is_durable(hosts));
}

TEST(ExploredPromises, WhatIsShownNeedsAMajorityOfSomeView) {
  Host a = host_with(view_of({1, 2}));
  Host b;
  Host reader;
  const Entry entry = entry_of(1, "this");
  put_on_disk(a, entry);
  reader.seen.shown = {{entry.message, entry.id}};
  const std::array<const Host*, 3> hosts{&a, &b, &reader};

  EXPECT_FALSE(shown_is_stable(hosts));
  put_on_disk(b, entry);
  EXPECT_TRUE(shown_is_stable(hosts));
}

// --- What is known already

TEST(DigestSet, KnowsWhatWasInsertedAlsoAfterItGrew) {
  DigestSet set;
  const auto digest = [](std::uint64_t i) { return Hasher().add(i).digest(); };

  for (std::uint64_t i = 0; i < 10'000; ++i) ASSERT_TRUE(set.insert(digest(i)));

  for (std::uint64_t i = 0; i < 10'000; ++i) ASSERT_FALSE(set.insert(digest(i)));
  EXPECT_EQ(set.size(), 10'000U);
  EXPECT_TRUE(set.insert(Digest{}));
  EXPECT_FALSE(set.insert(Digest{}));
}

TEST(DigestTable, GivesTheNumberOfAKnownDigest) {
  DigestTable table;
  const auto digest = [](std::uint64_t i) { return Hasher().add(i).digest(); };

  for (std::uint32_t i = 0; i < 5'000; ++i) ASSERT_TRUE(table.insert(digest(i), i).second);

  EXPECT_EQ(table.find(digest(4'321)), 4'321U);
  EXPECT_EQ(table.find(digest(5'000)), DigestTable::none);
  EXPECT_FALSE(table.insert(digest(7), 9).second);
  table.renumber(digest(7), 9);
  EXPECT_EQ(table.find(digest(7)), 9U);
}

TEST(Stage, StepsAMachineOnceForOneEvent) {
  Scene scene = set_scene({.name = "voting", .servers = 3});
  const Instant at = scene.stage.node(scene.root.hosts[0]).deadline;
  const std::uint64_t before = scene.stage.steps_taken();

  const Outcome first = scene.stage.step(0, scene.root.hosts[0], at, {});
  const Outcome second = scene.stage.step(0, scene.root.hosts[0], at, {});

  EXPECT_EQ(first.host, second.host);
  EXPECT_EQ(scene.stage.steps_taken(), before + 1);
}

TEST(SmallWorld, IsTheSameAfterItWasPacked) {
  Scene scene = set_scene({.name = "merge", .servers = 3, .budget = {1, 2, 3, 4, 5}});
  add_flight(scene.rules, scene.root, {2, 1, 0});
  std::vector<std::uint32_t> words;
  pack(scene.root, 3, words);
  SmallWorld back;

  EXPECT_EQ(unpack(words, 3, back), words.size());

  EXPECT_EQ(digest(scene.stage, back), digest(scene.stage, scene.root));
  EXPECT_EQ(back.left, scene.root.left);
  EXPECT_EQ(back.flights, scene.root.flights);
}

}  // namespace
}  // namespace peal::sim::explore
