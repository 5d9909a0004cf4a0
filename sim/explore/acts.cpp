// Stepping one machine and carrying out what it asks for.
#include "sim/explore/acts.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/check.hpp"
#include "sim/describe.hpp"
#include "sim/explore/promises.hpp"
#include "sim/world.hpp"

namespace peal::sim::explore {
namespace {

// Some day of 2024, as in the simulator.
constexpr std::int64_t wall_start_ms = 1'720'000'000'000;

const Member* member_of(const View& view, ServerId id) {
  const auto it = std::ranges::find(view.members, id, &Member::id);
  return it == view.members.end() ? nullptr : &*it;
}

}  // namespace

Act::Act(const Cast& cast, std::size_t place, Instant now, Host& host, bool with_notes)
    : cast_(cast), place_(place), now_(now), host_(host), with_notes_(with_notes) {}

WallTime Act::wall() const { return {wall_start_ms + now_.us / 1'000}; }

void Act::broken(std::string what) {
  if (deed_.broken.empty()) deed_.broken = std::move(what);
}

/// text() makes the words, only when somebody wants them.
template <class Text>
void Act::note(const Text& text) {
  if (with_notes_) deed_.notes.push_back(text());
}

// --- What happens

void Act::receive(const Packet& packet) {
  if (!host_.up()) return;  // Nobody is there.
  const Received received{Cast::endpoint(cast_.place_of(packet.sender)), packet};
  if (host_.client) return step(ClientEvent{wall(), received});
  const ViewId before = host_.server->view().id;
  step(Event{wall(), received});
  const auto* vote = std::get_if<Vote>(&packet.message);
  if (vote != nullptr && host_.server && host_.server->view().id != before) end_vote(*vote);
}

void Act::wake() {
  if (host_.client) return step(ClientEvent{wall(), Wake{}});
  step(Event{wall(), Wake{}});
}

void Act::say(const Body& body) {
  const std::uint64_t n = host_.client->pending() + host_.seen.acks.size() + 1;
  step(ClientEvent{wall(), Say{Ticket{n}, body}});
}

void Act::store(const Write& write) {
  std::vector<SharedEntry> fresh;
  host_.disk.begin(write);
  static_cast<void>(host_.disk.complete_write(fresh));
}

void Act::complete_write() {
  CHECK(!host_.writes.empty());
  const Write write = std::move(host_.writes.front());
  host_.writes.erase(host_.writes.begin());
  store(write);
  step(Event{wall(), Written{write.token}});
}

void Act::crash(std::size_t kept) {
  CHECK(host_.server && kept <= host_.writes.size());
  for (std::size_t i = 0; i < kept; ++i) store(host_.writes[i]);
  host_.writes.clear();
  host_.server.reset();
}

void Act::start() {
  CHECK(!host_.up());
  ++host_.starts;
  if (!cast_.is_server(place_)) {
    host_.client.emplace(cast_.client(place_), now_);
    return;
  }
  const ServerConfig config = cast_.server(place_, host_.starts);
  host_.server.emplace(
      config, host_.disk.recover(config.window_entries, config.sessions_remembered_max), now_);
  for (const auto& [id, entry] : host_.disk.entries())
    if (!host_.server->durable().covers(id) || !host_.server->held().covers(id))
      broken("a server that starts again does not know all that its disk holds");
}

// --- What comes of it

void Act::step(const Event& event) {
  Effects effects;
  host_.server->step(now_, event, effects);
  for (Effect& effect : effects.list()) {
    if (!host_.server) return;  // It has left.
    carry_out(effect);
  }
  // Reads take no time here.
  for (const Read& read : std::exchange(reads_, {}))
    if (host_.server) step(Event{wall(), host_.disk.read(read)});
}

void Act::step(const ClientEvent& event) {
  ClientEffects effects;
  host_.client->step(now_, event, effects);
  for (const ClientEffect& effect : effects.list()) carry_out(effect);
}

void Act::carry_out(Effect& effect) {
  if (const auto* one = std::get_if<Send>(&effect)) return send(*one);
  if (const auto* all = std::get_if<Broadcast>(&effect)) return broadcast(all->message);
  if (auto* write = std::get_if<Write>(&effect)) {
    note([&] { return fmt::format("writes {} entries", write->entries.size()); });
    host_.writes.push_back(std::move(*write));
    return;
  }
  if (auto* read = std::get_if<Read>(&effect)) return reads_.push_back(std::move(*read));
  const auto* notice = std::get_if<Notice>(&effect);
  if (notice == nullptr) return;  // A mark, or a multicast.
  note([&] { return describe(*notice); });
  if (const auto* view = std::get_if<ViewInstalled>(notice)) return installed(view->view);
  if (std::holds_alternative<Left>(*notice) || std::holds_alternative<IdTaken>(*notice))
    crash(host_.writes.size());
}

void Act::carry_out(const ClientEffect& effect) {
  if (const auto* one = std::get_if<Send>(&effect)) return send(*one);
  if (const auto* all = std::get_if<Broadcast>(&effect)) return broadcast(all->message);
  if (!std::holds_alternative<Mark>(effect)) note([&] { return describe(effect); });
  if (const auto* arrived = std::get_if<Arrived>(&effect)) return shown(arrived->delivery);
  if (const auto* yes = std::get_if<Acknowledged>(&effect)) {
    if (std::ranges::find(host_.seen.acks, yes->message, &Ack::message) != host_.seen.acks.end())
      broken("a message got two verdicts");
    host_.seen.acks.push_back({yes->message, yes->accepted});
  }
}

void Act::send(const Send& send) {
  const auto to = place_of(send.to, cast_.places());
  if (!to || *to == place_) return;
  note([&] { return fmt::format("sends {} {}", cast_.name(*to), describe(send.message)); });
  deed_.sent.push_back({*to, {cast_.sender(place_, host_.starts), send.message}});
}

/// To all other servers. Clients know where the servers are and need no announcements.
void Act::broadcast(const Message& message) {
  note([&] { return "sends all " + describe(message); });
  for (std::size_t to = 0; to < cast_.servers; ++to)
    if (to != place_) deed_.sent.push_back({to, {cast_.sender(place_, host_.starts), message}});
}

// --- What is watched

void Act::installed(const View& view) {
  auto& views = host_.seen.installed;
  for (const View& known : views) {
    if (known == view) return;
    if (contradict(known, view)) broken("two different views have one id");
  }
  views.insert(std::ranges::upper_bound(views, view), view);
}

/// The vote that has just arrived ended with a view of its number: its candidate leads, the highest
/// that it passed, and all that it passed are members.
void Act::end_vote(const Vote& vote) {
  const View& view = host_.server->view();
  if (vote.candidate.value != place_ + 1 || view.id != ViewId{vote.round, vote.candidate}) return;
  for (const Member& passed : vote.path) {
    if (passed.id > vote.candidate) broken("a vote was won by a server that is not the highest");
    if (member_of(view, passed.id) == nullptr)
      broken("a server that passed the vote is not in its view");
  }
}

void Act::shown(const Delivery& delivery) {
  for (const Shown& before : host_.seen.shown) {
    if (before.message == delivery.message) broken("a session was shown a message twice");
    if (before.message.session == delivery.message.session &&
        before.message.n > delivery.message.n && !host_.seen.gap_shown)
      broken("a session was shown the messages of one author out of order");
  }
  if (delivery.gap != 0) host_.seen.gap_shown = true;
  host_.seen.shown.push_back({delivery.message, delivery.id});
}

}  // namespace peal::sim::explore
