// What arrived at servers, in which order.
#include "sim/field/arrivals.hpp"

#include <algorithm>
#include <set>
#include <type_traits>
#include <variant>

#include "core/trace/letter.hpp"
#include "sim/world.hpp"

namespace peal::sim {
namespace {

template <class... Kinds>
struct AnyOf {
  template <class Kind>
  static constexpr bool has = (std::is_same_v<Kind, Kinds> || ...);
};
using ByTheClock = AnyOf<Probe, Announce, Heartbeat, HeartbeatAck, Ping, Pong, Have, DeliverAck,
                         GroupAck, PresenceReport, PresenceList>;

std::set<std::uint8_t> compared_kinds() {
  std::set<std::uint8_t> kinds;
  const auto add = [&]<std::size_t... I>(std::index_sequence<I...> /*all*/) {
    ((ByTheClock::has<std::variant_alternative_t<I, Message>>
          ? void()
          : void(kinds.insert(static_cast<std::uint8_t>(I)))),
     ...);
  };
  add(std::make_index_sequence<std::variant_size_v<Message>>());
  return kinds;
}

}  // namespace

bool is_compared(std::uint8_t kind) {
  static const std::set<std::uint8_t> kinds = compared_kinds();
  return kinds.contains(kind);
}

Arrivals arrivals_of(const FieldRun& run) {
  Arrivals arrivals(run.servers.size());
  for (const FieldMessage& message : run.messages)
    if (message.arrived_us && is_compared(message.kind))
      arrivals[message.to].push_back({{static_cast<Place>(message.from), message.kind},
                                      *message.arrived_us,
                                      message.sent_us.value_or(-1)});
  for (const FieldAsked& asked : run.asked)
    if (const auto kind = static_cast<std::uint8_t>(asked.message.index()); is_compared(kind))
      arrivals[asked.server].push_back({{Origin::some_client, kind}, asked.at_us});
  for (auto& at_server : arrivals) std::ranges::sort(at_server, {}, &Arrival::at_us);
  return arrivals;
}

void MovementRecorder::setup(const Setup& setup) {
  movements_.arrivals.resize(setup.servers.size());
}

void MovementRecorder::began(Place place, Moment /*moment*/, const Sender& id,
                             const Server& /*server*/) {
  places_[id.server] = place;
}

void MovementRecorder::event(Place place, Moment moment, const Event& event) {
  acting_ = place;
  const auto* received = std::get_if<Received>(&event.what);
  if (received == nullptr) return;
  const Packet& packet = received->packet;
  const auto kind = static_cast<std::uint8_t>(packet.message.index());
  if (!is_compared(kind)) return;
  Arrival arrival{{Origin::some_client, kind}, moment.at_us};
  if (const auto from = places_.find(packet.sender.server); from != places_.end()) {
    arrival.origin.from = from->second;
    const Way way{from->second, place, kind};
    const auto sent = sent_last_.find({way, trace::content_of(packet.message)});
    if (sent != sent_last_.end()) arrival.sent_us = sent->second;
  }
  movements_.arrivals[place].push_back(arrival);
}

void MovementRecorder::effects(Moment moment, const Effects& effects, const Server& /*server*/) {
  for (const Effect& effect : effects.list()) {
    const auto* send = std::get_if<Send>(&effect);
    if (send == nullptr) continue;
    const auto kind = static_cast<std::uint8_t>(send->message.index());
    const auto to = place_of(send->to, movements_.arrivals.size());
    if (!to || !is_compared(kind)) continue;
    movements_.departures.add({acting_, *to, kind, moment.at_us});
    const Way way{acting_, *to, kind};
    sent_last_[{way, trace::content_of(send->message)}] = moment.at_us;
  }
}

}  // namespace peal::sim
