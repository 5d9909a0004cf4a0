// In which order steps can have happened.
#include "core/trace/sorting.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <utility>

#include "core/check.hpp"

namespace peal::trace {
namespace {

class Sorting {
 public:
  Sorting(const Story& story, const std::vector<bool>& in_doubt)
      : story_(story),
        in_doubt_(in_doubt),
        left_out_(story.arrows.size(), false),
        before_(steps(), none),
        next_(steps(), none),
        came_by_(steps(), no_arrow),
        waits_for_(steps(), 0) {
    std::map<Index, Index> last_of_line;
    for (Index i = 0; i < steps(); ++i) {
      sorted_.at_us.push_back(story_.steps[i].at_us);
      const auto [last, first] = last_of_line.try_emplace(story_.steps[i].line, i);
      if (first) continue;
      next_[last->second] = i;
      before_[i] = last->second;
      ++waits_for_[i];
      last->second = i;
    }
    for (std::size_t i = 0; i < story_.arrows.size(); ++i) {
      const Arrow& arrow = story_.arrows[i];
      if (arrow.sent == none || arrow.arrived == none) continue;
      reaches_[arrow.sent].push_back(i);
      came_by_[arrow.arrived] = i;
      ++waits_for_[arrow.arrived];
    }
  }

  Sorted sort() && {
    for (Index i = 0; i < steps(); ++i)
      if (waits_for_[i] == 0) ready_.emplace(sorted_.at_us[i], i);
    sorted_.order.reserve(steps());
    while (sorted_.order.size() < steps()) {
      if (ready_.empty()) break_circle();
      const Index i = ready_.top().second;
      ready_.pop();
      tell(i);
    }
    return std::move(sorted_);
  }

 private:
  using Waiting = std::pair<std::int64_t, Index>;
  static constexpr std::size_t no_arrow = std::numeric_limits<std::size_t>::max();
  static constexpr std::uint32_t done = std::numeric_limits<std::uint32_t>::max();

  [[nodiscard]] std::size_t steps() const { return story_.steps.size(); }
  [[nodiscard]] bool told(Index step) const { return waits_for_[step] == done; }

  void tell(Index step) {
    waits_for_[step] = done;
    sorted_.order.push_back(step);
    if (next_[step] != none) release(next_[step], sorted_.at_us[step]);
    if (const auto reached = reaches_.find(step); reached != reaches_.end())
      for (const std::size_t arrow : reached->second)
        if (!left_out_[arrow]) release(story_.arrows[arrow].arrived, sorted_.at_us[step]);
  }

  void release(Index step, std::int64_t not_before_us) {
    sorted_.at_us[step] = std::max(sorted_.at_us[step], not_before_us);
    if (--waits_for_[step] == 0) ready_.emplace(sorted_.at_us[step], step);
  }

  void break_circle() {
    const auto back_us = [&](std::size_t arrow) {
      const Arrow& drawn = story_.arrows[arrow];
      return story_.steps[drawn.sent].at_us - story_.steps[drawn.arrived].at_us;
    };
    const std::vector<std::size_t> circle = arrows_of_a_circle();
    CHECK(!circle.empty());
    const std::size_t wrong = *std::ranges::max_element(circle, {}, [&](std::size_t arrow) {
      return std::pair(static_cast<bool>(in_doubt_[arrow]), back_us(arrow));
    });
    left_out_[wrong] = true;
    sorted_.contradictory.push_back(wrong);
    release(story_.arrows[wrong].arrived, std::numeric_limits<std::int64_t>::min());
  }

  /// From any step that waits back to one that it waits for, until one comes again.
  [[nodiscard]] std::vector<std::size_t> arrows_of_a_circle() const {
    const auto waiting =
        std::ranges::find_if(waits_for_, [](std::uint32_t left) { return left != done; });
    auto at = static_cast<Index>(waiting - waits_for_.begin());
    std::vector<bool> seen(steps(), false);
    std::vector<std::pair<Index, std::size_t>> way;  ///< step, and the arrow by which it was left
    while (!seen[at]) {
      seen[at] = true;
      const std::size_t arrow = came_by_[at];
      const bool by_arrow =
          arrow != no_arrow && !left_out_[arrow] && !told(story_.arrows[arrow].sent);
      way.emplace_back(at, by_arrow ? arrow : no_arrow);
      at = by_arrow ? story_.arrows[arrow].sent : before_[at];
    }
    std::vector<std::size_t> arrows;
    for (auto it = std::ranges::find(way, at, &std::pair<Index, std::size_t>::first);
         it != way.end(); ++it)
      if (it->second != no_arrow) arrows.push_back(it->second);
    return arrows;
  }

  const Story& story_;
  const std::vector<bool>& in_doubt_;
  std::vector<bool> left_out_;                         ///< arrows
  std::vector<Index> before_;                          ///< of the same line
  std::vector<Index> next_;                            ///< of the same line
  std::vector<std::size_t> came_by_;                   ///< the arrow that reaches it
  std::map<Index, std::vector<std::size_t>> reaches_;  ///< arrows that leave it
  std::vector<std::uint32_t> waits_for_;               ///< so many, or done
  std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> ready_;
  Sorted sorted_;
};

}  // namespace

Sorted sort_steps(const Story& story, const std::vector<bool>& in_doubt) {
  return Sorting(story, in_doubt).sort();
}

}  // namespace peal::trace
