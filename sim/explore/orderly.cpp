// One thing after the other, always the next one.
#include "sim/explore/orderly.hpp"

#include <algorithm>
#include <utility>

#include "sim/describe.hpp"

namespace peal::sim::explore {

Orderly::Orderly(const Stage& stage, const SmallWorld& world) : Orderly(stage.cast(), world.now) {
  for (std::size_t place = 0; place < hosts_.size(); ++place)
    hosts_[place] = stage.host(world.hosts[place]);
  for (const Flight flight : world.flights)
    under_way_.push_back({flight.to, stage.letters()[flight.letter]});
}

Act Orderly::act_at(std::size_t place) {
  return Act(cast_, place, now_, hosts_[place], telling_ != nullptr);
}

void Orderly::done(std::size_t place, Deed& deed, const std::string& what) {
  fail(deed.broken);
  if (telling_ != nullptr)
    telling_->push_back({now_, cast_.name(place) + " " + what, std::move(deed.notes)});
  const auto above = [&](std::size_t at) { return at > split_; };
  for (Outgoing& outgoing : deed.sent)
    if (split_ == 0 || above(place) == above(outgoing.to))
      under_way_.push_back(std::move(outgoing));
}

void Orderly::start(std::size_t place) {
  Act act = act_at(place);
  act.start();
  done(place, act.deed(), "starts");
}

void Orderly::crash(std::size_t place) {
  Act act = act_at(place);
  act.crash(0);
}

void Orderly::say(const Body& body) {
  Act act = act_at(cast_.servers);
  act.say(body);
  done(cast_.servers, act.deed(), telling_ != nullptr ? "says " + describe(body) : "");
}

bool Orderly::run_one(Instant until) {
  if (!under_way_.empty()) {
    const Outgoing next = std::move(under_way_.front());
    under_way_.pop_front();
    Act act = act_at(next.to);
    act.receive(next.packet);
    // Words only for who listens: ends of worlds are many.
    done(next.to, act.deed(),
         telling_ != nullptr ? "receives " + describe(next.packet.message) : "");
    return true;
  }
  for (std::size_t place = 0; place < hosts_.size(); ++place) {
    if (hosts_[place].writes.empty()) continue;
    Act act = act_at(place);
    act.complete_write();
    done(place, act.deed(), "has written");
    return true;
  }
  const auto first = std::ranges::min_element(hosts_, {}, &Host::deadline);
  if (first->deadline() == never || first->deadline() > until) return false;
  now_ = std::max(now_, first->deadline());
  const auto place = static_cast<std::size_t>(first - hosts_.begin());
  Act act = act_at(place);
  act.wake();
  done(place, act.deed(), "wakes");
  return true;
}

void Orderly::run_until(Instant until) {
  while (run_one(until)) {
  }
  now_ = std::max(now_, until);
}

SmallWorld Orderly::world(Stage& stage, const Rules& rules) const {
  SmallWorld world;
  world.now = now_;
  for (std::size_t place = 0; place < hosts_.size(); ++place)
    world.hosts[place] = stage.number(hosts_[place]);
  for (const Outgoing& outgoing : under_way_) {
    const std::size_t from = cast_.place_of(outgoing.packet.sender);
    const LetterId letter = stage.letters().number(outgoing.packet);
    add_flight(rules, world,
               {static_cast<std::uint8_t>(outgoing.to), static_cast<std::uint8_t>(from), letter});
  }
  return world;
}

}  // namespace peal::sim::explore
