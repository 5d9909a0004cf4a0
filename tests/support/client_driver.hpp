// Drives one client machine by hand: every effect is at the test's disposal, time passes as it
// says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/client.hpp"

namespace peal::test {

/// Server n listens here.
[[nodiscard]] inline Endpoint server_at(std::uint8_t n) { return ipv4_endpoint(10, 0, 0, n, 7401); }
[[nodiscard]] inline Sender server_sender(std::uint8_t n) { return {ServerId{n}, 1000U + n}; }
[[nodiscard]] inline Member server_member(std::uint8_t n) {
  return {ServerId{n}, Incarnation{1000U + n}, {server_at(n)}};
}
/// Servers 1 to n, led by the highest.
[[nodiscard]] inline View view_of(std::uint8_t n) {
  View view{{7, ServerId{n}}, {}};
  for (std::uint8_t i = 1; i <= n; ++i) view.members.push_back(server_member(i));
  return view;
}

class ClientDriver {
 public:
  explicit ClientDriver(ClientConfig config) : client_(std::move(config), now_) {}

  [[nodiscard]] Client& client() { return client_; }
  [[nodiscard]] Instant now() const { return now_; }

  /// What happens now. Effects of before are gone.
  void step(decltype(ClientEvent::what) what) {
    effects_.clear();
    run(std::move(what));
  }
  void receive(std::uint8_t server, Message message) {
    step(Received{server_at(server), {server_sender(server), std::move(message)}});
  }
  /// Lets time pass, waking the client at its deadlines; effects of the whole time are kept.
  /// answering: this server answers pings at once; 0: nobody does.
  void pass(Duration time, std::uint8_t answering = 0) {
    effects_.clear();
    const Instant end = now_ + time;
    while (client_.next_deadline() <= end) {
      now_ = std::max(now_, client_.next_deadline());
      run(Wake{});
      if (client_.next_deadline() <= now_) deadlines_in_the_past_++;
      if (answering != 0) answer_ping(answering);
    }
    now_ = end;
  }
  /// After a Wake every deadline must be ahead.
  [[nodiscard]] int deadlines_in_the_past() const { return deadlines_in_the_past_; }

  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const ClientEffect& effect : effects_.list())
      if (const auto* one = std::get_if<T>(&effect)) found.push_back(*one);
    return found;
  }
  /// Messages of one kind, with where they went.
  template <class M>
  [[nodiscard]] std::vector<std::pair<Endpoint, M>> sent() const {
    std::vector<std::pair<Endpoint, M>> found;
    for (const Send& send : all<Send>())
      if (const auto* message = std::get_if<M>(&send.message))
        found.emplace_back(send.to, *message);
    return found;
  }
  [[nodiscard]] std::size_t effect_count() const { return effects_.list().size(); }

  /// The client asked this server; it says yes.
  void accept(std::uint8_t server, const View& view, VersionVector cursor = {}) {
    receive(server,
            Attached{last_attach_.attachment, view, ServerId{server}, "ann", std::move(cursor)});
  }
  [[nodiscard]] const Attach& last_attach() const { return last_attach_; }
  [[nodiscard]] Endpoint last_attach_to() const { return last_attach_to_; }
  /// From nothing to attached to this server, found by its Announce.
  void settle(std::uint8_t server, const View& view) {
    step(Wake{});
    receive(server, Announce{"peal", view.id, server_member(server), view.members.back(), 1});
    accept(server, view);
  }

 private:
  void run(decltype(ClientEvent::what) what) {
    client_.step(now_, ClientEvent{WallTime{}, std::move(what)}, effects_);
    for (const auto& [to, attach] : sent<Attach>()) {
      last_attach_ = attach;
      last_attach_to_ = to;
    }
  }

  void answer_ping(std::uint8_t server) {
    const auto pings = sent<Ping>();
    if (!pings.empty() && pings.back() == std::pair(server_at(server), Ping{now_}))
      run(Received{server_at(server), {server_sender(server), Pong{now_, {}}}});
  }

  Instant now_{1'000'000};
  Client client_;
  ClientEffects effects_;
  Attach last_attach_;
  Endpoint last_attach_to_;
  int deadlines_in_the_past_ = 0;
};

}  // namespace peal::test
