// People of a simulated world, and what became of what they said.
#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "cli/inspect_shows.hpp"
#include "cli/inspect_text.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "cli/trouble.hpp"
#include "sim/describe.hpp"
#include "sim/whole_number.hpp"

namespace peal::cli {
namespace {

using sim::EntryFacts;
using sim::Ledger;
using sim::MessageFacts;
using sim::MessageIndex;
using sim::Place;
using sim::ServerSet;
using sim::SessionFacts;

// So many of the latest messages of a person are shown.
constexpr std::size_t latest_max = 5;
// Traces tell sessions apart by so many of their last digits.
constexpr std::uint64_t brief_from = 10'000;

std::string servers_of(const Scene& scene, ServerSet set) {
  std::string text;
  for (std::size_t i = 0; i < scene.world.servers(); ++i)
    if ((set >> i & 1U) != 0) text += (text.empty() ? "" : " ") + scene.names.of_server(i);
  return text.empty() ? "none" : text;
}

std::string person_process_text(const Scene& scene, std::size_t client) {
  const sim::Process& process = scene.world.process(scene.world.place_of_client(client));
  if (!process.up) return "away";
  if (process.paused_until_us > scene.world.now_us())
    return fmt::format("paused for {}", span_text(process.paused_until_us - scene.world.now_us()));
  return "up";
}

/// Where the client would send a question now: a copy of it is asked.
std::string home_text(const Scene& scene, std::size_t client) {
  const auto& machine = scene.world.client(client).machine;
  if (!machine || !machine->attached()) return "-";
  Client copy = *machine;
  const sim::Clock& clock = scene.world.process(scene.world.place_of_client(client)).clock;
  const std::int64_t now = scene.world.now_us();
  ClientEffects effects;
  copy.step(clock.local(now), {clock.wall(now), Ask{Ticket{~std::uint64_t{0}}, StatusQuery{}}},
            effects);
  for (const ClientEffect& effect : effects.list())
    if (const auto* send = std::get_if<Send>(&effect))
      if (const auto place = sim::place_of(send->to, scene.world.network().places()))
        return scene.names.of(*place);
  return "-";
}

const SessionFacts* session_of(const Scene& scene, std::size_t client) {
  if (scene.world.process(scene.world.place_of_client(client)).generation == 0) return nullptr;
  return &scene.world.oracles().ledger.sessions()[scene.world.client(client).session];
}

std::string author_text(const Scene& scene, const MessageFacts& facts) {
  return scene.names.of(
      MessageId{scene.world.oracles().ledger.sessions()[facts.session].id, facts.n});
}

std::string outcome_text(const Scene& scene, const MessageFacts& facts) {
  switch (facts.outcome) {
    case sim::Outcome::pending: return "waits for its verdict";
    case sim::Outcome::rejected:
      return fmt::format("refused at {}", seconds_text(facts.settled_at_us));
    case sim::Outcome::acknowledged:
      if (facts.accepted.entry.seq == 0)
        return fmt::format("acknowledged at {}: it changes nothing",
                           seconds_text(facts.settled_at_us));
      return fmt::format("acknowledged at {} as {} with {} in view {}",
                         seconds_text(facts.settled_at_us), scene.names.of(facts.accepted.entry),
                         counted(facts.accepted.copies, "copy", "copies"),
                         scene.names.of(facts.accepted.view));
  }
  return {};
}

std::string said_text(const Scene& scene, const MessageFacts& facts) {
  return fmt::format("{}  {}  {}", author_text(scene, facts),
                     harmless(scene.names.readable(sim::describe(facts.body))),
                     outcome_text(scene, facts));
}

/// "m4615:3", "4615:3", or a session in full; a session is told by its last digits otherwise.
struct MessageName {
  std::uint64_t session = 0;
  std::uint64_t n = 0;
};

std::optional<MessageName> parse_message_name(std::string_view text) {
  if (text.starts_with('m')) text.remove_prefix(1);
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto session = sim::whole_number(text.substr(0, colon));
  const auto n = sim::whole_number(text.substr(colon + 1));
  if (!session || !n) return std::nullopt;
  return MessageName{*session, *n};
}

MessageIndex find_message(const Scene& scene, const std::string& text) {
  const auto name = parse_message_name(text);
  if (!name)
    throw usage_error(
        fmt::format("{}: a message is written as in the trace, m4615:3", harmless(text)));
  const Ledger& ledger = scene.world.oracles().ledger;
  std::optional<MessageIndex> found;
  for (MessageIndex i = 0; i < ledger.messages().size(); ++i) {
    const MessageFacts& facts = ledger.messages()[i];
    const std::uint64_t session = ledger.sessions()[facts.session].id.value;
    if (facts.n != name->n || (session != name->session && session % brief_from != name->session))
      continue;
    if (found)
      throw usage_error(fmt::format("{}: several sessions end so; write one in full, as {}:{}",
                                    harmless(text), session, facts.n));
    found = i;
  }
  if (!found) throw usage_error(fmt::format("{}: nobody has said that so far", harmless(text)));
  return *found;
}

std::string shown_to(const Scene& scene, MessageIndex message) {
  const Ledger& ledger = scene.world.oracles().ledger;
  std::string text;
  for (const SessionFacts& session : ledger.sessions()) {
    const auto shown = std::ranges::find(session.shown, message);
    if (shown == session.shown.end()) continue;
    text += fmt::format("{}{}{}", text.empty() ? "" : " ", scene.names.of_client(session.person),
                        session.ended ? " (in an ended session)" : "");
  }
  return text.empty() ? "nobody yet" : text;
}

}  // namespace

std::string people_text(const Scene& scene) {
  Table table({{"person"},
               {"process"},
               {"session", Table::Align::right},
               {"home"},
               {"said", Table::Align::right},
               {"waiting", Table::Align::right},
               {"shown", Table::Align::right}});
  for (std::size_t i = 0; i < scene.names.people(); ++i) {
    const SessionFacts* session = session_of(scene, i);
    const auto& machine = scene.world.client(i).machine;
    table.add({scene.names.of_client(i), person_process_text(scene, i),
               session == nullptr ? "-" : std::to_string(session->id.value % brief_from),
               home_text(scene, i), session == nullptr ? "-" : std::to_string(session->said.size()),
               machine ? std::to_string(machine->pending()) : "-",
               session == nullptr ? "-" : std::to_string(session->shown.size())});
  }
  return table.text(stdout);
}

std::string person_text(const Scene& scene, std::size_t client) {
  const Ledger& ledger = scene.world.oracles().ledger;
  const SessionFacts* session = session_of(scene, client);
  const auto& machine = scene.world.client(client).machine;
  Table table({{""}, {""}});
  table.add({"person", scene.names.of_client(client)});
  table.add({"process", person_process_text(scene, client)});
  if (session == nullptr) return table.text(stdout) + "has not come yet\n";
  table.add({"session", fmt::format("{}{}", session->id.value, session->ended ? ", ended" : "")});
  table.add({"home", home_text(scene, client)});
  if (machine) table.add({"cursor", scene.names.of(machine->cursor())});
  table.add({"said", fmt::format("{}, {} without verdict", session->said.size(),
                                 machine ? machine->pending() : 0)});
  const std::size_t said = session->said.size();
  for (std::size_t i = said - std::min(latest_max, said); i < said; ++i)
    table.add({"", said_text(scene, ledger.messages()[session->said[i]])});
  const std::size_t shown = session->shown.size();
  table.add({"shown", std::to_string(shown)});
  for (std::size_t i = shown - std::min(latest_max, shown); i < shown; ++i) {
    const MessageFacts& facts = ledger.messages()[session->shown[i]];
    table.add({"", fmt::format("{}  {}", author_text(scene, facts),
                               harmless(scene.names.readable(sim::describe(facts.body))))});
  }
  return table.text(stdout);
}

std::string message_text(const Scene& scene, const std::string& name) {
  const Ledger& ledger = scene.world.oracles().ledger;
  const MessageIndex message = find_message(scene, name);
  const MessageFacts& facts = ledger.messages()[message];
  const SessionFacts& session = ledger.sessions()[facts.session];
  Table table({{""}, {""}});
  table.add({"message", fmt::format("{}, in full {}:{}", author_text(scene, facts),
                                    session.id.value, facts.n)});
  table.add({"said", fmt::format("by {} at {}", scene.names.of_client(session.person),
                                 seconds_text(facts.said_at_us))});
  table.add({"body", harmless(scene.names.readable(sim::describe(facts.body)))});
  table.add({"verdict", outcome_text(scene, facts)});
  if (facts.entries.empty()) table.add({"entries", "no disk has ever held it"});
  for (const sim::EntryIndex index : facts.entries) {
    const EntryFacts& entry = ledger.entries()[index];
    table.add({"entry", fmt::format("{}, on a disk since {}", scene.names.of(entry.key.id),
                                    seconds_text(entry.first_held_at_us))});
    std::string disks = servers_of(scene, entry.held_now);
    if (entry.held_ever != entry.held_now)
      disks += fmt::format("; was on {}", servers_of(scene, entry.held_ever & ~entry.held_now));
    table.add({"", "on the disks of " + disks});
  }
  table.add({"shown to", shown_to(scene, message)});
  return table.text(stdout);
}

}  // namespace peal::cli
