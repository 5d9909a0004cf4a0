// Data and discovery sockets, the interfaces they use, and the codec between them and the machine.
#include "runtime/network.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <map>
#include <system_error>
#include <utility>

#include "core/codec/encoder.hpp"
#include "core/codec/receiver.hpp"
#include "core/overloaded.hpp"
#include "runtime/address.hpp"
#include "runtime/group_ears.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/trouble.hpp"
#include "runtime/udp.hpp"

namespace peal::runtime {
namespace {

constexpr std::uint16_t data_ports_tried = 100;
constexpr std::size_t addresses_kept_in_mind = 1'000;
constexpr Duration look_at_interfaces_every = seconds(2);

// 239.255/16 is the site's own (RFC 2365), 74.1 for the default port 7401.
constexpr Endpoint group4 = ipv4_endpoint(239, 255, 74, 1, 0);
// Transient groups that spell "peal", of the link and of the site (RFC 4291, 2.7).
constexpr Endpoint group6(std::uint8_t scope) {
  Endpoint e;
  e.ip = {0xff, static_cast<std::uint8_t>(0x10U | scope),
          0,    0,
          0,    0,
          0,    0,
          0,    0,
          0,    0,
          0x70, 0x65,
          0x61, 0x6c};
  return e;
}
constexpr std::array groups6{group6(2), group6(5)};

constexpr Endpoint any4 = ipv4_endpoint(0, 0, 0, 0, 0);
constexpr Endpoint any6{};

Endpoint with_port(Endpoint endpoint, std::uint16_t port) {
  endpoint.port = port;
  return endpoint;
}

bool is_any(const Endpoint& e) { return with_port(e, 0) == any4 || with_port(e, 0) == any6; }

// The system has no sockets of that family, or no address of it: not worth more than a remark.
bool family_is_absent(const std::system_error& error) {
  const int code = error.code().value();
  return code == EAFNOSUPPORT || code == EADDRNOTAVAIL || code == EPROTONOSUPPORT;
}

}  // namespace

std::uint16_t discovery_port_from_environment() {
  const char* text = std::getenv("PEAL_DISCOVERY_PORT");
  if (text == nullptr || *text == '\0') return discovery_port_default;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), port);
  if (error != std::errc{} || *end != '\0' || port == 0)
    throw Trouble("PEAL_DISCOVERY_PORT is " + std::string(text) + "; it must be a port, 1 to 65535",
                  Trouble::Kind::usage);
  return port;
}

std::vector<std::string> interfaces_from_environment() {
  std::vector<std::string> names;
  const char* text = std::getenv("PEAL_INTERFACE");
  std::string_view rest = text != nullptr ? text : "";
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (comma > 0) names.emplace_back(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return names;
}

struct Network::Parts {
  Loop& loop;
  NetworkOptions options;
  Sender self;
  std::function<void(NetworkEvent)> on_event;

  std::unique_ptr<UdpSocket> data4;
  std::unique_ptr<UdpSocket> data6;
  std::vector<std::unique_ptr<UdpSocket>> discovery;
  GroupEars ears;
  std::vector<Interface> interfaces;
  std::vector<Endpoint> addresses;
  std::vector<Endpoint> remembered;
  std::map<Endpoint, bool> near;  ///< by address: reached by the interfaces that were asked for
  std::vector<std::string> shortcomings;
  codec::Encoder encoder;
  codec::Receiver receiver;
  std::optional<TransportDriver> secured;
  NetworkCounters counters;
  std::size_t kind = 0;  ///< of the message that is being sent
  Timer look_again;

  Parts(Loop& on, const NetworkOptions& how, Sender me, std::function<void(NetworkEvent)> told)
      : loop(on),
        options(how),
        self(me),
        on_event(std::move(told)),
        ears(on, ear_handlers()),
        look_again(on, [this] { look_at_interfaces(); }) {
    check_interface_names(options.interfaces);
    open_data();
    interfaces = usable_interfaces();
    if (options.server) open_discovery();
    addresses = published();
    if (options.keys)
      secured.emplace(on, *options.keys, self,
                      [this](transport::TransportEffect& effect) { take(effect); });
    look_again.after(look_at_interfaces_every);
  }

  // --- Opening

  UdpSocket::Handlers handlers() {
    return {.on_datagram = [this](const Endpoint& from,
                                  std::span<const std::uint8_t> bytes) { take(from, bytes); },
            .on_refused =
                [this](const Endpoint& to) {
                  if (secured)
                    secured->refused(to);
                  else
                    on_event(RefusedAt{to});
                }};
  }

  UdpSocket::Handlers ear_handlers() {
    return {.on_datagram =
                [this](const Endpoint& from, std::span<const std::uint8_t> bytes) {
                  ++counters.received_from_groups;
                  take(from, bytes);
                },
            .on_refused = [](const Endpoint&) {}};
  }

  void open_data() {
    const bool asked_for = options.listen.has_value();
    if (asked_for && !is_any(*options.listen)) return open_data_at(*options.listen);
    const std::uint16_t port = asked_for ? options.listen->port : first_port();
    const bool only_v4 = asked_for && options.listen->is_v4();
    const bool search = !asked_for && port != 0;
    const int tries = search || port == 0 ? data_ports_tried : 1;
    for (int n = 0; n < tries; ++n) {
      const auto candidate = static_cast<std::uint16_t>(search ? port + n : port);
      if (open_data_pair(candidate, only_v4)) return;
    }
    const std::string range = search ? "ports " + std::to_string(port) + " to " +
                                           std::to_string(port + tries - 1) + " are"
                                     : "port " + std::to_string(port) + " is";
    throw Trouble(range + " taken by other programs; choose another with --listen ADDR:PORT");
  }

  [[nodiscard]] std::uint16_t first_port() const {
    return options.server ? data_port_default : std::uint16_t{0};
  }

  // One address was asked for.
  void open_data_at(const Endpoint& at) {
    try {
      auto socket = std::make_unique<UdpSocket>(loop, UdpOptions{.local = at}, handlers());
      (at.is_v4() ? data4 : data6) = std::move(socket);
    } catch (const std::system_error& error) {
      const int code = error.code().value();
      std::string advice = error.code().message();
      if (code == EADDRINUSE) advice = "the port is taken by another program; choose another one";
      if (code == EADDRNOTAVAIL) advice = "this host does not have that address";
      if (code == EACCES) advice = "ports below 1024 need privileges; choose another one";
      throw Trouble("cannot listen on " + format_endpoint(at) + ": " + advice);
    }
  }

  // Both families on one port. False: the port is taken in one of them.
  bool open_data_pair(std::uint16_t port, bool only_v4) {
    try {
      data4 = open_family(with_port(any4, port));
      const std::uint16_t same = data4 ? data4->local().port : port;
      if (!only_v4) data6 = open_family(with_port(any6, same));
    } catch (const std::system_error& error) {
      data4.reset();
      data6.reset();
      if (error.code().value() == EADDRINUSE) return false;
      throw Trouble("cannot open port " + std::to_string(port) + ": " + error.code().message());
    }
    if (!data4 && !data6)
      throw Trouble("this host has neither IPv4 nor IPv6; bring an interface up");
    return true;
  }

  std::unique_ptr<UdpSocket> open_family(const Endpoint& at) {
    try {
      return std::make_unique<UdpSocket>(loop, UdpOptions{.local = at}, handlers());
    } catch (const std::system_error& error) {
      if (!family_is_absent(error)) throw;
      remark(std::string(at.is_v4() ? "no IPv4" : "no IPv6") + " on this host");
      return nullptr;
    }
  }

  // One socket per family, and per interface when only some are wanted.
  void open_discovery() {
    discovery.clear();
    if (options.interfaces.empty()) return open_discovery_on(nullptr);
    for (const Interface& interface : interfaces) open_discovery_on(&interface);
  }

  void open_discovery_on(const Interface* only) {
    for (const Endpoint& any : {any4, any6}) {
      if (any.is_v4() ? !data4 : !data6) continue;
      try {
        auto socket = std::make_unique<UdpSocket>(
            loop,
            UdpOptions{.local = with_port(any, options.discovery_port),
                       .shared_port = true,
                       .device = only != nullptr ? only->name : std::string()},
            handlers());
        for (const Interface& interface : interfaces)
          if (only == nullptr || only->index == interface.index) join_groups(*socket, interface);
        discovery.push_back(std::move(socket));
      } catch (const std::system_error& error) {
        remark("discovery port " + std::to_string(options.discovery_port) + " cannot be heard" +
               (any.is_v4() ? " by IPv4: " : " by IPv6: ") + error.code().message());
      }
    }
  }

  void join_groups(UdpSocket& socket, const Interface& interface) {
    bool joined = true;
    if (socket.local().is_v4() && interface.has_v4()) joined = socket.join(group4, interface.index);
    if (!socket.local().is_v4() && interface.has_v6() && interface.multicast)
      for (const Endpoint& group : groups6) joined = socket.join(group, interface.index) && joined;
    if (!joined) remark("no multicast by " + interface.name);
  }

  void remark(const std::string& what) {
    if (std::ranges::find(shortcomings, what) == shortcomings.end()) shortcomings.push_back(what);
  }

  void remark_ears() {
    for (const std::string& what : ears.take_shortcomings()) remark(what);
  }

  // --- Interfaces

  // A socket that has one address speaks only by the interface that has it, too.
  [[nodiscard]] std::vector<Interface> usable_interfaces() const {
    std::vector<Interface> out = interfaces_up(options.interfaces);
    if (!options.listen || is_any(*options.listen)) return out;
    const Endpoint own = with_port(*options.listen, 0);
    for (Interface& interface : out) {
      const auto is_own = [&](const Endpoint& e) { return e.ip == own.ip; };
      // All of 127/8 is this host's.
      const bool here = std::ranges::any_of(interface.addresses, is_own) ||
                        (interface.loopback && own.is_loopback());
      interface.addresses = here ? std::vector{own} : std::vector<Endpoint>{};
    }
    std::erase_if(out, [](const Interface& interface) { return interface.addresses.empty(); });
    return out;
  }

  [[nodiscard]] std::vector<Endpoint> published() const {
    return addresses_to_publish(interfaces, data4 ? data4->local().port : std::uint16_t{0},
                                data6 ? data6->local().port : std::uint16_t{0});
  }

  void look_at_interfaces() {
    look_again.after(look_at_interfaces_every);
    near.clear();  // Routes may have changed.
    auto now = usable_interfaces();
    if (now == interfaces) return;
    interfaces = std::move(now);
    if (options.server) open_discovery();
    ears.interfaces_changed(interfaces);
    remark_ears();
    auto changed = published();
    if (changed == addresses) return;
    addresses = std::move(changed);
    on_event(AddressesChanged{addresses});
  }

  // --- In

  void take(const Endpoint& from, std::span<const std::uint8_t> datagram) {
    ++counters.received;
    counters.bytes_received += datagram.size();
    if (secured) return secured->receive(from, datagram);
    auto reception = receiver.receive(Loop::now(), from, datagram);
    if (auto* received = std::get_if<Received>(&reception)) return on_event(std::move(*received));
    if (auto* malformed = std::get_if<Malformed>(&reception)) {
      ++counters.malformed;
      on_event(*malformed);
    }
  }

  void take(transport::TransportEffect& effect) {
    std::visit(Overloaded{[&](transport::Transmit& transmit) {
                            const std::span<const std::uint8_t> datagram = transmit.datagram;
                            send_all(transmit.to, {&datagram, 1});
                          },
                          [&](transport::TransmitToAll& all) {
                            const std::span<const std::uint8_t> datagram = all.datagram;
                            broadcast({&datagram, 1});
                          },
                          [&](Malformed& malformed) {
                            ++counters.malformed;
                            on_event(malformed);
                          },
                          [&](auto& event) { on_event(std::move(event)); }},
               effect);
  }

  // --- Out

  using Datagrams = std::span<const std::span<const std::uint8_t>>;

  Datagrams encode(const Message& message) {
    kind = message.index();
    return encoder.encode(self, message);
  }

  void count(Sending outcome, std::size_t bytes) {
    switch (outcome) {
      case Sending::sent:
        ++counters.sent;
        counters.bytes_sent += bytes;
        counters.bytes_sent_of[kind] += bytes;
        return;
      case Sending::full: ++counters.send_dropped; return;
      case Sending::failed: ++counters.send_failed; return;
    }
  }

  void send_all(const Endpoint& to, Datagrams datagrams) {
    send_by(may_reach(to) ? (to.is_v4() ? data4 : data6).get() : nullptr, to, datagrams);
  }

  void send_by(UdpSocket* socket, const Endpoint& to, Datagrams datagrams) {
    for (const auto datagram : datagrams)
      count(socket != nullptr ? socket->send(to, datagram) : Sending::failed, datagram.size());
  }

  // Not by an interface that was not asked for, whatever the routes say.
  bool may_reach(const Endpoint& to) {
    if (options.interfaces.empty()) return true;
    const auto [known, is_new] = near.try_emplace(with_port(to, 0));
    if (is_new) known->second = leaves_by(options.interfaces, to);
    const bool may = known->second;
    if (near.size() > addresses_kept_in_mind) near.clear();
    return may;
  }

  void broadcast(Datagrams datagrams) {
    for (const Way way :
         {Way::broadcast, Way::multicast4, Way::multicast6, Way::peers, Way::remembered})
      broadcast_by(way, datagrams);
  }

  void broadcast_by(Way way, Datagrams datagrams) {
    switch (way) {
      case Way::broadcast: return to_broadcast_addresses(datagrams);
      case Way::multicast4: return to_groups4(datagrams);
      case Way::multicast6: return to_groups6(datagrams);
      case Way::peers: return to_peers(datagrams);
      case Way::remembered:
        for (const Endpoint& peer : remembered)
          if (std::ranges::find(addresses, peer) == addresses.end()) send_all(peer, datagrams);
        return;
    }
  }

  void to_broadcast_addresses(Datagrams datagrams) {
    if (!data4) return;
    for (const Interface& interface : interfaces)
      for (const Endpoint& all : interface.broadcasts)
        send_by(data4.get(), with_port(all, options.discovery_port), datagrams);
  }

  void to_groups4(Datagrams datagrams) {
    if (!data4) return;
    for (const Interface& interface : interfaces)
      if (interface.has_v4())
        for (const auto datagram : datagrams)
          count(data4->send_multicast(with_port(group4, options.discovery_port), interface.index,
                                      datagram),
                datagram.size());
  }

  // Programs of this host hear it by the loopback interface; another copy by each other interface
  // would only cost time.
  void to_group(const Endpoint& group, Datagrams datagrams) {
    if (!data4) return;
    const bool loopback = std::ranges::any_of(
        interfaces, [](const Interface& interface) { return interface.loopback; });
    for (const Interface& interface : interfaces)
      if (interface.has_v4())
        for (const auto datagram : datagrams)
          count(data4->send_multicast(group, interface.index, datagram,
                                      interface.loopback || !loopback),
                datagram.size());
  }

  void to_groups6(Datagrams datagrams) {
    if (!data6) return;
    for (const Interface& interface : interfaces)
      if (interface.has_v6() && interface.multicast)
        for (const Endpoint& group : groups6)
          for (const auto datagram : datagrams)
            count(data6->send_multicast(with_port(group, options.discovery_port), interface.index,
                                        datagram),
                  datagram.size());
  }

  void to_peers(Datagrams datagrams) {
    for (const Endpoint& peer : options.peers) {
      if (peer.port != 0) {
        send_all(peer, datagrams);
        continue;
      }
      send_all(with_port(peer, options.discovery_port), datagrams);
      // Of several servers there, a datagram to the shared port reaches only one.
      send_all(with_port(peer, data_port_default), datagrams);
    }
  }
};

Network::Network(Loop& loop, const NetworkOptions& options, Sender self,
                 std::function<void(NetworkEvent)> on_event)
    : parts_(std::make_unique<Parts>(loop, options, self, std::move(on_event))) {}
Network::~Network() = default;

void Network::send(const Endpoint& to, const Message& message) {
  parts_->kind = message.index();
  if (parts_->secured)
    parts_->secured->send(to, message);
  else
    parts_->send_all(to, parts_->encode(message));
}

void Network::broadcast(const Message& message) {
  parts_->kind = message.index();
  if (parts_->secured)
    parts_->secured->broadcast(message);
  else
    parts_->broadcast(parts_->encode(message));
}

void Network::broadcast_by(Way way, const Message& message) {
  parts_->broadcast_by(way, parts_->encode(message));
}

void Network::multicast(const Endpoint& group, const Message& message) {
  if (parts_->secured)
    parts_->secured->multicast({group, message});
  else
    parts_->to_group(group, parts_->encode(message));
}

void Network::hear_groups(std::vector<Endpoint> groups) {
  parts_->ears.hear(std::move(groups), parts_->interfaces);
  parts_->remark_ears();
}

void Network::remember(std::vector<Endpoint> peers) { parts_->remembered = std::move(peers); }

const std::vector<Endpoint>& Network::addresses() const { return parts_->addresses; }

std::uint16_t Network::data_port() const {
  return (parts_->data4 ? parts_->data4 : parts_->data6)->local().port;
}

const transport::Transport* Network::transport() const {
  return parts_->secured ? &parts_->secured->transport() : nullptr;
}

const std::vector<std::string>& Network::shortcomings() const { return parts_->shortcomings; }

NetworkCounters Network::counters() const {
  NetworkCounters counters = parts_->counters;
  for (const auto* socket : {parts_->data4.get(), parts_->data6.get()}) {
    if (socket == nullptr) continue;
    counters.refused += socket->refusals();
    counters.receive_callbacks += socket->callbacks();
  }
  return counters;
}

}  // namespace peal::runtime
