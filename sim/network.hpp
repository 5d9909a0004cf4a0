// What happens to a datagram between two hosts: delay, loss, copies, flipped bits, partitions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/chooser.hpp"
#include "sim/place.hpp"
#include "sim/rule.hpp"

namespace peal::sim {

/// How much a direction of a link takes: the datagrams before one are sent first, and one that
/// finds no room to wait is lost.
struct Width {
  std::uint32_t bytes_per_s = 0;  ///< 0: as much as there is
  std::uint32_t queue_bytes = 65'536;
  friend bool operator==(const Width&, const Width&) = default;
};

/// The everyday behaviour of all links. Times in microseconds.
struct Weather {
  std::int64_t latency_min_us = 60;
  std::int64_t jitter_us = 120;  ///< spread of ordinary datagrams
  std::int64_t tail_us = 2'000;  ///< spread of the slow ones
  std::uint32_t tail_per_million = 2'000;
  std::uint32_t lost_per_million = 0;
  std::uint32_t twice_per_million = 0;
  std::uint32_t corrupted_per_million = 0;
  /// Of what is multicast, besides.
  std::uint32_t group_lost_per_million = 0;
  Width width;
  friend bool operator==(const Weather&, const Weather&) = default;
};

enum class Fate : std::uint8_t { arrives, lost, twice, corrupted };

/// What the blocked links of a network come to.
struct Cuts {
  bool any = false;
  bool are_partition = true;
};

class Network {
 public:
  explicit Network(std::size_t places)
      : places_(places), links_(places * places), deaf_to_groups_(places) {}

  void set_weather(const Weather& weather) { weather_ = weather; }
  [[nodiscard]] const Weather& weather() const { return weather_; }
  [[nodiscard]] std::size_t places() const { return places_; }

  [[nodiscard]] bool blocked(Place from, Place to) const { return link(from, to).blocked; }
  [[nodiscard]] Fate fate(Chooser& chooser, std::int64_t now_us, Place from, Place to,
                          std::uint8_t kind) const;
  /// Whether what is multicast reaches a place at all: some networks drop it.
  void set_deaf_to_groups(Place place, bool deaf) { deaf_to_groups_[place] = deaf; }
  [[nodiscard]] bool multicast_reaches(Chooser& chooser, Place from, Place to,
                                       std::uint8_t kind) const;
  /// How long a datagram that starts now is under way.
  [[nodiscard]] std::int64_t latency_us(Chooser& chooser, std::int64_t now_us, Place from, Place to,
                                        std::uint8_t kind) const;

  /// How long a datagram that starts now waits for those before it and until its own last byte is
  /// sent; nothing: there is no room for it.
  [[nodiscard]] std::optional<std::int64_t> enqueue(std::int64_t now_us, Place from, Place to,
                                                    std::size_t bytes);

  /// Cuts every link between hosts of different sides. sides: one number for each place.
  void split(std::span<const std::uint8_t> sides);
  /// Cuts one direction of one link.
  void cut(Place from, Place to) { block(from, to, true); }
  /// Joins a host to all others again, whatever cuts it: the bridge between two sides.
  void bridge(Place place);
  [[nodiscard]] bool cuts() const { return known_cuts().any; }
  /// True when the hosts are in groups, each whole, which hear nothing of each other; one group is
  /// one too. This and cuts() look at all links once after each change: they are asked ten times a
  /// second.
  [[nodiscard]] bool is_partition() const { return known_cuts().are_partition; }
  void add_rule(const Rule& rule) { rules_.push_back({rule, 0}); }
  /// Counts a datagram, and says which rule hits it; the first that does.
  [[nodiscard]] const Rule* rule_for(Place from, Place to, std::uint8_t kind);
  /// Mends every cut, and whatever links do for a while; rules stay.
  void heal();
  /// Of the datagrams of a link, half are lost until then.
  void lose_until(Place from, Place to, std::int64_t until_us) {
    link(from, to).losing_until_us = until_us;
  }
  /// Until then every datagram of a link takes up to so much longer.
  void lag_until(Place from, Place to, std::int64_t by_us, std::int64_t until_us) {
    link(from, to).lag_by_us = by_us;
    link(from, to).lagging_until_us = until_us;
  }
  void narrow_until(Place from, Place to, const Width& width, std::int64_t until_us) {
    link(from, to).narrow = width;
    link(from, to).narrow_until_us = until_us;
  }
  /// Datagrams of a link wait until then, and arrive all at once.
  void clog_until(Place from, Place to, std::int64_t until_us) {
    link(from, to).clogged_until_us = until_us;
  }
  /// True when no link is cut, and none is worse than the weather.
  [[nodiscard]] bool whole(std::int64_t now_us) const;

 private:
  struct Link {
    bool blocked = false;
    std::int64_t losing_until_us = 0;
    std::int64_t lagging_until_us = 0;
    std::int64_t lag_by_us = 0;
    std::int64_t clogged_until_us = 0;
    std::int64_t narrow_until_us = 0;
    Width narrow;
    std::int64_t sent_at_us = 0;  // When the last byte that waits is sent.
  };
  struct CountedRule {
    Rule rule;
    std::uint32_t seen = 0;
  };
  [[nodiscard]] const Cuts& known_cuts() const;
  [[nodiscard]] Link& link(Place from, Place to) { return links_[from * places_ + to]; }
  void block(Place from, Place to, bool blocked) {
    link(from, to).blocked = blocked;
    cuts_.reset();
  }
  [[nodiscard]] const Link& link(Place from, Place to) const { return links_[from * places_ + to]; }

  std::size_t places_;
  std::vector<Link> links_;
  std::vector<bool> deaf_to_groups_;
  std::vector<CountedRule> rules_;
  Weather weather_;
  mutable std::optional<Cuts> cuts_;  // None: other links are blocked since.
};

}  // namespace peal::sim
