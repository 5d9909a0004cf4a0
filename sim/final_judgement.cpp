// Every promise that can be judged only when everything is over.
#include "sim/final_judgement.hpp"

#include <algorithm>
#include <functional>
#include <vector>

namespace peal::sim {
namespace {

void judge_timelines(World& world, const Auditor& auditor, const std::vector<EntryKey>& keys,
                     const ChatState& chat) {
  Oracles& oracles = world.oracles();
  for (std::size_t room = 0; room < auditor.rooms().size(); ++room) {
    const bool is_private = chat.is_private(auditor.rooms()[room]);
    std::vector<EntryKey> expected;
    for (MessageIndex message = 0; message < keys.size(); ++message) {
      const Destination* to = timeline_of(oracles.ledger.messages()[message].body);
      if (keys[message].id && to != nullptr && *to == Destination{auditor.rooms()[room]})
        expected.push_back(keys[message]);
    }
    std::ranges::sort(expected, std::ranges::greater{});
    for (std::size_t server = 0; server < world.servers(); ++server) {
      const auto number = static_cast<std::uint32_t>(server);
      oracles.judge.check(Oracle::convergence, auditor.refused(server, room) == is_private,
                          "a stranger is shown a private room, or refused a public one",
                          [&] { return auditor.rooms()[room].value; });
      if (is_private) continue;
      oracles.exactly_once.timeline(oracles.ledger, number, auditor.told(server, room),
                                    oracles.judge);
      oracles.convergence.timelines(number, expected, auditor.told(server, room), oracles.judge);
    }
  }
}

}  // namespace

bool settled(const World& world) {
  const Snapshot snapshot = world.snapshot();
  if (!Convergence::one_view(snapshot)) return false;
  for (std::size_t i = 0; i < world.servers(); ++i) {
    const Server& server = *world.server(i).machine;
    const Server& first = *world.server(0).machine;
    if (world.server(i).disk.writing() || snapshot[i].stored != snapshot[0].stored ||
        server.durable() != first.durable() || server.stable() != server.durable())
      return false;
  }
  const Oracles& oracles = world.oracles();
  return !oracles.availability.waiting(oracles.ledger) &&
         oracles.availability.all_delivered(oracles.ledger);
}

bool told_all(const World& world, const Auditor& auditor) {
  std::vector<std::size_t> held(auditor.rooms().size());
  const Ledger& ledger = world.oracles().ledger;
  for (MessageIndex message = 0; message < ledger.messages().size(); ++message) {
    const Destination* to = timeline_of(ledger.messages()[message].body);
    if (to == nullptr || !ledger.key_on(0, message)) continue;
    for (std::size_t room = 0; room < held.size(); ++room)
      held[room] += *to == Destination{auditor.rooms()[room]} ? 1 : 0;
  }
  for (std::size_t server = 0; server < world.servers(); ++server)
    for (std::size_t room = 0; room < held.size(); ++room)
      if (!auditor.refused(server, room) && auditor.told(server, room).size() < held[room])
        return false;
  return true;
}

void judge_all(World& world, const Auditor& auditor) {
  Oracles& oracles = world.oracles();
  const auto& first = world.server(0).disk.entries();
  for (std::size_t i = 1; i < world.servers(); ++i)
    oracles.convergence.disks(0, first, static_cast<std::uint32_t>(i),
                              world.server(i).disk.entries(), oracles.judge);
  // Applied in the order of ids, not in that of arrival, once for all: the disks are equal.
  const ChatState chat = world.server(0).disk.recover(1).chat;
  for (std::size_t i = 0; i < world.servers(); ++i)
    if (world.server(i).machine)
      oracles.convergence.chats(static_cast<std::uint32_t>(i),
                                world.server(i).machine->history().chat(), chat, oracles.judge);
  ServerSet live = 0;
  for (std::size_t i = 0; i < world.servers(); ++i) live |= ServerSet{1} << i;
  oracles.durability.finish(oracles.ledger, live, oracles.judge);
  oracles.availability.finish(oracles.ledger, oracles.judge);
  oracles.monotonic_reads.finish(oracles.ledger, live, oracles.judge);
  std::vector<EntryKey> keys(oracles.ledger.messages().size());
  for (MessageIndex message = 0; message < keys.size(); ++message)
    keys[message] = oracles.ledger.key_on(0, message).value_or(EntryKey{});
  oracles.fifo.finish(oracles.ledger, keys, oracles.judge);
  oracles.causal_order.finish(oracles.ledger, keys, oracles.judge);
  judge_timelines(world, auditor, keys, chat);
}

}  // namespace peal::sim
