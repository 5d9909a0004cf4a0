// Fates and latencies of datagrams, and the shapes of partitions.
#include "sim/network.hpp"

#include <algorithm>
#include <array>

namespace peal::sim {
namespace {

constexpr std::uint32_t million = 1'000'000;
constexpr std::uint64_t latency_steps = 4'096;

// What waits when a link is as wide as any again leaves at this rate.
constexpr std::uint32_t wide_bytes_per_s = 125'000'000;

std::int64_t sent_in(std::int64_t us, std::uint32_t bytes_per_s) {
  return us * bytes_per_s / million;
}
std::int64_t time_of(std::int64_t bytes, std::uint32_t bytes_per_s) {
  return bytes * million / bytes_per_s;
}

}  // namespace

Fate Network::fate(Chooser& chooser, std::int64_t now_us, Place from, Place to,
                   std::uint8_t kind) const {
  if (from == to) return Fate::arrives;
  const bool losing = link(from, to).losing_until_us > now_us;
  const std::uint32_t lost = losing ? million / 2 : weather_.lost_per_million;
  const std::uint32_t other = weather_.twice_per_million + weather_.corrupted_per_million;
  const Choice choice{About::fate, kind, from, to};
  if (lost + other == 0 && !chooser.insists(choice)) return Fate::arrives;
  const std::array<std::uint32_t, 4> weights{
      million - lost - other, lost, weather_.twice_per_million, weather_.corrupted_per_million};
  return static_cast<Fate>(chooser.pick(choice, weights));
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
  const Link& way = link(from, to);
  if (way.lagging_until_us > now_us)
    latency += chooser.between({About::latency, kind, from, to}, 0, way.lag_by_us);
  const std::int64_t clogged = way.clogged_until_us;
  if (clogged > now_us) latency += clogged - now_us;
  return latency;
}

std::optional<std::int64_t> Network::enqueue(std::int64_t now_us, Place from, Place to,
                                             std::size_t bytes) {
  Link& way = link(from, to);
  const bool narrow = way.narrow_until_us > now_us;
  const Width& width = narrow ? way.narrow : weather_.width;
  if (from == to || width.bytes_per_s == 0) return 0;
  // What a link that is narrow for a while has not sent by then leaves at the usual rate.
  const std::uint32_t later =
      weather_.width.bytes_per_s != 0 ? weather_.width.bytes_per_s : wide_bytes_per_s;
  const std::int64_t until_us = narrow ? way.narrow_until_us : now_us;
  const std::int64_t busy_until_us = std::max(way.sent_at_us, now_us);
  const std::int64_t waiting =
      sent_in(std::min(busy_until_us, until_us) - now_us, width.bytes_per_s) +
      sent_in(std::max(busy_until_us, until_us) - until_us, later);
  if (waiting + static_cast<std::int64_t>(bytes) > width.queue_bytes) return std::nullopt;
  const std::int64_t to_send = static_cast<std::int64_t>(bytes);
  const std::int64_t before = std::min(
      to_send, sent_in(std::max<std::int64_t>(0, until_us - busy_until_us), width.bytes_per_s));
  way.sent_at_us = before == to_send
                       ? busy_until_us + time_of(to_send, width.bytes_per_s)
                       : std::max(busy_until_us, until_us) + time_of(to_send - before, later);
  return way.sent_at_us - now_us;
}

void Network::split(std::span<const std::uint8_t> sides) {
  for (std::size_t from = 0; from < places_; ++from)
    for (std::size_t to = 0; to < places_; ++to)
      if (sides[from] != sides[to]) cut(static_cast<Place>(from), static_cast<Place>(to));
}

void Network::bridge(Place place) {
  for (std::size_t other = 0; other < places_; ++other) {
    block(place, static_cast<Place>(other), false);
    block(static_cast<Place>(other), place, false);
  }
}

const Cuts& Network::known_cuts() const {
  if (cuts_) return *cuts_;
  Cuts& cuts = cuts_.emplace();
  cuts.any = std::ranges::any_of(links_, [](const Link& link) { return link.blocked; });
  if (!cuts.any) return cuts;               // One group.
  std::vector<std::size_t> group(places_);  // Its first member.
  for (std::size_t place = 0; place < places_; ++place)
    while (group[place] < place && (links_[place * places_ + group[place]].blocked ||
                                    links_[group[place] * places_ + place].blocked))
      ++group[place];
  for (std::size_t from = 0; from < places_; ++from)
    for (std::size_t to = 0; to < places_; ++to)
      if (links_[from * places_ + to].blocked != (group[from] != group[to]))
        cuts.are_partition = false;
  return cuts;
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

void Network::heal() {
  std::ranges::fill(links_, Link{});
  cuts_.reset();
}

bool Network::whole(std::int64_t now_us) const {
  return std::ranges::none_of(links_, [now_us](const Link& link) {
    return link.blocked || std::max({link.losing_until_us, link.lagging_until_us,
                                     link.narrow_until_us, link.clogged_until_us}) > now_us;
  });
}

}  // namespace peal::sim
