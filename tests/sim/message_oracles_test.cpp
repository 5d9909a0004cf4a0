// Oracles of messages bite when a history breaks their promise, and are silent when it does not.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "tests/sim/watched.hpp"

namespace peal::sim {
namespace {

using DurabilityOracle = Watched;
using ExactlyOnceOracle = Watched;
using CausalOrderOracle = Watched;
using FifoOracle = Watched;
using AvailabilityOracle = Watched;
using MonotonicReadsOracle = Watched;

TEST_F(DurabilityOracle, TakesAnAcknowledgementThatAMajorityHolds) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(2, *entry);

  acknowledge(entry, 2);

  EXPECT_EQ(broken(), "");
  EXPECT_GT(oracles.judge.checks(Oracle::durability), 0U);
}

TEST_F(DurabilityOracle, BitesWhenMoreCopiesAreClaimedThanDisksHold) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(2, *entry);

  acknowledge(entry, 3);

  EXPECT_EQ(broken(), "acknowledged with more copies than disks hold");
}

TEST_F(DurabilityOracle, BitesWhenNoMajorityOfTheViewHoldsIt) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);

  acknowledge(entry, 1);

  EXPECT_EQ(broken(), "acknowledged before a majority of the view held it");
}

TEST_F(DurabilityOracle, BitesWhenARestartedServerForgetsWhatItsDiskHolds) {
  oracles.stored(0, *say(1, log_a, 1, 10));

  oracles.durability.recovered(oracles.ledger, 0, VersionVector(), oracles.judge);

  EXPECT_EQ(broken(), "a restarted server does not know all that its disk holds");
}

TEST_F(DurabilityOracle, BitesWhenAnAcknowledgedMessageIsMissingInTheEnd) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(1, *entry);
  acknowledge(entry, 2);

  oracles.durability.finish(oracles.ledger, 0b111, oracles.judge);

  EXPECT_EQ(broken(), "an acknowledged message is missing on a server in the end");
}

TEST_F(DurabilityOracle, CountsWhatEveryDiskLostInsteadOfBlamingIt) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(1, *entry);
  acknowledge(entry, 2);
  oracles.ledger.wipe(0);
  oracles.ledger.wipe(1);

  oracles.durability.finish(oracles.ledger, 0b111, oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_EQ(oracles.durability.destroyed(), 1U);
}

TEST_F(DurabilityOracle, BitesWhenAPostIsAcknowledgedWithoutAnEntry) {
  const SharedEntry entry = say(1, log_a, 1, 10);

  oracles.settled(sessions[0], 1, entry->message, Outcome::acknowledged,
                  {{}, entry->hlc, 2, {1, ServerId{3}}});

  EXPECT_EQ(broken(), "a post was acknowledged without an entry on as many disks");
}

TEST_F(DurabilityOracle, BitesWhenTheEntryIsOfAnotherMessage) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  const SharedEntry other = say(2, log_a, 2, 11);
  for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, *other);

  oracles.settled(sessions[0], 1, entry->message, Outcome::acknowledged,
                  {other->id, other->hlc, 3, {1, ServerId{3}}});

  EXPECT_EQ(broken(), "acknowledged with an entry that no disk ever held for this message");
}

TEST_F(DurabilityOracle, BitesWhenNobodyInstalledTheView) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, *entry);

  oracles.settled(sessions[0], 1, entry->message, Outcome::acknowledged,
                  {entry->id, entry->hlc, 3, {2, ServerId{3}}});

  EXPECT_EQ(broken(), "acknowledged in a view that nobody installed");
}

TEST_F(DurabilityOracle, TakesARestartAndAnEndWithEverythingThere) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, *entry);
  acknowledge(entry, 3);
  VersionVector durable;
  durable.advance(entry->id);

  oracles.durability.recovered(oracles.ledger, 0, durable, oracles.judge);
  oracles.durability.finish(oracles.ledger, 0b111, oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_EQ(oracles.durability.destroyed(), 0U);
}

TEST_F(DurabilityOracle, BitesWhenAnEntryIsShownThatAMinorityHolds) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(2, *entry);

  oracles.shown(sessions[1], delivery_of(*entry));

  EXPECT_EQ(broken(), "an entry was shown before a majority of any view held it");
}

TEST_F(DurabilityOracle, BitesWhenAnEntryIsShownThatNoDiskHeld) {
  const SharedEntry entry = say(1, log_a, 1, 10);

  oracles.shown(sessions[1], delivery_of(*entry));

  EXPECT_EQ(broken(), "an entry was shown that no disk held");
}

TEST_F(DurabilityOracle, CountsNoViewThatWasOverBeforeTheEntryWasWritten) {
  const View alone{{2, ServerId{1}}, {member(1, 11)}};
  oracles.installed(ServerId{1}, alone);
  oracles.judge.at(1'000'000);
  oracles.installed(ServerId{1},
                    View{{3, ServerId{1}}, {member(1, 11), member(2, 12), member(3, 13)}});
  oracles.judge.at(2'000'000);
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);

  oracles.shown(sessions[1], delivery_of(*entry));

  EXPECT_EQ(broken(), "an entry was shown before a majority of any view held it");
}

TEST_F(DurabilityOracle, TakesWhatALeaderShowsThatIsAlone) {
  oracles.installed(ServerId{1}, View{{2, ServerId{1}}, {member(1, 11)}});
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);

  oracles.shown(sessions[1], delivery_of(*entry));

  EXPECT_EQ(broken(), "");
}

TEST_F(ExactlyOnceOracle, BitesWhenALeaderWritesAMessageTwice) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(0, *post(log_b, 1, 11, entry->message, 1));  // Another leader's.
  EXPECT_EQ(broken(), "");

  oracles.stored(0, *post(log_a, 2, 12, entry->message, 1));

  EXPECT_EQ(broken(), "one leader wrote a message twice");
}

// Server 3 is down; of the two others the process 12 of server 2 leads for the first time.
const View won{{2, ServerId{2}}, {member(1, 11), member(2, 12)}};
const LogId winners_log = log_of(Incarnation{12});

TEST_F(ExactlyOnceOracle, BitesWhenAWinnerWritesAnewWhatAMemberHad) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.installed(ServerId{2}, won);
  oracles.installed(ServerId{2}, {{3, ServerId{2}}, {member(1, 11), member(2, 12), member(3, 14)}});

  oracles.stored(1, *post(winners_log, 1, 11, entry->message, 1));

  EXPECT_EQ(broken(), "a leader wrote a message anew that a member of its first view had on disk");
}

TEST_F(ExactlyOnceOracle, TakesWhatAWinnerCouldNotKnow) {
  const SharedEntry elsewhere = say(1, log_a, 1, 10);
  const SharedEntry later = say(2, log_a, 2, 11);
  oracles.stored(2, *elsewhere);
  oracles.installed(ServerId{2}, won);
  oracles.stored(0, *later);

  oracles.stored(1, *post(winners_log, 1, 12, elsewhere->message, 1));
  oracles.stored(1, *post(winners_log, 2, 13, later->message, 2));

  EXPECT_EQ(broken(), "");
}

TEST_F(ExactlyOnceOracle, TakesWhatAWinnerWritesThatStoppedWaiting) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.installed(ServerId{2}, won);
  oracles.wins.stopped_waiting(Incarnation{12});

  oracles.stored(1, *post(winners_log, 1, 11, entry->message, 1));

  EXPECT_EQ(broken(), "");
}

TEST_F(ExactlyOnceOracle, TakesWhatOnlyAMemberHadThatStartedAnew) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.installed(ServerId{2}, won);
  oracles.installed(ServerId{2}, {{3, ServerId{2}}, {member(1, 15), member(2, 12)}});

  oracles.stored(1, *post(winners_log, 1, 11, entry->message, 1));

  EXPECT_EQ(broken(), "");
}

TEST_F(ExactlyOnceOracle, BitesWhenAMessageIsShownTwice) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  show(2, entry);

  show(2, entry);

  EXPECT_EQ(broken(), "a message was shown twice to one session");
}

TEST_F(ExactlyOnceOracle, BitesWhenNobodySaidWhatIsShown) {
  show(2, post(log_a, 1, 10, {SessionId{1}, 1}, 1));

  EXPECT_EQ(broken(), "a message was shown that nobody said");
}

TEST_F(ExactlyOnceOracle, BitesWhenTheTextChanged) {
  Delivery delivery = delivery_of(*say(1, log_a, 1, 10));
  std::get<Post>(delivery.body).text += "!";

  oracles.shown(sessions[1], delivery);

  EXPECT_EQ(broken(), "a message was shown with another text or author");
}

TEST_F(ExactlyOnceOracle, BitesWhenATimelineHoldsAMessageTwice) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  const SharedEntry copy = post(log_b, 1, 9, entry->message, 1);

  oracles.exactly_once.timeline(oracles.ledger, 0, {delivery_of(*entry), delivery_of(*copy)},
                                oracles.judge);

  EXPECT_EQ(broken(), "a timeline holds a message twice");
}

TEST_F(ExactlyOnceOracle, BitesWhenAMessageGetsTwoVerdicts) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, *entry);
  acknowledge(entry, 2);

  acknowledge(entry, 2);

  EXPECT_EQ(broken(), "a message got two verdicts");
}

TEST_F(ExactlyOnceOracle, TakesAMessageShownToEachAndToldInATimeline) {
  const SharedEntry first = say(1, log_a, 1, 10);
  const SharedEntry second = say(2, log_a, 2, 11);
  for (std::uint32_t server = 0; server < 3; ++server) {
    oracles.stored(server, *first);
    oracles.stored(server, *second);
  }
  acknowledge(first, 2);
  for (const std::size_t reader : {1U, 2U, 3U}) show(reader, first);

  oracles.exactly_once.timeline(oracles.ledger, 0, {delivery_of(*second), delivery_of(*first)},
                                oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_GT(oracles.judge.checks(Oracle::exactly_once), 0U);
}

TEST_F(ExactlyOnceOracle, BitesWhenAVerdictNamesAnotherMessage) {
  say(1, log_a, 1, 10);

  oracles.settled(sessions[0], 1, {SessionId{2}, 1}, Outcome::rejected, {});

  EXPECT_EQ(broken(), "a verdict names another message than was said");
}

TEST_F(ExactlyOnceOracle, BitesWhenADiskHoldsWhatNobodySaid) {
  oracles.stored(0, *post(log_a, 1, 10, {SessionId{1}, 1}, 1));

  EXPECT_EQ(broken(), "an entry was stored whose message nobody said");
}

TEST_F(ExactlyOnceOracle, BitesWhenATimelineHoldsWhatNobodySaid) {
  oracles.exactly_once.timeline(
      oracles.ledger, 0, {delivery_of(*post(log_a, 1, 10, {SessionId{1}, 1}, 1))}, oracles.judge);

  EXPECT_EQ(broken(), "a timeline holds a message that nobody said");
}

TEST_F(ExactlyOnceOracle, BitesWhenATimelineIsNotSorted) {
  const SharedEntry first = say(1, log_a, 1, 10);
  const SharedEntry second = say(1, log_a, 2, 11);

  oracles.exactly_once.timeline(oracles.ledger, 0, {delivery_of(*first), delivery_of(*second)},
                                oracles.judge);

  EXPECT_EQ(broken(), "a timeline is not sorted by key");
}

TEST_F(CausalOrderOracle, BitesWhenAnAnswerIsShownBeforeItsQuestion) {
  const SharedEntry question = say(1, log_a, 1, 10);
  show(2, question);
  const SharedEntry answer = say(2, log_a, 2, 11);
  show(3, answer);

  show(3, question);

  EXPECT_EQ(broken(), "a message was shown after one whose author had seen it");
}

TEST_F(CausalOrderOracle, TakesALateQuestionWhenAGapWasShown) {
  const SharedEntry question = say(1, log_a, 1, 10);
  show(2, question);
  const SharedEntry answer = say(2, log_a, 2, 11);
  show(3, answer, 1);

  show(3, question);

  EXPECT_EQ(broken(), "");
}

TEST_F(CausalOrderOracle, TakesAGapThatIsToldWithAMessageWithoutAPlace) {
  const SharedEntry question = say(1, log_a, 1, 10);
  show(2, question);
  const SharedEntry refused_elsewhere = say(2, log_a, 2, 11);
  oracles.ledger.judged_without_entry(*oracles.ledger.find_message(refused_elsewhere->message));
  show(3, refused_elsewhere, 1);
  show(3, say(2, log_a, 3, 12));

  show(3, question);

  EXPECT_EQ(broken(), "");
}

/// Person 3 attached behind an entry of a question, and is shown an answer to it.
class AnswerShown : public Watched {
 protected:
  AnswerShown() {
    oracles.stored(0, *question);
    oracles.ledger.resume(sessions[2], up_to(question->id));
    show(2, question);
    show(3, say(2, log_a, 2, 11));
  }
  SharedEntry question{say(1, log_a, 1, 10)};
};

TEST_F(AnswerShown, CausalOrderTakesAnotherEntryOfWhatAFormerHomeLookedAt) {
  Entry repeated = *question;
  repeated.id = {log_b, 1};

  show(3, SharedEntry(repeated));

  EXPECT_EQ(broken(), "");
}

TEST_F(AnswerShown, CausalOrderBitesWhenTheVeryEntryIsShownLate) {
  show(3, question);

  EXPECT_EQ(broken(), "a message was shown after one whose author had seen it");
}

TEST_F(AnswerShown, CausalOrderBitesWhenWhatCameAfterwardsIsShownLate) {
  const SharedEntry second = say(1, log_a, 3, 12);
  oracles.stored(0, *second);
  show(2, second);
  show(3, say(2, log_a, 4, 13));

  show(3, second);

  EXPECT_EQ(broken(), "a message was shown after one whose author had seen it");
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

  EXPECT_EQ(broken(), "a message was shown after one whose author had seen it");
}

TEST_F(CausalOrderOracle, BitesWhenATimelineTurnsCausesAround) {
  const SharedEntry question = say(1, log_a, 1, 20);
  show(2, question);
  const SharedEntry answer = say(2, log_b, 1, 15);
  oracles.stored(0, *question);
  oracles.stored(0, *answer);

  oracles.causal_order.finish(oracles.ledger, keys(), oracles.judge);

  EXPECT_EQ(broken(), "a timeline puts a message before one that its author had seen");
}

TEST_F(CausalOrderOracle, TakesAnAnswerBehindItsQuestion) {
  const SharedEntry question = say(1, log_a, 1, 10);
  show(2, question);
  const SharedEntry answer = say(2, log_a, 2, 11);
  oracles.stored(0, *question);
  oracles.stored(0, *answer);

  show(3, question);
  show(3, answer);
  oracles.causal_order.finish(oracles.ledger, keys(), oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_GT(oracles.judge.checks(Oracle::causal_order), 0U);
}

TEST_F(CausalOrderOracle, TakesWhatWasSaidAtTheSameTimeInAnyOrder) {
  const SharedEntry one = say(1, log_a, 1, 10);
  const SharedEntry other = say(2, log_b, 1, 11);

  show(3, other);
  show(3, one);

  EXPECT_EQ(broken(), "");
}

TEST_F(FifoOracle, BitesWhenAnAuthorsMessagesAreShownInAnotherOrder) {
  const SharedEntry first = say(1, log_a, 1, 10);
  const SharedEntry second = say(1, log_a, 2, 11);

  Fifo fifo;
  fifo.shown(oracles.ledger, sessions[1], *oracles.ledger.find_message(second->message), false,
             oracles.judge);
  fifo.shown(oracles.ledger, sessions[1], *oracles.ledger.find_message(first->message), false,
             oracles.judge);

  EXPECT_EQ(broken(), "a message was shown after a later one of its author");
}

TEST_F(FifoOracle, BitesWhenATimelineTurnsThemAround) {
  oracles.stored(0, *say(1, log_a, 1, 20));
  oracles.stored(0, *say(1, log_b, 1, 15));

  oracles.fifo.finish(oracles.ledger, keys(), oracles.judge);

  EXPECT_EQ(broken(), "a timeline puts a message before an earlier one of its author");
}

TEST_F(FifoOracle, TakesAnAuthorsMessagesInTheirOrder) {
  const SharedEntry first = say(1, log_a, 1, 10);
  const SharedEntry second = say(1, log_b, 1, 15);
  oracles.stored(0, *first);
  oracles.stored(0, *second);

  show(2, first);
  show(2, second);
  oracles.fifo.finish(oracles.ledger, keys(), oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_GT(oracles.judge.checks(Oracle::fifo), 0U);
}

TEST_F(AvailabilityOracle, BitesWhenAVerdictIsLate) {
  say(1, log_a, 1, 10);
  oracles.judge.at(6'000'000);

  oracles.availability.look(oracles.ledger, {1, 1, 1}, 0, 5'000'000, oracles.judge);

  EXPECT_EQ(broken(), "a client in reach of a working server gets no verdict");
}

TEST_F(AvailabilityOracle, WaitsForWhoReachesNobody) {
  say(1, log_a, 1, 10);
  oracles.judge.at(6'000'000);

  oracles.availability.look(oracles.ledger, {0, 0, 0}, 0, 5'000'000, oracles.judge);

  EXPECT_EQ(broken(), "");
}

// Person 2 is acknowledged, then person 1 whispers to person 2; every disk holds both.
class WhisperedTo : public Watched {
 protected:
  WhisperedTo() {
    const SharedEntry hello = say(2, log_a, 1, 10);
    for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, *hello);
    acknowledge(hello, 3);
    oracles.judge.at(1'000);
    oracles.said(sessions[0], whisper->body);
    for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, *whisper);
    acknowledge(whisper, 3);
  }

  SharedEntry whisper{Entry{.id = {log_a, 2},
                            .hlc = Hlc{11},
                            .message = {SessionId{1}, 1},
                            .author = user(1),
                            .body = Post{user(2), "psst"}}};
};

TEST_F(WhisperedTo, BitesWhenAPostNeverReachesItsAddressee) {
  oracles.availability.finish(oracles.ledger, oracles.judge);

  EXPECT_EQ(broken(), "a post never reached one of its addressees");
}

TEST_F(WhisperedTo, TakesAnEndWithEverythingDecidedAndShown) {
  show(2, whisper);

  oracles.availability.finish(oracles.ledger, oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_TRUE(oracles.availability.all_delivered(oracles.ledger));
  EXPECT_FALSE(oracles.availability.waiting(oracles.ledger));
}

TEST_F(AvailabilityOracle, TakesAVerdictInTime) {
  say(1, log_a, 1, 10);
  oracles.judge.at(5'000'000);

  oracles.availability.look(oracles.ledger, {1, 1, 1}, 0, 5'000'000, oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_GT(oracles.judge.checks(Oracle::availability), 0U);
}

TEST_F(AvailabilityOracle, BitesWhenAMessageHasNoVerdictInTheEnd) {
  say(1, log_a, 1, 10);

  oracles.availability.finish(oracles.ledger, oracles.judge);

  EXPECT_EQ(broken(), "a message has no verdict in the end");
}

TEST_F(WhisperedTo, TakesWhatASessionWasToldToReadInTheHistory) {
  oracles.ledger.skip(sessions[1], up_to({log_a, 2}));

  oracles.availability.finish(oracles.ledger, oracles.judge);

  EXPECT_EQ(broken(), "");
}

TEST_F(WhisperedTo, BitesWhenWhatCameLaterIsMissingToo) {
  oracles.ledger.skip(sessions[1], up_to({log_a, 2}));
  const Entry later{.id = {log_a, 3},
                    .hlc = Hlc{12},
                    .message = {SessionId{1}, 2},
                    .author = user(1),
                    .body = Post{user(2), "psst again"}};
  oracles.said(sessions[0], later.body);
  for (std::uint32_t server = 0; server < 3; ++server) oracles.stored(server, later);
  acknowledge(SharedEntry(later), 3);

  oracles.availability.finish(oracles.ledger, oracles.judge);

  EXPECT_EQ(broken(), "a post never reached one of its addressees");
}

TEST_F(MonotonicReadsOracle, BitesWhenAPageLacksWhatWasShown) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  show(2, entry);
  const HistoryQuery query{.with = RoomName{"#room"}, .limit = 10};
  const PageRequest request = MonotonicReads::asked(oracles.ledger, sessions[1], query);

  oracles.monotonic_reads.answered(oracles.ledger, request, 0, HistoryAnswer{}, oracles.judge);

  EXPECT_EQ(broken(), "a page lacks a message that was shown before");
}

TEST_F(MonotonicReadsOracle, TakesAPageOfAServerThatNeverHeldIt) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  show(2, entry);
  const HistoryQuery query{.with = RoomName{"#room"}, .limit = 10};
  const PageRequest request = MonotonicReads::asked(oracles.ledger, sessions[1], query);

  oracles.monotonic_reads.answered(oracles.ledger, request, 2, HistoryAnswer{}, oracles.judge);

  EXPECT_EQ(broken(), "");
}

TEST_F(MonotonicReadsOracle, BitesWhenAShownMessageIsMissingInTheEnd) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  show(2, entry);

  oracles.monotonic_reads.finish(oracles.ledger, 0b111, oracles.judge);

  EXPECT_EQ(broken(), "a message that was shown is missing on a server in the end");
}

TEST_F(MonotonicReadsOracle, TakesAPageAndAnEndWithAllThatWasShown) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  oracles.stored(1, *entry);
  show(2, entry);
  const HistoryQuery query{.with = RoomName{"#room"}, .limit = 10};
  const PageRequest request = MonotonicReads::asked(oracles.ledger, sessions[1], query);
  HistoryAnswer page;
  page.items.push_back(delivery_of(*entry));

  oracles.monotonic_reads.answered(oracles.ledger, request, 0, page, oracles.judge);
  oracles.monotonic_reads.finish(oracles.ledger, 0b11, oracles.judge);

  EXPECT_EQ(broken(), "");
  EXPECT_EQ(oracles.judge.checks(Oracle::monotonic_reads), 2U);
}

TEST_F(MonotonicReadsOracle, TakesAShownMessageThatEveryDiskLost) {
  const SharedEntry entry = say(1, log_a, 1, 10);
  oracles.stored(0, *entry);
  show(2, entry);
  oracles.ledger.wipe(0);
  oracles.ledger.wipe(1);

  oracles.monotonic_reads.finish(oracles.ledger, 0b11, oracles.judge);

  EXPECT_EQ(broken(), "");
}

}  // namespace
}  // namespace peal::sim
