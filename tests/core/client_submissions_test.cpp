// How a client submits what its program says, until each has its verdict.
#include <gtest/gtest.h>

#include "core/client.hpp"
#include "core/limits.hpp"
#include "tests/support/client_driver.hpp"
#include "tests/support/entries.hpp"

namespace peal {
namespace {

using test::ClientDriver;
using test::server_at;
using test::view_of;

const RoomName room{"#a"};

class Submissions : public testing::Test {
 protected:
  Submissions() { driver.settle(2, view_of(3)); }
  ~Submissions() override { EXPECT_EQ(driver.deadlines_in_the_past(), 0); }

  static ClientConfig config() {
    ClientConfig config;
    config.session = SessionId{77};
    config.user = test::user(0xaa);
    return config;
  }
  void say(std::uint64_t ticket, const std::string& text = "hi") {
    driver.step(Say{Ticket{ticket}, Post{room, text}});
  }
  void give(std::uint64_t n, Verdict verdict, std::uint8_t server = 2) {
    driver.receive(server, Submitted{{{n, std::move(verdict)}}});
  }
  static Accepted accepted(std::uint64_t seq, std::uint64_t hlc = 5) {
    return {{LogId{1}, seq}, Hlc{hlc}, 2, {7, ServerId{3}}};
  }
  /// The numbers in all Submit messages of the last step, in order.
  [[nodiscard]] std::vector<std::uint64_t> submitted() const {
    std::vector<std::uint64_t> numbers;
    for (const auto& [to, submit] : driver.sent<Submit>())
      for (const Submission& item : submit.items) numbers.push_back(item.n);
    return numbers;
  }

  ClientDriver driver{config()};
};

TEST_F(Submissions, GoToTheHomeAtOnce) {
  say(10, "hello");

  const auto sent = driver.sent<Submit>();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].first, server_at(2));
  EXPECT_EQ(sent[0].second.oldest, 1U);
  ASSERT_EQ(sent[0].second.items.size(), 1U);
  EXPECT_EQ(sent[0].second.items[0], (Submission{1, Post{room, "hello"}}));
}

TEST_F(Submissions, AreAcknowledgedWithTheirMessageId) {
  say(10);

  give(1, accepted(9));

  ASSERT_EQ(driver.all<Acknowledged>().size(), 1U);
  const Acknowledged told = driver.all<Acknowledged>()[0];
  EXPECT_EQ(told.ticket, Ticket{10});
  EXPECT_EQ(told.message, (MessageId{SessionId{77}, 1}));
  EXPECT_EQ(told.accepted, accepted(9));
  EXPECT_EQ(driver.client().pending(), 0U);
}

TEST_F(Submissions, AreRejectedWithTheReason) {
  say(10);

  give(1, Refusal{RejectReason::not_registered, "register first"});

  ASSERT_EQ(driver.all<Rejected>().size(), 1U);
  EXPECT_EQ(driver.all<Rejected>()[0].reason, RejectReason::not_registered);
  EXPECT_EQ(driver.all<Rejected>()[0].detail, "register first");
}

TEST_F(Submissions, AreToldOnce) {
  say(10);
  give(1, accepted(9));

  give(1, accepted(9));

  EXPECT_TRUE(driver.all<Acknowledged>().empty());
}

TEST_F(Submissions, AreToldInTheOrderInWhichTheyWereSaid) {
  say(10);
  say(11);
  give(2, accepted(10));
  EXPECT_TRUE(driver.all<Acknowledged>().empty());

  give(1, accepted(9));

  const auto told = driver.all<Acknowledged>();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].ticket, Ticket{10});
  EXPECT_EQ(told[1].ticket, Ticket{11});
}

TEST_F(Submissions, SayWhichIsTheOldestWithoutAVerdict) {
  say(10);
  say(11);
  give(1, accepted(9));

  say(12);

  EXPECT_EQ(driver.sent<Submit>().at(0).second.oldest, 2U);
}

TEST_F(Submissions, CarryTheLatestTimeThatTheAuthorSaw) {
  say(10);
  EXPECT_EQ(driver.sent<Submit>().at(0).second.hlc, Hlc{});
  give(1, accepted(9, 1234));

  say(11);

  EXPECT_EQ(driver.sent<Submit>().at(0).second.hlc, Hlc{1234});
}

TEST_F(Submissions, WaitUntilThereIsAHome) {
  ClientDriver homeless(config());
  homeless.step(Wake{});
  homeless.step(Say{Ticket{10}, Post{room, "hi"}});
  EXPECT_TRUE(homeless.sent<Submit>().empty());

  homeless.settle(2, view_of(3));

  EXPECT_EQ(homeless.sent<Submit>().size(), 1U);
}

TEST_F(Submissions, AreAtMostAWindowUnderWay) {
  for (std::uint64_t i = 1; i <= limits::client_window; ++i) say(i);
  say(100);
  EXPECT_TRUE(submitted().empty());

  give(1, accepted(1));

  EXPECT_EQ(submitted(), (std::vector<std::uint64_t>{limits::client_window + 1}));
}

TEST_F(Submissions, BeyondTheQueueAreGivenBack) {
  for (std::uint64_t i = 0; i < limits::client_window + limits::client_queue_max; ++i) say(i);
  EXPECT_TRUE(driver.all<QueueFull>().empty());

  say(99'999);

  ASSERT_EQ(driver.all<QueueFull>().size(), 1U);
  EXPECT_EQ(driver.all<QueueFull>()[0].ticket, Ticket{99'999});
  EXPECT_EQ(driver.client().pending(), limits::client_window + limits::client_queue_max);
}

TEST_F(Submissions, ShareMessagesBelowTheBatchLimit) {
  ClientDriver homeless(config());
  homeless.step(Wake{});
  for (std::uint64_t i = 0; i < 40; ++i)
    homeless.step(Say{Ticket{i}, Post{room, std::string(100, 'x')}});

  homeless.settle(2, view_of(3));

  const auto sent = homeless.sent<Submit>();
  EXPECT_GT(sent.size(), 3U);
  EXPECT_LT(sent.size(), 10U);
  std::uint64_t expected = 1;
  for (const auto& [to, submit] : sent) {
    std::size_t bytes = 0;
    for (const Submission& item : submit.items) {
      EXPECT_EQ(item.n, expected++);
      bytes += encoded_bytes_max(item.body);
    }
    EXPECT_LE(bytes, limits::batch_bytes);
  }
  EXPECT_EQ(expected, 41U);
}

TEST_F(Submissions, ThatAreLongGoAlone) {
  ClientDriver homeless(config());
  homeless.step(Wake{});
  for (std::uint64_t i = 0; i < 3; ++i)
    homeless.step(Say{Ticket{i}, Post{room, std::string(4'000, 'x')}});

  homeless.settle(2, view_of(3));

  ASSERT_EQ(homeless.sent<Submit>().size(), 3U);
  EXPECT_EQ(homeless.sent<Submit>()[0].second.items.size(), 1U);
}

TEST_F(Submissions, AreSentAgainUntilTheyHaveAVerdict) {
  say(10);

  driver.pass(milliseconds(110), 2);
  EXPECT_EQ(submitted(), (std::vector<std::uint64_t>{1}));

  give(1, accepted(9));
  driver.pass(milliseconds(500), 2);
  EXPECT_TRUE(submitted().empty());
}

TEST_F(Submissions, MakeTheClientPingAHomeThatOwesAVerdict) {
  say(10);
  driver.pass(milliseconds(39));
  EXPECT_TRUE(driver.sent<Ping>().empty());

  driver.pass(milliseconds(2));

  EXPECT_EQ(driver.sent<Ping>().size(), 1U);
}

TEST_F(Submissions, FailOverSoonWhenTheHomeIsSilent) {
  say(10);

  driver.pass(milliseconds(75));

  EXPECT_EQ(driver.sent<Ping>().size(), 3U);
  EXPECT_EQ(driver.sent<Attach>().size(), 1U);
  EXPECT_NE(driver.last_attach_to(), server_at(2));
}

TEST_F(Submissions, StayWithAHomeThatAnswersPings) {
  say(10);

  driver.pass(seconds(5), 2);

  EXPECT_TRUE(driver.client().attached());
}

TEST_F(Submissions, UnderWayGoToTheNextHomeAtOnce) {
  say(10);
  say(11);
  give(1, accepted(9));
  driver.receive(2, Detached{DetachReason::leaving});

  driver.accept(driver.last_attach_to().ip[15], view_of(3));

  EXPECT_EQ(submitted(), (std::vector<std::uint64_t>{2}));
}

TEST_F(Submissions, TakeAVerdictFromTheFormerHome) {
  say(10);
  driver.receive(2, Detached{DetachReason::leaving});

  give(1, accepted(9));

  EXPECT_EQ(driver.all<Acknowledged>().size(), 1U);
}

TEST_F(Submissions, ThatComeTooEarlyWaitAndSayItOnce) {
  say(10);
  give(1, Later{});
  ASSERT_EQ(driver.all<Waiting>().size(), 1U);
  EXPECT_EQ(driver.all<Waiting>()[0].ticket, Ticket{10});
  EXPECT_TRUE(submitted().empty());

  driver.pass(milliseconds(25));
  EXPECT_EQ(submitted(), (std::vector<std::uint64_t>{1}));

  give(1, Later{});
  EXPECT_TRUE(driver.all<Waiting>().empty());
}

TEST_F(Submissions, ThatWaitDoNotMakeTheHomeSuspect) {
  say(10);
  give(1, Later{});
  for (int i = 0; i < 8; ++i) {
    driver.pass(milliseconds(30));
    if (!submitted().empty()) give(1, Later{});
  }

  EXPECT_TRUE(driver.client().attached());
}

TEST_F(Submissions, ThatWereNeverSaidHaveNoVerdict) {
  give(99, accepted(9));

  EXPECT_TRUE(driver.all<Acknowledged>().empty());
}

TEST_F(Submissions, PutOffFollowSoonAfterTheVerdictOfAnother) {
  say(1);
  say(2);
  for (int i = 0; i < 8; ++i) {
    give(2, Later{});
    driver.pass(seconds(1), 2);
  }
  give(2, Later{});  // Waits for a second by now.

  give(1, accepted(1));
  driver.pass(milliseconds(20), 2);

  EXPECT_EQ(submitted(), std::vector<std::uint64_t>{2});
}

}  // namespace
}  // namespace peal
