// What may happen next in a small world, and doing it.
#include "sim/explore/small_world.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "core/check.hpp"
#include "sim/describe.hpp"

namespace peal::sim::explore {
namespace {

constexpr unsigned letter_bits = 24;

Choice choice(Choice::Kind kind, std::size_t place, std::size_t what) {
  return {kind, static_cast<std::uint8_t>(place), static_cast<std::uint16_t>(what)};
}

bool same_link(Flight a, Flight b) { return a.to == b.to && a.from == b.from; }

/// Of equal datagrams one is enough, and where links keep their order, the first of each.
bool may_arrive(const Rules& rules, const std::vector<Flight>& flights, std::size_t i) {
  if (i == 0) return true;
  return rules.in_order ? !same_link(flights[i], flights[i - 1]) : flights[i] != flights[i - 1];
}

bool anything_under_way(const Stage& stage, const SmallWorld& world) {
  if (!world.flights.empty() || world.said < stage.lines().size()) return true;
  for (std::size_t place = 0; place < stage.cast().servers; ++place)
    if (stage.node(world.hosts[place]).writes != 0) return true;
  return false;
}

/// Who is due already may wake at any moment. Time goes on to the next deadline once nothing is
/// under way; before, only as one of the early wakes.
void list_wakes(const Stage& stage, const Rules& rules, const SmallWorld& world,
                std::vector<Choice>& choices) {
  const Instant at = next_deadline(stage, world);
  if (at > rules.end) return;
  if (at > world.now && world.left.early_wakes == 0 && anything_under_way(stage, world)) return;
  for (std::size_t place = 0; place < stage.cast().places(); ++place)
    if (stage.node(world.hosts[place]).deadline <= at)
      choices.push_back(choice(Choice::Kind::wake, place, 0));
}

void list_crashes(const Stage& stage, const Rules& rules, const SmallWorld& world,
                  std::vector<Choice>& choices) {
  for (std::size_t place = 0; place < stage.cast().servers; ++place) {
    const Node& node = stage.node(world.hosts[place]);
    if (!node.up && world.left.restarts != 0)
      choices.push_back(choice(Choice::Kind::restart, place, 0));
    if (!node.up || world.left.crashes == 0) continue;
    if (rules.only_leader_crashes && node.host->server->role() != Role::leader) continue;
    for (std::size_t kept = 0; kept <= node.writes; ++kept)
      choices.push_back(choice(Choice::Kind::crash, place, kept));
  }
}

std::size_t client_place(const Stage& stage) { return stage.cast().servers; }

Happening happening_of(const SmallWorld& world, Choice choice) {
  using Kind = Happening::Kind;
  switch (choice.kind) {
    case Choice::Kind::deliver:
    case Choice::Kind::deliver_and_keep:
    case Choice::Kind::lose: return {Kind::deliver, world.flights[choice.what].letter};
    case Choice::Kind::written: return {Kind::written, 0};
    case Choice::Kind::say: return {Kind::say, world.said};
    case Choice::Kind::wake: return {Kind::wake, 0};
    case Choice::Kind::crash: return {Kind::crash, choice.what};
    case Choice::Kind::restart: return {Kind::start, 0};
  }
  return {};
}

/// What changes besides the host: budgets, time, and what is under way.
void prepare(const Stage& stage, SmallWorld& world, Choice choice) {
  switch (choice.kind) {
    case Choice::Kind::deliver: world.flights.erase(world.flights.begin() + choice.what); return;
    case Choice::Kind::lose:
      world.flights.erase(world.flights.begin() + choice.what);
      --world.left.losses;
      return;
    case Choice::Kind::deliver_and_keep: --world.left.duplicates; return;
    case Choice::Kind::written: return;
    case Choice::Kind::say: ++world.said; return;
    case Choice::Kind::wake: {
      const Instant at = std::max(world.now, stage.node(world.hosts[choice.place]).deadline);
      if (at > world.now && anything_under_way(stage, world)) --world.left.early_wakes;
      world.now = at;
      return;
    }
    case Choice::Kind::crash: --world.left.crashes; return;
    case Choice::Kind::restart: --world.left.restarts; return;
  }
}

/// Nobody will ever be there to receive it.
bool gone_for_good(const Stage& stage, const SmallWorld& world, std::size_t place) {
  return !stage.node(world.hosts[place]).up && world.left.restarts == 0;
}

const char* kind_text(Choice::Kind kind) {
  switch (kind) {
    case Choice::Kind::deliver: return "receives";
    case Choice::Kind::deliver_and_keep: return "receives, and a copy is under way still,";
    case Choice::Kind::lose: return "never receives";
    case Choice::Kind::written: return "has written";
    case Choice::Kind::say: return "says";
    case Choice::Kind::wake: return "wakes";
    case Choice::Kind::crash: return "crashes";
    case Choice::Kind::restart: return "starts again";
  }
  return "";
}

}  // namespace

bool moves(Choice choice) {
  return choice.kind != Choice::Kind::crash && choice.kind != Choice::Kind::restart;
}

Instant next_deadline(const Stage& stage, const SmallWorld& world) {
  Instant at = never;
  for (std::size_t place = 0; place < stage.cast().places(); ++place)
    at = std::min(at, stage.node(world.hosts[place]).deadline);
  return std::max(at, world.now);
}

void list_choices(const Stage& stage, const Rules& rules, const SmallWorld& world,
                  std::vector<Choice>& choices) {
  choices.clear();
  for (std::size_t i = 0; i < world.flights.size(); ++i) {
    if (!may_arrive(rules, world.flights, i)) continue;
    const std::size_t to = world.flights[i].to;
    choices.push_back(choice(Choice::Kind::deliver, to, i));
    if (world.left.losses != 0) choices.push_back(choice(Choice::Kind::lose, to, i));
    if (world.left.duplicates != 0)
      choices.push_back(choice(Choice::Kind::deliver_and_keep, to, i));
  }
  for (std::size_t place = 0; place < stage.cast().servers; ++place)
    if (stage.node(world.hosts[place]).writes != 0)
      choices.push_back(choice(Choice::Kind::written, place, 0));
  if (world.said < stage.lines().size())
    choices.push_back(choice(Choice::Kind::say, client_place(stage), 0));
  list_wakes(stage, rules, world, choices);
  list_crashes(stage, rules, world, choices);
}

void add_flight(const Rules& rules, SmallWorld& world, Flight flight) {
  auto& flights = world.flights;
  if (!rules.in_order) {
    const auto order = [](Flight a, Flight b) {
      return a.to != b.to ? a.to < b.to : a.letter < b.letter;
    };
    flights.insert(std::ranges::upper_bound(flights, flight, order), flight);
    return;
  }
  const auto order = [](Flight a, Flight b) {
    return a.to != b.to ? a.to < b.to : a.from < b.from;
  };
  flights.insert(std::ranges::upper_bound(flights, flight, order), flight);
}

Step apply(Stage& stage, const Rules& rules, SmallWorld& world, Choice choice) {
  const Happening happening = happening_of(world, choice);
  prepare(stage, world, choice);
  if (choice.kind == Choice::Kind::lose) return {};
  const std::size_t place = choice.place;
  const Outcome outcome = stage.step(place, world.hosts[place], world.now, happening);
  world.hosts[place] = outcome.host;
  for (std::uint32_t i = 0; i < outcome.sent; ++i) {
    const Flight flight = stage.sent(outcome, i);
    if (!gone_for_good(stage, world, flight.to)) add_flight(rules, world, flight);
  }
  if (choice.kind == Choice::Kind::crash || choice.kind == Choice::Kind::restart)
    std::erase_if(world.flights,
                  [&](Flight flight) { return gone_for_good(stage, world, flight.to); });
  return {outcome.broken, outcome.watched};
}

Digest digest(const Stage& stage, const SmallWorld& world) {
  Hasher hasher;
  hasher.add(static_cast<std::uint64_t>(world.now.us)).add(world.said);
  const Budget& left = world.left;
  for (const std::uint64_t often :
       {left.crashes, left.restarts, left.losses, left.duplicates, left.early_wakes})
    hasher.add(often);
  for (std::size_t place = 0; place < stage.cast().places(); ++place) {
    const Digest host = stage.node(world.hosts[place]).digest;
    hasher.add(host.high).add(host.low);
  }
  for (const Flight flight : world.flights)
    hasher.add(flight.letter | static_cast<std::uint64_t>(flight.to) << 32U);
  return hasher.digest();
}

void pack(const SmallWorld& world, std::size_t places, std::vector<std::uint32_t>& into) {
  const auto now = static_cast<std::uint64_t>(world.now.us);
  into.push_back(static_cast<std::uint32_t>(now));
  into.push_back(static_cast<std::uint32_t>(now >> 32U));
  const Budget& left = world.left;
  into.push_back(static_cast<std::uint32_t>(left.crashes | left.restarts << 8U |
                                            left.losses << 16U | left.duplicates << 24U));
  into.push_back(static_cast<std::uint32_t>(left.early_wakes | world.said << 8U));
  into.insert(into.end(), world.hosts.begin(),
              world.hosts.begin() + static_cast<std::ptrdiff_t>(places));
  into.push_back(static_cast<std::uint32_t>(world.flights.size()));
  for (const Flight flight : world.flights) {
    CHECK(flight.letter >> letter_bits == 0);
    into.push_back(flight.letter | static_cast<std::uint32_t>(flight.to) << letter_bits |
                   static_cast<std::uint32_t>(flight.from) << (letter_bits + 4U));
  }
}

std::size_t unpack(std::span<const std::uint32_t> words, std::size_t places, SmallWorld& world) {
  world.now.us = static_cast<std::int64_t>(words[0] | std::uint64_t{words[1]} << 32U);
  const auto byte = [](std::uint32_t word, unsigned at) {
    return static_cast<std::uint8_t>(word >> (8U * at));
  };
  world.left = {byte(words[2], 0), byte(words[2], 1), byte(words[2], 2), byte(words[2], 3),
                byte(words[3], 0)};
  world.said = byte(words[3], 1);
  for (std::size_t place = 0; place < places; ++place) world.hosts[place] = words[4 + place];
  const std::size_t flights = words[4 + places];
  const std::size_t first = 5 + places;
  world.flights.clear();
  for (std::size_t i = 0; i < flights; ++i) {
    const std::uint32_t word = words[first + i];
    world.flights.push_back({static_cast<std::uint8_t>((word >> letter_bits) & 0xfU),
                             static_cast<std::uint8_t>(word >> (letter_bits + 4U)),
                             word & ((1U << letter_bits) - 1)});
  }
  return first + flights;
}

Telling tell(const Stage& stage, const SmallWorld& world, Choice choice) {
  const Cast& cast = stage.cast();
  Telling telling;
  SmallWorld then = world;
  const Happening happening = happening_of(world, choice);
  prepare(stage, then, choice);
  telling.at = then.now;
  telling.what = fmt::format("{} {}", cast.name(choice.place), kind_text(choice.kind));
  if (happening.kind == Happening::Kind::deliver) {
    const Flight flight = world.flights[choice.what];
    telling.what += fmt::format(" from {}: {}", cast.name(flight.from),
                                describe(stage.letters()[flight.letter].message));
  }
  if (choice.kind == Choice::Kind::say) telling.what += " " + describe(stage.lines()[world.said]);
  const std::size_t writes = stage.host(world.hosts[choice.place]).writes.size();
  if (choice.kind == Choice::Kind::crash && writes != 0)
    telling.what += fmt::format(", {} of {} writes kept", choice.what, writes);
  if (choice.kind != Choice::Kind::lose)
    telling.notes = stage.tell(choice.place, world.hosts[choice.place], then.now, happening).notes;
  return telling;
}

}  // namespace peal::sim::explore
