// One overload for each condition, and for telling how things stand.
#include "sim/scenario/condition.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "core/overloaded.hpp"
#include "sim/describe.hpp"
#include "sim/scenario/names.hpp"

namespace peal::sim {
namespace {

std::string role_word(Role role) {
  const auto names = role_names();
  return std::ranges::find(names, role, &RoleName::role)->name;
}

class Looker {
 public:
  explicit Looker(Stage& stage)
      : stage_(stage), world_(stage.world()), ledger_(stage.world().oracles().ledger) {}

  bool operator()(const AgreeOnLeader& c) const {
    std::set<ViewId> views;
    std::size_t running = 0;
    for (std::size_t i = 0; i < world_.servers(); ++i) {
      if (!runs(i)) continue;
      const Role role = machine(i).role();
      if (role != Role::leader && role != Role::member) return false;
      views.insert(machine(i).view().id);
      ++running;
    }
    if (views.size() != 1) return false;
    return running != 0 && (!c.server || views.begin()->leader == world_.server(*c.server).id);
  }
  bool operator()(const HasRole& c) const {
    return runs(c.server) && machine(c.server).role() == c.role;
  }
  bool operator()(const ViewIs& c) const {
    if (!runs(c.server)) return false;
    std::set<ServerId> members;
    std::set<ServerId> expected;
    for (const Member& member : machine(c.server).view().members) members.insert(member.id);
    for (const std::size_t server : c.members) expected.insert(world_.server(server).id);
    return members == expected;
  }
  bool operator()(const Runs& c) const { return runs(c.server); }
  bool operator()(const IsServed& c) const {
    return served(c.person) &&
           (!c.by || stage_.crowd().last_home(c.person) == world_.server(*c.by).id);
  }
  bool operator()(const WasAcknowledged& c) const {
    const auto message = find(c.message);
    return message && ledger_.messages()[*message].outcome == Outcome::acknowledged;
  }
  bool operator()(const WasRejected& c) const {
    const auto reason = stage_.rejection(c.message);
    return reason && (!c.reason || reason == c.reason);
  }
  bool operator()(const Sees& c) const {
    const SessionFacts& session = ledger_.sessions()[world_.client(c.person).session];
    auto from = session.shown.begin();
    for (const std::uint32_t label : c.messages) {
      const auto message = find(label);
      if (!message) return false;
      from = std::find(from, session.shown.end(), *message);
      if (from == session.shown.end()) return false;
    }
    return true;
  }
  bool operator()(const Holds& c) const {
    const auto message = find(c.message);
    return message && ledger_.key_on(static_cast<std::uint32_t>(c.server), *message);
  }
  bool operator()(const TimelineIs& c) const {
    std::vector<MessageId> expected;
    for (const std::uint32_t label : c.messages)
      expected.push_back(stage_.labelled(label).value_or(MessageId{}));
    return timeline(c.server, c.room) == expected;
  }
  bool operator()(const EqualHistories&) const {
    const Disk::Entries* first = nullptr;
    for (std::size_t i = 0; i < world_.servers(); ++i) {
      if (!runs(i)) continue;
      const Disk::Entries& entries = world_.server(i).disk.entries();
      if (first == nullptr) first = &entries;
      if (!std::ranges::equal(entries, *first, {}, &Disk::Entries::value_type::first,
                              &Disk::Entries::value_type::first))
        return false;
    }
    return true;
  }
  bool operator()(const Elections& c) const { return between(elections(), c.least, c.most); }
  bool operator()(const WereSent& c) const { return between(sent(c.kind), c.least, c.most); }

  [[nodiscard]] std::string servers() const {
    std::string text;
    for (std::size_t i = 0; i < world_.servers(); ++i) {
      text += text.empty() ? "" : "; ";
      text += fmt::format("s{} ", world_.server(i).id.value);
      text += runs(i) ? fmt::format("is {}, view {}", role_word(machine(i).role()),
                                    describe(machine(i).view()))
                      : std::string("does not run");
    }
    return text;
  }
  [[nodiscard]] std::string message(std::uint32_t label) const {
    const auto index = find(label);
    if (!index) return fmt::format("m{} was never said", label);
    return fmt::format("m{}: {}", label, ledger_.describe(*index));
  }
  [[nodiscard]] std::string client(std::size_t person) const {
    if (!served(person)) return person_name(person) + " has no home";
    return fmt::format("{} is served by s{}", person_name(person),
                       stage_.crowd().last_home(person).value);
  }
  [[nodiscard]] std::vector<MessageId> timeline(std::size_t server, const RoomName& room) const {
    std::vector<std::pair<EntryKey, MessageId>> posts;
    for (MessageIndex i = 0; i < ledger_.messages().size(); ++i) {
      const MessageFacts& facts = ledger_.messages()[i];
      const auto* post = std::get_if<Post>(&facts.body);
      if (post == nullptr || post->to != Destination{room}) continue;
      if (const auto key = ledger_.key_on(static_cast<std::uint32_t>(server), i))
        posts.emplace_back(*key, MessageId{ledger_.sessions()[facts.session].id, facts.n});
    }
    std::ranges::sort(posts);
    std::vector<MessageId> messages;
    for (const auto& [key, id] : posts) messages.push_back(id);
    return messages;
  }
  [[nodiscard]] std::uint64_t elections() const { return world_.oracles().lcr_winner.elections(); }
  [[nodiscard]] std::uint64_t sent(std::uint8_t kind) const { return world_.stats().sent[kind]; }

 private:
  static bool between(std::uint64_t value, std::uint64_t least, std::uint64_t most) {
    return value >= least && value <= most;
  }
  [[nodiscard]] bool runs(std::size_t server) const {
    return world_.server_up(server) && !world_.paused(world_.place_of_server(server));
  }
  [[nodiscard]] const Server& machine(std::size_t server) const {
    return *world_.server(server).machine;
  }
  [[nodiscard]] bool served(std::size_t person) const {
    return world_.client_up(person) && world_.client(person).machine->attached();
  }
  [[nodiscard]] std::optional<MessageIndex> find(std::uint32_t label) const {
    const auto id = stage_.labelled(label);
    return id ? ledger_.find_message(*id) : std::nullopt;
  }

  Stage& stage_;
  World& world_;
  const Ledger& ledger_;
};

}  // namespace

bool holds(const Condition& condition, Stage& stage) {
  return std::visit(Looker(stage), condition);
}

std::string what_is(const Condition& condition, Stage& stage) {
  const Looker look(stage);
  const auto servers = [&](const auto&) { return look.servers(); };
  const auto message = [&](const auto& c) { return look.message(c.message); };
  return std::visit(
      Overloaded{[&](const AgreeOnLeader& c) { return servers(c); },
                 [&](const HasRole& c) { return servers(c); },
                 [&](const ViewIs& c) { return servers(c); },
                 [&](const Runs& c) { return servers(c); },
                 [&](const IsServed& c) { return look.client(c.person); },
                 [&](const WasAcknowledged& c) { return message(c); },
                 [&](const WasRejected& c) { return message(c); },
                 [&](const Sees& c) {
                   std::string text;
                   for (const std::uint32_t label : c.messages)
                     text += (text.empty() ? "" : "; ") + look.message(label);
                   return text;
                 },
                 [&](const Holds& c) { return message(c); },
                 [&](const TimelineIs& c) {
                   return fmt::format("it holds {} posts", look.timeline(c.server, c.room).size());
                 },
                 [](const EqualHistories&) { return std::string("they differ"); },
                 [&](const Elections&) { return fmt::format("{} so far", look.elections()); },
                 [&](const WereSent& c) { return fmt::format("{} so far", look.sent(c.kind)); }},
      condition);
}

}  // namespace peal::sim
