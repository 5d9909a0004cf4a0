// Prints what each seed of a range became: seed_digests A..B JOBS [address|clock]
//
// With a third word something of this process, which no other one has, leaks into the machines'
// chance: then the digests must differ from process to process, or comparing them shows nothing.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/campaign.hpp"
#include "sim/seeds.hpp"
#include "sim/summary.hpp"

namespace {

using peal::sim::RunOptions;

/// What a core would do that orders something by where it lies in memory, or that looks at a clock.
bool leak(RunOptions& run, std::string_view what) {
  if (what == "address")
    run.leak = [] {
      const auto anything = std::make_unique<int>();
      return std::uint64_t{reinterpret_cast<std::uintptr_t>(anything.get())};
    };
  if (what == "clock")
    run.leak = [] {
      return static_cast<std::uint64_t>(
          std::chrono::steady_clock::now().time_since_epoch().count());
    };
  return run.leak != nullptr;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> given(words, words + count);
  const auto seeds = count >= 3 ? peal::sim::parse_seed_range(given[1]) : std::nullopt;
  const auto jobs = count >= 3 ? peal::sim::parse_seed(given[2]) : std::nullopt;
  peal::sim::CampaignOptions options;
  if (!seeds || !jobs || *jobs < 1 || *jobs > 64 || count > 4 ||
      (count == 4 && !leak(options.run, given[3]))) {
    std::fputs("usage: seed_digests A..B JOBS [address|clock]\n", stderr);
    return 2;
  }
  options.seeds = {*seeds};
  options.jobs = static_cast<unsigned>(*jobs);
  static_cast<void>(peal::sim::run_campaign(
      options, [](const peal::sim::RunResult& result, const peal::sim::Totals&) {
        std::printf("%llu %s\n", static_cast<unsigned long long>(result.seed),
                    peal::sim::to_hex(result.digest).c_str());
      }));
  return 0;
}
