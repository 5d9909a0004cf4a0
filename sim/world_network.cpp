// Messages as bytes under way: encoded at the sender, hit by the network, decoded at the receiver.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/describe.hpp"
#include "sim/later_version.hpp"
#include "sim/world.hpp"

namespace peal::sim {
namespace {

// Of discovery and of groups: shared by all that listen, so nobody refuses there.
constexpr std::uint16_t discovery_port = 0;
// How many bits of a corrupted datagram flip at most.
constexpr std::uint64_t flips_max = 4;
// One message in so many is said in the next version, and one is of a new kind.
constexpr std::uint64_t news_in = 16;
// One in so many refusals is never told to the sender: ICMP is rate-limited and lossy.
constexpr std::uint64_t refusal_kept_in = 8;

}  // namespace

void World::send(Place from, const Send& send) {
  const auto kind = static_cast<std::uint8_t>(send.message.index());
  ++stats_.sent[kind];
  const auto to = place_of(send.to, processes_.size());
  if (tracing())
    note(fmt::format("  {} -> {}  {}", from, to ? *to : 0xffff, describe(send.message)));
  if (!to) return;
  Process& process = processes_[from];
  for (const auto bytes : process.encoder.encode(process.sender, send.message)) {
    const std::uint32_t slot = buffers_.take();
    buffers_.at(slot).assign(bytes.begin(), bytes.end());
    digest_.add(bytes);
    send_datagram(from, *to, send.to.port, kind, slot);
    try_later_version(from, *to, send.to.port, kind, slot);
    buffers_.release(slot);
  }
}

void World::broadcast(Place from, const Message& message) {
  const auto kind = static_cast<std::uint8_t>(message.index());
  ++stats_.sent[kind];
  if (tracing()) note(fmt::format("  {} -> all  {}", from, describe(message)));
  Process& process = processes_[from];
  for (const auto bytes : process.encoder.encode(process.sender, message)) {
    const std::uint32_t slot = buffers_.take();
    buffers_.at(slot).assign(bytes.begin(), bytes.end());
    digest_.add(bytes);
    // Servers alone listen there; one's own host hears it, too, as sockets do where they send.
    for (std::size_t to = 0; to < servers_.size(); ++to)
      if (processes_[to].up) {
        send_datagram(from, static_cast<Place>(to), discovery_port, kind, slot);
        try_later_version(from, static_cast<Place>(to), discovery_port, kind, slot);
      }
    buffers_.release(slot);
  }
}

void World::multicast(Place from, const Multicast& multicast) {
  const auto kind = static_cast<std::uint8_t>(multicast.message.index());
  ++stats_.sent[kind];
  if (tracing()) note(fmt::format("  {} -> group  {}", from, describe(multicast.message)));
  Process& process = processes_[from];
  for (const auto bytes : process.encoder.encode(process.sender, multicast.message)) {
    const std::uint32_t slot = buffers_.take();
    buffers_.at(slot).assign(bytes.begin(), bytes.end());
    digest_.add(bytes);
    for (std::size_t client = 0; client < clients_.size(); ++client) {
      const Place to = place_of_client(client);
      const auto& groups = clients_[client].groups;
      if (!processes_[to].up || std::ranges::find(groups, multicast.group) == groups.end())
        continue;
      if (network_.multicast_reaches(chooser_, from, to, kind))
        send_datagram(from, to, discovery_port, kind, slot);
    }
    buffers_.release(slot);
  }
}

void World::send_datagram(Place from, Place to, std::uint16_t to_port, std::uint8_t kind,
                          std::uint32_t slot) {
  ++stats_.datagrams;
  stats_.bytes += buffers_.at(slot).size();
  const auto tell = [&](const char* fate) {
    if (tracing())
      note(fmt::format("  {} -> {}  {} {}", from, to, kind_name(std::size_t{kind}), fate));
  };
  if (network_.blocked(from, to)) {
    ++stats_.cut;
    return tell("is cut off");
  }
  Happening happening{.kind = Happening::Kind::datagram,
                      .message = kind,
                      .to = to,
                      .from = from,
                      .to_port = to_port,
                      .from_port = processes_[from].port,
                      .slot = slot};
  std::int64_t later_us = 0;
  if (const Rule* rule = network_.rule_for(from, to, kind)) {
    if (rule->hit == Hit::drop) {
      ++stats_.lost;
      return tell("is dropped");
    }
    if (rule->hit == Hit::delay) {
      later_us = rule->delay_us;
      tell("is delayed");
    } else {
      ++stats_.twice;
      tell("will come twice");
      schedule_datagram(happening, rule->delay_us);
    }
  }
  switch (network_.fate(chooser_, now_us_, from, to, kind)) {
    case Fate::lost: ++stats_.lost; return tell("is lost");
    case Fate::twice:
      ++stats_.twice;
      tell("will come twice");
      schedule_datagram(happening, later_us);
      break;
    case Fate::corrupted: tell("is corrupted"); return corrupt(happening);
    case Fate::arrives: break;
  }
  schedule_datagram(happening, later_us);
}

// A server in the middle of an upgrade says some things in its own version first, to those who are
// not known to be older, and in the old one at once, as a lost answer must not hold up anybody.
void World::try_later_version(Place from, Place to, std::uint16_t to_port, std::uint8_t kind,
                              std::uint32_t slot) {
  if (!is_server(from) || !servers_[from].later_version || servers_[from].older.contains(to))
    return;
  if (is_server(to) && servers_[to].later_version) return;
  const std::uint64_t what = chooser_.choose({About::news, kind, from, to}, news_in);
  if (what + 2 < news_in || network_.blocked(from, to)) return;
  const std::uint32_t own = buffers_.take();
  auto& bytes = buffers_.at(own);
  bytes = buffers_.at(slot);
  if (what == news_in - 1)
    make_next_version(bytes);
  else
    make_new_kind(bytes);
  if (bytes != buffers_.at(slot)) {
    ++stats_.datagrams;
    stats_.bytes += bytes.size();
    if (tracing())
      note(
          fmt::format("  {} -> {}  {} in a later version", from, to, kind_name(std::size_t{kind})));
    schedule_datagram({.kind = Happening::Kind::datagram,
                       .message = kind,
                       .later_version = true,
                       .to = to,
                       .from = from,
                       .to_port = to_port,
                       .from_port = processes_[from].port,
                       .slot = own},
                      0);
  }
  buffers_.release(own);
}

// It is told of what it does not understand, answers perhaps, and goes on.
void World::receive_later_version(const Happening& happening, codec::Reception& reception) {
  auto* malformed = std::get_if<Malformed>(&reception);
  oracles_.judge.check(Oracle::bounded, malformed != nullptr && malformed->unsupported,
                       "what a later version says was taken for a message of this one", [&] {
                         return fmt::format("{} from {} to {}",
                                            kind_name(std::size_t{happening.message}),
                                            happening.from, happening.to);
                       });
  if (malformed != nullptr && is_server(happening.to))
    step_server(happening.to, {wall(happening.to), std::move(*malformed)});
}

void World::schedule_datagram(Happening happening, std::int64_t later_us) {
  const auto waits =
      network_.enqueue(now_us_, happening.from, happening.to, buffers_.at(happening.slot).size());
  if (!waits) {
    ++stats_.overflowed;
    if (tracing())
      note(fmt::format("  {} -> {}  {} finds no room", happening.from, happening.to,
                       kind_name(std::size_t{happening.message})));
    return;
  }
  buffers_.share(happening.slot);
  queue_.push(
      now_us_ + later_us + *waits +
          network_.latency_us(chooser_, now_us_, happening.from, happening.to, happening.message),
      happening);
}

void World::corrupt(Happening& happening) {
  ++stats_.corrupted;
  const std::uint32_t slot = buffers_.take();
  auto& bytes = buffers_.at(slot);
  bytes = buffers_.at(happening.slot);
  const Choice choice{About::corruption, happening.message, happening.from, happening.to};
  const std::uint64_t flips = chooser_.choose(choice, flips_max) + 1;
  for (std::uint64_t i = 0; i < flips; ++i) {
    const std::uint64_t bit = chooser_.choose(choice, bytes.size() * 8);
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
  }
  happening.slot = slot;
  happening.corrupted = true;
  schedule_datagram(happening, 0);
  buffers_.release(slot);
}

void World::arrive(const Happening& happening) {
  Process& process = processes_[happening.to];
  if (network_.blocked(happening.from, happening.to)) {
    ++stats_.cut;
  } else if (!process.up ||
             (happening.to_port != discovery_port && happening.to_port != process.port)) {
    refuse(happening);
  } else if (happening.corrupted) {
    receive_corrupted(happening);
  } else {
    receive(happening, process);
  }
  buffers_.release(happening.slot);
}

void World::receive(const Happening& happening, Process& process) {
  const Endpoint from = endpoint_of(happening.from, happening.from_port);
  const Instant now = process.clock.local(now_us_);
  codec::Reception reception = process.receiver.receive(now, from, buffers_.at(happening.slot));
  if (happening.later_version) return receive_later_version(happening, reception);
  if (std::holds_alternative<codec::Incomplete>(reception)) return;
  speaking_ = happening.from;
  datagram_speaks_ = true;
  const WallTime wall_now = wall(happening.to);
  if (auto* received = std::get_if<Received>(&reception)) {
    if (tracing())
      note(fmt::format("{} <- {}  {}", happening.to, happening.from,
                       kind_name(received->packet.message)));
    if (is_server(happening.to)) {
      if (std::holds_alternative<Unsupported>(received->packet.message))
        servers_[happening.to].older.insert(happening.from);
      step_server(happening.to, {wall_now, std::move(*received)});
    } else {
      step_client(happening.to - servers_.size(), {wall_now, std::move(*received)});
    }
  } else {
    // Nothing that a machine sends may be malformed at another one of the same version.
    oracles_.judge.broken(Oracle::bounded, "a message did not survive encoding and decoding",
                          fmt::format("{} from {} to {}", kind_name(std::size_t{happening.message}),
                                      happening.from, happening.to));
  }
  datagram_speaks_ = false;
}

// Bits that flip under way are noticed by the seal of a datagram, so no machine ever takes one for
// a message. Here they only must not disturb the codec, and a server hears of what is malformed.
void World::receive_corrupted(const Happening& happening) {
  const Endpoint from = endpoint_of(happening.from, happening.from_port);
  codec::Reception reception =
      sealed_off_.receive(Instant{now_us_}, from, buffers_.at(happening.slot));
  auto* malformed = std::get_if<Malformed>(&reception);
  if (malformed == nullptr) return;
  ++stats_.malformed;
  if (is_server(happening.to))
    step_server(happening.to, {wall(happening.to), std::move(*malformed)});
}

void World::refuse(const Happening& happening) {
  if (happening.to_port == discovery_port || processes_[happening.to].silent) return;
  if (network_.blocked(happening.to, happening.from)) return;
  const Choice choice{About::refusal, happening.message, happening.to, happening.from};
  if (chooser_.choose(choice, refusal_kept_in) == refusal_kept_in - 1) return;
  const std::int64_t takes =
      network_.latency_us(chooser_, now_us_, happening.to, happening.from, happening.message);
  queue_.push(now_us_ + takes, {.kind = Happening::Kind::refused,
                                .to = happening.from,
                                .from = happening.to,
                                .to_port = happening.from_port,
                                .from_port = happening.to_port});
}

void World::tell_refusal(const Happening& happening) {
  const Process& process = processes_[happening.to];
  if (!process.up || process.port != happening.to_port) return;
  if (network_.blocked(happening.from, happening.to)) return;
  ++stats_.refused;
  const RefusedAt refused{endpoint_of(happening.from, happening.from_port)};
  if (tracing()) note(fmt::format("{} <- refused by {}", happening.to, happening.from));
  if (is_server(happening.to)) {
    step_server(happening.to, {wall(happening.to), refused});
  } else {
    step_client(happening.to - servers_.size(), {wall(happening.to), refused});
  }
}

}  // namespace peal::sim
