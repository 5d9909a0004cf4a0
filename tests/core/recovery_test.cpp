// What a server remembers of its disk.
#include "core/recovery.hpp"

#include <gtest/gtest.h>

#include "core/log_digest.hpp"
#include "tests/support/entries.hpp"

namespace peal {
namespace {

using test::entry_at;
using test::user;

const UserId somebody = user(0xaa);

SharedEntry post(std::uint64_t seq) {
  return SharedEntry(entry_at(seq, somebody, Post{RoomName{"#a"}, "hi"}));
}

Recovered recovered_of(const std::vector<SharedEntry>& entries, std::size_t window = 100) {
  Recovery recovery(window);
  for (const SharedEntry& entry : entries) recovery.add(entry);
  return std::move(recovery).finish();
}

TEST(Recovery, OfNothingIsNothing) {
  const Recovered recovered = recovered_of({});

  EXPECT_TRUE(recovered.logs.empty());
  EXPECT_TRUE(recovered.entries.empty());
  EXPECT_EQ(recovered.latest, Hlc{});
}

TEST(Recovery, KnowsTheEndOfEachLogAndItsDigest) {
  const auto first = post(1);
  const auto second = post(2);

  const Recovered recovered = recovered_of({first, second});

  ASSERT_EQ(recovered.logs.size(), 1U);
  EXPECT_EQ(recovered.logs[0].seq, 2U);
  EXPECT_EQ(recovered.logs[0].digest, log_digest(log_digest({}, first), second));
}

TEST(Recovery, LeavesOutWhatIsBehindAHole) {
  const Recovered recovered = recovered_of({post(1), post(3), post(4)});

  EXPECT_EQ(recovered.logs.at(0).seq, 1U);
  EXPECT_EQ(recovered.entries.size(), 1U);
}

TEST(Recovery, TakesLogsInAnyMixture) {
  const auto of_log = [](std::uint64_t log, std::uint64_t seq) {
    Entry entry = *post(seq);
    entry.id.log = LogId{log};
    return SharedEntry(entry);
  };

  const Recovered recovered =
      recovered_of({of_log(9, 1), of_log(5, 1), of_log(9, 2), of_log(5, 2)});

  ASSERT_EQ(recovered.logs.size(), 2U);
  EXPECT_EQ(recovered.logs[0].log, LogId{5});
  EXPECT_EQ(recovered.logs[0].seq, 2U);
  EXPECT_EQ(recovered.logs[1].seq, 2U);
}

TEST(Recovery, TakesAnEntryThatIsStoredAgainOnce) {
  const Recovered recovered = recovered_of({post(1), post(1), post(3), post(2), post(3)});

  EXPECT_EQ(recovered.logs.at(0).seq, 3U);
  EXPECT_EQ(recovered.logs.at(0).digest,
            recovered_of({post(1), post(2), post(3)}).logs.at(0).digest);
  EXPECT_EQ(recovered.entries.size(), 3U);
}

TEST(Recovery, LeavesOutALogWithoutItsStart) {
  const Recovered recovered = recovered_of({post(2), post(3)});

  EXPECT_TRUE(recovered.logs.empty());
  EXPECT_EQ(recovered.latest, Hlc{});
}

TEST(Recovery, KeepsTheLatestEntriesAndWhatAllOfThemMakeOfTheChat) {
  const auto name = SharedEntry(entry_at(1, somebody, RegisterUser{"somebody"}));

  const Recovered recovered = recovered_of({name, post(2), post(3), post(4)}, 2);

  ASSERT_EQ(recovered.entries.size(), 2U);
  EXPECT_EQ(recovered.entries[0], post(3));
  EXPECT_EQ(recovered.entries[1], post(4));
  EXPECT_EQ(recovered.chat.displayed_name(somebody), "somebody");
}

TEST(Recovery, RemembersEveryMessageOfASessionAsRanges) {
  const Recovered recovered = recovered_of({post(1), post(2), post(3)}, 1);

  ASSERT_EQ(recovered.sessions.size(), 1U);
  EXPECT_EQ(recovered.sessions.records().begin()->second.numbers, (Ranges{{1, 3}}));
  EXPECT_FALSE(recovered.sessions.forgot_any());
}

TEST(Recovery, RemembersTheSessionsThatWroteLastAndThatThereAreOthers) {
  Recovery recovery(100, 1);
  recovery.add(post(1));
  recovery.add(SharedEntry(entry_at(2, user(0xbb000000), Post{RoomName{"#a"}, "hi"})));

  const SessionTable sessions = std::move(recovery).finish().sessions;

  EXPECT_EQ(sessions.size(), 1U);
  EXPECT_TRUE(sessions.forgot_any());
  EXPECT_TRUE(sessions.knows(SessionId{0xbb + 1}));
  EXPECT_FALSE(sessions.knows(post(1)->message.session));
}

TEST(Recovery, KnowsTheLatestTime) {
  EXPECT_EQ(recovered_of({post(1), post(2)}).latest, post(2)->hlc);
}

TEST(Recovery, SortsEntriesOfSeveralLogsByKey) {
  Entry other = entry_at(2, somebody, Post{RoomName{"#a"}, "other"});
  other.id = {LogId{9}, 1};

  const Recovered recovered = recovered_of({post(1), post(2), post(3), SharedEntry(other)});

  ASSERT_EQ(recovered.entries.size(), 4U);
  EXPECT_EQ(recovered.entries[2]->id, (EntryId{LogId{9}, 1}));
}

SharedEntry behind(std::uint64_t log, std::uint64_t seq, std::vector<EntryId> deps) {
  Entry entry = *post(seq);
  entry.id.log = LogId{log};
  entry.deps = std::move(deps);
  return SharedEntry(entry);
}

TEST(Recovery, KnowsWhatIsMissingBehindEachLog) {
  const Recovered recovered = recovered_of({behind(1, 1, {}), behind(2, 1, {{LogId{1}, 1}}),
                                            behind(3, 1, {{LogId{1}, 3}, {LogId{9}, 2}})});

  ASSERT_EQ(recovered.missing.size(), 1U);
  EXPECT_EQ(recovered.missing.at(LogId{3}),
            VersionVector(std::vector<EntryId>{{LogId{1}, 3}, {LogId{9}, 2}}));
}

TEST(Recovery, WhatIsMissingBehindALogIsMissingBehindItsSuccessors) {
  const Recovered recovered =
      recovered_of({behind(1, 1, {{LogId{2}, 1}}), behind(2, 1, {{LogId{3}, 1}}), behind(3, 1, {}),
                    behind(3, 2, {{LogId{9}, 2}}), behind(4, 1, {})});

  EXPECT_EQ(recovered.missing.size(), 3U);
  for (const LogId log : {LogId{1}, LogId{2}, LogId{3}})
    EXPECT_EQ(recovered.missing.at(log), VersionVector(std::vector<EntryId>{{LogId{9}, 2}}));
}

}  // namespace
}  // namespace peal
