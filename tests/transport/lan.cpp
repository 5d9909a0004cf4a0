// Servers and clients behind their transports on a small network.
#include "tests/transport/lan.hpp"

#include <algorithm>

#include "core/recovery.hpp"
#include "core/secure/identity.hpp"

namespace peal::transport::test {
namespace {

constexpr Duration disk_time = microseconds(100);

}  // namespace

Host& Lan::add(std::uint8_t host, const HostOptions& options, const Sender& self) {
  ++starts_;
  const std::uint64_t key = options.key != 0 ? options.key : 100U + host;
  TransportConfig config{
      .secure = {.s = secure::test::keypair(key),
                 .cookie_secret = secure::test::secret(starts_ * 1'000),
                 .first_index = static_cast<secure::SessionIndex>(starts_ * 1'000)},
      .self = self,
      .cluster = "peal"};
  if (self.is_server()) config.secure.cluster_key = secure::test::secret(options.cluster_key);
  auto& added = hosts_[address(host)];
  added = std::make_shared<Host>(
      Host{Transport(std::move(config)), Prng(starts_ * 77), {}, {}, {}, {}});
  restock(*added);
  return *added;
}

void Lan::start_server(std::uint8_t host, HostOptions options) {
  ServerConfig config;
  config.self = ServerId{host};
  config.incarnation = Incarnation{host * 1'000'000U + starts_};
  config.addresses = {address(host)};
  config.seed = 1'000U + host;
  Recovery recovery(config.window_entries, config.sessions_remembered_max);
  for (const auto& [id, entry] : disks_[address(host)]) recovery.add(entry);
  Host& added = add(host, options, {config.self, config.incarnation.value});
  added.server.emplace(std::move(config), std::move(recovery).finish(), now_);
}

void Lan::start_client(std::uint8_t host, HostOptions options) {
  ClientConfig config;
  config.session = options.session ? options.session : SessionId{5'000U + host};
  const std::uint64_t user = options.says_user != 0 ? options.says_user
                             : options.key != 0     ? options.key
                                                    : 100U + host;
  config.user = secure::user_of(secure::test::keypair(user).public_key);
  config.seed = 2'000U + host;
  Host& added = add(host, options, {{}, config.session.value});
  added.client.emplace(std::move(config), now_);
}

std::pair<Instant, Endpoint> Lan::next_due() const {
  std::pair<Instant, Endpoint> next{never, {}};
  for (const auto& [at, host] : hosts_) {
    Instant due = host->transport.next_deadline();
    if (host->server) due = std::min(due, host->server->next_deadline());
    if (host->client) due = std::min(due, host->client->next_deadline());
    if (due < next.first) next = {due, at};
  }
  return next;
}

void Lan::run(Duration time) {
  (void)run_until([] { return false; }, time);
}

bool Lan::run_until(const std::function<bool()>& condition, Duration at_most) {
  const Instant end = now_ + at_most;
  while (!condition()) {
    const auto [due, at] = next_due();
    const Instant action = actions_.empty() ? never : actions_.begin()->first.first;
    if (std::min(due, action) > end) {
      now_ = end;
      return condition();
    }
    now_ = std::max(now_, std::min(due, action));
    if (action <= due) {
      const auto what = std::move(actions_.begin()->second);
      actions_.erase(actions_.begin());
      what();
      continue;
    }
    const std::shared_ptr<Host> host = hosts_.at(at);
    TransportEffects effects;
    if (host->transport.next_deadline() <= now_) host->transport.wake(now_, effects);
    carry_out(at, effects);
    if (host->server && host->server->next_deadline() <= now_)
      step(at, decltype(Event::what){Wake{}});
    if (host->client && host->client->next_deadline() <= now_)
      step(at, decltype(ClientEvent::what){Wake{}});
  }
  return true;
}

void Lan::say(std::uint8_t host, Body body) {
  step(address(host), decltype(ClientEvent::what){Say{Ticket{++tickets_}, std::move(body)}});
}

void Lan::step(const Endpoint& at, decltype(Event::what) what) {
  Effects effects;
  hosts_.at(at)->server->step(now_, Event{wall(), std::move(what)}, effects);
  for (const Effect& effect : effects.list()) carry_out(at, effect);
}

void Lan::step(const Endpoint& at, decltype(ClientEvent::what) what) {
  ClientEffects effects;
  hosts_.at(at)->client->step(now_, ClientEvent{wall(), std::move(what)}, effects);
  for (const ClientEffect& effect : effects.list()) carry_out(at, effect);
}

void Lan::carry_out(const Endpoint& at, const Effect& effect) {
  Host& host = *hosts_.at(at);
  TransportEffects effects;
  if (const auto* send = std::get_if<Send>(&effect)) {
    host.transport.send(now_, send->to, send->message, effects);
  } else if (const auto* broadcast = std::get_if<Broadcast>(&effect)) {
    host.transport.broadcast(now_, broadcast->message, effects);
  } else if (const auto* multicast = std::get_if<Multicast>(&effect)) {
    host.transport.multicast(*multicast);
  } else if (const auto* write = std::get_if<Write>(&effect)) {
    at_time(now_ + disk_time, [this, at, process = hosts_.at(at), write = *write] {
      for (const SharedEntry& entry : write.entries) disks_[at].emplace(entry->id, entry);
      const auto running = hosts_.find(at);
      if (running != hosts_.end() && running->second == process)
        step(at, decltype(Event::what){Written{write.token}});
    });
  }
  carry_out(at, effects);
}

void Lan::carry_out(const Endpoint& at, const ClientEffect& effect) {
  Host& host = *hosts_.at(at);
  TransportEffects effects;
  if (const auto* send = std::get_if<Send>(&effect))
    host.transport.send(now_, send->to, send->message, effects);
  else if (const auto* broadcast = std::get_if<Broadcast>(&effect))
    host.transport.broadcast(now_, broadcast->message, effects);
  else
    host.heard.push_back(effect);
  carry_out(at, effects);
}

void Lan::carry_out(const Endpoint& at, TransportEffects& effects) {
  const std::shared_ptr<Host> host = hosts_.at(at);
  restock(*host);
  for (TransportEffect& effect : effects) {
    if (auto* transmit = std::get_if<Transmit>(&effect)) {
      send({at, transmit->to, std::move(transmit->datagram)});
    } else if (auto* to_all = std::get_if<TransmitToAll>(&effect)) {
      for (const auto& [other, node] : hosts_)
        if (node->server) send({at, other, to_all->datagram});
    } else if (auto* received = std::get_if<Received>(&effect)) {
      if (host->server)
        step(at, decltype(Event::what){std::move(*received)});
      else
        step(at, decltype(ClientEvent::what){std::move(*received)});
    } else if (host->server) {
      step(at, decltype(Event::what){std::get<Malformed>(effect)});
    }
  }
}

void Lan::send(const Datagram& datagram) {
  seen.push_back(datagram);
  if (prng_.below(100) < weather.lost_percent) return;
  const int copies = prng_.below(100) < weather.repeated_percent ? 2 : 1;
  for (int i = 0; i < copies; ++i)
    arrive_later(datagram, microseconds(static_cast<std::int64_t>(
                               1 + prng_.below(static_cast<std::uint64_t>(weather.delay_max.us)))));
}

void Lan::deliver(const Datagram& datagram) {
  const auto host = hosts_.find(datagram.to);
  if (host == hosts_.end()) return;
  TransportEffects effects;
  host->second->transport.receive(now_, datagram.from, datagram.bytes, effects);
  carry_out(datagram.to, effects);
}

bool Lan::in_one_view(const std::set<std::uint8_t>& servers) {
  const Server& first = *(*this)[*servers.begin()].server;
  return std::ranges::all_of(servers, [&](std::uint8_t id) {
    const Server& server = *(*this)[id].server;
    return (server.role() == Role::leader || server.role() == Role::member) &&
           server.view() == first.view() && server.view().members.size() == servers.size();
  });
}

std::vector<std::string> Lan::posts_shown(std::uint8_t host) {
  std::vector<std::string> posts;
  for (const ClientEffect& effect : (*this)[host].heard)
    if (const auto* arrived = std::get_if<Arrived>(&effect))
      if (const auto* post = std::get_if<Post>(&arrived->delivery.body))
        posts.push_back(post->text);
  return posts;
}

}  // namespace peal::transport::test
