// Forks of a run, side by side on several threads, and the search for the steepest rise.
#include "sim/inspect/causes.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <span>
#include <thread>

#include "core/check.hpp"

namespace peal::sim {
namespace {

constexpr std::uint64_t coarse_points = 9;
constexpr std::uint64_t trials_min = 4;
constexpr std::uint64_t trials_max = 40;
// One fork in so many is for each coarse look, and at least one in so many for the verdict.
constexpr std::uint64_t coarse_share = 4;
constexpr std::uint64_t verdict_share = 5;
constexpr std::uint64_t verdict_trials_max = 200;
// Another rise is worth forks of its own when it is at least one part in so many.
constexpr std::int64_t steep_share = 4;

class Fork : public Watcher {
 public:
  Fork(std::uint64_t event, std::uint64_t salt) : event_(event), salt_(salt) {}
  bool happened(World& world, const Happening& /*happening*/) override {
    if (world.stats().events == event_) world.chooser().diverge(salt_);
    return true;
  }

 private:
  std::uint64_t event_;
  std::uint64_t salt_;
};

class Excerpt : public Watcher {
 public:
  Excerpt(std::uint64_t before, std::uint64_t after) : before_(before), after_(after) {}
  bool happened(World& world, const Happening& /*happening*/) override {
    const std::uint64_t event = world.stats().events;
    if (event == before_) world.chooser().record_into(&decisions);
    if (event == after_) world.chooser().record_into(nullptr);
    return event < after_;
  }
  std::vector<Decision> decisions;

 private:
  std::uint64_t before_;
  std::uint64_t after_;
};

class Search {
 public:
  Search(const Rerun& rerun, const Timeline& timeline, const CauseOptions& options)
      : rerun_(rerun),
        violation_(*timeline.result.violation),
        last_(timeline.last()),
        options_(options),
        trials_(std::clamp(options.runs_max / (coarse_share * coarse_points), trials_min,
                           trials_max)) {}

  Cause perform() {
    look_everywhere();
    const std::uint64_t kept = options_.runs_max / verdict_share;
    while (cause_.forks + trials_ + kept <= options_.runs_max)
      if (!halve_steepest()) break;
    judge();
    return std::move(cause_);
  }

 private:
  void look_everywhere() {
    const std::uint64_t points = std::min(coarse_points, last_);
    for (std::uint64_t i = 0; i < points; ++i)
      cause_.points.push_back({1 + (last_ - 1) * i / (points - 1), {}});
    look(cause_.points, 1, trials_);
  }

  /// How many more forks break it at a point than at the one before it; all points have as many.
  [[nodiscard]] std::int64_t rise(std::size_t point) const {
    return static_cast<std::int64_t>(cause_.points[point].rate.hits) -
           static_cast<std::int64_t>(cause_.points[point - 1].rate.hits);
  }
  [[nodiscard]] std::uint64_t width(std::size_t point) const {
    return cause_.points[point].event - cause_.points[point - 1].event;
  }
  /// The point to which it rises most, of those that lie at least that many events behind the one
  /// before; the earliest when it rises as much to several. 0: there is none.
  [[nodiscard]] std::size_t steepest(std::uint64_t width_min) const {
    std::size_t best = 0;
    for (std::size_t i = 1; i < cause_.points.size(); ++i)
      if (width(i) >= width_min && (best == 0 || rise(i) > rise(best))) best = i;
    return best;
  }

  /// The steepest rise, and when that lies between two events already, the next one that is steep.
  bool halve_steepest() {
    const std::size_t at = steepest(2);
    if (at == 0 || rise(at) <= 0) return false;
    const bool first = steepest(1) == at;
    if (!first && rise(at) * steep_share < static_cast<std::int64_t>(trials_)) return false;
    const std::uint64_t before = cause_.points[at - 1].event;
    const auto middle =
        cause_.points.insert(cause_.points.begin() + static_cast<std::ptrdiff_t>(at),
                             {before + (cause_.points[at].event - before) / 2, {}});
    look({&*middle, 1}, 1, trials_);
    return true;
  }

  void judge() {
    const std::size_t at = steepest(1);
    std::vector<CausePoint> ends = {{cause_.points[at - 1].event, {}},
                                    {cause_.points[at].event, {}}};
    const std::uint64_t left = options_.runs_max - std::min(options_.runs_max, cause_.forks);
    look(ends, trials_ + 1, std::min(left / 2, verdict_trials_max));
    cause_.jump = {ends[0].event, ends[1].event, ends[0].rate, ends[1].rate};
  }

  /// Forks of every point with `trials` salts from `salt` on.
  void look(std::span<CausePoint> points, std::uint64_t salt, std::uint64_t trials) {
    std::atomic<std::uint64_t> next = 0;
    std::mutex mutex;
    const auto work = [&] {
      for (;;) {
        const std::uint64_t number = next.fetch_add(1);
        if (number >= points.size() * trials) return;
        CausePoint& point = points[number / trials];
        const bool hit = breaks_again(rerun_, point.event, salt + number % trials, violation_);
        const std::lock_guard lock(mutex);
        point.rate.add(hit);
        ++cause_.forks;
        if (options_.progress) options_.progress(cause_.forks);
      }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 1; i < options_.jobs; ++i) threads.emplace_back(work);
    work();
    for (std::thread& thread : threads) thread.join();
  }

  const Rerun& rerun_;
  Violation violation_;
  std::uint64_t last_;
  const CauseOptions& options_;
  std::uint64_t trials_;  // Of each point.
  Cause cause_;
};

}  // namespace

bool breaks_again(const Rerun& rerun, std::uint64_t event, std::uint64_t salt,
                  const Violation& violation) {
  Fork fork(event, salt);
  const RunResult result = rerun(fork, nullptr);
  return result.violation && result.violation->oracle == violation.oracle &&
         result.violation->what == violation.what;
}

Cause find_cause(const Rerun& rerun, const Timeline& timeline, const CauseOptions& options) {
  CHECK(timeline.result.violation && timeline.last() >= 2 && options.runs_max >= cause_runs_min);
  return Search(rerun, timeline, options).perform();
}

std::vector<Decision> decisions_between(const Rerun& rerun, std::uint64_t before,
                                        std::uint64_t after) {
  Excerpt excerpt(before, after);
  (void)rerun(excerpt, nullptr);
  return std::move(excerpt.decisions);
}

}  // namespace peal::sim
