// The passes, and trials on several threads.
#include "sim/shrink/reduce.hpp"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include "sim/shrink/simpler.hpp"

namespace peal::sim {
namespace {

// A script that does less has no reason to need much more events than the first one.
constexpr std::uint64_t events_factor = 2;

class Reducer {
 public:
  Reducer(Script script, const ReduceOptions& options)
      : options_(options), script_(std::move(script)), events_max_(options.events_max) {}

  /// False when it is not so of the script as it is.
  bool begin() {
    const Trial first = trial(script_);
    if (!first.same) return false;
    events_max_ = std::min(events_max_, events_factor * first.events + 1'000);
    cut_off(first);
    return true;
  }

  void reduce() {
    for (bool any = true; any && !stopped();) {
      any = fewer_actions();
      any |= hosts();
      any |= setups();
      any |= actions();
      any |= times();
    }
  }

  [[nodiscard]] Reduced result() {
    drop_labels(script_);
    return {.script = script_, .trials = trials_, .finished = !stopped()};
  }

 private:
  [[nodiscard]] bool stopped() const { return options_.stop && options_.stop(); }

  [[nodiscard]] Trial trial(const Script& script) const {
    return options_.attempt(script, events_max_);
  }

  void cut_off(const Trial& found) {
    if (!found.decided_us) return;
    const std::int64_t at = *found.decided_us;
    std::erase_if(script_.actions, [at](const TimedAction& timed) { return timed.at_us > at; });
    if (script_.settle_at_us >= 0 && script_.settle_at_us <= at) return;
    script_.settle_at_us = -1;
    script_.until_us = at;
  }

  /// Takes the first of so many candidates of which it is so too, and tells which it was;
  /// as many at once as there are jobs, which does not change which one it is.
  template <class Make>
  std::optional<std::size_t> take_first(std::size_t count, const Make& make) {
    const std::size_t jobs = std::max(options_.jobs, 1U);
    for (std::size_t first = 0; first < count && !stopped(); first += jobs) {
      const std::size_t batch = std::min(jobs, count - first);
      std::vector<Script> candidates;
      for (std::size_t i = 0; i < batch; ++i) candidates.push_back(make(first + i));
      const std::vector<Trial> results = trials(candidates);
      trials_ += batch;
      tell();
      for (std::size_t i = 0; i < batch; ++i) {
        if (!results[i].same) continue;
        script_ = std::move(candidates[i]);
        cut_off(results[i]);
        return first + i;
      }
    }
    return std::nullopt;
  }
  bool take_one(const std::vector<Script>& candidates) {
    return take_first(candidates.size(), [&](std::size_t i) { return candidates[i]; }).has_value();
  }

  [[nodiscard]] std::vector<Trial> trials(const std::vector<Script>& candidates) const {
    std::vector<Trial> results(candidates.size());
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < candidates.size(); ++i)
      threads.emplace_back([&, i] { results[i] = trial(candidates[i]); });
    results[0] = trial(candidates[0]);
    for (std::thread& thread : threads) thread.join();
    return results;
  }

  void tell() {
    if (options_.progress) options_.progress(trials_, script_.actions.size());
  }

  /// ddmin: without each chunk, chunks half as long each time.
  bool fewer_actions() {
    bool any = false;
    for (std::size_t size = std::max<std::size_t>(script_.actions.size() / 2, 1);; size /= 2) {
      any |= without_chunks(size);
      if (size <= 1 || stopped()) return any;
    }
  }

  // From the end: what comes late is needed least often, and nothing before it changes.
  bool without_chunks(std::size_t size) {
    bool any = false;
    for (std::size_t end = script_.actions.size(); end > 0;) {
      const auto begin_of = [&](std::size_t chunk) {
        return end - std::min(end, (chunk + 1) * size);
      };
      const auto taken = take_first((end + size - 1) / size, [&](std::size_t chunk) {
        Script other = script_;
        const auto begin = other.actions.begin();
        other.actions.erase(begin + static_cast<std::ptrdiff_t>(begin_of(chunk)),
                            begin + static_cast<std::ptrdiff_t>(end - chunk * size));
        return other;
      });
      if (!taken) return any;
      any = true;
      end = std::min(begin_of(*taken), script_.actions.size());
    }
    return any;
  }

  bool hosts() {
    return again([&] { return fewer_hosts(script_); });
  }
  bool setups() {
    return again([&] { return simpler_setups(script_); });
  }

  bool actions() {
    bool any = false;
    for (std::size_t i = script_.actions.size(); i-- > 0 && !stopped();)
      if (i < script_.actions.size()) any |= take_one(simpler_actions(script_, i));
    return any;
  }

  bool times() {
    bool any = false;
    for (std::size_t i = 0; i < script_.actions.size() && !stopped(); ++i)
      any |= take_one(earlier(script_, i));
    return any;
  }

  /// As long as one of the candidates goes.
  template <class Candidates>
  bool again(Candidates candidates) {
    bool any = false;
    while (!stopped() && take_one(candidates())) any = true;
    return any;
  }

  const ReduceOptions& options_;
  Script script_;
  std::uint64_t events_max_;
  std::uint64_t trials_ = 0;
};

}  // namespace

std::optional<Reduced> reduce(const Script& script, const ReduceOptions& options) {
  Reducer reducer(script, options);
  if (!reducer.begin()) return std::nullopt;
  reducer.reduce();
  return reducer.result();
}

}  // namespace peal::sim
