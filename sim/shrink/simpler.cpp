// Candidates of each kind.
#include "sim/shrink/simpler.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "core/overloaded.hpp"
#include "sim/scenario/names.hpp"
#include "sim/shrink/recast.hpp"

namespace peal::sim {
namespace {

Renumbering everybody(std::size_t count) {
  Renumbering all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}

/// No loss, no copies; and every datagram takes equally long.
Weather steady() {
  return {.latency_min_us = 100, .jitter_us = 0, .tail_us = 0, .tail_per_million = 0};
}

class Candidates {
 public:
  explicit Candidates(const Script& script) : script_(script) {}

  template <class Change>
  void add(Change change) {
    Script other = script_;
    change(other);
    if (other != script_) all_.push_back(std::move(other));
  }
  [[nodiscard]] std::vector<Script> take() { return std::move(all_); }

 private:
  const Script& script_;
  std::vector<Script> all_;
};

void rank_ids(Setup& setup) {
  std::vector<ServerId> sorted = setup.servers;
  std::ranges::sort(sorted);
  for (ServerId& id : setup.servers)
    id = ServerId{static_cast<std::uint64_t>(std::ranges::find(sorted, id) - sorted.begin()) + 1};
}

// In the order of their ids, so that the scenario just says how many there are.
Script sorted_by_id(const Script& script) {
  const auto& ids = script.setup.servers;
  std::vector<std::size_t> order(ids.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return ids[i]; });
  Renumbering servers(ids.size());
  for (std::size_t i = 0; i < order.size(); ++i) servers[order[i]] = i;
  Script sorted = recast(script, servers, everybody(script.setup.people));
  std::ranges::sort(sorted.setup.servers);
  return sorted;
}

// What an action could be instead.
std::vector<Action> simpler(const Action& action, const Setup& setup) {
  std::vector<Action> all;
  const auto shorter = [&](const auto& a) {
    for (const std::int64_t us : {a.for_us / 2, std::int64_t{1'000'000}, std::int64_t{100'000}}) {
      if (us >= a.for_us || us < 1'000) continue;
      auto other = a;
      other.for_us = us - us % 1'000;
      all.emplace_back(other);
    }
  };
  const auto fewer_links = [&](const auto& a) {
    for (std::size_t host = 0; host < setup.servers.size() + setup.people; ++host) {
      const auto place = static_cast<Place>(host);
      auto other = a;
      std::erase_if(other.links, [place](const auto& link) {
        return link.first == place || link.second == place;
      });
      if (!other.links.empty() && other.links.size() < a.links.size()) all.emplace_back(other);
    }
  };
  std::visit(
      Overloaded{[&](const CrashServer& a) {
                   if (a.silent) all.emplace_back(CrashServer{a.server, false});
                 },
                 [&](const CrashAfterEffects& a) {
                   all.emplace_back(CrashServer{a.server, false});
                   if (a.effects > 1) all.emplace_back(CrashAfterEffects{a.server, 1});
                 },
                 [&](const UpgradeServer& a) { all.emplace_back(CrashServer{a.server, false}); },
                 [&](const WipeServer& a) { all.emplace_back(CrashServer{a.server, false}); },
                 [&](const PauseHost& a) { shorter(a); },
                 [&](const SuspendHost& a) {
                   all.emplace_back(PauseHost{a.place, a.for_us});
                   shorter(a);
                 },
                 [&](const CutLinks& a) { fewer_links(a); },
                 [&](const LoseHalf& a) {
                   fewer_links(a);
                   shorter(a);
                 },
                 [&](const LagLinks& a) {
                   fewer_links(a);
                   shorter(a);
                 },
                 [&](const NarrowLinks& a) {
                   fewer_links(a);
                   shorter(a);
                 },
                 [&](const SlowHost& a) { shorter(a); },
                 [&](const StepClock& a) {
                   if (a.us > 1'000'000) all.emplace_back(StepClock{a.place, 1'000'000});
                 },
                 [&](const SetDisk& a) {
                   if (a.by_us > 1'000'000) all.emplace_back(SetDisk{a.server, a.state, 1'000'000});
                 },
                 [&](const ClogLinks& a) {
                   fewer_links(a);
                   shorter(a);
                 },
                 [&](const Come& a) {
                   if (a.knows) all.emplace_back(Come{a.person, std::nullopt});
                 },
                 [&](const SayBody& a) {
                   auto other = a;
                   if (auto* post = std::get_if<Post>(&other.body)) {
                     post->text = "x";
                     all.emplace_back(other);
                   } else if (auto* edit = std::get_if<EditPost>(&other.body)) {
                     edit->text = "y";
                     all.emplace_back(other);
                   } else if (auto* name = std::get_if<RegisterUser>(&other.body)) {
                     name->name = person_name(a.person);
                     all.emplace_back(other);
                   }
                 },
                 [&](const ReadPages& a) { all.emplace_back(ReadPages{a.person, a.with, 30, 1}); },
                 [](const auto&) {}},
      action);
  return all;
}

}  // namespace

std::vector<Script> simpler_setups(const Script& script) {
  Candidates candidates(script);
  // The usual weather is the simplest: no way leads from there to another one and back.
  if (script.setup.weather != Weather{}) {
    candidates.add([](Script& s) { s.setup.weather = Weather{}; });
    candidates.add([](Script& s) { s.setup.weather = steady(); });
    candidates.add([](Script& s) { s.setup.weather.width = Width{}; });
    for (const auto rate :
         {&Weather::lost_per_million, &Weather::twice_per_million, &Weather::corrupted_per_million,
          &Weather::group_lost_per_million, &Weather::tail_per_million})
      candidates.add([&](Script& s) { s.setup.weather.*rate = 0; });
  }
  candidates.add([](Script& s) { s.setup.deaf_to_groups.clear(); });
  candidates.add([](Script& s) { s.setup.wall_spread_ms = 0; });
  candidates.add([](Script& s) { s.setup.wake_late_us = 0; });
  candidates.add([](Script& s) { s.setup.tuning = ServerConfig{}; });
  static const ServerConfig usual;
  for (const Knob& knob : knobs())
    candidates.add([&](Script& s) { knob.set(s.setup.tuning, knob.get(usual)); });
  candidates.add([](Script& s) { rank_ids(s.setup); });
  candidates.add([](Script& s) { s = sorted_by_id(s); });
  candidates.add([](Script& s) { s.seed = 0; });
  for (const std::int64_t after : {std::int64_t{0}, std::int64_t{1'000'000}})
    candidates.add([after](Script& s) {
      const std::int64_t last = s.actions.empty() ? 0 : s.actions.back().at_us;
      if (s.settle_at_us > last + after) s.settle_at_us = last + after;
    });
  return candidates.take();
}

// With fewer hosts other numbers are drawn for those who are left: each is tried with a few seeds.
std::vector<Script> fewer_hosts(const Script& script) {
  std::vector<Script> all;
  const Setup& setup = script.setup;
  const auto add = [&](const Renumbering& servers, const Renumbering& people) {
    Script other = recast(script, servers, people);
    for (const std::uint64_t seed :
         {script.seed, std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}}) {
      other.seed = seed;
      all.push_back(other);
    }
  };
  for (std::size_t i = setup.people; i-- > 0;)
    add(everybody(setup.servers.size()), without(i, setup.people));
  for (std::size_t i = setup.servers.size(); i-- > 0 && setup.servers.size() > 1;)
    add(without(i, setup.servers.size()), everybody(setup.people));
  return all;
}

std::vector<Script> simpler_actions(const Script& script, std::size_t i) {
  Candidates candidates(script);
  for (const Action& other : simpler(script.actions[i].action, script.setup))
    candidates.add([&](Script& s) { s.actions[i].action = other; });
  return candidates.take();
}

std::vector<Script> earlier(const Script& script, std::size_t i) {
  Candidates candidates(script);
  const std::int64_t before = i == 0 ? 0 : script.actions[i - 1].at_us;
  const std::int64_t gap = script.actions[i].at_us - before;
  for (const std::int64_t less : {gap, gap - gap / 4, gap / 2})
    candidates.add([&](Script& s) {
      for (std::size_t later = i; later < s.actions.size(); ++later) s.actions[later].at_us -= less;
      if (s.settle_at_us >= 0) s.settle_at_us -= less;
      s.until_us -= s.settle_at_us >= 0 ? 0 : less;
    });
  // Down only, as all changes of times go: what goes up again has no end.
  for (const std::int64_t grain :
       std::to_array<std::int64_t>({1'000'000, 100'000, 10'000, 1'000})) {
    const std::int64_t at = script.actions[i].at_us / grain * grain;
    if (at >= before) candidates.add([&](Script& s) { s.actions[i].at_us = at; });
  }
  return candidates.take();
}

void drop_labels(Script& script) {
  std::set<std::uint32_t> used;
  for (const TimedAction& timed : script.actions)
    if (const auto* say = std::get_if<SayBody>(&timed.action)) used.insert(say->about);
  for (TimedAction& timed : script.actions)
    if (auto* say = std::get_if<SayBody>(&timed.action); say && !used.contains(say->label))
      say->label = 0;
}

}  // namespace peal::sim
