// Handing out seeds, and putting results back in order.
#include "sim/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace peal::sim {
namespace {

constexpr std::size_t seeds_listed_max = 100;

// The seed that this thread runs, for whoever looks why the process aborts.
thread_local std::uint64_t running_seed = 0;

extern "C" void tell_seed(int signal) {
  // The process is about to end on a failed CHECK; that this may not be safe is no loss then.
  std::fprintf(stderr, "while running seed %llu; replay: peal sim --seed %llu\n",
               static_cast<unsigned long long>(running_seed),
               static_cast<unsigned long long>(running_seed));
  std::fflush(stderr);
  std::signal(signal, SIG_DFL);
}

void add(Campaign& campaign, const RunResult& result) {
  ++campaign.runs;
  if (result.violation) {
    ++campaign.violations;
    if (campaign.violating_seeds.size() < seeds_listed_max)
      campaign.violating_seeds.push_back(result.seed);
  }
  campaign.simulated_us += result.simulated_us;
  campaign.elections += result.elections;
  campaign.destroyed += result.destroyed;
  campaign.one_view_after_us_max =
      std::max(campaign.one_view_after_us_max, result.one_view_after_us);
  campaign.converged_after_us_max =
      std::max(campaign.converged_after_us_max, result.converged_after_us);
  for (std::size_t i = 0; i < oracle_count; ++i) campaign.checks[i] += result.checks[i];
  campaign.stats.add(result.stats);
}

// The work of all threads: the next seed to run, and results that wait for earlier ones.
class Crew {
 public:
  Crew(const CampaignOptions& options, const std::function<void(const RunResult&)>& each)
      : options_(options), each_(each), next_(options.first), told_(options.first) {}

  void work() {
    RunOptions run_options = options_.run;
    run_options.trace = nullptr;
    run_options.source = nullptr;
    run_options.record = nullptr;
    for (;;) {
      if (ended_ || (options_.stop && options_.stop())) return;
      const std::uint64_t seed = next_.fetch_add(1);
      if (seed > options_.last) return;
      running_seed = seed;
      hand_in(run(seed, run_options));
    }
  }

  [[nodiscard]] Campaign take() { return std::move(campaign_); }

 private:
  void hand_in(RunResult result) {
    const std::lock_guard lock(mutex_);
    const std::uint64_t seed = result.seed;
    waiting_.emplace(seed, std::move(result));
    for (auto it = waiting_.begin(); it != waiting_.end() && it->first == told_;
         it = waiting_.erase(it), ++told_) {
      add(campaign_, it->second);
      if (each_) each_(it->second);
      if (options_.violations_max != 0 && campaign_.violations >= options_.violations_max)
        ended_ = true;
    }
  }

  const CampaignOptions& options_;
  const std::function<void(const RunResult&)>& each_;
  std::atomic<std::uint64_t> next_;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;
  std::uint64_t told_;
  std::map<std::uint64_t, RunResult> waiting_;
  Campaign campaign_;
};

}  // namespace

std::vector<std::string> Campaign::oracles_that_checked_nothing() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < oracle_count; ++i)
    if (checks[i] == 0) names.emplace_back(oracle_name(static_cast<Oracle>(i)));
  return names;
}

std::vector<std::string> Campaign::marks_never_hit() const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < mark_count; ++i)
    if (stats.marks[i] == 0) names.emplace_back(mark_name(static_cast<Mark>(i)));
  return names;
}

Campaign run_campaign(const CampaignOptions& options,
                      const std::function<void(const RunResult&)>& each) {
  const auto before = std::signal(SIGABRT, tell_seed);
  Crew crew(options, each);
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::max(options.jobs, 1U); ++i)
    threads.emplace_back([&crew] { crew.work(); });
  crew.work();
  for (std::thread& thread : threads) thread.join();
  std::signal(SIGABRT, before);
  return crew.take();
}

}  // namespace peal::sim
