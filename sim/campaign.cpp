// Handing out seeds, and putting results back in order.
#include "sim/campaign.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace peal::sim {
namespace {

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

// The seeds that are wanted and not done, one after the other.
class Agenda {
 public:
  explicit Agenda(const CampaignOptions& options) : ranges_(options.seeds), done_(options.done) {
    if (!ranges_.empty()) seed_ = ranges_.front().first;
  }

  std::optional<std::uint64_t> next() {
    while (range_ < ranges_.size()) {
      const std::uint64_t seed = seed_;
      advance();
      if (done_ == nullptr || !done_->contains(seed)) return seed;
    }
    return std::nullopt;
  }

 private:
  void advance() {
    // Compared without going beyond the last of all seeds.
    if (ranges_[range_].last - seed_ >= ranges_[range_].step) {
      seed_ += ranges_[range_].step;
    } else if (++range_ < ranges_.size()) {
      seed_ = ranges_[range_].first;
    }
  }

  const std::vector<SeedRange>& ranges_;
  const SeedSet* done_;
  std::size_t range_ = 0;
  std::uint64_t seed_ = 0;
};

// The work of all threads: the next seed to run, and results that wait for earlier ones.
class Crew {
 public:
  Crew(const CampaignOptions& options, const EachRun& each)
      : options_(options), each_(each), agenda_(options) {}

  void work() {
    RunOptions run_options = options_.run;
    run_options.trace = nullptr;
    run_options.source = nullptr;
    run_options.record = nullptr;
    run_options.watcher = nullptr;
    for (;;) {
      if (ended_ || (options_.stop && options_.stop())) return;
      const std::optional<Task> task = next();
      if (!task) return;
      running_seed = task->seed;
      const std::int64_t begin = now_us();
      if (options_.run_us_max != 0 && options_.clock)
        run_options.give_up = [this, begin] { return now_us() - begin > options_.run_us_max; };
      RunResult result = run(task->seed, run_options);
      hand_in(task->number, {std::move(result), now_us() - begin});
    }
  }

  /// After all work: what was found, or what `each` threw.
  [[nodiscard]] Totals take() {
    if (trouble_) std::rethrow_exception(trouble_);
    return std::move(totals_);
  }

 private:
  struct Task {
    std::uint64_t number = 0;
    std::uint64_t seed = 0;
  };
  struct Done {
    RunResult result;
    std::int64_t took_us = 0;
  };

  [[nodiscard]] std::int64_t now_us() const { return options_.clock ? options_.clock() : 0; }

  std::optional<Task> next() {
    const std::lock_guard lock(mutex_);
    const auto seed = agenda_.next();
    if (!seed) return std::nullopt;
    return Task{handed_out_++, *seed};
  }

  void hand_in(std::uint64_t number, Done done) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(number, std::move(done));
    for (auto it = waiting_.begin(); it != waiting_.end() && it->first == told_;
         it = waiting_.erase(it), ++told_) {
      totals_.add(it->second.result, it->second.took_us);
      tell(it->second.result);
      if (options_.violations_max != 0 && totals_.violations >= options_.violations_max)
        ended_ = true;
    }
  }

  // Whoever is told may have had enough: that ends the campaign, and is said by it.
  void tell(const RunResult& result) {
    if (!each_ || trouble_) return;
    try {
      each_(result, totals_);
    } catch (...) {
      trouble_ = std::current_exception();
      ended_ = true;
    }
  }

  const CampaignOptions& options_;
  const EachRun& each_;
  std::atomic<bool> ended_ = false;
  std::mutex mutex_;
  Agenda agenda_;
  std::uint64_t handed_out_ = 0;
  std::uint64_t told_ = 0;
  std::map<std::uint64_t, Done> waiting_;
  std::exception_ptr trouble_;
  Totals totals_;
};

}  // namespace

Totals run_campaign(const CampaignOptions& options, const EachRun& each) {
  const auto before = std::signal(SIGABRT, tell_seed);
  const std::int64_t begin = options.clock ? options.clock() : 0;
  Crew crew(options, each);
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::max(options.jobs, 1U); ++i)
    threads.emplace_back([&crew] { crew.work(); });
  crew.work();
  for (std::thread& thread : threads) thread.join();
  std::signal(SIGABRT, before);
  Totals totals = crew.take();
  if (options.clock) totals.wall_us = options.clock() - begin;
  return totals;
}

}  // namespace peal::sim
