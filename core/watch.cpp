// The states of a watch: calm, pinging, silent.
#include "core/watch.hpp"

#include <algorithm>

namespace peal {
namespace {

constexpr Duration ping_gap_min = milliseconds(10);
/// A process that was paused answers old pings when it goes on, as if the line were that slow, and
/// then would be waited for that long. On a line that is slow, heartbeats come between the pings.
constexpr Duration ping_gap_max = milliseconds(100);

}  // namespace

void Watch::heartbeat(Instant now) {
  arrivals_.arrived(now);
  late_after_ = arrivals_.suspect_after(interval_);
  heard(now);
}

void Watch::heard(Instant now) {
  heard_ = now;
  state_ = State::calm;
  pings_ = 0;
}

Watch::Advice Watch::doubt(Instant now, Duration ping_gap) {
  if (state_ != State::calm) return Advice::none;
  state_ = State::pinging;
  pings_ = 1;
  next_ping_ = now + ping_gap;
  return Advice::ping;
}

Watch::Advice Watch::refused(Instant now, Duration ping_gap) {
  if (state_ == State::silent) return Advice::none;
  if (state_ == State::calm) return doubt(now, ping_gap);
  state_ = State::silent;
  return Advice::silent;
}

Watch::Advice Watch::tick(Instant now, Duration ping_gap) {
  if (now < deadline()) return Advice::none;
  if (state_ == State::calm) return doubt(now, ping_gap);
  if (pings_ >= pings_max) {
    state_ = State::silent;
    return Advice::silent;
  }
  ++pings_;
  next_ping_ = now + ping_gap;
  return Advice::ping;
}

Instant Watch::deadline() const {
  if (state_ == State::silent) return never;
  if (state_ == State::pinging) return next_ping_;
  return heard_ + late_after_;
}

void Watch::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(static_cast<std::uint64_t>((now - heard_).us))
      .add(static_cast<std::uint64_t>(state_))
      .add(pings_);
  if (state_ == State::pinging) hasher.add(static_cast<std::uint64_t>((next_ping_ - now).us));
  arrivals_.mix_into(hasher, now);
}

Duration ping_gap(const RoundTrip& round_trip) {
  return std::clamp(round_trip.smoothed() * 4, ping_gap_min, ping_gap_max);
}

}  // namespace peal
