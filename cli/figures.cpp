// Percentiles and bars.
#include "cli/figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/check.hpp"
#include "runtime/loop.hpp"

namespace peal::cli {

Figures::Figures(std::vector<Duration> all) : all_(std::move(all)) {
  CHECK(!all_.empty());
  std::sort(all_.begin(), all_.end());
}

Duration Figures::at(double part) const {
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(all_.size())));
  return all_[std::clamp<std::size_t>(rank, 1, all_.size()) - 1];
}

std::string Figures::histogram() const {
  constexpr std::array bars = {" ",      "\u2581", "\u2582", "\u2583", "\u2584",
                               "\u2585", "\u2586", "\u2587", "\u2588"};
  constexpr std::size_t steps = 40;
  const std::int64_t low = all_.front().us;
  const std::int64_t width =
      std::max<std::int64_t>(1, (all_.back().us - low + 1 + steps - 1) / steps);
  std::array<std::size_t, steps> counts{};
  for (const Duration each : all_) ++counts[static_cast<std::size_t>((each.us - low) / width)];
  const std::size_t most = *std::max_element(counts.begin(), counts.end());
  std::string text = text_of(all_.front()) + " ";
  // Rounded up: one of a thousand is still seen.
  for (const std::size_t count : counts)
    text += bars[(count * (bars.size() - 1) + most - 1) / most];
  return text + " " + text_of(all_.back());
}

std::string Figures::summary() const {
  return fmt::format("p50 {}, p99 {}, max {}", text_of(at(0.50)), text_of(at(0.99)),
                     text_of(max()));
}

double seconds_since(Instant begin) {
  return static_cast<double>((runtime::Loop::now() - begin).us) / 1e6;
}

double ms_of(Duration duration) { return static_cast<double>(duration.us) / 1'000; }

std::string text_of(Duration duration) {
  if (duration.us < 1'000) return fmt::format("{} us", duration.us);
  if (duration.us < 1'000'000) return fmt::format("{:.1f} ms", ms_of(duration));
  return fmt::format("{:.2f} s", ms_of(duration) / 1'000);
}

}  // namespace peal::cli
