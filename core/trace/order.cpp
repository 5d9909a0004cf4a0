// One order for the steps of all machines.
#include "core/trace/order.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <queue>
#include <tuple>
#include <type_traits>
#include <utility>

namespace peal::trace {
namespace {

/// Steps whose predecessors are all told, the earliest first (Kahn, 1962).
class Sorting {
 public:
  explicit Sorting(Draft& draft)
      : draft_(draft),
        before_(steps().size(), none),
        next_(steps().size(), none),
        waits_for_(steps().size(), 0) {
    std::map<Index, Index> last_of_line;
    for (Index i = 0; i < steps().size(); ++i) {
      const auto [last, first] = last_of_line.try_emplace(steps()[i].line, i);
      if (first) continue;
      next_[last->second] = i;
      before_[i] = last->second;
      ++waits_for_[i];
      last->second = i;
    }
    for (const Arrow& arrow : draft.story.arrows) {
      if (arrow.sent == none || arrow.arrived == none) continue;
      reaches_[arrow.sent].push_back(arrow.arrived);
      ++waits_for_[arrow.arrived];
    }
  }

  /// Old indices in the new order.
  std::vector<Index> sort() {
    for (Index i = 0; i < steps().size(); ++i)
      if (waits_for_[i] == 0) ready_.emplace(steps()[i].at_us, i);
    std::vector<Index> order;
    order.reserve(steps().size());
    while (order.size() < steps().size()) {
      if (ready_.empty()) break_circle();
      const Index i = ready_.top().second;
      ready_.pop();
      if (told(i)) continue;
      waits_for_[i] = done;
      now_us_ = steps()[i].at_us;
      order.push_back(i);
      if (next_[i] != none) release(next_[i], steps()[i].at_us);
      if (const auto reached = reaches_.find(i); reached != reaches_.end())
        for (const Index other : reached->second) release(other, steps()[i].at_us);
    }
    return order;
  }

 private:
  static constexpr std::uint32_t done = std::numeric_limits<std::uint32_t>::max();
  [[nodiscard]] std::vector<Step>& steps() { return draft_.story.steps; }
  [[nodiscard]] bool told(Index step) const { return waits_for_[step] == done; }

  void release(Index step, std::int64_t not_before_us) {
    if (told(step)) return;
    steps()[step].at_us = std::max(steps()[step].at_us, not_before_us);
    if (--waits_for_[step] == 0) ready_.emplace(steps()[step].at_us, step);
  }

  /// Two letters were taken for each other: the earliest step that waits for nothing but a letter
  /// does so no longer.
  void break_circle() {
    std::optional<Index> earliest;
    for (Index i = 0; i < steps().size(); ++i)
      if (!told(i) && (before_[i] == none || told(before_[i])) &&
          (!earliest || steps()[i].at_us < steps()[*earliest].at_us))
        earliest = i;
    steps()[*earliest].at_us = std::max(steps()[*earliest].at_us, now_us_);
    ready_.emplace(steps()[*earliest].at_us, *earliest);
    if (!std::exchange(noted_, true))
      draft_.story.notes.emplace_back(
          "some messages that look alike may be taken for each other: the order around them is not "
          "certain");
  }

  using Waiting = std::pair<std::int64_t, Index>;
  Draft& draft_;
  std::vector<Index> before_;  ///< of the same line
  std::vector<Index> next_;    ///< of the same line
  std::map<Index, std::vector<Index>> reaches_;
  std::vector<std::uint32_t> waits_for_;
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> ready_;
  std::int64_t now_us_ = std::numeric_limits<std::int64_t>::min();  ///< of the step told last
  bool noted_ = false;
};

/// What has the same key stays in its order. (The standard library's own stable sort uses what it
/// calls deprecated itself.)
template <class T, class Key>
void sort_by(std::vector<T>& items, Key key) {
  std::vector<std::pair<std::invoke_result_t<Key, const T&>, std::size_t>> places;
  for (std::size_t i = 0; i < items.size(); ++i) places.emplace_back(key(items[i]), i);
  std::ranges::sort(places);
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const auto& [first, place] : places) sorted.push_back(std::move(items[place]));
  items = std::move(sorted);
}

void renumber(Draft& draft, const std::vector<Index>& order) {
  Story& story = draft.story;
  std::vector<Index> now(order.size());
  std::vector<Step> steps;
  steps.reserve(order.size());
  for (Index i = 0; i < order.size(); ++i) {
    now[order[i]] = i;
    steps.push_back(std::move(story.steps[order[i]]));
  }
  story.steps = std::move(steps);
  const auto renamed = [&](Index& step) {
    if (step != none) step = now[step];
  };
  for (Arrow& arrow : story.arrows) {
    renamed(arrow.sent);
    renamed(arrow.arrived);
  }
  for (InView& view : story.views) {
    renamed(view.from);
    renamed(view.to);
  }
  for (Life& life : story.lives) {
    renamed(life.from);
    renamed(life.to);
  }
  for (Draft::State& state : draft.states) renamed(state.step);
  for (Draft::VoteBegun& vote : draft.votes) renamed(vote.step);
  for (Draft::Asked& asked : draft.asked) renamed(asked.step);
  for (Draft::Refused& refused : draft.refused) renamed(refused.step);
  for (Index& start : draft.with_history) renamed(start);
  for (Draft::Acknowledgement& told : draft.acknowledgements) {
    renamed(told.said);
    renamed(told.told);
  }
  sort_by(story.views, [](const InView& view) { return view.from; });
  sort_by(story.lives, [](const Life& life) { return life.from; });
  sort_by(draft.states, [](const Draft::State& state) { return state.step; });
  sort_by(draft.votes, [](const Draft::VoteBegun& vote) { return vote.step; });
  sort_by(story.arrows, [](const Arrow& arrow) {
    return std::pair(arrow.sent != none ? arrow.sent : arrow.arrived, arrow.arrived);
  });
  for (Index i = 0; i < story.arrows.size(); ++i)
    if (story.arrows[i].arrived != none) story.steps[story.arrows[i].arrived].arrow = i;
}

/// Servers in the order of the ring, then clients as they came.
void sort_lines(Draft& draft) {
  Story& story = draft.story;
  std::vector<Index> came(story.lines.size(), none);
  for (Index i = 0; i < story.steps.size(); ++i)
    came[story.steps[i].line] = std::min(came[story.steps[i].line], i);
  std::vector<Index> order(story.lines.size());
  std::iota(order.begin(), order.end(), Index{0});
  std::ranges::sort(order, {}, [&](Index line) {
    const ServerId server = story.lines[line].server;
    return std::tuple(!server, server, came[line], line);
  });
  std::vector<Index> now(order.size());
  std::vector<Line> lines;
  for (Index i = 0; i < order.size(); ++i) {
    now[order[i]] = i;
    lines.push_back(std::move(story.lines[order[i]]));
  }
  story.lines = std::move(lines);
  const auto renamed = [&](Index& line) {
    if (line != none) line = now[line];
  };
  for (Step& step : story.steps) renamed(step.line);
  for (auto& [run, line] : draft.runs) renamed(line);
  for (Arrow& arrow : story.arrows) {
    renamed(arrow.from);
    renamed(arrow.to);
  }
  for (InView& view : story.views) renamed(view.line);
  for (Life& life : story.lives) renamed(life.line);
  for (Story::Happened& happened : story.facts)
    for (Index& line : happened.lines) renamed(line);
}

/// Who says nothing any more long before the others do has ended: every server says something many
/// times a second.
void end_silent_lives(Story& story) {
  constexpr std::int64_t silence_us = 1'000'000;
  std::map<Index, Index> last;
  for (Index i = 0; i < story.steps.size(); ++i) last[story.steps[i].line] = i;
  for (const auto& [line, step] : last)
    if (story.lines[line].server && story.duration_us - story.steps[step].at_us > silence_us)
      end_life(story, line, step, false);
}

}  // namespace

std::vector<Index> put_in_order(Draft& draft) {
  Story& story = draft.story;
  std::vector<Index> order = Sorting(draft).sort();
  renumber(draft, order);
  sort_lines(draft);
  if (story.steps.empty()) return order;
  const std::int64_t start = story.steps.front().at_us;
  for (Step& step : story.steps) step.at_us -= start;
  for (Story::Happened& happened : story.facts)
    happened.at_us = std::max<std::int64_t>(0, happened.at_us - start);
  story.duration_us = story.steps.back().at_us;
  story.start_wall_ms = story.steps.front().wall.ms;
  end_silent_lives(story);
  return order;
}

}  // namespace peal::trace
