// How a client's questions get one answer each.
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

ClientConfig config(bool attach) {
  ClientConfig config;
  config.session = SessionId{77};
  config.user = test::user(0xaa);
  config.attach = attach;
  return config;
}

class Questions : public testing::Test {
 protected:
  Questions() { driver.settle(2, view_of(3)); }
  ~Questions() override { EXPECT_EQ(driver.deadlines_in_the_past(), 0); }
  ClientDriver driver{config(true)};
};

TEST_F(Questions, GoToTheHome) {
  driver.step(Ask{Ticket{4}, RoomsQuery{"#a"}});

  const auto sent = driver.sent<Query>();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].first, server_at(2));
  EXPECT_EQ(sent[0].second.question, Question{RoomsQuery{"#a"}});
}

TEST_F(Questions, AreAnsweredOnce) {
  driver.step(Ask{Ticket{4}, RoomsQuery{}});
  const std::uint64_t n = driver.sent<Query>().at(0).second.n;

  driver.receive(2, Answer{n, RoomsAnswer{}});
  ASSERT_EQ(driver.all<Answered>().size(), 1U);
  EXPECT_EQ(driver.all<Answered>()[0].ticket, Ticket{4});

  driver.receive(2, Answer{n, RoomsAnswer{}});
  EXPECT_TRUE(driver.all<Answered>().empty());
}

TEST_F(Questions, AreAskedAgain) {
  driver.step(Ask{Ticket{4}, RoomsQuery{}});

  driver.pass(milliseconds(101), 2);

  EXPECT_EQ(driver.sent<Query>().size(), 1U);
}

TEST_F(Questions, AreAskedAgainWhenTheServerIsBusy) {
  driver.step(Ask{Ticket{4}, RoomsQuery{}});
  const std::uint64_t n = driver.sent<Query>().at(0).second.n;

  driver.receive(2, Answer{n, Later{}});
  EXPECT_TRUE(driver.all<Answered>().empty());
  driver.pass(milliseconds(250));

  EXPECT_EQ(driver.sent<Query>().size(), 1U);
}

TEST_F(Questions, AreAskedOfTheNextHome) {
  driver.step(Ask{Ticket{4}, RoomsQuery{}});
  driver.receive(2, Detached{DetachReason::leaving});

  const std::uint8_t home = driver.last_attach_to().ip[15];
  driver.accept(home, view_of(3));

  ASSERT_EQ(driver.sent<Query>().size(), 1U);
  EXPECT_EQ(driver.sent<Query>()[0].first, server_at(home));
}

TEST_F(Questions, BeyondTheLimitAreGivenBack) {
  for (std::uint64_t i = 0; i < limits::client_questions_max; ++i) {
    driver.step(Ask{Ticket{i}, StatusQuery{}});
    EXPECT_TRUE(driver.all<QueueFull>().empty());
  }

  driver.step(Ask{Ticket{999}, StatusQuery{}});

  EXPECT_EQ(driver.all<QueueFull>().size(), 1U);
}

class AskOnly : public testing::Test {
 protected:
  ClientDriver driver{config(false)};
};

TEST_F(AskOnly, NeverAttaches) {
  driver.step(Wake{});
  driver.receive(
      2, Announce{"peal", {7, ServerId{3}}, test::server_member(2), test::server_member(3), 3});
  const auto pings = driver.sent<Ping>();
  ASSERT_EQ(pings.size(), 1U);

  driver.receive(2, Pong{pings[0].second.sent, {7, ServerId{3}}});
  driver.step(Ask{Ticket{4}, StatusQuery{}});

  EXPECT_EQ(driver.sent<Query>().size(), 1U);
  EXPECT_EQ(driver.last_attach(), Attach{});
  EXPECT_FALSE(driver.client().attached());
}

TEST_F(AskOnly, AsksWhoeverAnswers) {
  ClientConfig two = config(false);
  two.servers = {server_at(5), server_at(4)};
  ClientDriver other(two);
  other.step(Wake{});
  other.step(Ask{Ticket{4}, StatusQuery{}});
  other.step(RefusedAt{server_at(5)});
  ASSERT_EQ(other.sent<Ping>().size(), 1U);
  EXPECT_EQ(other.sent<Ping>()[0].first, server_at(4));

  other.receive(4, Pong{other.sent<Ping>()[0].second.sent, {}});

  ASSERT_EQ(other.sent<Query>().size(), 1U);
  EXPECT_EQ(other.sent<Query>()[0].first, server_at(4));
}

TEST_F(AskOnly, GoesOnToAnotherServerWhenTheAnswerStaysAway) {
  ClientConfig two = config(false);
  two.servers = {server_at(5), server_at(4)};
  ClientDriver other(two);
  other.step(Wake{});
  other.receive(5, Pong{other.sent<Ping>().at(0).second.sent, {}});
  other.step(Ask{Ticket{4}, StatusQuery{}});

  other.pass(milliseconds(120));

  bool asked_other = false;
  for (const auto& [to, ping] : other.sent<Ping>()) asked_other |= to == server_at(4);
  EXPECT_TRUE(asked_other);
}

TEST_F(AskOnly, DoesNotMindThatNoServerKnowsItsSession) {
  driver.step(Wake{});
  driver.receive(
      2, Announce{"peal", {7, ServerId{3}}, test::server_member(2), test::server_member(3), 3});
  const Ping ping = driver.sent<Ping>().at(0).second;
  driver.receive(2, Detached{DetachReason::not_in_a_view});
  driver.receive(2, Pong{ping.sent, {}});
  driver.receive(2, Detached{DetachReason::unknown_session});

  driver.step(Ask{Ticket{4}, StatusQuery{}});

  EXPECT_EQ(driver.sent<Query>().size(), 1U);
}

TEST_F(AskOnly, SleepsWhenNothingIsAsked) {
  driver.step(Wake{});
  driver.receive(
      2, Announce{"peal", {7, ServerId{3}}, test::server_member(2), test::server_member(3), 3});
  driver.receive(2, Pong{driver.sent<Ping>().at(0).second.sent, {}});

  EXPECT_EQ(driver.client().next_deadline(), never);
}

TEST_F(AskOnly, SaysNothing) {
  driver.step(Say{Ticket{1}, JoinRoom{{"#a"}}});

  EXPECT_EQ(driver.all<QueueFull>().size(), 1U);
}

TEST_F(AskOnly, TellsWhenNobodyAnswers) {
  driver.pass(seconds(5));

  EXPECT_EQ(driver.all<Disconnected>().size(), 1U);
}

}  // namespace
}  // namespace peal
