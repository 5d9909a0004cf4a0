// A few servers on a network in memory whose every decision belongs to the test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/client.hpp"
#include "core/server.hpp"

namespace peal::test {

/// A disk that keeps what was written across crashes.
struct Disk {
  std::map<EntryId, SharedEntry> entries;
  std::set<EntryId> damaged;           ///< given back as such until they are written again
  bool held = false;                   ///< writes wait
  std::optional<DiskTrouble> trouble;  ///< writes fail
  bool reads_fail = false;
  std::string reason = "the disk says no";
  std::vector<Write> waiting;  ///< while held
};

/// Servers and clients at 10.0.0.x. A datagram takes `latency` unless `fate` says otherwise; a
/// write takes `disk_time`. Time passes only in run().
class Cluster {
 public:
  struct Options {
    Duration latency = microseconds(100);
    Duration disk_time = microseconds(100);
    std::uint64_t seed = 1;
  };
  /// The delays of the copies of one datagram; empty: it is lost.
  using Fate = std::function<std::vector<Duration>(ServerId from, ServerId to, const Message&)>;

  Cluster() : Cluster(Options{}) {}
  explicit Cluster(Options options) : options_(options) {}

  /// Starts a server, or a crashed one again with its disk and a new incarnation.
  void start(std::uint64_t id, const std::function<void(ServerConfig&)>& adjust = {});
  /// Starts these and runs until one view holds all.
  void start_all(const std::vector<std::uint64_t>& ids);
  /// Its process dies. Its host refuses datagrams, or is silent as if it were cut off too.
  void crash(std::uint64_t id, bool silent = false);
  void stop(std::uint64_t id) { step(id, Stop{}); }

  void run(Duration time);
  /// Runs until the condition holds. False when it does not within this time.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition, Duration at_most);
  /// Of all datagrams between servers from now on; none: they all arrive.
  void set_fate(Fate fate) { fate_ = std::move(fate); }
  /// No datagrams between these two groups, whichever way.
  void cut(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b);
  void heal() { fate_ = nullptr; }

  [[nodiscard]] Server& operator[](std::uint64_t id) { return *nodes_.at(id).server; }
  [[nodiscard]] bool alive(std::uint64_t id) const { return nodes_.at(id).server.has_value(); }
  [[nodiscard]] Disk& disk(std::uint64_t id) { return nodes_.at(id).disk; }
  void release_disk(std::uint64_t id);
  [[nodiscard]] Endpoint at(std::uint64_t id) const {
    return ipv4_endpoint(10, 0, 0, octet(id), 7401);
  }
  [[nodiscard]] Sender sender(std::uint64_t id) {
    return {ServerId{id}, (*this)[id].incarnation().value};
  }
  [[nodiscard]] Instant now() const { return now_; }
  [[nodiscard]] WallTime wall() const { return {1'700'000'000'000 + now_.us / 1'000}; }
  /// From now on a server's wall clock is so much ahead of wall().
  void set_clock(std::uint64_t id, std::int64_t ahead_ms) { clocks_[id] = ahead_ms; }
  /// The leader that all living servers agree on, in one view that holds exactly them; 0: none.
  [[nodiscard]] std::uint64_t agreed_leader();
  [[nodiscard]] bool histories_equal();
  /// Reads of disks that were answered.
  [[nodiscard]] std::size_t reads() const { return reads_; }

  /// Puts an event into a server by hand.
  void step(std::uint64_t id, decltype(Event::what) what);
  /// A datagram from anywhere.
  void receive(std::uint64_t id, Endpoint from, Sender sender, Message message) {
    step(id, Received{from, {sender, std::move(message)}});
  }

  // Everything that happened, for the test to look at and to clear.
  struct Sent {
    ServerId from;
    Endpoint to;
    Message message;
  };
  [[nodiscard]] std::vector<Sent>& sent() { return sent_; }
  template <class M>
  [[nodiscard]] std::vector<std::pair<Sent, M>> sent_of() const {
    std::vector<std::pair<Sent, M>> found;
    for (const Sent& one : sent_)
      if (const auto* message = std::get_if<M>(&one.message)) found.emplace_back(one, *message);
    return found;
  }
  /// To groups; nobody hears it unless the test passes it on.
  [[nodiscard]] std::vector<Multicast>& multicasts() { return multicasts_; }
  [[nodiscard]] std::vector<Mark>& marks() { return marks_; }
  [[nodiscard]] bool marked(Mark mark) const;
  [[nodiscard]] std::vector<std::pair<ServerId, Notice>>& notices() { return notices_; }
  template <class N>
  [[nodiscard]] std::vector<std::pair<ServerId, N>> notices_of() const {
    std::vector<std::pair<ServerId, N>> found;
    for (const auto& [id, notice] : notices_)
      if (const auto* one = std::get_if<N>(&notice)) found.emplace_back(id, *one);
    return found;
  }
  /// A Wake may set a timer that is due at once, but not again and again.
  [[nodiscard]] int wakes_without_end() const { return wakes_without_end_; }
  static constexpr int wakes_at_once_max = 2;

  // A client that the test plays itself: it sends, and all that comes to its address is kept.
  void send(SessionId session, std::uint64_t to, Message message);
  [[nodiscard]] std::vector<Message>& inbox(SessionId session) {
    return inboxes_[client_at(session)];
  }
  template <class M>
  [[nodiscard]] std::vector<M> received(SessionId session) {
    std::vector<M> found;
    for (const Message& one : inbox(session))
      if (const auto* message = std::get_if<M>(&one)) found.push_back(*message);
    return found;
  }
  [[nodiscard]] static Endpoint client_at(SessionId session) {
    return ipv4_endpoint(10, 0, 1, octet(session.value), 9000);
  }

 private:
  struct Node {
    ServerConfig config;
    std::optional<Server> server;
    Disk disk;
    bool silent = false;  // Nothing answers there, not even a refusal.
    std::uint64_t process = 0;
    int wakes_at_once = 0;
  };
  using Action = std::function<void()>;

  [[nodiscard]] static std::uint8_t octet(std::uint64_t n) { return static_cast<std::uint8_t>(n); }
  void at_time(Instant when, Action action) {
    queue_.emplace(std::pair(when, ++order_), std::move(action));
  }
  void carry_out(std::uint64_t id, const Effects& effects);
  void transmit(std::uint64_t from, const Endpoint& to, const Message& message);
  void write(std::uint64_t id, const Write& write);
  void read(std::uint64_t id, const Read& read);
  [[nodiscard]] Recovered recover(std::uint64_t id);

  Options options_;
  Instant now_{1'000'000};
  std::map<std::uint64_t, Node> nodes_;
  std::map<std::pair<Instant, std::uint64_t>, Action> queue_;
  std::uint64_t order_ = 0;
  std::uint64_t starts_ = 0;
  Fate fate_;
  std::map<std::uint64_t, std::int64_t> clocks_;
  std::vector<Sent> sent_;
  std::vector<Multicast> multicasts_;
  std::vector<Mark> marks_;
  std::vector<std::pair<ServerId, Notice>> notices_;
  std::map<Endpoint, std::vector<Message>> inboxes_;
  std::size_t reads_ = 0;
  int wakes_without_end_ = 0;
};

}  // namespace peal::test
