// Secure endpoints on a small network that loses, repeats, delays and reorders datagrams as a
// number says.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/prng.hpp"
#include "core/secure/secure_endpoint.hpp"
#include "tests/secure/hex.hpp"
#include "tests/secure/keys.hpp"

namespace peal::secure::test {

inline Endpoint address(std::uint8_t host) { return ipv4_endpoint(10, 0, 0, host, 7'401); }

struct HostOptions {
  std::uint64_t key = 0;  ///< of the static key; 0: one of the host's own
  bool server = true;
  std::uint64_t cluster_key = 99;
};

struct Weather {
  std::uint64_t lost_percent = 0;
  std::uint64_t repeated_percent = 0;
  Duration delay_max = microseconds(100);
};

/// One endpoint with what it told its driver.
struct Host {
  SecureEndpoint endpoint;
  Prng prng;
  std::vector<ChannelUp> ups;
  std::vector<ChannelId> downs;
  std::vector<Unreachable> unreachables;
  std::multiset<std::string> opened;
  /// In the order of their opening.
  std::vector<std::pair<ChannelId, std::string>> log;
};

class Network {
 public:
  struct Datagram {
    Endpoint from;
    Endpoint to;
    Bytes bytes;
  };

  Weather weather;
  Instant now{1'000'000'000};
  std::map<Endpoint, Host> hosts;
  /// Every datagram that was ever sent, for attackers.
  std::vector<Datagram> seen;
  /// Of these, by their number from 0, the ones that get lost.
  std::set<std::size_t> lost;

  /// A copy of one host's endpoint, which is told the same as that endpoint and must do the same.
  SecureEndpoint* twin = nullptr;
  Endpoint twin_at{};

  explicit Network(std::uint64_t seed = 1) : prng_(seed) {}

  /// Starts a host, also in place of one that was there: then it is as after a crash.
  Host& start(std::uint8_t host, HostOptions options = {}) {
    ++starts_;
    SecureConfig config{.s = keypair(options.key != 0 ? options.key : 100 + host),
                        .answers = options.server,
                        .prologue = bytes_of("cluster"),
                        .cookie_secret = secret(starts_ * 1'000),
                        .first_index = static_cast<SessionIndex>(starts_ * 1'000)};
    if (options.server) config.cluster_key = secret(options.cluster_key);
    hosts.erase(address(host));
    Host& started = hosts.emplace(address(host), Host{SecureEndpoint(config), Prng(starts_ * 77)})
                        .first->second;
    restock(started);
    return started;
  }

  Host& at(std::uint8_t host) { return hosts.at(address(host)); }

  void open(std::uint8_t from, std::uint8_t to, ChannelKind kind) {
    SecureEffects effects;
    (void)at(from).endpoint.open(now, address(to), kind, effects);
    carry_out(address(from), effects);
  }

  SendResult send(std::uint8_t from, ChannelId channel, const std::string& text) {
    SecureEffects effects;
    const SendResult result = at(from).endpoint.send(now, channel, bytes_of(text), effects);
    carry_out(address(from), effects);
    return result;
  }

  /// Puts a datagram on the network, whoever it is from.
  void inject(const Datagram& datagram) {
    if (prng_.below(100) < weather.lost_percent) return;
    const int copies = prng_.below(100) < weather.repeated_percent ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      const auto delay = 1 + prng_.below(static_cast<std::uint64_t>(weather.delay_max.us));
      const Instant arrival = now + microseconds(static_cast<std::int64_t>(delay));
      on_the_way_.emplace(std::pair(arrival, ++sent_), datagram);
    }
  }

  /// At once.
  void deliver(const Datagram& datagram) {
    const auto host = hosts.find(datagram.to);
    if (host == hosts.end()) return;
    SecureEffects effects;
    host->second.endpoint.receive(now, datagram.from, datagram.bytes, effects);
    tell_twin(datagram.to, effects, [&](SecureEffects& same) {
      twin->receive(now, datagram.from, datagram.bytes, same);
    });
    carry_out(datagram.to, effects);
  }

  void run_for(Duration duration) { run_until(now + duration); }

  void run_until(Instant end) {
    while (true) {
      const Instant arrival = on_the_way_.empty() ? never : on_the_way_.begin()->first.first;
      Instant due = never;
      for (const auto& [at, host] : hosts) due = std::min(due, host.endpoint.next_deadline());
      if (std::min(arrival, due) > end) break;
      now = std::max(now, std::min(arrival, due));
      if (arrival <= due)
        deliver(on_the_way_.extract(on_the_way_.begin()).mapped());
      else
        wake();
    }
    now = end;
  }

 private:
  void wake() {
    for (auto& [at, host] : hosts) {
      SecureEffects effects;
      host.endpoint.wake(now, effects);
      tell_twin(at, effects, [&](SecureEffects& same) { twin->wake(now, same); });
      carry_out(at, effects);
    }
  }

  template <class Tell>
  void tell_twin(const Endpoint& at, const SecureEffects& effects, Tell tell) {
    if (twin == nullptr || at != twin_at) return;
    SecureEffects same;
    tell(same);
    EXPECT_EQ(same, effects);
  }

  void carry_out(const Endpoint& at, const SecureEffects& effects) {
    Host& host = hosts.at(at);
    for (const SecureEffect& effect : effects) {
      if (const auto* transmit = std::get_if<Transmit>(&effect)) {
        EXPECT_LE(transmit->datagram.size(), limits::datagram_bytes_max);
        seen.push_back({at, transmit->to, transmit->datagram});
        if (!lost.contains(seen.size() - 1)) inject(seen.back());
      } else if (const auto* up = std::get_if<ChannelUp>(&effect)) {
        host.ups.push_back(*up);
      } else if (const auto* down = std::get_if<ChannelDown>(&effect)) {
        host.downs.push_back(down->channel);
      } else if (const auto* unreachable = std::get_if<Unreachable>(&effect)) {
        host.unreachables.push_back(*unreachable);
      } else if (const auto* opened = std::get_if<Opened>(&effect)) {
        const std::string text(opened->message.begin(), opened->message.end());
        host.opened.insert(text);
        host.log.emplace_back(opened->channel, text);
      }
    }
    restock(host);
  }

  void restock(Host& host) {
    while (host.endpoint.ephemerals_wanted() > 0) {
      const PrivateKey drawn = secret(host.prng.next());
      host.endpoint.stock(drawn);
      if (twin != nullptr && &host == &hosts.at(twin_at)) twin->stock(drawn);
    }
  }

  Prng prng_;
  std::uint64_t starts_ = 0;
  std::uint64_t sent_ = 0;
  std::map<std::pair<Instant, std::uint64_t>, Datagram> on_the_way_;
};

}  // namespace peal::secure::test
