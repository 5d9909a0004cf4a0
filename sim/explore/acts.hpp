// What can happen to one host, and what comes of it. No host sees another but by packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/explore/cast.hpp"
#include "sim/explore/host.hpp"

namespace peal::sim::explore {

struct Outgoing {
  std::size_t to = 0;
  Packet packet;
};

/// What a host did. broken: a promise that this very step broke, empty when none.
struct Deed {
  std::vector<Outgoing> sent;
  std::string broken;
  std::vector<std::string> notes;  ///< for people, when they are wanted
};

/// One thing that happens to one host at one time. Every function changes the host in place.
class Act {
 public:
  /// with_notes: say in words what the host does.
  Act(const Cast& cast, std::size_t place, Instant now, Host& host, bool with_notes = false);

  void receive(const Packet& packet);
  void wake();
  /// The oldest write is done.
  void complete_write();
  /// Of the writes under way the first `kept` are on the disk, the others never happened.
  void crash(std::size_t kept);
  void start();
  void say(const Body& body);

  [[nodiscard]] Deed& deed() { return deed_; }

 private:
  [[nodiscard]] WallTime wall() const;
  void step(const Event& event);
  void step(const ClientEvent& event);
  void carry_out(Effect& effect);
  void carry_out(const ClientEffect& effect);
  void send(const Send& send);
  void broadcast(const Message& message);
  void installed(const View& view);
  void shown(const Delivery& delivery);
  void store(const Write& write);
  void end_vote(const Vote& vote);
  void broken(std::string what);
  template <class Text>
  void note(const Text& text);

  const Cast& cast_;
  std::size_t place_;
  Instant now_;
  Host& host_;
  bool with_notes_;
  std::vector<Read> reads_;
  Deed deed_;
};

}  // namespace peal::sim::explore
