// The simulated disk: order, crashes, failures, and reading back.
#include "sim/disk.hpp"

#include <gtest/gtest.h>

#include "tests/sim/entries.hpp"

namespace peal::sim {
namespace {

constexpr LogId log_a{1};
constexpr LogId log_b{2};
constexpr SessionId session{9};

class Disks : public ::testing::Test {
 protected:
  Written write(std::uint64_t token, std::vector<SharedEntry> entries) {
    disk.begin({Token{token}, std::move(entries)});
    return disk.complete_write(fresh);
  }

  Disk disk;
  std::vector<SharedEntry> fresh;
};

TEST_F(Disks, CompleteWritesInTheOrderGiven) {
  disk.begin({Token{1}, {post(log_a, 1, 10, {session, 1}, 1)}});
  disk.begin({Token{2}, {post(log_a, 2, 11, {session, 2}, 1)}});

  EXPECT_EQ(disk.complete_write(fresh).token, Token{1});
  EXPECT_EQ(disk.complete_write(fresh).token, Token{2});
  EXPECT_FALSE(disk.writing());
  EXPECT_EQ(disk.entries().size(), 2U);
}

TEST_F(Disks, LeaveAStoredEntryAsItIs) {
  write(1, {post(log_a, 1, 10, {session, 1}, 1)});
  fresh.clear();
  write(2, {post(log_a, 1, 99, {session, 7}, 2)});

  EXPECT_TRUE(fresh.empty());
  EXPECT_EQ(disk.entries().begin()->second->hlc, Hlc{10});
}

TEST_F(Disks, KeepOnlyTheFirstWritesUnderWayInACrash) {
  for (std::uint64_t n = 1; n <= 3; ++n)
    disk.begin({Token{n}, {post(log_a, n, 10 + n, {session, n}, 1)}});

  disk.crash(2, fresh);

  EXPECT_EQ(disk.entries().size(), 2U);
  EXPECT_EQ(fresh.size(), 2U);
  EXPECT_FALSE(disk.writing());
}

TEST_F(Disks, StoreNothingOfAFailedWrite) {
  disk.begin({Token{1}, {post(log_a, 1, 10, {session, 1}, 1)}});

  const WriteFailed failed = disk.fail_write(DiskTrouble::full);

  EXPECT_EQ(failed.token, Token{1});
  EXPECT_EQ(failed.trouble, DiskTrouble::full);
  EXPECT_TRUE(disk.entries().empty());
}

TEST_F(Disks, ForgetEverythingWhenWiped) {
  write(1, {post(log_a, 1, 10, {session, 1}, 1)});

  disk.wipe();

  EXPECT_TRUE(disk.entries().empty());
  EXPECT_TRUE(disk.recover(100).logs.empty());
  EXPECT_TRUE(
      disk.read({Token{2}, TimelineRead{RoomName{"#room"}, {}, {}, {}, 10}}).entries.empty());
}

TEST_F(Disks, ReadARangeOfOneLogInOrder) {
  write(1, {post(log_a, 1, 10, {session, 1}, 1), post(log_a, 2, 11, {session, 2}, 1),
            post(log_a, 3, 12, {session, 3}, 1), post(log_b, 1, 13, {session, 4}, 1)});

  const ReadDone done = disk.read({Token{5}, RangeRead{log_a, 2, 1, 100'000}});

  EXPECT_EQ(done.token, Token{5});
  ASSERT_EQ(done.entries.size(), 1U);
  EXPECT_EQ(done.entries[0].entry->id, (EntryId{log_a, 2}));
  EXPECT_TRUE(done.more);
  EXPECT_FALSE(disk.read({Token{6}, RangeRead{log_a, 3, 10, 100'000}}).more);
}

TEST_F(Disks, KnowTheNumbersOfASession) {
  const VersionVector upto(std::vector<EntryId>{{log_a, 2}, {log_b, 9}});
  write(1, {post(log_a, 1, 10, {session, 1}, 1), post(log_a, 2, 11, {session, 2}, 1),
            post(log_a, 3, 12, {session, 3}, 1), post(log_b, 1, 13, {session, 4}, 1),
            post(log_b, 2, 13, {SessionId{10}, 5}, 1), post(log_b, 3, 13, {SessionId{8}, 6}, 1)});

  EXPECT_EQ(disk.read({Token{5}, SessionRead{session, upto}}).numbers, (Ranges{{1, 2}, {4, 4}}));
  EXPECT_TRUE(disk.read({Token{6}, SessionRead{SessionId{99}, upto}}).numbers.empty());
}

TEST_F(Disks, RecoverOnlyTheSessionsThatWroteLast) {
  write(1, {post(log_a, 1, 10, {session, 1}, 1), post(log_b, 1, 13, {SessionId{8}, 1}, 1)});

  const SessionTable sessions = disk.recover(100, 1).sessions;

  EXPECT_EQ(sessions.size(), 1U);
  EXPECT_TRUE(sessions.knows(SessionId{8}));
  EXPECT_FALSE(sessions.knows(session));
}

TEST_F(Disks, GiveAtLeastOneEntryOfARangeHoweverFewBytesAreAsked) {
  write(1, {post(log_a, 1, 10, {session, 1}, 1)});

  EXPECT_EQ(disk.read({Token{2}, RangeRead{log_a, 1, 10, 1}}).entries.size(), 1U);
}

TEST_F(Disks, TellATimelineLatestFirstWithAllCopies) {
  const EntryKey first{Hlc{10}, {log_a, 1}};
  const EntryKey again{Hlc{15}, {log_b, 1}};
  write(1, {post(log_a, 1, 10, {session, 1}, 1), post(log_a, 2, 12, {session, 2}, 1),
            post(log_b, 1, 15, {session, 1}, 1), post(log_b, 2, 16, {session, 3}, 1, user(2))});

  const ReadDone done = disk.read({Token{2}, TimelineRead{RoomName{"#room"}, {}, {}, {}, 2}});

  ASSERT_EQ(done.entries.size(), 2U);
  EXPECT_EQ(done.entries[0].entry->key(), again);
  EXPECT_EQ(done.entries[0].copies, (std::vector<EntryKey>{first, again}));
  EXPECT_TRUE(done.more);
  const ReadDone rest = disk.read(
      {Token{3}, TimelineRead{RoomName{"#room"}, {}, {}, done.entries[1].entry->key(), 2}});
  ASSERT_EQ(rest.entries.size(), 1U);
  EXPECT_EQ(rest.entries[0].entry->key(), first);
  EXPECT_FALSE(rest.more);
}

TEST_F(Disks, TellADirectConversationFromBothSides) {
  write(1,
        {post(log_a, 1, 10, {session, 1}, 1, user(2)), post(log_a, 2, 11, {session, 2}, 2, user(1)),
         post(log_a, 3, 12, {session, 3}, 1, user(3))});

  const ReadDone done = disk.read({Token{2}, TimelineRead{{}, user(2), user(1), {}, 10}});

  ASSERT_EQ(done.entries.size(), 2U);
  EXPECT_EQ(done.entries[0].entry->id.seq, 2U);
  EXPECT_EQ(done.entries[1].entry->id.seq, 1U);
}

TEST_F(Disks, FindWordsInRoomsAndInOnesOwnConversations) {
  write(1, {post(log_a, 1, 10, {session, 1}, 1), post(log_a, 2, 11, {session, 2}, 1, user(2)),
            post(log_a, 3, 12, {session, 3}, 3, user(4)),
            post(log_a, 4, 13, {session, 4}, 1, RoomName{"#tea"})});
  const auto seqs = [&](const SearchRead& query) {
    std::vector<std::uint64_t> found;
    for (const StoredEntry& stored : disk.read({Token{2}, query}).entries)
      found.push_back(stored.entry->id.seq);
    return found;
  };
  SearchRead query;
  query.words = {"text"};
  query.limit = 10;

  EXPECT_EQ(seqs(query), (std::vector<std::uint64_t>{4, 1}));
  query.self = user(2);
  EXPECT_EQ(seqs(query), (std::vector<std::uint64_t>{4, 2, 1}));
  query.with = user(1);
  EXPECT_EQ(seqs(query), (std::vector<std::uint64_t>{2}));
  query.with = {};
  query.room = RoomName{"#room"};
  EXPECT_EQ(seqs(query), (std::vector<std::uint64_t>{1}));
  query.room.reset();
  query.limit = 1;
  query.before = EntryKey{Hlc{13}, {log_a, 4}};
  EXPECT_EQ(seqs(query), (std::vector<std::uint64_t>{2}));
  EXPECT_TRUE(disk.read({Token{3}, query}).more);
  query.words = {"caviar"};
  EXPECT_TRUE(seqs(query).empty());
}

TEST_F(Disks, GiveBackDamagedEntriesAsSuchUntilTheyAreWrittenAgain) {
  const auto second = post(log_a, 2, 11, {session, 2}, 1);
  write(1, {post(log_a, 1, 10, {session, 1}, 1), second, post(log_a, 3, 12, {session, 3}, 1)});
  const Read range{Token{2}, RangeRead{log_a, 1, 10, 100'000}};
  const Read timeline{Token{3}, TimelineRead{RoomName{"#room"}, {}, {}, {}, 10}};

  disk.damage(second->id);

  EXPECT_EQ(disk.read(range).entries.size(), 1U);
  EXPECT_EQ(disk.read(range).damaged, std::vector{second->id});
  EXPECT_EQ(disk.read(timeline).entries.size(), 2U);
  EXPECT_EQ(disk.read(timeline).damaged, std::vector{second->id});
  write(4, {second});
  EXPECT_EQ(disk.read(range).entries.size(), 3U);
  EXPECT_TRUE(disk.read(timeline).damaged.empty());
}

TEST_F(Disks, DropDamageAndWhatIsBehindIt) {
  write(1, {post(log_a, 1, 10, {session, 1}, 1), post(log_a, 2, 11, {session, 2}, 1),
            post(log_a, 3, 12, {session, 3}, 1), post(log_b, 1, 13, {session, 4}, 1)});
  disk.damage({log_a, 2});

  EXPECT_EQ(disk.drop_damage(), (std::vector<EntryId>{{log_a, 2}, {log_a, 3}}));

  EXPECT_EQ(disk.entries().size(), 2U);
  EXPECT_EQ(disk.read({Token{2}, TimelineRead{RoomName{"#room"}, {}, {}, {}, 10}}).entries.size(),
            2U);
  EXPECT_TRUE(disk.drop_damage().empty());
}

TEST_F(Disks, RecoverLogsUpToTheFirstHole) {
  write(1, {post(log_a, 1, 10, {session, 1}, 1), post(log_a, 3, 12, {session, 3}, 1)});

  const Recovered recovered = disk.recover(100);

  ASSERT_EQ(recovered.logs.size(), 1U);
  EXPECT_EQ(recovered.logs[0].seq, 1U);
}

}  // namespace
}  // namespace peal::sim
