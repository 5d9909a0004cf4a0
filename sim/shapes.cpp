// Drawing who is on which side, and cutting the links between.
#include "sim/shapes.hpp"

#include <array>

namespace peal::sim {
namespace {

/// Clients go with a server each.
void join_clients(const Hosts& hosts, Sides& sides, Chooser& chooser, const Choice& choice) {
  for (std::size_t place = hosts.ring.size(); place < hosts.places; ++place)
    sides[place] = sides[hosts.ring[chooser.choose(choice, hosts.ring.size())]];
}

/// Two sides of servers, none of them empty where there are two servers.
Sides halves_of(const Hosts& hosts, Chooser& chooser, const Choice& choice) {
  Sides sides(hosts.places);
  for (std::size_t i = 1; i < hosts.ring.size(); ++i)
    sides[hosts.ring[i]] = static_cast<std::uint8_t>(chooser.choose(choice, 2));
  // One at least is on the other side of the first.
  if (hosts.ring.size() > 1)
    sides[hosts.ring[1 + chooser.choose(choice, hosts.ring.size() - 1)]] = 1;
  join_clients(hosts, sides, chooser, choice);
  return sides;
}

Sides scattered(const Hosts& hosts, Chooser& chooser, const Choice& choice) {
  Sides sides(hosts.places);
  for (std::size_t i = 0; i < hosts.ring.size(); ++i)
    sides[hosts.ring[i]] = static_cast<std::uint8_t>(i);
  join_clients(hosts, sides, chooser, choice);
  return sides;
}

/// Some of its clients go with it.
Sides isolated(const Hosts& hosts, Place server, Chooser& chooser, const Choice& choice) {
  Sides sides(hosts.places);
  sides[server] = 1;
  join_clients(hosts, sides, chooser, choice);
  return sides;
}

/// Every link from the one side to the other.
template <class Act>
void across(const Sides& sides, std::uint8_t from_side, Act act) {
  for (std::size_t from = 0; from < sides.size(); ++from)
    for (std::size_t to = 0; to < sides.size(); ++to)
      if (sides[from] == from_side && sides[to] != from_side)
        act(static_cast<Place>(from), static_cast<Place>(to));
}

void cut_one_way(Network& network, const Sides& sides, std::uint8_t from_side) {
  across(sides, from_side, [&](Place from, Place to) { network.cut(from, to); });
}

std::uint64_t draw_breaks(std::size_t servers, Chooser& chooser, const Choice& choice) {
  std::uint64_t breaks = 0;
  for (std::size_t i = 0; i < servers; ++i) breaks |= chooser.choose(choice, 2) << i;
  // Two breaks at least, where there is room for them.
  const std::uint64_t first = chooser.choose(choice, servers);
  breaks |= std::uint64_t{1} << first;
  if (servers > 1)
    breaks |= std::uint64_t{1} << ((first + 1 + chooser.choose(choice, servers - 1)) % servers);
  return breaks;
}

}  // namespace

const char* shape_name(Shape shape) {
  static constexpr std::array<const char*, shape_count> names = {
      "halves",  "arcs", "isolated", "scattered", "deaf",   "mute",
      "one way", "link", "bridge",   "flapping",  "clogged"};
  return names.at(static_cast<std::size_t>(shape));
}

Sides arcs_of(const Hosts& hosts, std::uint64_t breaks, Chooser& chooser, const Choice& choice) {
  Sides sides(hosts.places);
  const std::size_t servers = hosts.ring.size();
  std::uint8_t arc = 0;
  for (std::size_t i = 0; i < servers; ++i) {
    sides[hosts.ring[i]] = arc;
    if ((breaks >> i & 1U) != 0) ++arc;
  }
  // Without a break behind the last server its arc goes on to the first.
  if ((breaks >> (servers - 1) & 1U) == 0)
    for (const Place place : hosts.ring)
      if (sides[place] == arc) sides[place] = 0;
  join_clients(hosts, sides, chooser, choice);
  return sides;
}

void cut(Network& network, Shape shape, const Hosts& hosts, Chooser& chooser, const Choice& choice,
         std::int64_t until_us) {
  const auto any = [&] { return hosts.ring[chooser.choose(choice, hosts.ring.size())]; };
  switch (shape) {
    case Shape::halves:
    case Shape::flapping: return network.split(halves_of(hosts, chooser, choice));
    case Shape::arcs: {
      const std::uint64_t breaks = draw_breaks(hosts.ring.size(), chooser, choice);
      return network.split(arcs_of(hosts, breaks, chooser, choice));
    }
    case Shape::isolated: return network.split(isolated(hosts, any(), chooser, choice));
    case Shape::scattered: return network.split(scattered(hosts, chooser, choice));
    case Shape::deaf: return cut_one_way(network, isolated(hosts, any(), chooser, choice), 0);
    case Shape::mute: return cut_one_way(network, isolated(hosts, any(), chooser, choice), 1);
    case Shape::one_way: return cut_one_way(network, halves_of(hosts, chooser, choice), 1);
    case Shape::link: {
      const Place one = any();
      const Place other = any();
      network.cut(one, other);
      return network.cut(other, one);
    }
    case Shape::bridge:
      network.split(halves_of(hosts, chooser, choice));
      return network.bridge(any());
    case Shape::clogged: {
      const Sides sides = halves_of(hosts, chooser, choice);
      for (const std::uint8_t side : {std::uint8_t{0}, std::uint8_t{1}})
        across(sides, side, [&](Place from, Place to) { network.clog_until(from, to, until_us); });
      return;
    }
    case Shape::count_: return;
  }
}

}  // namespace peal::sim
