// Two secure endpoints on a network that is an attacker's, who sees every datagram: what the one
// opens is what the other said, once; limits hold; and in the end they can still talk.
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "core/check.hpp"
#include "core/endpoint.hpp"
#include "tests/fuzz/byte_source.hpp"
#include "tests/fuzz/secure_side.hpp"

namespace peal::fuzz {
namespace {

using secure::Bytes;
using secure::ChannelKind;

/// The first two are those of the sides.
constexpr std::array<Endpoint, 4> addresses = {
    ipv4_endpoint(10, 0, 0, 1, 7'401), ipv4_endpoint(10, 0, 0, 2, 7'401),
    ipv4_endpoint(10, 0, 0, 2, 7'402), ipv4_endpoint(10, 0, 0, 3, 7'401)};
constexpr std::array<Duration, 9> times = {microseconds(1), milliseconds(1), milliseconds(100),
                                           seconds(1),      seconds(2),      seconds(10),
                                           seconds(30),     seconds(180),    seconds(3'600)};
constexpr std::size_t seen_max = 32;

/// make-secure-corpus writes these; further bytes say which, where and how much.
enum class Step : std::uint8_t {
  deliver,   ///< the oldest datagram on the way
  lose,      ///< it
  postpone,  ///< it, behind the others on the way
  repeat,    ///< one that was seen
  alter,     ///< one that was seen, with bits flipped
  resize,    ///< one that was seen, shorter or longer
  move,      ///< one that was seen, from elsewhere or to the other one
  forge,     ///< any bytes
  open,
  say,
  pass,  ///< time, and each side is woken when it asked for it
  jump,  ///< time, and nobody is woken
  close,
  rotate,
  copy,
  starve,  ///< one side of ephemeral keys, or not any more
};
constexpr std::size_t steps = 16;

struct Datagram {
  Endpoint from;
  Endpoint to;
  Bytes bytes;
};

/// What the first byte of an input says of a side. Small enough that limits are reached.
secure::SecureConfig configuration(std::uint8_t side, std::uint8_t bits) {
  secure::SecureConfig config{.s = secure::test::keypair(side + 1U),
                              .cluster_key = secure::test::secret(99),
                              .cookie_secret = secure::test::secret(side + 1'000U),
                              .first_index = side * 1'000U + 1U,
                              .handshakes_per_address_max = (bits & 8U) == 0 ? 2U : 1U,
                              .handshakes_max = 3,
                              .sessions_max = (bits & 16U) == 0 ? 8U : 3U};
  // The first may be a client, who answers nobody and knows no cluster's key.
  config.answers = side == 1 || (bits & 1U) == 0;
  if (!config.answers) config.cluster_key.reset();
  config.padding = static_cast<secure::Padding>(bits >> 1U & 3U);
  return config;
}

class SecureWorld {
 public:
  explicit SecureWorld(ByteSource source)
      : source_(source), first_(source_.byte()), sides_{side(0), side(1)} {}

  void run() {
    while (!source_.empty()) one_step();
    for (SecureSide& side : sides_) side.feed(true);
    fall_silent();
    talk();
  }

 private:
  [[nodiscard]] SecureSide side(std::uint8_t which) const {
    const auto other = static_cast<std::uint8_t>(1 - which);
    return {configuration(which, first_), secure::test::keypair(other + 1U).public_key};
  }

  void one_step() {
    switch (static_cast<Step>(source_.below(steps))) {
      case Step::deliver: return deliver_next();
      case Step::lose: return lose_next();
      case Step::postpone: return postpone_next();
      case Step::repeat: return deliver(any_seen());
      case Step::alter: return alter();
      case Step::resize: return resize();
      case Step::move: return move();
      case Step::forge: return forge();
      case Step::open: return open();
      case Step::say: return say();
      case Step::pass: return pass(times[source_.below(times.size())]);
      case Step::jump: now_ = now_ + times[source_.below(times.size())]; return;
      case Step::close: return close();
      case Step::rotate: return any_side().rotate();
      case Step::copy: return any_side().copy();
      case Step::starve: return any_side().feed(source_.below(2) == 0);
    }
  }

  SecureSide& any_side() { return sides_[source_.below(2)]; }
  const Endpoint& any_address() { return addresses[source_.below(addresses.size())]; }
  /// The latest is 0.
  Datagram any_seen() {
    if (seen_.empty()) return {};
    return seen_[seen_.size() - 1 - source_.below(seen_.size())];
  }

  void deliver_next() {
    if (on_the_way_.empty()) return;
    const Datagram next = std::move(on_the_way_.front());
    on_the_way_.pop_front();
    deliver(next);
  }
  void lose_next() {
    if (!on_the_way_.empty()) on_the_way_.pop_front();
  }
  void postpone_next() {
    if (on_the_way_.empty()) return;
    on_the_way_.push_back(std::move(on_the_way_.front()));
    on_the_way_.pop_front();
  }

  void alter() {
    Datagram altered = any_seen();
    const std::size_t at = source_.word();
    const std::uint8_t bits = source_.byte();
    if (!altered.bytes.empty()) altered.bytes[at % altered.bytes.size()] ^= bits;
    deliver(altered);
  }
  void resize() {
    Datagram resized = any_seen();
    resized.bytes.resize(source_.word() % (limits::datagram_bytes_max + 2));
    deliver(resized);
  }
  void move() {
    Datagram moved = any_seen();
    moved.from = any_address();
    moved.to = addresses[source_.below(2)];
    deliver(moved);
  }
  void forge() {
    const Endpoint to = addresses[source_.below(2)];
    const Endpoint from = any_address();
    const auto bytes = source_.bytes(source_.byte());
    deliver({from, to, {bytes.begin(), bytes.end()}});
  }

  void open() {
    const std::size_t who = source_.below(2);
    const auto kind = source_.below(2) == 0 ? ChannelKind::client : ChannelKind::server;
    // Most often the other side.
    const std::size_t elsewhere = source_.below(8);
    const Endpoint to = elsewhere < addresses.size() ? addresses[elsewhere] : addresses[1 - who];
    send(who, sides_[who].open(now_, to, kind));
  }
  void say() {
    const std::size_t who = source_.below(2);
    SecureSide& side = sides_[who];
    const std::size_t channel = source_.byte();
    const std::size_t bytes = source_.word() % (limits::message_bytes_max + 2);
    if (side.up().empty()) return;
    (void)say(who, channel % side.up().size(), bytes);
  }
  /// One that was never said before, at least as long as its number.
  Bytes say(std::size_t who, std::size_t channel, std::size_t bytes) {
    Bytes message{static_cast<std::uint8_t>(who)};
    secure::put(message, ++said_);
    message.resize(std::max(message.size(), bytes));
    send(who, sides_[who].say(now_, channel, message));
    return message;
  }
  void close() {
    SecureSide& side = any_side();
    const std::size_t channel = source_.byte();
    if (!side.up().empty()) side.close(channel % side.up().size());
  }

  void pass(Duration time) {
    const Instant end = now_ + time;
    while (true) {
      const Instant due = std::min(sides_[0].next_deadline(), sides_[1].next_deadline());
      if (due > end) break;
      now_ = std::max(now_, due);
      for (std::size_t who = 0; who < sides_.size(); ++who)
        if (sides_[who].next_deadline() <= now_) send(who, sides_[who].wake(now_));
    }
    now_ = std::max(now_, end);
  }

  void deliver(const Datagram& datagram) {
    for (std::size_t who = 0; who < sides_.size(); ++who)
      if (datagram.to == addresses[who])
        send(who, sides_[who].receive(now_, datagram.from, datagram.bytes, sides_[1 - who].mail()));
  }

  void send(std::size_t who, SecureSide::Transmits transmits) {
    for (secure::Transmit& transmit : transmits) {
      seen_.push_back({addresses[who], transmit.to, std::move(transmit.datagram)});
      if (seen_.size() > seen_max) seen_.pop_front();
      on_the_way_.push_back(seen_.back());
      if (on_the_way_.size() > seen_max) on_the_way_.pop_front();
    }
  }

  /// Nobody hears anything for so long that everything is forgotten.
  void fall_silent() {
    pass(secure::idle_time_max * 3);
    on_the_way_.clear();
    for (const SecureSide& side : sides_) CHECK(side.is_empty());
  }

  /// Whatever has happened, they can.
  void talk() {
    const bool server = configuration(0, first_).answers;
    send(0, sides_[0].open(now_, addresses[1], server ? ChannelKind::server : ChannelKind::client));
    while (!on_the_way_.empty()) deliver_next();
    for (std::size_t who = 0; who < sides_.size(); ++who) {
      CHECK(sides_[who].up().size() == 1);
      const Bytes message = say(who, 0, 100);
      while (!on_the_way_.empty()) deliver_next();
      CHECK(!sides_[who].mail().contains(message));
    }
  }

  ByteSource source_;
  std::uint8_t first_;
  std::array<SecureSide, 2> sides_;
  Instant now_{1'000'000'000};
  std::uint32_t said_ = 0;
  std::deque<Datagram> on_the_way_;
  std::deque<Datagram> seen_;
};

}  // namespace
}  // namespace peal::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  peal::fuzz::SecureWorld(peal::fuzz::ByteSource({data, size})).run();
  return 0;
}
