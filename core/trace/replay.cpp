// Runs recorded events through the machines again, and compares what they do.
#include "core/trace/replay.hpp"

#include <utility>

#include "core/trace/state.hpp"
#include "core/trace/writer.hpp"

namespace peal::trace {
namespace {

std::variant<std::monostate, Server, Client> load(const Began& began) {
  if (began.machine.is_server()) {
    if (auto server = load_server(began.state)) return *std::move(server);
  } else if (auto client = load_client(began.state)) {
    return *std::move(client);
  }
  return {};
}

template <class Machine>
std::vector<Difference> from_recorded(const Machine& recorded, const Actor& actor) {
  return differences(recorded, std::get<Machine>(actor.machine));
}
std::vector<Difference> from_recorded(std::monostate /*recorded*/, const Actor& /*actor*/) {
  return {};
}

Mismatch mismatch(Mismatch::Kind kind, const Actor& actor,
                  std::vector<Difference> differences = {}) {
  return {kind, actor.id, actor.events, std::move(differences)};
}

}  // namespace

std::optional<Mismatch> Replay::take(const Record& record) {
  if (!std::holds_alternative<Checked>(record.what)) {
    effects_.clear();
    client_effects_.clear();
  }
  const auto* damaged = std::get_if<Damaged>(&record.what);
  const bool about_a_machine = !std::holds_alternative<Heading>(record.what) &&
                               !std::holds_alternative<Fact>(record.what) &&
                               (damaged == nullptr || damaged->of_track);
  Actor nobody;
  Actor& actor = about_a_machine ? actors_[record.track] : nobody;
  return std::visit([&](const auto& what) { return take(actor, what); }, record.what);
}

const Actor* Replay::actor(std::uint32_t track) const {
  const auto it = actors_.find(track);
  return it == actors_.end() ? nullptr : &it->second;
}

Replay::Outcome Replay::take(Actor& actor, const Began& began) {
  auto recorded = load(began);
  Outcome outcome;
  const bool goes_on =
      began.beginning != Beginning::process && actor.id == began.machine && !actor.ended;
  // What was left out of a state is still in the one that was replayed.
  const bool comparable =
      goes_on && began.beginning == Beginning::next_file && texts_ == Texts::kept;
  if (comparable && recorded.index() == actor.machine.index() && recorded != actor.machine)
    outcome = mismatch(
        Mismatch::Kind::snapshot, actor,
        std::visit([&](const auto& state) { return from_recorded(state, actor); }, recorded));
  if (!goes_on) actor = {};
  actor.id = began.machine;
  if (recorded.index() == 0) outcome = mismatch(Mismatch::Kind::state, actor);
  actor.machine = std::move(recorded);
  return outcome;
}

template <class Machine, class Step, class List>
void Replay::step(Actor& actor, const Step& stepped, List& effects) {
  ++actor.events;
  Machine* machine = std::get_if<Machine>(&actor.machine);
  if (machine == nullptr) return;
  machine->step(stepped.clock, stepped.event, effects);
  actor.check = check_of(effects, texts_);
}

Replay::Outcome Replay::take(Actor& actor, const Stepped& stepped) {
  step<Server>(actor, stepped, effects_);
  return std::nullopt;
}

Replay::Outcome Replay::take(Actor& actor, const ClientStepped& stepped) {
  step<Client>(actor, stepped, client_effects_);
  return std::nullopt;
}

Replay::Outcome Replay::take(Actor& actor, const Checked& checked) {
  const auto check = std::exchange(actor.check, std::nullopt);
  if (!check) return std::nullopt;
  if (*check == checked.check) {
    ++compared_;
    return std::nullopt;
  }
  actor.machine = {};
  return mismatch(Mismatch::Kind::effects, actor);
}

Replay::Outcome Replay::take(Actor& actor, const Digested& digested) {
  const Server* server = std::get_if<Server>(&actor.machine);
  if (server == nullptr || server->digest(digested.clock) == digested.digest) return std::nullopt;
  actor.machine = {};
  return mismatch(Mismatch::Kind::digest, actor);
}

Replay::Outcome Replay::take(Actor& actor, const Ended& /*ended*/) {
  actor.ended = true;
  return std::nullopt;
}

Replay::Outcome Replay::take(Actor& actor, const Damaged& damaged) {
  const auto lose = [](Actor& whom) {
    whom.machine = {};
    whom.check.reset();
  };
  if (damaged.of_track)
    lose(actor);
  else
    for (auto& [track, any] : actors_) lose(any);
  return std::nullopt;
}

}  // namespace peal::trace
