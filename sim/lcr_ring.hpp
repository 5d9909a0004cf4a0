// A ring of votes alone: the servers' own voting on links with delays, and nothing else of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/prng.hpp"
#include "core/voting.hpp"
#include "sim/event_queue.hpp"
#include "sim/rolling_digest.hpp"

namespace peal::sim {

/// Who sits where, and how long a vote takes from each place to the next one.
struct LcrOrder {
  std::vector<ServerId> ids;  ///< 1 to n, by place
  std::vector<std::int64_t> delays_us;
};

/// An order like any other: ids shuffled (Fisher-Yates, from the last place down), then a delay of
/// 100 to 999 us for each link. tests/bench/peers draws the same in other languages.
[[nodiscard]] LcrOrder draw_lcr_order(std::size_t servers, Prng& prng);

struct LcrOutcome {
  std::size_t winner = 0;  ///< its place
  std::uint64_t votes = 0;
  std::int64_t end_us = 0;        ///< when the winner's vote was home
  std::uint64_t arrivals_us = 0;  ///< the times at which votes arrived, added up
};

/// Elections of one size, one after the other, each from time 0. Nothing is lost, and all servers
/// start at once: LCR as in the textbooks, by the code that ships.
class LcrRing {
 public:
  explicit LcrRing(std::size_t servers) : voting_(servers), votes_(servers) {}

  /// `order` has as many places as the ring.
  LcrOutcome elect(const LcrOrder& order);
  /// Of every arrival of every election so far.
  [[nodiscard]] Digest digest() const { return digest_.digest(); }

 private:
  /// The vote that began at a place arrives at another one.
  struct Arrival {
    std::uint32_t at = 0;
    std::uint32_t vote = 0;
  };
  void start(const LcrOrder& order);
  void send(const LcrOrder& order, std::int64_t now_us, std::uint32_t from, std::uint32_t vote);

  std::uint64_t round_ = 0;
  std::vector<Voting> voting_;  // By place.
  std::vector<Vote> votes_;     // By the place where each began: it is at one place at a time.
  EventQueue<Arrival> under_way_;
  LcrOutcome outcome_;
  RollingDigest digest_;
};

}  // namespace peal::sim
