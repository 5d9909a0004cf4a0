// What happens to a datagram between two hosts: delay, loss, copies, flipped bits, partitions.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/chooser.hpp"
#include "sim/place.hpp"
#include "sim/rule.hpp"

namespace peal::sim {

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
  friend bool operator==(const Weather&, const Weather&) = default;
};

enum class Fate : std::uint8_t { arrives, lost, twice, corrupted };

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

  /// Cuts every link between hosts of different sides. sides: one number for each place.
  void split(std::span<const std::uint8_t> sides);
  /// Cuts one direction of one link.
  void cut(Place from, Place to) { link(from, to).blocked = true; }
  /// Joins a host to all others again, whatever cuts it: the bridge between two sides.
  void bridge(Place place);
  [[nodiscard]] bool cuts() const;
  /// True when the hosts are in groups, each whole, which hear nothing of each other; one group is
  /// one too.
  [[nodiscard]] bool is_partition() const;
  void add_rule(const Rule& rule) { rules_.push_back({rule, 0}); }
  /// Counts a datagram, and says which rule hits it; the first that does.
  [[nodiscard]] const Rule* rule_for(Place from, Place to, std::uint8_t kind);
  /// Mends every cut, burst and clog; rules stay.
  void heal();
  /// Of the datagrams of a link, half are lost until then.
  void lose_until(Place from, Place to, std::int64_t until_us) {
    link(from, to).losing_until_us = until_us;
  }
  /// Datagrams of a link wait until then, and arrive all at once.
  void clog_until(Place from, Place to, std::int64_t until_us) {
    link(from, to).clogged_until_us = until_us;
  }
  /// True when no link is cut, lossy beyond the weather, or clogged.
  [[nodiscard]] bool whole(std::int64_t now_us) const;

 private:
  struct Link {
    bool blocked = false;
    std::int64_t losing_until_us = 0;
    std::int64_t clogged_until_us = 0;
  };
  struct CountedRule {
    Rule rule;
    std::uint32_t seen = 0;
  };
  [[nodiscard]] Link& link(Place from, Place to) { return links_[from * places_ + to]; }
  [[nodiscard]] const Link& link(Place from, Place to) const { return links_[from * places_ + to]; }

  std::size_t places_;
  std::vector<Link> links_;
  std::vector<bool> deaf_to_groups_;
  std::vector<CountedRule> rules_;
  Weather weather_;
};

}  // namespace peal::sim
