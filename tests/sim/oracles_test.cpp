// Oracles bite: each one is shown a history that breaks its promise, and one that does not.
#include "sim/oracles/oracles.hpp"

#include <array>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/entries.hpp"

namespace peal::sim {
namespace {

constexpr LogId log_a{101};
constexpr LogId log_b{102};

Member member(std::uint64_t id, std::uint64_t incarnation) {
  return {ServerId{id}, Incarnation{incarnation}, {}};
}

// Three servers with ids 1, 2, 3; people 1, 2 and 3 with a session each, of the same numbers.
class Watched : public ::testing::Test {
 protected:
  Watched() {
    for (std::uint64_t i = 1; i <= 3; ++i)
      sessions[i - 1] = oracles.ledger.open_session(
          SessionId{i}, user(static_cast<std::uint8_t>(i)), static_cast<std::uint32_t>(i));
    oracles.installed(ServerId{3},
                      View{{1, ServerId{3}}, {member(1, 11), member(2, 12), member(3, 13)}});
  }

  // Person `author` says its next message; the entry that carries it.
  SharedEntry say(std::size_t author, LogId log, std::uint64_t seq, std::uint64_t hlc) {
    const SessionIndex session = sessions[author - 1];
    const std::uint64_t n = oracles.ledger.sessions()[session].said.size() + 1;
    const SharedEntry entry =
        post(log, seq, hlc, {SessionId{author}, n}, static_cast<std::uint8_t>(author));
    oracles.said(session, entry->body);
    return entry;
  }
  void acknowledge(const SharedEntry& entry, std::uint32_t copies) {
    const auto session = *oracles.ledger.find_session(entry->message.session);
    oracles.settled(session, entry->message.n, entry->message, Outcome::acknowledged,
                    {entry->id, entry->hlc, copies, {1, ServerId{3}}});
  }
  void show(std::size_t reader, const SharedEntry& entry, std::uint64_t gap = 0) {
    oracles.shown(sessions[reader - 1], delivery_of(*entry, gap));
  }
  [[nodiscard]] std::optional<Oracle> broken() const {
    if (!oracles.judge.violation()) return std::nullopt;
    return oracles.judge.violation()->oracle;
  }
  [[nodiscard]] std::vector<EntryKey> keys() const {
    std::vector<EntryKey> all;
    for (MessageIndex i = 0; i < oracles.ledger.messages().size(); ++i)
      all.push_back(oracles.ledger.key_on(0, i).value_or(EntryKey{}));
    return all;
  }

  Oracles oracles{{ServerId{1}, ServerId{2}, ServerId{3}}};
  std::array<SessionIndex, 3> sessions{};
};

using DurabilityOracle = Watched;
using ExactlyOnceOracle = Watched;
using CausalOrderOracle = Watched;
using FifoOracle = Watched;
using AvailabilityOracle = Watched;
using ConvergenceOracle = Watched;
using LeaderOracles = Watched;
using MonotonicReadsOracle = Watched;
using BoundedOracle = Watched;

TEST_F(DurabilityOracle, TakesAnAcknowledgementThatAMajorityHolds) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(2, *entry);

  acknowledge(entry, 2);

  EXPECT_EQ(broken(), std::nullopt);
  EXPECT_GT(oracles.judge.checks(Oracle::durability), 0U);
}

TEST_F(DurabilityOracle, BitesWhenMoreCopiesAreClaimedThanDisksHold) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(2, *entry);

  acknowledge(entry, 3);

  EXPECT_EQ(broken(), Oracle::durability);
}

TEST_F(DurabilityOracle, BitesWhenNoMajorityOfTheViewHoldsIt) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);

  acknowledge(entry, 1);

  EXPECT_EQ(broken(), Oracle::durability);
}

TEST_F(DurabilityOracle, BitesWhenARestartedServerForgetsWhatItsDiskHolds) {
  oracles.stored(0, *say(1, log_a, 1, 10));

  oracles.durability.recovered(oracles.ledger, 0, VersionVector(), oracles.judge);

  EXPECT_EQ(broken(), Oracle::durability);
}

TEST_F(DurabilityOracle, BitesWhenAnAcknowledgedMessageIsMissingInTheEnd) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(1, *entry);
  acknowledge(entry, 2);

  oracles.durability.finish(oracles.ledger, 0b111, oracles.judge);

  EXPECT_EQ(broken(), Oracle::durability);
}

TEST_F(DurabilityOracle, CountsWhatEveryDiskLostInsteadOfBlamingIt) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(1, *entry);
  acknowledge(entry, 2);
  oracles.ledger.wipe(0);
  oracles.ledger.wipe(1);

  oracles.durability.finish(oracles.ledger, 0b111, oracles.judge);

  EXPECT_EQ(broken(), std::nullopt);
  EXPECT_EQ(oracles.durability.destroyed(), 1U);
}

TEST_F(ExactlyOnceOracle, BitesWhenAMessageIsShownTwice) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  show(2, entry);

  show(2, entry);

  EXPECT_EQ(broken(), Oracle::exactly_once);
}

TEST_F(ExactlyOnceOracle, BitesWhenNobodySaidWhatIsShown) {
  show(2, post(log_a, 1, 10, {SessionId{1}, 1}, 1));

  EXPECT_EQ(broken(), Oracle::exactly_once);
}

TEST_F(ExactlyOnceOracle, BitesWhenTheTextChanged) {
  Delivery delivery = delivery_of(*say(1, log_a, 1, 10));
  std::get<Post>(delivery.body).text += "!";

  oracles.shown(sessions[1], delivery);

  EXPECT_EQ(broken(), Oracle::exactly_once);
}

TEST_F(ExactlyOnceOracle, BitesWhenATimelineHoldsAMessageTwice) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  const SharedEntry copy = post(log_b, 1, 9, entry->message, 1);

  oracles.exactly_once.timeline(oracles.ledger, 0, {delivery_of(*entry), delivery_of(*copy)},
                                oracles.judge);

  EXPECT_EQ(broken(), Oracle::exactly_once);
}

TEST_F(ExactlyOnceOracle, BitesWhenAMessageGetsTwoVerdicts) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, *entry);
  acknowledge(entry, 2);

  acknowledge(entry, 2);

  EXPECT_EQ(broken(), Oracle::exactly_once);
}

TEST_F(CausalOrderOracle, BitesWhenAnAnswerIsShownBeforeItsQuestion) {
  const SharedEntry question = say(1, log_a, 1, 10);
  show(2, question);
  const SharedEntry answer = say(2, log_a, 2, 11);
  show(3, answer);

  show(3, question);

  EXPECT_EQ(broken(), Oracle::causal_order);
}

TEST_F(CausalOrderOracle, TakesALateQuestionWhenAGapWasShown) {
  const SharedEntry question = say(1, log_a, 1, 10);
  show(2, question);
  const SharedEntry answer = say(2, log_a, 2, 11);
  show(3, answer, 1);

  show(3, question);

  EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(CausalOrderOracle, FollowsCausesThroughOtherPeople) {
  const SharedEntry first = say(1, log_a, 1, 10);
  show(2, first);
  show(3, say(2, log_a, 2, 11));
  // Person 3 never saw the first one; it comes before the third all the same.
  const SharedEntry third = say(3, log_a, 3, 12);
  show(1, third);
  const SessionIndex late = oracles.ledger.open_session(SessionId{4}, user(4), 4);
  oracles.shown(late, delivery_of(*third));

  oracles.shown(late, delivery_of(*first));

  EXPECT_EQ(broken(), Oracle::causal_order);
}

TEST_F(CausalOrderOracle, BitesWhenATimelineTurnsCausesAround) {
  const SharedEntry question = say(1, log_a, 1, 20);
  show(2, question);
  const SharedEntry answer = say(2, log_b, 1, 15);
  oracles.stored(0, *question);
  oracles.stored(0, *answer);

  oracles.causal_order.finish(oracles.ledger, keys(), oracles.judge);

  EXPECT_EQ(broken(), Oracle::causal_order);
}

TEST_F(FifoOracle, BitesWhenAnAuthorsMessagesAreShownInAnotherOrder) {
  const SharedEntry first = say(1, log_a, 1, 10);
  const SharedEntry second = say(1, log_a, 2, 11);

  Fifo fifo;
  fifo.shown(oracles.ledger, sessions[1], *oracles.ledger.find_message(second->message), false,
             oracles.judge);
  fifo.shown(oracles.ledger, sessions[1], *oracles.ledger.find_message(first->message), false,
             oracles.judge);

  EXPECT_EQ(broken(), Oracle::fifo);
}

TEST_F(FifoOracle, BitesWhenATimelineTurnsThemAround) {
  oracles.stored(0, *say(1, log_a, 1, 20));
  oracles.stored(0, *say(1, log_b, 1, 15));

  oracles.fifo.finish(oracles.ledger, keys(), oracles.judge);

  EXPECT_EQ(broken(), Oracle::fifo);
}

TEST_F(AvailabilityOracle, BitesWhenAVerdictIsLate) {
  say(1, log_a, 1, 10);
  oracles.judge.at(6'000'000);

  oracles.availability.look(oracles.ledger, {1, 1, 1}, 0, 5'000'000, oracles.judge);

  EXPECT_EQ(broken(), Oracle::availability);
}

TEST_F(AvailabilityOracle, WaitsForWhoReachesNobody) {
  say(1, log_a, 1, 10);
  oracles.judge.at(6'000'000);

  oracles.availability.look(oracles.ledger, {0, 0, 0}, 0, 5'000'000, oracles.judge);

  EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(AvailabilityOracle, BitesWhenAPostNeverReachesItsAddressee) {
  const SharedEntry hello = say(2, log_a, 1, 10);
  for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, *hello);
  acknowledge(hello, 3);
  oracles.judge.at(1'000);
  const Body whisper = Post{user(2), "psst"};
  oracles.said(sessions[0], whisper);
  const Entry entry{.id = {log_a, 2},
                    .hlc = Hlc{11},
                    .message = {SessionId{1}, 1},
                    .author = user(1),
                    .body = whisper};
  for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, entry);
  acknowledge(SharedEntry(entry), 3);

  oracles.availability.finish(oracles.ledger, oracles.judge);

  EXPECT_EQ(broken(), Oracle::availability);
}

TEST_F(ConvergenceOracle, BitesWhenTwoDisksDiffer) {
  Convergence::Entries on_a;
  Convergence::Entries on_b;
  const SharedEntry entry = post(log_a, 1, 10, {SessionId{1}, 1}, 1);
  on_a.emplace(entry->id, entry);
  on_b.emplace(entry->id, post(log_a, 1, 11, {SessionId{1}, 1}, 1));

  Convergence::disks(0, on_a, 1, on_b, oracles.judge);

  EXPECT_EQ(broken(), Oracle::convergence);
}

TEST_F(ConvergenceOracle, BitesWhenThereAreTwoViewsAfterTheBound) {
  const Snapshot servers{{ServerId{1}, true, Role::leader, {2, ServerId{1}}, 0},
                         {ServerId{2}, true, Role::leader, {2, ServerId{2}}, 0}};

  oracles.convergence.look(servers, 1'999'999, 2'000'000, oracles.judge);
  EXPECT_EQ(broken(), std::nullopt);
  oracles.convergence.look(servers, 2'000'000, 2'000'000, oracles.judge);

  EXPECT_EQ(broken(), Oracle::convergence);
}

TEST_F(ConvergenceOracle, BitesWhenAServerTellsAnotherTimeline) {
  const SharedEntry entry = post(log_a, 1, 10, {SessionId{1}, 1}, 1);

  Convergence::timelines(0, {entry->key()}, {}, oracles.judge);

  EXPECT_EQ(broken(), Oracle::convergence);
}

TEST_F(LeaderOracles, BiteWhenAStableGroupHasTwoLeaders) {
  const Snapshot servers{{ServerId{1}, true, Role::leader, {2, ServerId{1}}, 0},
                         {ServerId{2}, true, Role::leader, {2, ServerId{2}}, 0}};

  oracles.one_leader.look(servers, oracles.judge);

  EXPECT_EQ(broken(), Oracle::one_leader);
}

TEST_F(LeaderOracles, BiteWhenAMemberFollowsSomebodyElse) {
  const Snapshot servers{{ServerId{1}, true, Role::member, {1, ServerId{7}}, 0},
                         {ServerId{2}, true, Role::leader, {2, ServerId{2}}, 0}};

  oracles.one_leader.look(servers, oracles.judge);

  EXPECT_EQ(broken(), Oracle::one_leader);
}

TEST_F(LeaderOracles, BiteWhenOneProcessGivesAnIdToTwoViews) {
  oracles.installed(ServerId{3}, View{{1, ServerId{3}}, {member(2, 12), member(3, 13)}});

  EXPECT_EQ(broken(), Oracle::one_leader);
}

TEST_F(LeaderOracles, TakeAnIdAgainFromARestartedLeader) {
  oracles.installed(ServerId{3}, View{{1, ServerId{3}}, {member(3, 99)}});

  EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(LeaderOracles, BiteWhenAVoteIsWonByALowerId) {
  oracles.installed(ServerId{2}, View{{5, ServerId{2}}, {member(2, 12), member(3, 13)}});

  EXPECT_EQ(broken(), Oracle::lcr_winner);
}

TEST_F(MonotonicReadsOracle, BitesWhenAPageLacksWhatWasShown) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  show(2, entry);
  const HistoryQuery query{.with = RoomName{"#room"}, .limit = 10};
  const PageRequest request = MonotonicReads::asked(oracles.ledger, sessions[1], query);

  oracles.monotonic_reads.answered(oracles.ledger, request, 0, HistoryAnswer{}, oracles.judge);

  EXPECT_EQ(broken(), Oracle::monotonic_reads);
}

TEST_F(MonotonicReadsOracle, TakesAPageOfAServerThatNeverHeldIt) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  show(2, entry);
  const HistoryQuery query{.with = RoomName{"#room"}, .limit = 10};
  const PageRequest request = MonotonicReads::asked(oracles.ledger, sessions[1], query);

  oracles.monotonic_reads.answered(oracles.ledger, request, 1, HistoryAnswer{}, oracles.judge);

  EXPECT_EQ(broken(), std::nullopt);
}

TEST_F(MonotonicReadsOracle, BitesWhenAShownMessageIsMissingInTheEnd) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  show(2, entry);

  oracles.monotonic_reads.finish(oracles.ledger, 0b11, oracles.judge);

  EXPECT_EQ(broken(), Oracle::monotonic_reads);
}

TEST_F(BoundedOracle, BitesWhenAQueueIsBeyondItsLimit) {
  oracles.bounded.look(0, "queue", 10, 10, oracles.judge);
  EXPECT_EQ(broken(), std::nullopt);

  oracles.bounded.look(0, "queue", 11, 10, oracles.judge);

  EXPECT_EQ(broken(), Oracle::bounded);
}

}  // namespace
}  // namespace peal::sim
