// Real sockets behind transports: servers with the cluster's key serve people, and nothing that
// matters is in clear.
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/secure/identity.hpp"
#include "runtime/client_host.hpp"
#include "runtime/server_host.hpp"
#include "tests/runtime/test_place.hpp"
#include "tests/secure/keys.hpp"

namespace peal::runtime {
namespace {

NetworkKeys keys(std::uint64_t identity, std::optional<std::uint64_t> cluster_key = {}) {
  NetworkKeys keys{.identity = secure::test::keypair(identity), .cluster = "peal"};
  if (cluster_key) keys.cluster_key = secure::test::secret(*cluster_key);
  return keys;
}

class SecureNetwork : public testing::Test {
 protected:
  ServerHost& serve(std::uint64_t id, std::uint64_t cluster_key = 99) {
    ServerHostOptions options;
    options.id = ServerId{id};
    options.data = place_.path() / ("server-" + std::to_string(id));
    options.network = place_.network();
    options.network.keys = keys(100 + id, cluster_key);
    return *servers_.emplace_back(std::make_unique<ServerHost>(loop_, options, ServerWatch{}));
  }

  std::unique_ptr<ClientHost> join(std::uint64_t identity, std::vector<ClientEffect>& heard) {
    ClientHostOptions options;
    options.config.user = secure::user_of(secure::test::keypair(identity).public_key);
    options.network = place_.network();
    options.network.keys = keys(identity);
    return std::make_unique<ClientHost>(
        loop_, options, [&heard](const ClientEffect& effect) { heard.push_back(effect); });
  }

  [[nodiscard]] static bool leads_or_follows(const ServerHost& host, std::size_t members) {
    return host.server().view().members.size() == members;
  }

  TestPlace place_;
  Loop loop_;
  std::vector<std::unique_ptr<ServerHost>> servers_;
};

bool has_shown(const std::vector<ClientEffect>& heard, const std::string& text) {
  return std::ranges::any_of(heard, [&](const ClientEffect& effect) {
    const auto* arrived = std::get_if<Arrived>(&effect);
    const auto* post = arrived != nullptr ? std::get_if<Post>(&arrived->delivery.body) : nullptr;
    return post != nullptr && post->text == text;
  });
}

TEST_F(SecureNetwork, ServersFindEachOtherAndPeopleChat) {
  for (const std::uint64_t id : {1, 2, 3}) serve(id);
  ASSERT_TRUE(loop_.run_until(
      [&] {
        return std::ranges::all_of(servers_,
                                   [](const auto& host) { return leads_or_follows(*host, 3); });
      },
      patience));
  std::vector<ClientEffect> ann_heard;
  std::vector<ClientEffect> bob_heard;
  const auto ann = join(21, ann_heard);
  const auto bob = join(22, bob_heard);
  const RoomName lunch{"#lunch"};
  bob->say(Ticket{1}, RegisterUser{"bob"});
  bob->say(Ticket{2}, CreateRoom{lunch});
  ASSERT_TRUE(loop_.run_until(
      [&] { return bob->client().attached() && bob->client().pending() == 0; }, patience));
  ann->say(Ticket{1}, RegisterUser{"ann"});
  ann->say(Ticket{2}, JoinRoom{lunch});
  ann->say(Ticket{3}, Post{lunch, "pizza at noon?"});

  EXPECT_TRUE(loop_.run_until([&] { return has_shown(bob_heard, "pizza at noon?"); }, patience));

  for (const auto& host : servers_) {
    const transport::TransportDrops& drops = host->network().transport()->drops();
    EXPECT_EQ(drops.not_entitled + drops.another_user, 0U);
  }
}

TEST_F(SecureNetwork, WhoSpeaksInClearIsNotHeard) {
  const ServerHost& host = serve(1);
  ASSERT_TRUE(loop_.run_until([&] { return leads_or_follows(host, 1); }, patience));
  ClientHostOptions options;
  options.config.user = UserId{{7}};
  options.config.servers = host.addresses();
  options.network = place_.network();
  std::vector<ClientEffect> heard;
  const ClientHost plain(loop_, options,
                         [&heard](const ClientEffect& effect) { heard.push_back(effect); });

  ASSERT_TRUE(
      loop_.run_until([&] { return host.network().transport()->drops().in_clear > 2; }, patience));

  EXPECT_FALSE(plain.client().attached());
}

TEST_F(SecureNetwork, AServerWithAnotherKeyStaysAlone) {
  const ServerHost& one = serve(1);
  const ServerHost& stranger = serve(2, 98);

  ASSERT_TRUE(loop_.run_until(
      [&] {
        return leads_or_follows(one, 1) && leads_or_follows(stranger, 1) &&
               one.network().transport()->endpoint().drops().not_authentic > 0;
      },
      patience));
}

}  // namespace
}  // namespace peal::runtime
