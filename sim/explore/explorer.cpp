// Layer by layer: of the states only the current layer is kept whole, of the others a digest and
// how they were reached.
#include "sim/explore/explorer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/explore/digest_set.hpp"
#include "sim/explore/orderly.hpp"

namespace peal::sim::explore {
namespace {

// Between two questions whether to go on.
constexpr std::uint64_t states_between_stops = 4'096;
// Hosts that no state of the layer needs are forgotten when there are so many.
constexpr std::size_t hosts_kept_min = 1'000'000;

/// How a state was reached first.
struct Link {
  std::uint32_t parent = 0;
  Choice choice;
};

/// States of one layer, packed one after the other.
struct Layer {
  std::vector<std::uint32_t> words;
  std::uint32_t first = 0;  // Number of its first state.
  std::uint64_t states = 0;
};

struct Successor {
  SmallWorld world;
  Digest digest;
  Choice choice;
  Step step;
};

class Explorer {
 public:
  Explorer(Scene& scene, const ExploreLimits& limits)
      : stage_(scene.stage), rules_(scene.rules), root_(scene.root), limits_(limits) {}

  Exploration run();

 private:
  void expand(const Layer& layer, Layer& next);
  void make_successors();
  void take(std::uint32_t parent, const Successor& successor, Layer& next);
  void look_at_end(std::uint32_t state);
  [[nodiscard]] std::string broken_now(const SmallWorld& world) const;
  [[nodiscard]] bool ended() const { return found_.counterexample || !found_.cut.empty(); }
  void forget_hosts(const Layer& layer);
  [[nodiscard]] std::vector<Telling> path_to(std::uint32_t state);
  void violated(std::string broken, std::vector<Telling> steps) {
    found_.counterexample = Counterexample{std::move(broken), std::move(steps)};
  }
  void count();

  Stage& stage_;
  const Rules& rules_;
  const SmallWorld& root_;
  const ExploreLimits& limits_;
  DigestSet known_;
  std::vector<Link> links_;
  std::size_t hosts_limit_ = hosts_kept_min;
  std::vector<Choice> choices_;
  SmallWorld world_;  // The state whose successors are made.
  // Of that state, as many as there are choices; the others keep their memory for later.
  std::vector<Successor> successors_;
  Exploration found_;
};

Exploration Explorer::run() {
  Layer layer;
  static_cast<void>(known_.insert(digest(stage_, root_)));
  links_.push_back({});
  pack(root_, stage_.cast().places(), layer.words);
  layer.states = 1;
  if (std::string broken = broken_now(root_); !broken.empty()) violated(std::move(broken), {});
  while (layer.states != 0 && !ended()) {
    if (found_.counts.depth == limits_.depth_max) {
      found_.cut = "depth";
      break;
    }
    Layer next;
    next.first = static_cast<std::uint32_t>(links_.size());
    expand(layer, next);
    if (ended()) break;
    layer = std::move(next);
    if (layer.states != 0) ++found_.counts.depth;
    found_.counts.frontier = layer.states;
    found_.counts.frontier_max = std::max(found_.counts.frontier_max, layer.states);
    if (stage_.hosts() > hosts_limit_) forget_hosts(layer);
  }
  count();
  return std::move(found_);
}

void Explorer::count() {
  found_.counts.states = links_.size();
  found_.counts.steps_taken = stage_.steps_taken();
  found_.counts.packets = stage_.letters().size();
  found_.counts.alike = stage_.alike();
}

void Explorer::expand(const Layer& layer, Layer& next) {
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < layer.states; ++i) {
    const auto state = static_cast<std::uint32_t>(layer.first + i);
    at += unpack(std::span(layer.words).subspan(at), stage_.cast().places(), world_);
    list_choices(stage_, rules_, world_, choices_);
    if (std::ranges::none_of(choices_, moves)) look_at_end(state);
    make_successors();
    for (std::size_t j = 0; j < choices_.size(); ++j) {
      if (ended()) return;
      take(state, successors_[j], next);
    }
    if (i % states_between_stops != 0 || !limits_.stop) continue;
    count();
    found_.counts.frontier = layer.states - i + next.states;
    if (auto why = limits_.stop(found_.counts)) found_.cut = std::move(*why);
  }
}

/// All at once, so that the memory of the known states is fetched for all of them together: that is
/// what an exploration waits for most.
void Explorer::make_successors() {
  if (successors_.size() < choices_.size()) successors_.resize(choices_.size());
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    Successor& successor = successors_[i];
    successor.choice = choices_[i];
    successor.world = world_;
    successor.step = apply(stage_, rules_, successor.world, choices_[i]);
    successor.digest = digest(stage_, successor.world);
    known_.prepare(successor.digest);
  }
}

void Explorer::take(std::uint32_t parent, const Successor& successor, Layer& next) {
  ++found_.counts.transitions;
  if (!known_.insert(successor.digest)) return;
  const auto state = static_cast<std::uint32_t>(links_.size());
  const SmallWorld& world = successor.world;
  links_.push_back({parent, successor.choice});
  found_.counts.in_flight_max =
      std::max<std::uint64_t>(found_.counts.in_flight_max, world.flights.size());
  std::string broken = stage_.broken(successor.step.broken);
  if (broken.empty() && (successor.step.watched || limits_.also)) broken = broken_now(world);
  if (!broken.empty()) return violated(std::move(broken), path_to(state));
  pack(world, stage_.cast().places(), next.words);
  ++next.states;
  if (links_.size() >= limits_.states_max) found_.cut = "states";
}

std::string Explorer::broken_now(const SmallWorld& world) const {
  std::array<const Host*, places_max> hosts{};
  const std::size_t places = stage_.cast().places();
  for (std::size_t place = 0; place < places; ++place)
    hosts[place] = &stage_.host(world.hosts[place]);
  const HostList list(hosts.data(), places);
  std::string broken = broken_promise(list);
  if (broken.empty() && limits_.also) broken = limits_.also(list);
  return broken;
}

/// Nothing is left to happen before the horizon. If from here on nothing goes wrong, everything
/// comes right.
void Explorer::look_at_end(std::uint32_t state) {
  ++found_.counts.ends;
  if (limits_.settle.us == 0) return;
  Orderly world(stage_, world_);
  std::vector<const Host*> hosts;
  for (const Host& host : world.hosts()) hosts.push_back(&host);
  std::string missing = still_missing(hosts);
  const Instant until = world_.now + limits_.settle;
  while (!missing.empty() && world.broken().empty() && world.run_one(until))
    missing = still_missing(hosts);
  Duration& after = found_.counts.settled_after_max;
  if (missing.empty()) after = std::max(after, world.now() - world_.now);
  if (missing.empty() && world.broken().empty()) return;
  std::string broken = world.broken();
  if (broken.empty())
    broken = fmt::format("{:.1f} s later, with nothing going wrong any more, {}",
                         static_cast<double>(limits_.settle.us) / 1e6, missing);
  std::vector<Telling> steps = path_to(state);
  Orderly again(stage_, world_);
  again.tell(steps);
  while (again.now() < world.now() || again.broken() != world.broken())
    if (!again.run_one(until)) break;
  violated(std::move(broken), std::move(steps));
}

void Explorer::forget_hosts(const Layer& layer) {
  std::vector<bool> needed(stage_.slots());
  const std::size_t places = stage_.cast().places();
  for (std::size_t place = 0; place < places; ++place) needed[root_.hosts[place]] = true;
  std::size_t at = 0;
  for (std::uint64_t i = 0; i < layer.states; ++i) {
    at += unpack(std::span(layer.words).subspan(at), places, world_);
    for (std::size_t place = 0; place < places; ++place) needed[world_.hosts[place]] = true;
  }
  stage_.keep_only(needed);
  hosts_limit_ = std::max(hosts_kept_min, stage_.hosts() * 2);
}

/// Goes the way again, from the root on.
std::vector<Telling> Explorer::path_to(std::uint32_t state) {
  std::vector<Choice> way;
  for (std::uint32_t at = state; at != 0; at = links_[at].parent) way.push_back(links_[at].choice);
  std::vector<Telling> steps;
  SmallWorld world = root_;
  for (auto choice = way.rbegin(); choice != way.rend(); ++choice) {
    steps.push_back(tell(stage_, world, *choice));
    apply(stage_, rules_, world, *choice);
  }
  return steps;
}

}  // namespace

Exploration explore(Scene& scene, const ExploreLimits& limits) {
  if (!scene.broken.empty())
    return {.counterexample = Counterexample{"before the scene began: " + scene.broken, {}}};
  return Explorer(scene, limits).run();
}

}  // namespace peal::sim::explore
