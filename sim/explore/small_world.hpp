// The explored world as a small value: which hosts, what is under way, and what may still go wrong.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/explore/stage.hpp"

namespace peal::sim::explore {

/// Servers and clients together.
inline constexpr std::size_t places_max = 6;

/// How often each may still happen.
struct Budget {
  std::uint8_t crashes = 0;
  std::uint8_t restarts = 0;
  std::uint8_t losses = 0;
  std::uint8_t duplicates = 0;
  std::uint8_t early_wakes = 0;  ///< deadlines that come while something is under way
  friend bool operator==(const Budget&, const Budget&) = default;
};

/// Rules of a world that do not change.
struct Rules {
  Instant end;            ///< nothing wakes after it
  bool in_order = false;  ///< the datagrams of one link arrive in the order of sending
  bool only_leader_crashes = false;
};

struct SmallWorld {
  Instant now;
  std::array<HostId, places_max> hosts{};
  std::uint8_t said = 0;  ///< so many lines of the stage
  Budget left;
  /// Sorted by receiver and packet; when links keep their order, by receiver and sender, then in
  /// the order of sending.
  std::vector<Flight> flights;
};

/// One thing that may happen next.
struct Choice {
  enum class Kind : std::uint8_t {
    deliver,
    written,
    say,
    wake,
    lose,
    deliver_and_keep,  ///< its copy is still under way
    crash,
    restart
  };
  Kind kind = Kind::deliver;
  std::uint8_t place = 0;
  std::uint16_t what = 0;  ///< the flight, or how many writes a crash keeps
};

/// All that may happen, always in the same order. Without any but crashes and restarts the world
/// stands still: its end is reached.
void list_choices(const Stage& stage, const Rules& rules, const SmallWorld& world,
                  std::vector<Choice>& choices);
[[nodiscard]] bool moves(Choice choice);

/// broken: an index into Stage::broken(), 0 for nothing. watched: see Outcome.
struct Step {
  std::uint32_t broken = 0;
  bool watched = false;
};
Step apply(Stage& stage, const Rules& rules, SmallWorld& world, Choice choice);

/// When the next deadline comes; never before now.
[[nodiscard]] Instant next_deadline(const Stage& stage, const SmallWorld& world);
/// Whatever happens at the same place and time to hosts that are the same, ends the same.
[[nodiscard]] Digest digest(const Stage& stage, const SmallWorld& world);
void add_flight(const Rules& rules, SmallWorld& world, Flight flight);

/// Numbers that a world is stored as; unpack() gives it back and says how many it read.
void pack(const SmallWorld& world, std::size_t places, std::vector<std::uint32_t>& into);
std::size_t unpack(std::span<const std::uint32_t> words, std::size_t places, SmallWorld& world);

/// What happens, in words, with all that the host does about it.
struct Telling {
  Instant at;
  std::string what;
  std::vector<std::string> notes;
};
[[nodiscard]] Telling tell(const Stage& stage, const SmallWorld& world, Choice choice);

}  // namespace peal::sim::explore
