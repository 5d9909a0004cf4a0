// Sums over the servers of a ring.
#include "cli/wire_meter.hpp"

#include "cli/status.hpp"

namespace peal::cli {

WireMeter::WireMeter(CommandLoop& loop, const LocalRing& ring, const Reach& reach) {
  for (const ServerId server : ring.servers()) {
    Reach one = reach;
    one.servers = {ring.address(server)};
    one.pin = true;
    askers_.push_back(std::make_unique<Connection>(loop, one, Connection::Kind::asks_only));
  }
}

WireCounters WireMeter::look() {
  WireCounters sums;
  for (const auto& asker : askers_)
    for (const Counter& counter : status_of(*asker).counters) sums[counter.name] += counter.value;
  return sums;
}

WireCounters between(const WireCounters& before, const WireCounters& after) {
  WireCounters grown;
  for (const auto& [name, value] : after) {
    const auto found = before.find(name);
    const std::uint64_t then = found == before.end() ? 0 : found->second;
    if (value > then) grown.emplace(name, value - then);
  }
  return grown;
}

}  // namespace peal::cli
