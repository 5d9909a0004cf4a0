// Fates and latencies of datagrams, and the shapes of partitions.
#include "sim/network.hpp"

#include <algorithm>
#include <array>

namespace peal::sim {
namespace {

constexpr std::uint32_t million = 1'000'000;
constexpr std::uint64_t latency_steps = 4'096;

}  // namespace

Fate Network::fate(Chooser& chooser, std::int64_t now_us, Place from, Place to,
                   std::uint8_t kind) const {
  if (from == to) return Fate::arrives;
  const bool losing = link(from, to).losing_until_us > now_us;
  const std::uint32_t lost = losing ? million / 2 : weather_.lost_per_million;
  const std::uint32_t other = weather_.twice_per_million + weather_.corrupted_per_million;
  if (lost + other == 0) return Fate::arrives;
  const std::array<std::uint32_t, 4> weights{
      million - lost - other, lost, weather_.twice_per_million, weather_.corrupted_per_million};
  return static_cast<Fate>(chooser.pick({About::fate, kind, from, to}, weights));
}

bool Network::multicast_reaches(Chooser& chooser, Place from, Place to, std::uint8_t kind) const {
  if (deaf_to_groups_[to]) return false;
  return !chooser.chance({About::fate, kind, from, to}, weather_.group_lost_per_million);
}

std::int64_t Network::latency_us(Chooser& chooser, std::int64_t now_us, Place from, Place to,
                                 std::uint8_t kind) const {
  if (from == to) return weather_.latency_min_us;
  const auto draw = static_cast<std::int64_t>(
      chooser.choose({About::latency, kind, from, to}, latency_steps * latency_steps));
  const auto steps = static_cast<std::int64_t>(latency_steps);
  const std::int64_t coarse = draw / steps;
  const std::int64_t fine = draw % steps;
  // The highest draws are the slow datagrams; the others spread evenly.
  const std::int64_t slow = steps - (weather_.tail_per_million * steps + million - 1) / million;
  std::int64_t latency = weather_.latency_min_us + weather_.jitter_us * coarse / steps;
  // A cubed draw: most slow datagrams are a little late, few are very late.
  if (coarse >= slow && weather_.tail_per_million != 0)
    latency += weather_.tail_us * (fine * fine / steps * fine / steps) / steps;
  const std::int64_t clogged = link(from, to).clogged_until_us;
  if (clogged > now_us) latency += clogged - now_us;
  return latency;
}

void Network::split(std::span<const std::uint8_t> sides) {
  for (std::size_t from = 0; from < places_; ++from)
    for (std::size_t to = 0; to < places_; ++to)
      if (sides[from] != sides[to])
        link(static_cast<Place>(from), static_cast<Place>(to)).blocked = true;
}

void Network::bridge(Place place) {
  for (std::size_t other = 0; other < places_; ++other) {
    link(place, static_cast<Place>(other)).blocked = false;
    link(static_cast<Place>(other), place).blocked = false;
  }
}

bool Network::cuts() const {
  return std::ranges::any_of(links_, [](const Link& link) { return link.blocked; });
}

bool Network::is_partition() const {
  std::vector<std::size_t> group(places_);  // Its first member.
  for (std::size_t place = 0; place < places_; ++place)
    while (group[place] < place && (links_[place * places_ + group[place]].blocked ||
                                    links_[group[place] * places_ + place].blocked))
      ++group[place];
  for (std::size_t from = 0; from < places_; ++from)
    for (std::size_t to = 0; to < places_; ++to)
      if (links_[from * places_ + to].blocked != (group[from] != group[to])) return false;
  return true;
}

const Rule* Network::rule_for(Place from, Place to, std::uint8_t kind) {
  const Rule* hit = nullptr;
  for (auto& [rule, seen] : rules_) {
    if (rule.from != from || rule.to != to || rule.kind != kind) continue;
    ++seen;
    if (hit == nullptr && seen >= rule.first && seen - rule.first < rule.times) hit = &rule;
  }
  return hit;
}

void Network::heal() { std::ranges::fill(links_, Link{}); }

bool Network::whole(std::int64_t now_us) const {
  return std::ranges::none_of(links_, [now_us](const Link& link) {
    return link.blocked || link.losing_until_us > now_us || link.clogged_until_us > now_us;
  });
}

}  // namespace peal::sim
