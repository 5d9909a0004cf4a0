// How a client shows what its home delivers: in order, once, and never without its cursor.
#include <gtest/gtest.h>

#include "core/client.hpp"
#include "core/client_inbox.hpp"
#include "core/limits.hpp"
#include "tests/support/client_driver.hpp"
#include "tests/support/entries.hpp"

namespace peal {
namespace {

using test::ClientDriver;
using test::server_at;
using test::view_of;

Delivery delivery(std::uint64_t seq, std::uint64_t n = 0, std::uint64_t session = 5) {
  Delivery item;
  item.id = {LogId{1}, seq};
  item.hlc = Hlc{seq};
  item.message = {SessionId{session}, n == 0 ? seq : n};
  item.body = Post{RoomName{"#a"}, std::to_string(seq)};
  return item;
}

class Deliveries : public testing::Test {
 protected:
  Deliveries() { driver.settle(2, view_of(3)); }

  static ClientConfig config() {
    ClientConfig config;
    config.session = SessionId{77};
    config.user = test::user(0xaa);
    return config;
  }
  void deliver(std::uint64_t n, std::vector<Delivery> items, std::uint8_t server = 2) {
    std::vector<EntryId> cursor;
    for (const Delivery& item : items) cursor.push_back(item.id);
    driver.receive(server, Deliver{driver.last_attach().attachment, n, cursor, std::move(items)});
    for (const Arrived& arrived : driver.all<Arrived>()) shown.push_back(arrived.delivery.id.seq);
  }
  [[nodiscard]] std::vector<std::uint64_t> acks() const {
    std::vector<std::uint64_t> numbers;
    for (const auto& [to, ack] : driver.sent<DeliverAck>()) numbers.push_back(ack.n);
    return numbers;
  }

  ClientDriver driver{config()};
  std::vector<std::uint64_t> shown;
};

using Numbers = std::vector<std::uint64_t>;

TEST_F(Deliveries, AreShownAndAcknowledged) {
  deliver(1, {delivery(1), delivery(2)});

  EXPECT_EQ(shown, (Numbers{1, 2}));
  EXPECT_EQ(acks(), (Numbers{1}));
  EXPECT_EQ(driver.client().cursor().at(LogId{1}), 2U);
}

TEST_F(Deliveries, GapBeforeAMessageThatWasShownIsToldWithTheNext) {
  deliver(1, {delivery(1)});
  Delivery again = delivery(2, 1);  // The same message, accepted by two leaders.
  again.gap = 3;

  deliver(2, {again, delivery(3)});

  EXPECT_EQ(shown, (Numbers{1, 3}));
  EXPECT_EQ(driver.all<Arrived>().back().delivery.gap, 3U);
}

TEST_F(Deliveries, OfAnEarlierAttachmentAreAnsweredWithTheOneThatCounts) {
  driver.receive(2, Deliver{driver.last_attach().attachment - 1, 1, {}, {delivery(1)}});

  EXPECT_TRUE(driver.all<Arrived>().empty());
  ASSERT_EQ(driver.sent<DeliverAck>().size(), 1U);
  EXPECT_EQ(driver.sent<DeliverAck>().front().second.attachment, driver.last_attach().attachment);
}

TEST_F(Deliveries, ThatComeEarlyWaitForThoseBefore) {
  deliver(2, {delivery(2)});
  EXPECT_TRUE(shown.empty());
  EXPECT_EQ(acks(), (Numbers{0}));
  EXPECT_TRUE(driver.client().cursor().empty());

  deliver(1, {delivery(1)});

  EXPECT_EQ(shown, (Numbers{1, 2}));
  EXPECT_EQ(acks(), (Numbers{2}));
  EXPECT_EQ(driver.client().cursor().at(LogId{1}), 2U);
}

TEST_F(Deliveries, ThatComeTwiceAreAcknowledgedAgainAndShownOnce) {
  deliver(1, {delivery(1)});

  deliver(1, {delivery(1)});

  EXPECT_EQ(shown, (Numbers{1}));
  EXPECT_EQ(acks(), (Numbers{1}));
}

TEST_F(Deliveries, OfOneMessageFromTwoLogsAreShownOnce) {
  Delivery copy = delivery(9, 1);
  copy.id = {LogId{8}, 9};

  deliver(1, {delivery(1, 1)});
  deliver(2, {copy});

  EXPECT_EQ(shown, (Numbers{1}));
  EXPECT_EQ(driver.client().cursor().at(LogId{8}), 9U);
}

TEST_F(Deliveries, OfTwoAuthorsWithTheSameNumberAreBothShown) {
  deliver(1, {delivery(1, 1, 5), delivery(2, 1, 6)});

  EXPECT_EQ(shown, (Numbers{1, 2}));
}

TEST_F(Deliveries, OfAnotherAttachmentAreIgnored) {
  driver.receive(2, Deliver{driver.last_attach().attachment + 1, 1, {}, {delivery(1)}});

  EXPECT_EQ(driver.effect_count(), 0U);
}

TEST_F(Deliveries, StartAgainWithTheNextHomeFromTheCursor) {
  deliver(1, {delivery(1)});
  deliver(3, {delivery(3)});  // Ahead of a hole: lost with the home.
  driver.receive(2, Detached{DetachReason::leaving});
  EXPECT_EQ(driver.last_attach().cursor.at(LogId{1}), 1U);

  const std::uint8_t home = driver.last_attach_to().ip[15];
  driver.accept(home, view_of(3));
  deliver(1, {delivery(2), delivery(3)}, home);

  EXPECT_EQ(shown, (Numbers{1, 2, 3}));
}

TEST_F(Deliveries, OfTheFormerHomeAreIgnored) {
  driver.receive(2, Detached{DetachReason::leaving});
  driver.accept(driver.last_attach_to().ip[15], view_of(3));

  deliver(1, {delivery(1)}, 2);

  EXPECT_TRUE(shown.empty());
}

TEST_F(Deliveries, OfTheFormerHomeMakeItForgetThisSession) {
  const auto old = driver.last_attach().attachment;
  driver.receive(2, Detached{DetachReason::leaving});
  driver.accept(driver.last_attach_to().ip[15], view_of(3));

  driver.receive(2, Deliver{old, 1, {}, {delivery(1)}});

  ASSERT_EQ(driver.sent<Detach>().size(), 1U);
  EXPECT_EQ(driver.sent<Detach>()[0].first, server_at(2));
}

TEST_F(Deliveries, ThatAreSkippedAreTold) {
  deliver(1, {delivery(1)});
  driver.receive(2, Detached{DetachReason::leaving});
  VersionVector beyond;
  beyond.advance({LogId{1}, 100});

  driver.accept(driver.last_attach_to().ip[15], view_of(3), beyond);

  EXPECT_TRUE(driver.all<Connected>().at(0).skipped);
  EXPECT_EQ(driver.client().cursor().at(LogId{1}), 100U);
}

TEST_F(Deliveries, ThatGoOnFromTheCursorAreNotSkipped) {
  deliver(1, {delivery(1)});
  driver.receive(2, Detached{DetachReason::leaving});

  driver.accept(driver.last_attach_to().ip[15], view_of(3), driver.last_attach().cursor);

  EXPECT_FALSE(driver.all<Connected>().at(0).skipped);
}

TEST_F(Deliveries, BeginWhereTheFirstHomeSays) {
  ClientDriver other(config());
  other.step(Wake{});
  other.receive(
      2, Announce{"peal", {7, ServerId{3}}, test::server_member(2), test::server_member(3), 3});
  VersionVector start;
  start.advance({LogId{4}, 40});

  other.accept(2, view_of(3), start);

  EXPECT_EQ(other.client().cursor(), start);
}

TEST_F(Deliveries, AdvanceTheTimeThatTheAuthorSaw) {
  deliver(1, {delivery(7)});

  driver.step(Say{Ticket{1}, JoinRoom{{"#a"}}});

  EXPECT_EQ(driver.sent<Submit>().at(0).second.hlc, Hlc{7});
}

TEST(ClientInbox, KeepsNoMoreEarlyMessagesThanAWindow) {
  ClientInbox inbox;
  ClientEffects effects;
  EXPECT_FALSE(inbox.start(1, {}));
  for (std::uint64_t n = limits::delivery_window + 50; n > 1; --n)
    EXPECT_TRUE(inbox.take({1, n, {}, {}}, effects));

  EXPECT_TRUE(inbox.take({1, 1, {}, {}}, effects));

  EXPECT_EQ(inbox.taken(), limits::delivery_window);
}

TEST(ClientInbox, ForgetsTheAuthorsNotSeenForLongest) {
  ClientInbox inbox;
  ClientEffects effects;
  EXPECT_FALSE(inbox.start(1, {}));
  std::uint64_t n = 0;
  const auto arrived = [&](std::uint64_t session) {
    effects.clear();
    ++n;
    EXPECT_TRUE(inbox.take({1, n, {}, {delivery(n, 1, session)}}, effects));
    return !effects.list().empty();
  };
  for (std::uint64_t session = 1; session <= limits::client_authors_max + 1; ++session)
    EXPECT_TRUE(arrived(session));

  EXPECT_FALSE(arrived(limits::client_authors_max + 1));
  EXPECT_FALSE(arrived(2));
  EXPECT_TRUE(arrived(1));
}

TEST(ClientInbox, EqualInboxesHaveEqualDigests) {
  const auto filled = [](bool in_order) {
    ClientInbox inbox;
    ClientEffects effects;
    EXPECT_FALSE(inbox.start(1, {}));
    for (const std::uint64_t n : in_order ? Numbers{1, 2, 3} : Numbers{3, 2, 1})
      EXPECT_TRUE(inbox.take({1, n, {}, {delivery(n)}}, effects));
    Hasher hasher;
    inbox.mix_into(hasher);
    return std::pair(inbox, hasher.digest());
  };

  EXPECT_EQ(filled(true), filled(false));
}

}  // namespace
}  // namespace peal
