// Whole servers and clients on loopback: they find each other, serve people, and remember.
#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "runtime/address.hpp"
#include "runtime/client_host.hpp"
#include "runtime/peer_book.hpp"
#include "runtime/profile.hpp"
#include "runtime/server_host.hpp"
#include "runtime/trouble.hpp"
#include "tests/runtime/test_place.hpp"
#include "tests/support/lunch.hpp"

namespace peal::runtime {
namespace {

class HostTest : public testing::Test {
 protected:
  struct Running {
    std::unique_ptr<ServerHost> host;
    std::string why;
    bool ended = false;
  };

  [[nodiscard]] ServerHostOptions options(std::uint64_t id) const {
    ServerHostOptions out;
    out.id = ServerId{id};
    out.data = place_.path() / ("server-" + std::to_string(id));
    out.network = place_.network();
    return out;
  }

  Running& serve(const ServerHostOptions& how) {
    auto& running = servers_.emplace_back(std::make_unique<Running>());
    Running* self = running.get();
    self->host = std::make_unique<ServerHost>(loop_, how, ServerWatch{.on_end = [self](auto& why) {
                                                self->ended = true;
                                                self->why = why;
                                              }});
    return *running;
  }

  /// One view with so many members, known to all servers that run.
  [[nodiscard]] bool one_view(std::size_t members) {
    return loop_.run_until(
        [&] {
          const ViewId first = servers_.front()->host->server().view().id;
          return std::ranges::all_of(servers_, [&](const auto& running) {
            const View& view = running->host->server().view();
            return view.id == first && view.members.size() == members;
          });
        },
        patience);
  }

  TestPlace place_;
  Loop loop_;
  std::vector<std::unique_ptr<Running>> servers_;
};

/// A client whose every answer is kept.
class Talker {
 public:
  Talker(Loop& loop, const ClientHostOptions& options)
      : loop_(&loop),
        host_(std::make_unique<ClientHost>(loop, options,
                                           [this](const ClientEffect& effect) { take(effect); })) {}
  Talker(Loop& loop, const NetworkOptions& network, std::uint8_t user,
         std::vector<Endpoint> servers = {}, bool multicast = true)
      : Talker(loop,
               {.config = {.user = {{user}}, .servers = std::move(servers), .multicast = multicast},
                .network = network}) {}

  /// True when the body was accepted.
  bool say(Body body) {
    const Ticket ticket{++tickets_};
    host_->say(ticket, std::move(body));
    return loop_->run_until([&] { return verdicts_.contains(ticket.value); }, patience) &&
           verdicts_.at(ticket.value);
  }

  std::optional<AnswerBody> ask(Question question) {
    const Ticket ticket{++tickets_};
    host_->ask(ticket, std::move(question));
    if (!loop_->run_until([&] { return answers_.contains(ticket.value); }, patience)) return {};
    return answers_.at(ticket.value);
  }

  [[nodiscard]] std::uint64_t from_groups() {
    return host_->network().counters().received_from_groups;
  }

  std::vector<std::string> heard;  ///< texts of posts
  std::uint32_t copies = 0;        ///< of the last post

 private:
  void take(const ClientEffect& effect) {
    if (const auto* yes = std::get_if<Acknowledged>(&effect)) {
      verdicts_[yes->ticket.value] = true;
      copies = yes->accepted.copies;
    }
    if (const auto* no = std::get_if<Rejected>(&effect)) verdicts_[no->ticket.value] = false;
    if (const auto* answer = std::get_if<Answered>(&effect))
      answers_.emplace(answer->ticket.value, answer->body);
    if (const auto* arrived = std::get_if<Arrived>(&effect))
      if (const auto* post = std::get_if<Post>(&arrived->delivery.body))
        heard.push_back(post->text);
  }

  Loop* loop_;
  std::unique_ptr<ClientHost> host_;
  std::uint64_t tickets_ = 0;
  std::map<std::uint64_t, bool> verdicts_;
  std::map<std::uint64_t, AnswerBody> answers_;
};

/// A counter of whichever server answers.
std::uint64_t counted(Talker& talker, const std::string& name) {
  const auto answer = talker.ask(StatusQuery{});
  if (!answer) return 0;
  for (const Counter& counter : std::get<StatusAnswer>(*answer).counters)
    if (counter.name == name) return counter.value;
  return 0;
}

TEST_F(HostTest, AServerAloneLeadsItself) {
  serve(options(5));

  ASSERT_TRUE(one_view(1));
  EXPECT_EQ(servers_[0]->host->server().role(), Role::leader);
}

TEST_F(HostTest, ThreeServersFindEachOtherByBroadcastAndTheHighestIdLeads) {
  for (const std::uint64_t id : {3, 9, 5}) serve(options(id));

  ASSERT_TRUE(one_view(3));
  EXPECT_EQ(servers_[0]->host->server().view().id.leader, ServerId{9});
}

TEST_F(HostTest, AServerThatComesLaterJoins) {
  serve(options(5));
  ASSERT_TRUE(one_view(1));

  serve(options(9));

  ASSERT_TRUE(one_view(2));
}

TEST_F(HostTest, APostReachesAnotherPersonAndAMajorityOfDisks) {
  for (const std::uint64_t id : {3, 9, 5}) serve(options(id));
  ASSERT_TRUE(one_view(3));
  Talker ann(loop_, place_.network(), 1);
  Talker bob(loop_, place_.network(), 2);
  ASSERT_TRUE(ann.say(RegisterUser{"ann"}));
  ASSERT_TRUE(bob.say(RegisterUser{"bob"}));
  ASSERT_TRUE(ann.say(JoinRoom{lunch}));
  ASSERT_TRUE(bob.say(JoinRoom{lunch}));

  ASSERT_TRUE(ann.say(Post{lunch, "pizza?"}));

  EXPECT_GE(ann.copies, 2U);
  EXPECT_TRUE(loop_.run_until([&] { return !bob.heard.empty(); }, patience));
  EXPECT_EQ(bob.heard, std::vector<std::string>{"pizza?"});
}

TEST_F(HostTest, AClientThatOnlyAskedRemembersWhomItMet) {
  serve(options(5));
  ASSERT_TRUE(one_view(1));
  const Endpoint server = servers_[0]->host->addresses().front();
  const auto peers_file = place_.path() / "peers";

  Talker talker(loop_, {.config = {.servers = {server}, .attach = false},
                        .network = place_.network(),
                        .peers_file = peers_file});
  ASSERT_TRUE(talker.ask(StatusQuery{}).has_value());

  EXPECT_EQ(PeerBook({peers_file}).peers().front(), server);
}

TEST_F(HostTest, PostsReachAGroupByMulticastEachOnceAndInOrder) {
  for (const std::uint64_t id : {3, 9, 5}) serve(options(id));
  ASSERT_TRUE(one_view(3));
  // Ann at the leader, Bob elsewhere.
  const std::vector<Endpoint> leader = {servers_[1]->host->addresses().front()};
  const std::vector<Endpoint> other = {servers_[0]->host->addresses().front()};
  Talker ann(loop_, place_.network(), 1, leader);
  Talker bob(loop_, place_.network(), 2, other);
  Talker deaf(loop_, place_.network(), 3, other, false);
  ASSERT_TRUE(ann.say(RegisterUser{"ann"}) && ann.say(JoinRoom{lunch}));
  ASSERT_TRUE(bob.say(RegisterUser{"bob"}) && bob.say(JoinRoom{lunch}));
  ASSERT_TRUE(deaf.say(RegisterUser{"deaf"}) && deaf.say(JoinRoom{lunch}));
  std::vector<std::string> said;
  // Trust comes with what was heard: the first ones go both ways.
  for (int i = 0; i < 40; ++i) {
    said.push_back(std::to_string(i));
    ASSERT_TRUE(ann.say(Post{lunch, said.back()}));
    loop_.run_until([] { return false; }, milliseconds(5));
  }

  const auto all = [&] {
    return bob.heard.size() >= said.size() && deaf.heard.size() >= said.size();
  };
  EXPECT_TRUE(loop_.run_until(all, patience));
  EXPECT_EQ(bob.heard, said);
  EXPECT_EQ(deaf.heard, said);
  EXPECT_GT(bob.from_groups(), 0U);
  EXPECT_EQ(deaf.from_groups(), 0U);
  EXPECT_EQ(counted(ann, "posts multicast"), said.size());
  EXPECT_GT(counted(bob, "deliveries by multicast"), 0U);
}

TEST_F(HostTest, ARestartKeepsEverything) {
  serve(options(5));
  ASSERT_TRUE(one_view(1));
  {
    Talker ann(loop_, place_.network(), 1);
    ASSERT_TRUE(ann.say(RegisterUser{"ann"}));
    ASSERT_TRUE(ann.say(JoinRoom{lunch}));
    ASSERT_TRUE(ann.say(Post{lunch, "one"}));
    ASSERT_TRUE(ann.say(Post{lunch, "two"}));
  }
  const VersionVector held = servers_[0]->host->server().held();
  servers_.clear();

  serve(options(5));
  ASSERT_TRUE(one_view(1));
  Talker ann(loop_, place_.network(), 1);
  const auto answer = ann.ask(HistoryQuery{lunch, std::nullopt, 10});

  EXPECT_TRUE(servers_[0]->host->server().held().covers(held));
  ASSERT_TRUE(answer && std::holds_alternative<HistoryAnswer>(*answer));
  const auto& items = std::get<HistoryAnswer>(*answer).items;
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(std::get<Post>(items[0].body).text, "two");
  EXPECT_EQ(items[0].author_name, "ann");
}

TEST_F(HostTest, AServerThatStopsLeavesAndTheOthersGoOn) {
  for (const std::uint64_t id : {3, 9, 5}) serve(options(id));
  ASSERT_TRUE(one_view(3));

  Running& leader = *servers_[1];
  leader.host->stop();
  ASSERT_TRUE(loop_.run_until([&] { return leader.ended; }, patience));
  EXPECT_EQ(leader.why, "");
  servers_.erase(servers_.begin() + 1);

  ASSERT_TRUE(one_view(2));
  EXPECT_EQ(servers_[0]->host->server().view().id.leader, ServerId{5});
}

TEST_F(HostTest, AKilledLeaderIsReplaced) {
  for (const std::uint64_t id : {3, 9, 5}) serve(options(id));
  ASSERT_TRUE(one_view(3));

  servers_.erase(servers_.begin() + 1);  // Without a goodbye.

  ASSERT_TRUE(one_view(2));
  EXPECT_EQ(servers_[0]->host->server().view().id.leader, ServerId{5});
}

TEST_F(HostTest, ASecondServerOfOneIdEndsAndNamesTheFirst) {
  serve(options(5));
  ASSERT_TRUE(one_view(1));
  ServerHostOptions same = options(5);
  same.data = place_.path() / "other";

  Running& second = serve(same);

  ASSERT_TRUE(loop_.run_until([&] { return second.ended; }, patience));
  const std::string first = format_endpoint(servers_[0]->host->addresses().front());
  EXPECT_EQ(second.why, "server id 5 is in use by the server at " + first +
                            "; stop that one, or start this one with another --id");
}

TEST_F(HostTest, ARunningServersDirectoryIsRefused) {
  serve(options(5));

  EXPECT_THROW(serve(options(5)), Trouble);
}

TEST_F(HostTest, ServersOfTwoProcessesFindEachOther) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    serve(options(9));
    loop_.run();
    _exit(0);
  }
  serve(options(5));

  EXPECT_TRUE(one_view(2));
  EXPECT_EQ(servers_[0]->host->server().view().id.leader, ServerId{9});
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(one_view(1));
}

/// A server between deadlines rests: its loop turns for heartbeats and announcements, not for
/// nothing. Counted in steps, as a busy machine makes no difference to those.
TEST_F(HostTest, AnIdleServerTakesFewSteps) {
  std::uint64_t steps = 0;
  ServerWatch watch;
  watch.on_step = [&](Instant, const Event&, const Effects&, const Server&) { ++steps; };
  ServerHost host(loop_, options(5), watch);
  ASSERT_TRUE(loop_.run_until([&] { return host.server().role() == Role::leader; }, patience));
  steps = 0;

  ASSERT_FALSE(loop_.run_until([] { return false; }, seconds(1)));

  EXPECT_GT(steps, 0U);
  EXPECT_LT(steps, 200U);
}

}  // namespace
}  // namespace peal::runtime
