// One order for the steps of all machines.
#include "core/trace/order.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/trace/arrows.hpp"
#include "core/trace/sorting.hpp"

namespace peal::trace {
namespace {

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

/// Old indices in the new order. A letter that would have arrived before it left was another one
/// with the same contents, which left before: so letters are compared anew until all can be.
std::vector<Index> order_of(Draft& draft) {
  LeftBefore bounds;
  for (;;) {
    const std::vector<bool> in_doubt = draw_arrows(draft, bounds);
    Sorted sorted = sort_steps(draft.story, in_doubt);
    for (const std::size_t arrow : sorted.contradictory)
      bounds[arrow] = draft.story.arrows[arrow].sent;
    if (!sorted.contradictory.empty()) continue;
    for (Index i = 0; i < sorted.at_us.size(); ++i) draft.story.steps[i].at_us = sorted.at_us[i];
    if (std::ranges::any_of(bounds, [&](const auto& bound) {
          return draft.story.arrows[bound.first].sent == none;
        }))
      draft.story.notes.emplace_back(
          "some messages are recorded as received before they were sent: the order around them is "
          "not certain");
    return std::move(sorted.order);
  }
}

}  // namespace

std::vector<Index> put_in_order(Draft& draft) {
  Story& story = draft.story;
  const std::vector<Index> order = order_of(draft);
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
