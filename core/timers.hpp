// The named timers of a server: one fixed table, its minimum is the next deadline.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/digest.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"

namespace peal {

enum class Timer : std::uint8_t {
  probe,      ///< looking: the next Probe or Join
  look,       ///< looking: nobody answered, start a vote
  heartbeat,  ///< leader: heartbeats, repeated views, watches of members
  announce,   ///< leader
  watch,      ///< member: the leader is late, or a ping of it is
  solo,       ///< member whose vote ended by LeaderAlive
  vote,       ///< a hop was not acknowledged, or the vote did not come home
  serve,      ///< winner: stop waiting for what others have
  gossip,
  push,      ///< a push was not acknowledged
  gap,       ///< an entry waited long enough for its predecessors
  delivery,  ///< deliveries to repeat, sessions to drop
  presence,  ///< reports and lists to send or repeat
  stop,      ///< leaving: repeat or end
  disk,      ///< failed disk: try again; else: a write takes long
  pace,      ///< a learner is pushed the next few entries; a joining server's writes were gathered
  drain,     ///< the next few sessions are sent away
  count_
};

/// A timer that is not set is `never`.
class Timers {
 public:
  Timers() { at_.fill(never); }
  void set(Timer timer, Instant at) { slot(timer) = at; }
  /// Sets the timer unless it is due earlier already.
  void no_later(Timer timer, Instant at) { slot(timer) = std::min(slot(timer), at); }
  void clear(Timer timer) { slot(timer) = never; }
  [[nodiscard]] Instant at(Timer timer) const { return at_[static_cast<std::size_t>(timer)]; }
  /// True once when the timer is due; it is cleared.
  [[nodiscard]] bool take(Timer timer, Instant now) {
    if (slot(timer) > now) return false;
    clear(timer);
    return true;
  }
  [[nodiscard]] Instant next() const { return *std::min_element(at_.begin(), at_.end()); }
  void mix_into(Hasher& hasher, Instant now) const {
    for (const Instant at : at_)
      hasher.add(at == never ? 0 : static_cast<std::uint64_t>((at - now).us) + 1);
  }
  friend bool operator==(const Timers&, const Timers&) = default;

 private:
  [[nodiscard]] Instant& slot(Timer timer) { return at_[static_cast<std::size_t>(timer)]; }
  std::array<Instant, static_cast<std::size_t>(Timer::count_)> at_{};
  PEAL_PARTS(at_)
};

}  // namespace peal
