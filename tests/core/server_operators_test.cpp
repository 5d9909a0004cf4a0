// What operators ask of servers: leaving, draining, forgetting a dead one.
#include <algorithm>
#include <memory>

#include <gtest/gtest.h>

#include "tests/support/cluster.hpp"
#include "tests/support/lunch.hpp"
#include "tests/support/person.hpp"

namespace peal {
namespace {

using test::Cluster;
using test::Person;

using Texts = std::vector<std::string>;

class Operators : public testing::Test {
 protected:
  Operators() {
    cluster.start_all({1, 2, 3});
    EXPECT_TRUE(ann.settle("ann", lunch));
    EXPECT_TRUE(bob.settle("bob", lunch));
    cluster.run(milliseconds(100));
  }
  ~Operators() override { EXPECT_EQ(cluster.wakes_without_end(), 0); }

  [[nodiscard]] AnswerBody answer_of(std::uint64_t server, Question question) {
    cluster.inbox(asker).clear();
    cluster.send(asker, server, Query{++questions, std::move(question)});
    cluster.run(milliseconds(2));
    const auto answers = cluster.received<Answer>(asker);
    EXPECT_EQ(answers.size(), 1U);
    return answers.empty() ? AnswerBody{Later{}} : answers[0].body;
  }
  [[nodiscard]] CommandAnswer command(std::uint64_t server, Question question) {
    const AnswerBody body = answer_of(server, std::move(question));
    EXPECT_TRUE(std::holds_alternative<CommandAnswer>(body));
    return std::holds_alternative<CommandAnswer>(body) ? std::get<CommandAnswer>(body)
                                                       : CommandAnswer{};
  }
  [[nodiscard]] StatusAnswer status_of(std::uint64_t server) {
    return std::get<StatusAnswer>(answer_of(server, StatusQuery{}));
  }
  [[nodiscard]] bool knows(std::uint64_t server, std::uint64_t other) {
    const StatusAnswer status = status_of(server);
    return std::ranges::any_of(
        status.absent, [&](const AbsentServer& one) { return one.member.id.value == other; });
  }
  [[nodiscard]] std::optional<DetachReason> detached(Person& person) {
    const auto told = cluster.received<Detached>(person.session());
    if (told.empty()) return std::nullopt;
    return told.back().reason;
  }

  Cluster cluster;
  SessionId asker{200};
  std::uint64_t questions = 0;
  Person ann{cluster, 1, 1};
  Person bob{cluster, 2, 2};
};

TEST_F(Operators, ServerThatIsAskedToLeaveSaysGoodbyeAndEnds) {
  EXPECT_EQ(command(1, LeaveCommand{}).outcome, CommandOutcome::done);

  cluster.run(seconds(1));
  EXPECT_EQ(cluster.notices_of<Left>().size(), 1U);
  EXPECT_EQ(cluster[3].view().members.size(), 2U);
}

TEST_F(Operators, OnlyServerRefusesToLeaveAndToBeDrained) {
  cluster.crash(1);
  cluster.crash(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(3)));

  EXPECT_EQ(command(3, LeaveCommand{}).outcome, CommandOutcome::only_server);
  EXPECT_EQ(command(3, DrainCommand{}).outcome, CommandOutcome::only_server);
  EXPECT_EQ(cluster[3].role(), Role::leader);
  EXPECT_FALSE(status_of(3).draining);
}

TEST_F(Operators, DrainedServerSendsItsSessionsAwayAndTakesNoNewOnes) {
  EXPECT_EQ(command(1, DrainCommand{}).outcome, CommandOutcome::done);

  EXPECT_EQ(detached(ann), DetachReason::draining);
  EXPECT_EQ(command(1, DrainCommand{}).sessions, 0U);
  EXPECT_EQ(cluster.notices_of<Drained>().size(), 1U);
  Person cat(cluster, 3, 1);
  cat.attach();
  cluster.run(milliseconds(5));
  EXPECT_EQ(detached(cat), DetachReason::draining);
  EXPECT_TRUE(status_of(1).draining);
}

TEST_F(Operators, SessionOfADrainedServerGoesOnElsewhereWithoutLossOrRepetition) {
  bob.say(Post{lunch, "one"});
  cluster.run(milliseconds(100));
  const auto n = ann.say(Post{lunch, "two"});
  ASSERT_EQ(command(1, DrainCommand{}).outcome, CommandOutcome::done);

  ann.move_to(2);
  ann.submit(n);
  bob.say(Post{lunch, "three"});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(ann.accepted(n).has_value());
  Texts texts = ann.texts();
  EXPECT_EQ(texts.size(), 3U);
  std::ranges::sort(texts);
  EXPECT_EQ(texts, (Texts{"one", "three", "two"}));
}

TEST_F(Operators, DrainedServerStillLeads) {
  ASSERT_EQ(command(3, DrainCommand{}).outcome, CommandOutcome::done);

  const auto n = bob.say(Post{lunch, "who leads?"});
  cluster.run(milliseconds(100));

  EXPECT_TRUE(bob.accepted(n).has_value());
  EXPECT_EQ(cluster.agreed_leader(), 3U);
}

TEST_F(Operators, UndoneDrainTakesSessionsAgain) {
  ASSERT_EQ(command(1, DrainCommand{}).outcome, CommandOutcome::done);

  EXPECT_EQ(command(1, DrainCommand{true}).outcome, CommandOutcome::done);

  Person cat(cluster, 3, 1);
  cat.attach();
  cluster.run(milliseconds(5));
  EXPECT_FALSE(cluster.received<Attached>(cat.session()).empty());
  EXPECT_EQ(cluster.notices_of<DrainEnded>().size(), 1U);
}

TEST_F(Operators, ClientThatReachesNoOtherServerIsTakenByADrainedOne) {
  ASSERT_EQ(command(1, DrainCommand{}).outcome, CommandOutcome::done);
  ann.attach();
  cluster.run(milliseconds(500));
  cluster.inbox(ann.session()).clear();
  ann.attach();
  cluster.run(milliseconds(5));
  ASSERT_TRUE(cluster.received<Attached>(ann.session()).empty());

  cluster.run(milliseconds(600));
  ann.attach();
  cluster.run(milliseconds(5));

  EXPECT_FALSE(cluster.received<Attached>(ann.session()).empty());
  cluster.run(seconds(3));
  EXPECT_EQ(status_of(1).sessions, 1U);
}

TEST_F(Operators, DrainedServerThatIsAloneTakesEverybody) {
  ASSERT_EQ(command(3, DrainCommand{}).outcome, CommandOutcome::done);
  cluster.crash(1);
  cluster.crash(2);
  ASSERT_TRUE(cluster.run_until([&] { return cluster.agreed_leader() == 3; }, seconds(3)));

  ann.move_to(3);
  cluster.run(milliseconds(5));

  EXPECT_EQ(status_of(3).sessions, 1U);
}

TEST_F(Operators, ManySessionsGoLittleByLittle) {
  std::vector<std::unique_ptr<Person>> many;
  for (std::uint64_t n = 10; n < 190; ++n) {
    many.push_back(std::make_unique<Person>(cluster, n, 1));
    many.back()->attach();
  }
  cluster.run(milliseconds(5));

  const std::uint64_t at_first = command(1, DrainCommand{}).sessions;

  EXPECT_GT(at_first, 0U);
  EXPECT_LT(at_first, 181U);
  cluster.run(milliseconds(100));
  EXPECT_EQ(status_of(1).sessions, 0U);
}

TEST_F(Operators, DeadServerIsKnownUntilItIsRemoved) {
  cluster.crash(1);
  cluster.run(seconds(6));
  ASSERT_TRUE(knows(2, 1));
  ASSERT_TRUE(knows(3, 1));

  for (const std::uint64_t server : {2U, 3U})
    EXPECT_EQ(command(server, RemoveCommand{ServerId{1}}).outcome, CommandOutcome::done);

  cluster.sent().clear();
  cluster.run(seconds(20));
  EXPECT_FALSE(knows(2, 1));
  EXPECT_FALSE(knows(3, 1));
  EXPECT_TRUE(std::ranges::none_of(
      cluster.sent(), [&](const Cluster::Sent& sent) { return sent.to == cluster.at(1); }));
  ASSERT_EQ(cluster.notices_of<ServerForgotten>().size(), 2U);
  EXPECT_EQ(cluster.notices_of<ServerForgotten>()[0].second.member.addresses[0], cluster.at(1));
}

TEST_F(Operators, RemovedServerComesBackByItself) {
  cluster.crash(1);
  cluster.run(seconds(6));
  for (const std::uint64_t server : {2U, 3U})
    ASSERT_EQ(command(server, RemoveCommand{ServerId{1}}).outcome, CommandOutcome::done);

  cluster.start(1);

  EXPECT_TRUE(cluster.run_until(
      [&] { return cluster.agreed_leader() == 3 && cluster[3].view().members.size() == 3; },
      seconds(5)));
}

TEST_F(Operators, LiveServersAreNotRemoved) {
  const CommandAnswer answer = command(3, RemoveCommand{ServerId{1}});

  EXPECT_EQ(answer.outcome, CommandOutcome::still_alive);
  EXPECT_EQ(answer.other.id, ServerId{1});
  EXPECT_EQ(command(3, RemoveCommand{ServerId{3}}).outcome, CommandOutcome::still_alive);
  EXPECT_EQ(cluster[3].view().members.size(), 3U);
}

TEST_F(Operators, ServerThatWasHeardAMomentAgoIsNotRemovedYet) {
  cluster.crash(1);
  cluster.run(seconds(1));

  EXPECT_EQ(command(3, RemoveCommand{ServerId{1}}).outcome, CommandOutcome::still_alive);
}

TEST_F(Operators, RemovalOfAnUnknownServerSaysSoAndARepeatedOneIsDone) {
  EXPECT_EQ(command(3, RemoveCommand{ServerId{77}}).outcome, CommandOutcome::unknown_server);
  cluster.crash(1);
  cluster.run(seconds(6));

  EXPECT_EQ(command(3, RemoveCommand{ServerId{1}}).outcome, CommandOutcome::done);
  EXPECT_EQ(command(3, RemoveCommand{ServerId{1}}).outcome, CommandOutcome::done);
}

}  // namespace
}  // namespace peal
