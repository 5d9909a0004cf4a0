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

/// Every link from one side to all others.
Links out_of(const Sides& sides, std::uint8_t side) {
  Links links;
  for (std::size_t from = 0; from < sides.size(); ++from)
    for (std::size_t to = 0; to < sides.size(); ++to)
      if (sides[from] == side && sides[to] != side)
        links.emplace_back(static_cast<Place>(from), static_cast<Place>(to));
  return links;
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

Links between(const Sides& sides) {
  Links links;
  for (std::size_t from = 0; from < sides.size(); ++from)
    for (std::size_t to = 0; to < sides.size(); ++to)
      if (sides[from] != sides[to])
        links.emplace_back(static_cast<Place>(from), static_cast<Place>(to));
  return links;
}

Links links_of(Shape shape, const Hosts& hosts, Chooser& chooser, const Choice& choice) {
  const auto any = [&] { return hosts.ring[chooser.choose(choice, hosts.ring.size())]; };
  switch (shape) {
    case Shape::halves:
    case Shape::flapping:
    case Shape::clogged: return between(halves_of(hosts, chooser, choice));
    case Shape::arcs: {
      const std::uint64_t breaks = draw_breaks(hosts.ring.size(), chooser, choice);
      return between(arcs_of(hosts, breaks, chooser, choice));
    }
    case Shape::isolated: return between(isolated(hosts, any(), chooser, choice));
    case Shape::scattered: return between(scattered(hosts, chooser, choice));
    case Shape::deaf: return out_of(isolated(hosts, any(), chooser, choice), 0);
    case Shape::mute: return out_of(isolated(hosts, any(), chooser, choice), 1);
    case Shape::one_way: return out_of(halves_of(hosts, chooser, choice), 1);
    case Shape::link: {
      const std::size_t count = hosts.ring.size();
      if (count < 2) return {};
      const std::size_t one = chooser.choose(choice, count);
      const std::size_t other = (one + 1 + chooser.choose(choice, count - 1)) % count;
      return {{hosts.ring[one], hosts.ring[other]}, {hosts.ring[other], hosts.ring[one]}};
    }
    case Shape::bridge: {
      Links links = between(halves_of(hosts, chooser, choice));
      const Place bridge = any();
      std::erase_if(links, [bridge](const auto& link) {
        return link.first == bridge || link.second == bridge;
      });
      return links;
    }
    case Shape::count_: break;
  }
  return {};
}

}  // namespace peal::sim
