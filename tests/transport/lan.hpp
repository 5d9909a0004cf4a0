// Servers and clients behind their transports on a small network that loses, repeats and delays
// datagrams as a number says, and where a stranger may listen and send.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/client.hpp"
#include "core/prng.hpp"
#include "core/server.hpp"
#include "core/transport/transport.hpp"
#include "tests/secure/keys.hpp"

namespace peal::transport::test {

using secure::Bytes;

[[nodiscard]] inline Endpoint address(std::uint8_t host) {
  return ipv4_endpoint(10, 0, 0, host, 7'401);
}

/// Hosts of a usual run, and one that is not of it.
inline constexpr std::array<std::uint8_t, 3> three_servers{1, 2, 3};
inline constexpr std::uint8_t ann = 21;
inline constexpr std::uint8_t bob = 22;
inline constexpr std::uint8_t eve = 66;

[[nodiscard]] inline RoomName lunch() { return RoomName{"#lunch"}; }

struct HostOptions {
  std::uint64_t key = 0;  ///< of the static key; 0: one of the host's own
  std::uint64_t cluster_key = 99;
  std::uint64_t says_user = 0;  ///< of a client: whose key it says that it has; 0: its own
  SessionId session{};          ///< of a client; none: its own
};

struct Weather {
  std::uint64_t lost_percent = 0;
  std::uint64_t repeated_percent = 0;
  Duration delay_max = microseconds(200);
};

struct Datagram {
  Endpoint from;
  Endpoint to;
  Bytes bytes;
};

struct Host {
  Transport transport;
  Prng prng;
  std::optional<Server> server;
  std::optional<Client> client;
  std::map<EntryId, SharedEntry> disk;
  std::vector<ClientEffect> heard;  ///< what the client told its program
};

class Lan {
 public:
  explicit Lan(std::uint64_t seed = 1) : prng_(seed) {}

  Weather weather;
  std::vector<Datagram> seen;  ///< every datagram that a host sent

  /// The host's number is its id. Also in place of one that was there, with its disk.
  void start_server(std::uint8_t host, HostOptions options = {});
  void start_client(std::uint8_t host, HostOptions options = {});
  void stop(std::uint8_t host) { hosts_.erase(address(host)); }
  [[nodiscard]] Host& operator[](std::uint8_t host) { return *hosts_.at(address(host)); }

  void run(Duration time);
  [[nodiscard]] bool run_until(const std::function<bool()>& condition, Duration at_most);
  void say(std::uint8_t host, Body body);
  /// A datagram of a stranger, from whatever address it says.
  void inject(Datagram datagram) { arrive_later(std::move(datagram), microseconds(50)); }
  void at_time(Instant at, std::function<void()> what) {
    actions_.emplace(std::pair(at, ++scheduled_), std::move(what));
  }

  [[nodiscard]] Instant now() const { return now_; }
  /// All these are in one view that has nobody else.
  [[nodiscard]] bool in_one_view(const std::set<std::uint8_t>& servers);
  /// Posts that a client's program was shown.
  [[nodiscard]] std::vector<std::string> posts_shown(std::uint8_t host);

 private:
  Host& add(std::uint8_t host, const HostOptions& options, const Sender& self);
  void restock(Host& host) {
    while (host.transport.ephemerals_wanted() > 0)
      host.transport.stock(secure::test::secret(host.prng.next()));
  }
  void step(const Endpoint& at, decltype(Event::what) what);
  void step(const Endpoint& at, decltype(ClientEvent::what) what);
  void carry_out(const Endpoint& at, const Effect& effect);
  void carry_out(const Endpoint& at, const ClientEffect& effect);
  void carry_out(const Endpoint& at, TransportEffects& effects);
  void deliver(const Datagram& datagram);
  void send(const Datagram& datagram);
  void arrive_later(Datagram datagram, Duration delay) {
    at_time(now_ + delay, [this, datagram = std::move(datagram)] { deliver(datagram); });
  }
  [[nodiscard]] WallTime wall() const { return {1'700'000'000'000 + now_.us / 1'000}; }
  /// The host that is due first, and when.
  [[nodiscard]] std::pair<Instant, Endpoint> next_due() const;

  Prng prng_;
  Instant now_{1'000'000'000};
  std::map<Endpoint, std::shared_ptr<Host>> hosts_;
  std::map<Endpoint, std::map<EntryId, SharedEntry>> disks_;
  std::map<std::pair<Instant, std::uint64_t>, std::function<void()>> actions_;
  std::uint64_t scheduled_ = 0;
  std::uint64_t starts_ = 0;
  std::uint64_t tickets_ = 0;
};

}  // namespace peal::transport::test
