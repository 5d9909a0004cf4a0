// Turns records into steps and letters, machine by machine.
#include "core/trace/narrator.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "core/overloaded.hpp"
#include "core/trace/event_text.hpp"
#include "core/trace/names.hpp"
#include "core/trace/words.hpp"

namespace peal::trace {
namespace {

constexpr std::size_t event_text_most = 2'000;

std::string words_for(const Damaged& damaged) {
  const std::string where = damaged.file.empty() ? "" : damaged.file + ": ";
  if (damaged.bytes == 0)
    return where + "a part of what was recorded " + (damaged.offset == 0 ? "before it " : "") +
           "is missing";
  const std::string what =
      where + std::to_string(damaged.bytes) + " bytes from byte " + std::to_string(damaged.offset);
  if (damaged.torn) return what + " on are torn: nothing comes behind them";
  return what + " on cannot be read (damaged, or of another version): what they tell is missing";
}

/// What people wait for: names and rooms are there already, mostly.
bool is_post(const Body& body) { return std::holds_alternative<Post>(body); }

/// A message that an effect sends, and to whom; no address: to all that listen.
struct Outgoing {
  const Message* message = nullptr;
  std::optional<Endpoint> to{};
};
template <class AnyEffect>
Outgoing outgoing(const AnyEffect& effect) {
  if (const auto* one = std::get_if<Send>(&effect)) return {&one->message, one->to};
  if (const auto* all = std::get_if<Broadcast>(&effect)) return {&all->message};
  if constexpr (std::is_same_v<AnyEffect, Effect>)
    if (const auto* group = std::get_if<Multicast>(&effect)) return {&group->message};
  return {};
}

}  // namespace

void Narrator::take(const Record& record) {
  std::visit(Overloaded{
                 [&](const Began& began) { this->began(record, began); },
                 [&](const Stepped& stepped) { this->stepped(record, stepped); },
                 [&](const ClientStepped& stepped) { this->stepped(record, stepped); },
                 [&](const Ended& ended) { this->ended(record, ended); },
                 [&](const Fact& fact) {
                   Story::Happened happened{record.at_us, fact, {}};
                   for (const std::uint32_t track : fact.tracks)
                     if (lines_.contains(track)) happened.lines.push_back(lines_.at(track));
                   draft_.story.facts.push_back(std::move(happened));
                 },
                 [&](const Damaged& damaged) { lost(record, damaged); },
                 [&](const auto& /*checks and digests*/) {
                   if (const auto mismatch = replay_.take(record)) note(*mismatch);
                 },
             },
             record.what);
}

void Narrator::lost(const Record& record, const Damaged& damaged) {
  draft_.story.notes.push_back(words_for(damaged));
  if (damaged.of_track)
    lost_.insert(record.track);
  else
    for (const auto& [track, line] : lines_) lost_.insert(track);
  (void)replay_.take(record);
}

/// A second server that says, by mistake, that it is a server that runs has a line of its own.
Index Narrator::line_of(const Sender& machine, std::uint32_t track) {
  auto& lines = draft_.story.lines;
  const auto taken = [&](Index line) {
    return life_of(line) != nullptr && std::ranges::any_of(lines_, [&](const auto& other) {
             return other.second == line && other.first != track;
           });
  };
  std::string name = name_of_machine(machine);
  Index found = none;
  for (Index i = 0; i < lines.size() && found == none; ++i) {
    const bool same = machine.is_server() ? lines[i].server == machine.server
                                          : !lines[i].server && lines[i].run == machine.run;
    if (!same) continue;
    if (taken(i))
      name += " again";
    else
      found = i;
  }
  if (found == none) {
    found = static_cast<Index>(lines.size());
    lines.push_back({name, machine.server, machine.run});
  }
  lines[found].run = machine.run;
  draft_.runs[machine.run] = found;
  return found;
}

Index Narrator::add_step(Index line, const Record& record, std::string_view kind,
                         std::string text) {
  Step step;
  step.line = line;
  step.clock_number = clock_;
  step.at_us = record.at_us;
  step.kind = kind;
  step.text = std::move(text);
  draft_.story.steps.push_back(std::move(step));
  last_[line] = static_cast<Index>(draft_.story.steps.size() - 1);
  return static_cast<Index>(draft_.story.steps.size() - 1);
}

const Life* Narrator::life_of(Index line) const {
  const auto latest = latest_life_.find(line);
  if (latest == latest_life_.end()) return nullptr;
  const Life& life = draft_.story.lives[latest->second];
  return life.to == none ? &life : nullptr;
}

void Narrator::began(const Record& record, const Began& began) {
  const Index line = line_of(began.machine, record.track);
  lines_[record.track] = line;
  if (const auto mismatch = replay_.take(record)) note(*mismatch);
  const Actor& actor = *replay_.actor(record.track);
  const Life* life = life_of(line);
  const bool goes_on = began.beginning != Beginning::process && life != nullptr;
  const bool followed = lost_.erase(record.track) == 0 && actor.events != 0;
  if (goes_on && began.beginning == Beginning::next_file && followed) return;
  // Each process may have a clock of its own: that of a host that was started again is another.
  if (!one_clock_) clock_ = draft_.clocks++;
  const std::string who = name_of_machine(began.machine);
  if (goes_on)
    draft_.story.notes.push_back(who + ": a part of what happened to it is missing");
  else if (began.beginning != Beginning::process)
    draft_.story.notes.push_back(who + ": what it did before the first of these files is missing");
  // Without a word about its end, the former process ended with its last event.
  if (life != nullptr && !goes_on) end_life(draft_.story, line, last_.at(line), false);
  const Index step = add_step(line, record, "start",
                              began.beginning == Beginning::process ? "its process starts"
                              : goes_on                             ? "the recording goes on"
                                                                    : "the recording begins");
  draft_.story.steps[step].clock = began.clock;
  draft_.story.steps[step].wall = began.wall;
  if (!goes_on) {
    latest_life_[line] = draft_.story.lives.size();
    draft_.story.lives.push_back({.line = line, .from = step});
  }
  if (detail_.changes) {
    Members& known = known_[record.track] = {};
    if (const auto* server = std::get_if<Server>(&actor.machine))
      (void)known.look(*server, draft_.strings);
    if (const auto* client = std::get_if<Client>(&actor.machine))
      (void)known.look(*client, draft_.strings);
    draft_.states.push_back({step, known.list()});
  }
  if (const auto* server = std::get_if<Server>(&actor.machine)) {
    if (!server->held().empty()) draft_.with_history.push_back(step);
    tell_view(line, step, *server);
  }
}

void Narrator::ended(const Record& record, const Ended& ended) {
  (void)replay_.take(record);
  if (!lines_.contains(record.track)) return;
  const Index line = lines_.at(record.track);
  const std::string how = ended.how == Ending::left     ? "it has left"
                          : ended.how == Ending::killed ? "its process is killed"
                                                        : "it cannot go on: " + ended.why;
  const Index step = add_step(line, record, "end", how);
  end_life(draft_.story, line, step, ended.how == Ending::left);
}

template <class AnyStepped>
void Narrator::stepped(const Record& record, const AnyStepped& stepped) {
  using Machine = std::conditional_t<std::is_same_v<AnyStepped, Stepped>, Server, Client>;
  if (!lines_.contains(record.track)) return;
  const Actor* actor = replay_.actor(record.track);
  if constexpr (std::is_same_v<Machine, Server>)
    if (const auto* server = std::get_if<Server>(&actor->machine);
        server != nullptr && std::holds_alternative<Wake>(stepped.event.what))
      draft_.wakes_late_us.push_back((stepped.clock - server->next_deadline()).us);
  (void)replay_.take(record);
  const Index line = lines_.at(record.track);
  const Index step = std::visit(
      [&]<class What>(const What& /*what*/) {
        return add_step(line, record, type_name<What>(),
                        event_text(stepped.event, event_text_most));
      },
      stepped.event.what);
  Step& told = draft_.story.steps[step];
  told.clock = stepped.clock;
  told.wall = stepped.event.wall;
  told.number = actor->events;
  if (const auto* received = std::get_if<Received>(&stepped.event.what)) arrived(step, *received);
  if (const auto* refused = std::get_if<RefusedAt>(&stepped.event.what))
    draft_.refused.push_back({step, refused->to});
  if constexpr (std::is_same_v<Machine, Client>)
    if (const auto* say = std::get_if<Say>(&stepped.event.what); say && is_post(say->body))
      said_[{line, say->ticket}] = step;
  const auto* machine = std::get_if<Machine>(&actor->machine);
  if (machine == nullptr) return;
  if (detail_.changes) told.changes = known_[record.track].look(*machine, draft_.strings);
  if constexpr (std::is_same_v<Machine, Server>) {
    tell_effects(step, *actor, replay_.effects().list());
    tell_view(line, step, *machine);
  } else {
    tell_effects(step, *actor, replay_.client_effects().list());
  }
}

void Narrator::arrived(Index step, const Received& received) {
  const Packet& packet = received.packet;
  draft_.received.push_back({step, packet.sender, content_of(packet.message), std::nullopt,
                             received.from, static_cast<std::uint8_t>(packet.message.index()),
                             text_of_message(packet.message), ids_of(packet.sender, packet.message),
                             bytes_of(packet.sender, packet.message)});
  if (detail_.people && !packet.sender.is_server())
    draft_.asked.push_back({step, packet.sender.session(), packet.message});
  const auto* submit = std::get_if<Submit>(&packet.message);
  if (submit == nullptr) return;
  const Index line = draft_.story.steps[step].line;
  const SessionId session = packet.sender.session();
  sessions_[{line, received.from}] = session;
  for (const Submission& item : submit->items)
    if (is_post(item.body)) submitted_.try_emplace({line, MessageId{session, item.n}}, step);
}

void Narrator::acknowledged(Index step, const Submitted& submitted, const Endpoint& to) {
  const Index line = draft_.story.steps[step].line;
  const auto session = sessions_.find({line, to});
  if (session == sessions_.end()) return;
  for (const Receipt& receipt : submitted.receipts) {
    const auto said = submitted_.find({line, MessageId{session->second, receipt.n}});
    if (said == submitted_.end() || !std::holds_alternative<Accepted>(receipt.verdict)) continue;
    // What is submitted again, as its answer was late or lost, was acknowledged already.
    const Index first = std::exchange(said->second, none);
    if (first != none) draft_.acknowledgements.push_back({first, step});
  }
}

template <class List>
void Narrator::tell_effects(Index step, const Actor& actor, const List& effects) {
  for (const auto& effect : effects) {
    const Outgoing out = outgoing(effect);
    if (out.message != nullptr) {
      send(step, actor.id, *out.message, out.to);
    } else {
      draft_.story.steps[step].effects.push_back(effect_text(effect, event_text_most));
    }
    tell_effect(step, effect);
  }
}

void Narrator::tell_effect(Index step, const Effect& effect) {
  if (const auto* one = std::get_if<Send>(&effect))
    if (const auto* told = std::get_if<Submitted>(&one->message))
      acknowledged(step, *told, one->to);
  const auto* notice = std::get_if<Notice>(&effect);
  const auto* vote = notice == nullptr ? nullptr : std::get_if<VoteStarted>(notice);
  if (vote != nullptr) draft_.votes.push_back({step, vote->round, vote->reason});
}

void Narrator::tell_effect(Index step, const ClientEffect& effect) {
  const auto* told = std::get_if<Acknowledged>(&effect);
  if (told == nullptr) return;
  const auto said = said_.find({draft_.story.steps[step].line, told->ticket});
  if (said != said_.end()) draft_.acknowledgements.push_back({said->second, step});
}

void Narrator::send(Index step, const Sender& sender, const Message& message,
                    const std::optional<Endpoint>& to) {
  draft_.sent.push_back({step, sender, content_of(message), to, Endpoint{},
                         static_cast<std::uint8_t>(message.index()), text_of_message(message),
                         ids_of(sender, message), bytes_of(sender, message)});
}

std::uint32_t Narrator::bytes_of(const Sender& sender, const Message& message) {
  std::size_t bytes = 0;
  for (const auto& datagram : encoder_.encode(sender, message)) bytes += datagram.size();
  return static_cast<std::uint32_t>(bytes);
}

void Narrator::tell_view(Index line, Index step, const Server& server) {
  auto& views = draft_.story.views;
  const Role role = server.role();
  const auto [latest, first] = latest_view_.try_emplace(line, views.size());
  if (!first) {
    InView& last = views[latest->second];
    if (last.to == none && last.role == role && last.view.id == server.view().id) return;
    if (last.to == none) last.to = step;
    latest->second = views.size();
  }
  views.push_back({.line = line, .from = step, .view = server.view(), .role = role});
}

void Narrator::note(const Mismatch& mismatch) {
  const std::string who = name_of_machine(mismatch.machine);
  const std::string when = " after event " + std::to_string(mismatch.event);
  switch (mismatch.kind) {
    case Mismatch::Kind::state:
      draft_.story.notes.push_back(who +
                                   ": its state was written by another version, so it is not "
                                   "followed from there");
      break;
    case Mismatch::Kind::effects:
    case Mismatch::Kind::digest:
      draft_.story.notes.push_back(who + " does something else now than when it was recorded" +
                                   when + ", so it is not followed from there");
      break;
    case Mismatch::Kind::snapshot:
      draft_.story.notes.push_back(who + ": its state was another when it was recorded" + when);
      break;
  }
}

}  // namespace peal::trace
