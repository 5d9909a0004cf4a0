// One time for steps that were recorded by several clocks.
#include "core/trace/align.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace peal::trace {
namespace {

/// How far each clock is from the wall of the first one, in microseconds.
class Offsets {
 public:
  explicit Offsets(const Draft& draft) : draft_(draft) {
    for (const Step& step : draft.story.steps)
      by_wall_.try_emplace(clock_of(step), step.wall.ms * 1'000 - step.at_us);
    measure();
    spread();
  }
  [[nodiscard]] std::int64_t of(const Step& step) const { return of_.at(clock_of(step)); }

 private:
  using Way = std::pair<std::uint32_t, std::uint32_t>;
  [[nodiscard]] static std::uint32_t clock_of(const Step& step) { return step.clock_number; }

  /// Of letters like which no other was sent, so that nothing is taken for something else.
  void measure() {
    std::map<Letter::Key, std::optional<Index>> sent;
    for (const Letter& letter : draft_.sent) {
      const auto [it, fresh] = sent.try_emplace(letter.key(), letter.step);
      if (!fresh) it->second.reset();
    }
    for (const Letter& letter : draft_.received) {
      const auto it = sent.find(letter.key());
      if (it == sent.end() || !it->second) continue;
      const Step& from = draft_.story.steps[*it->second];
      const Step& to = draft_.story.steps[letter.step];
      const Way way{clock_of(from), clock_of(to)};
      if (way.first == way.second) continue;
      const std::int64_t took = to.at_us - from.at_us;
      const auto [fastest, first] = fastest_.try_emplace(way, took);
      if (!first) fastest->second = std::min(fastest->second, took);
    }
  }

  /// From clocks whose offset is known to those that they exchanged messages with, and so on.
  void spread() {
    for (const auto& [clock, by_wall] : by_wall_) {
      if (of_.contains(clock)) continue;
      // Of what is connected by nothing, the walls are all there is.
      of_[clock] = by_wall;
      std::vector<std::uint32_t> known{clock};
      while (!known.empty()) {
        const std::uint32_t from = known.back();
        known.pop_back();
        for (const auto& [other, wall] : by_wall_) {
          const auto apart = difference(from, other);
          if (!apart || of_.contains(other)) continue;
          of_[other] = of_[from] + *apart;
          known.push_back(other);
        }
      }
    }
  }

  [[nodiscard]] std::optional<std::int64_t> difference(std::uint32_t from, std::uint32_t to) const {
    const auto there = fastest_.find({from, to});
    const auto back = fastest_.find({to, from});
    if (there == fastest_.end() || back == fastest_.end()) return std::nullopt;
    return (back->second - there->second) / 2;
  }

  const Draft& draft_;
  std::map<std::uint32_t, std::int64_t> by_wall_;
  std::map<Way, std::int64_t> fastest_;
  std::map<std::uint32_t, std::int64_t> of_;
};

}  // namespace

void align(Draft& draft) {
  Story& story = draft.story;
  if (story.steps.empty()) return;
  const Offsets offsets(draft);
  // Facts come from simulators, which have one clock.
  const std::int64_t of_facts = offsets.of(story.steps.front());
  for (Step& step : story.steps) step.at_us += offsets.of(step);
  for (Story::Happened& happened : story.facts) happened.at_us += of_facts;
}

}  // namespace peal::trace
