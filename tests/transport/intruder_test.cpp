// A stranger who sees everything that is sent, knows all but the keys, and sends ten times as much:
// what the servers and clients do is the same, event for event, as without.
#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/digest.hpp"
#include "tests/transport/lan.hpp"

namespace peal::transport::test {
namespace {

/// Replays, alters, cuts, turns round and invents datagrams.
class Intruder {
 public:
  Intruder(Lan& lan, std::uint64_t seed, std::size_t per_millisecond, bool in_clear)
      : lan_(lan), prng_(seed), per_millisecond_(per_millisecond), in_clear_(in_clear) {
    act();
  }

 private:
  static bool is_protected(const Datagram& datagram) {
    return datagram.bytes.front() == 1 || datagram.bytes.front() == 2;
  }

  void act() {
    for (std::size_t i = 0; i < per_millisecond_; ++i) {
      Datagram made = datagram();
      if (in_clear_ || is_protected(made)) lan_.inject(std::move(made));
    }
    lan_.at_time(lan_.now() + milliseconds(1), [this] { act(); });
  }

  Datagram datagram() {
    if (lan_.seen.empty() || prng_.below(8) == 0) return invented();
    // Lately more often than long ago.
    const std::size_t back = prng_.below(prng_.below(lan_.seen.size()) + 1);
    Datagram datagram = lan_.seen[lan_.seen.size() - 1 - back];
    switch (prng_.below(6)) {
      case 0: break;
      case 1: std::swap(datagram.from, datagram.to); break;
      case 2: datagram.from = address(eve); break;
      case 3: datagram.to = anybody(); break;
      case 4: datagram.bytes.resize(1 + prng_.below(datagram.bytes.size())); break;
      default:
        datagram.bytes[prng_.below(datagram.bytes.size())] ^=
            static_cast<std::uint8_t>(1U << prng_.below(8));
    }
    return datagram;
  }

  Datagram invented() {
    Datagram datagram{anybody(), anybody(), Bytes(1 + prng_.below(120))};
    for (std::uint8_t& byte : datagram.bytes) byte = static_cast<std::uint8_t>(prng_.next());
    datagram.bytes.front() = static_cast<std::uint8_t>(prng_.below(5));
    return datagram;
  }

  Endpoint anybody() {
    const std::vector<std::uint8_t> hosts{1, 2, 3, ann, bob, eve};
    return address(hosts[prng_.below(hosts.size())]);
  }

  Lan& lan_;
  Prng prng_;
  std::size_t per_millisecond_;
  bool in_clear_;
};

struct Attack {
  std::size_t per_millisecond = 0;
  bool in_clear = false;  ///< also discovery
};

/// Gives the states of all machines every 50 ms.
std::vector<Digest> have_lunch(std::uint64_t seed, Attack attack, bool restart = false) {
  Lan lan(seed);
  lan.weather.delay_max = microseconds(1);  // Drawn anew for each, they would not be the same.
  for (const std::uint8_t server : three_servers) lan.start_server(server);
  lan.start_client(ann);
  lan.start_client(bob);
  const Intruder stranger(lan, seed, attack.per_millisecond, attack.in_clear);
  for (const std::uint8_t host : {ann, bob}) {
    lan.say(host, RegisterUser{"user" + std::to_string(host)});
    lan.say(host, CreateRoom{lunch()});
    lan.say(host, JoinRoom{lunch()});
  }
  std::vector<Digest> digests;
  for (int i = 0; i < 200; ++i) {
    if (i >= 60 && i % 10 == 0) lan.say(ann, Post{lunch(), "post " + std::to_string(i)});
    if (restart && i == 100) lan.start_server(2);
    lan.run(milliseconds(50));
    for (const std::uint8_t server : three_servers)
      digests.push_back(lan[server].server->digest(lan.now()));
    for (const std::uint8_t host : {ann, bob})
      digests.push_back(lan[host].client->digest(lan.now()));
  }
  EXPECT_EQ(lan.posts_shown(bob).size(), 14U);
  EXPECT_TRUE(lan.in_one_view({1, 2, 3}));
  return digests;
}

TEST(Intruder, ChangesNoStateOfAnyMachine) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const std::vector<Digest> alone = have_lunch(seed, {});
    const std::vector<Digest> attacked = have_lunch(seed, {.per_millisecond = 10});
    const auto same = std::ranges::mismatch(alone, attacked).in1 - alone.begin();
    EXPECT_EQ(same, std::ssize(alone)) << "seed " << seed;
  }
}

TEST(Intruder, WhoInventsDiscoveryChangesNothingButWhenSomeoneIsFound) {
  // Also when a server is restarted: it is heard of earlier, perhaps.
  for (const std::uint64_t seed : {1, 2, 3})
    have_lunch(seed, {.per_millisecond = 10, .in_clear = true}, true);
}

}  // namespace
}  // namespace peal::transport::test
