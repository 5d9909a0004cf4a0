// The one mechanism that brings entries to a peer: push what is missing, within a window that
// follows loss.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <vector>

#include "core/history.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/round_trip.hpp"
#include "core/time.hpp"

namespace peal {

/// Pushes from this server to one incarnation of a peer. Every push is numbered and acknowledged;
/// three later ones acknowledged, or the timeout, make it lost, and its entries are pushed again
/// (RFC 9002 in small). The window doubles per round trip until the first loss, then grows by one
/// datagram per round trip and halves on loss.
class PushStream {
 public:
  static constexpr std::size_t window_bytes_min = 4 * 1'280;
  static constexpr std::size_t window_bytes_start = 24 * 1'280;
  static constexpr std::size_t window_bytes_max = 400 * 1'280;
  /// While this many pushes are under way, a further one waits until it is full: batches grow with
  /// the load.
  static constexpr std::size_t eager_pushes = 2;

  PushStream() = default;
  /// Numbers go on after those of former streams, so that a late acknowledgement of theirs means
  /// nothing here.
  PushStream(Incarnation peer, std::uint64_t after)
      : peer_(peer), n_(after), highest_acknowledged_(after) {}
  [[nodiscard]] std::uint64_t last() const { return n_; }
  [[nodiscard]] Incarnation peer() const { return peer_; }

  /// The peer told all that it has. Taken over when nothing is under way; else only what is new in
  /// it.
  void peer_has(const VersionVector& held);
  /// Entries up to here are wanted there.
  void want(const VersionVector& goal) { goal_.merge(goal); }
  void want(EntryId upto) { goal_.advance(upto); }

  /// The next push, if the window has room and something is missing. `blocked_on` tells the entry
  /// that has to be read from storage first, but none of `damaged`, which storage cannot give.
  [[nodiscard]] std::optional<Push> next(const History& history, const std::set<EntryId>& damaged,
                                         Instant now);
  [[nodiscard]] std::optional<EntryId> blocked_on() const { return blocked_on_; }
  /// Entries of one log that were read from storage, in order.
  void loaded(std::vector<SharedEntry> entries);

  void acknowledged(const std::vector<PushRange>& received, Instant now);
  /// Declares lost what waited too long. True when something was.
  bool tick(Instant now);
  [[nodiscard]] Instant deadline() const;
  [[nodiscard]] bool idle() const { return in_flight_.empty() && again_.empty(); }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_.size(); }
  [[nodiscard]] std::uint64_t lost() const { return lost_; }
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const PushStream&, const PushStream&) = default;

 private:
  struct Span {
    LogId log;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    friend bool operator==(const Span&, const Span&) = default;
    PEAL_PARTS(log, first, last)
  };
  struct InFlight {
    std::uint64_t n = 0;
    Instant sent;
    std::size_t bytes = 0;
    std::vector<Span> spans;
    friend bool operator==(const InFlight&, const InFlight&) = default;
    PEAL_PARTS(n, sent, bytes, spans)
  };
  struct Batch {
    Push push;
    std::vector<Span> spans;
    std::size_t bytes = 0;
  };
  enum class Took : std::uint8_t { all, full, missing };
  Took take(Span& span, const History& history, const std::set<EntryId>& damaged, Batch& batch);
  [[nodiscard]] const SharedEntry* lookup(EntryId id, const History& history) const;
  void lose(const InFlight& push);
  void shrink_window(Instant now);
  [[nodiscard]] Duration timeout() const;

  Incarnation peer_;
  VersionVector goal_;
  VersionVector sent_;       // Next to be pushed of each log: one above.
  std::vector<Span> again_;  // Lost ones.
  std::vector<SharedEntry> loaded_;
  std::optional<EntryId> blocked_on_;
  std::deque<InFlight> in_flight_;
  std::size_t bytes_in_flight_ = 0;
  std::size_t window_ = window_bytes_start;
  bool slow_start_ = true;
  std::uint64_t n_ = 0;
  std::uint64_t highest_acknowledged_ = 0;
  std::uint64_t recover_until_ =
      0;  // Losses of pushes up to this number shrank the window already.
  std::uint32_t backoff_ = 0;
  std::uint64_t lost_ = 0;
  RoundTrip round_trip_;
  PEAL_PARTS(peer_, goal_, sent_, again_, loaded_, blocked_on_, in_flight_, bytes_in_flight_,
             window_, slow_start_, n_, highest_acknowledged_, recover_until_, backoff_, lost_,
             round_trip_)
};

}  // namespace peal
