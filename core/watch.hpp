// Watching one peer for silence: late by its own habits, then pings, then suspicion.
#pragma once

#include <cstdint>

#include "core/digest.hpp"
#include "core/parts.hpp"
#include "core/round_trip.hpp"
#include "core/time.hpp"

namespace peal {

/// Adaptive failure detection: a peer is late after mean + 8 standard deviations of its
/// inter-arrival times, at least 1.5 intervals; then up to 3 pings, 4 x smoothed round trip apart,
/// 10 ms at least and 100 at most; then it is silent (DESIGN section 7; the idea of adapting is
/// that of Chen, Toueg, Aguilera, 2002).
class Watch {
 public:
  enum class Advice : std::uint8_t { none, ping, silent };
  static constexpr std::uint32_t pings_max = 3;

  Watch() = default;
  Watch(Duration interval, Instant now)
      : interval_(interval), late_after_(ArrivalTimes{}.suspect_after(interval)), heard_(now) {}

  /// Its heartbeat (or the answer to one) arrived.
  void heartbeat(Instant now);
  /// Anything else of it arrived.
  void heard(Instant now);
  /// Somebody has a reason to doubt it: ping it now, unless that goes on already.
  [[nodiscard]] Advice doubt(Instant now, Duration ping_gap);
  /// Its port refused a datagram: doubt, and silence when a ping was out.
  [[nodiscard]] Advice refused(Instant now, Duration ping_gap);
  /// To be called at or after deadline().
  [[nodiscard]] Advice tick(Instant now, Duration ping_gap);
  /// It is silent for a reason known otherwise.
  void give_up() { state_ = State::silent; }

  [[nodiscard]] bool silent() const { return state_ == State::silent; }
  [[nodiscard]] bool doubted() const { return state_ != State::calm; }
  [[nodiscard]] Instant last_heard() const { return heard_; }
  [[nodiscard]] Instant deadline() const;
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const Watch&, const Watch&) = default;

 private:
  enum class State : std::uint8_t { calm, pinging, silent };
  Duration interval_;
  Duration late_after_;  // Of arrivals_, kept because it is asked for at every step.
  Instant heard_;
  ArrivalTimes arrivals_;
  State state_ = State::calm;
  std::uint32_t pings_ = 0;
  Instant next_ping_;
  PEAL_PARTS(interval_, late_after_, heard_, arrivals_, state_, pings_, next_ping_)
};

/// The time between pings for a peer at this round trip.
[[nodiscard]] Duration ping_gap(const RoundTrip& round_trip);

}  // namespace peal
