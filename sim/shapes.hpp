// The shapes in which a network falls apart.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/chooser.hpp"
#include "sim/place.hpp"

namespace peal::sim {

enum class Shape : std::uint8_t {
  halves,     ///< two sides, whoever is on which
  arcs,       ///< two or more arcs of the ring
  isolated,   ///< one server alone
  scattered,  ///< every server alone
  deaf,       ///< one server hears nobody and is heard
  mute,       ///< one server is heard by nobody and hears
  one_way,    ///< one side hears the other and is not heard there
  link,       ///< two servers cannot reach each other, and everybody else can
  bridge,     ///< two sides, and one server that reaches both
  flapping,   ///< two sides, cut and whole in turns
  clogged,    ///< two sides; what they send each other arrives all at once in the end
  count_
};
inline constexpr std::size_t shape_count = static_cast<std::size_t>(Shape::count_);
[[nodiscard]] const char* shape_name(Shape shape);

/// The hosts of a network as shapes see them: servers in the order of their ids, which is their
/// order in the ring, and clients behind them.
struct Hosts {
  std::vector<Place> ring;
  std::size_t places = 0;
};

/// Directions, each from one host to another.
using Links = std::vector<std::pair<Place, Place>>;

/// One number for each place.
using Sides = std::vector<std::uint8_t>;

/// The arcs that come of breaking the ring behind each server i of it whose bit is set; one break
/// or none leaves one arc. Each client is on the side of a server that the chooser picks.
[[nodiscard]] Sides arcs_of(const Hosts& hosts, std::uint64_t breaks, Chooser& chooser,
                            const Choice& choice);

/// Every link between hosts of different sides, in both directions.
[[nodiscard]] Links between(const Sides& sides);

/// The links, by direction, that are cut when a network falls apart in this shape (clogged: that
/// are clogged then); the chooser says where.
[[nodiscard]] Links links_of(Shape shape, const Hosts& hosts, Chooser& chooser,
                             const Choice& choice);

}  // namespace peal::sim
