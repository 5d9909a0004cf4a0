// Learning, flooding and the faults of links.
#include "tests/support/switch/fabric.hpp"

#include <algorithm>

namespace peal::lan {
namespace {

constexpr std::size_t header_bytes = 14;
constexpr Mac broadcast_mac{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

bool to_a_group(const Mac& mac) { return (mac[0] & 1U) != 0; }

Mac mac_at(std::span<const std::uint8_t> frame, std::size_t offset) {
  Mac mac;
  std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(offset), mac.size(), mac.begin());
  return mac;
}

// SplitMix64: every bit of the input moves every bit of the output.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

/// The dice for one frame of one link. A throw is the same whatever was thrown before it, so that
/// a change of one fault leaves the others' decisions as they were.
class Dice {
 public:
  Dice(std::uint64_t seed, Port from, Port to, std::uint64_t frame)
      : state_(mixed(mixed(mixed(seed) ^ (std::uint64_t{from} << 32U | to)) ^ frame)) {}

  /// From 0 to below 1.
  [[nodiscard]] double about(std::uint64_t question) const {
    return static_cast<double>(mixed(state_ ^ question) >> 11U) * 0x1p-53;
  }

 private:
  std::uint64_t state_;
};

/// The number of each port's group, from 1; 0 for a port of none.
std::vector<int> numbered(const std::vector<std::vector<Port>>& groups, Port ports) {
  std::vector<int> numbers(std::size_t{ports} + 1);
  int number = 0;
  for (const std::vector<Port>& group : groups) {
    ++number;
    for (const Port port : group) numbers[port] = number;
  }
  return numbers;
}

bool are_apart(int a, int b) { return a != 0 && b != 0 && a != b; }

enum Question : std::uint8_t { is_lost, is_doubled, first_delay, second_delay };

Delay drawn(const Link& link, double dice) {
  const auto width = static_cast<double>((link.delay_max - link.delay_min).count());
  return link.delay_min + Delay(static_cast<Delay::rep>(width * dice));
}

}  // namespace

Fabric::Fabric(Port ports, std::uint64_t seed)
    : ports_(ports),
      seed_(seed),
      lines_(std::size_t{ports} * ports),
      network_(std::size_t{ports} + 1),
      side_(std::size_t{ports} + 1) {}

std::vector<Copy> Fabric::forward(Port from, std::span<const std::uint8_t> frame) {
  std::vector<Copy> copies;
  if (frame.size() < header_bytes) return copies;
  ++counters_.frames;
  const Mac destination = mac_at(frame, 0);
  const Mac source = mac_at(frame, destination.size());
  if (!to_a_group(source)) learned_[source] = from;
  if (filtered(destination)) return copies;

  if (const auto known = learned_.find(destination); known != learned_.end()) {
    const Port to = known->second;
    if (to != from && in_one_network(from, to)) send_copies(from, to, copies);
    return copies;
  }
  ++counters_.flooded;
  for (Port to = 1; to <= ports_; ++to)
    if (to != from && in_one_network(from, to)) send_copies(from, to, copies);
  return copies;
}

bool Fabric::filtered(const Mac& destination) {
  if (!to_a_group(destination)) return false;
  if (destination == broadcast_mac) {
    if (drop_broadcast_) ++counters_.broadcasts_dropped;
    return drop_broadcast_;
  }
  if (drop_multicast_) ++counters_.multicasts_dropped;
  return drop_multicast_;
}

void Fabric::send_copies(Port from, Port to, std::vector<Copy>& copies) {
  Line& on = line(from, to);
  const Dice dice(seed_, from, to, on.frames++);
  if (!passes(from, to)) return count_cut();
  if (dice.about(is_lost) < on.link.loss) {
    ++counters_.lost;
    return;
  }
  const bool twice = dice.about(is_doubled) < on.link.duplicate;
  if (twice) ++counters_.duplicated;
  for (const Question delay : {first_delay, second_delay}) {
    if (delay == second_delay && !twice) break;
    copies.push_back({to, drawn(on.link, dice.about(delay))});
    ++counters_.copies;
    if (copies.back().delay > Delay::zero()) ++counters_.delayed;
  }
}

bool Fabric::in_one_network(Port a, Port b) const { return !are_apart(network_[a], network_[b]); }

bool Fabric::passes(Port from, Port to) const {
  return !are_apart(side_[from], side_[to]) && !line(from, to).link.blocked;
}

Link& Fabric::link(Port from, Port to) { return line(from, to).link; }

void Fabric::separate(const std::vector<std::vector<Port>>& networks) {
  network_ = numbered(networks, ports_);
}

void Fabric::cut(const std::vector<std::vector<Port>>& sides) { side_ = numbered(sides, ports_); }

void Fabric::mend() {
  std::ranges::fill(side_, 0);
  for (Line& each : lines_) each.link.blocked = false;
}

void Fabric::heal() {
  mend();
  for (Line& each : lines_) each.link = {};
  drop_broadcast_ = false;
  drop_multicast_ = false;
}

Fabric::Line& Fabric::line(Port from, Port to) {
  return lines_[std::size_t{from - 1} * ports_ + (to - 1)];
}

const Fabric::Line& Fabric::line(Port from, Port to) const {
  return lines_[std::size_t{from - 1} * ports_ + (to - 1)];
}

}  // namespace peal::lan
