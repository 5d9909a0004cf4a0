// How ranges of seeds are cut into shards, joined again, and written down.
#include "sim/seeds.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include <fmt/format.h>

#include "sim/whole_number.hpp"

namespace peal::sim {
namespace {

constexpr std::string_view dots = "..";
constexpr std::string_view step_word = " step ";

// Shards of one range, in order, from `begin` on: of that many the firsts and the lasts are
// neighbours.
bool whole(const std::vector<SeedRange>& ranges, std::size_t begin) {
  const std::uint64_t step = ranges[begin].step;
  if (step == 1 || ranges.size() - begin < step) return false;
  std::vector<std::uint64_t> lasts;
  for (std::size_t i = 0; i < step; ++i) {
    const SeedRange& range = ranges[begin + i];
    if (range.step != step || range.first != ranges[begin].first + i) return false;
    lasts.push_back(range.last);
  }
  const auto [least, most] = std::ranges::minmax_element(lasts);
  return *most - *least == step - 1;  // They differ, as the rests of division do.
}

std::vector<SeedRange> with_shards_joined(const std::vector<SeedRange>& ranges) {
  std::vector<SeedRange> out;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    out.push_back(ranges[i]);
    if (!whole(ranges, i)) continue;
    const std::size_t end = i + ranges[i].step;
    for (; i + 1 < end; ++i) out.back().last = std::max(out.back().last, ranges[i + 1].last);
    out.back().step = 1;
  }
  return out;
}

// Rows of seeds of one length at one distance, as shards leave them.
struct Blocks {
  std::uint64_t first = 0;
  std::uint64_t length = 0;  // Of each; 0: all seeds that there are.
  std::uint64_t end = 0;     // Where the last of them begins.
  std::uint64_t distance = 0;

  bool take(std::uint64_t next, std::uint64_t next_last) {
    const bool fits = distance == 0 || next - end == distance;
    if (!fits || next_last - next + 1 != length) return false;
    distance = next - end;
    end = next;
    return true;
  }
  // As ranges with steps when that is shorter than one range for each.
  void write(std::vector<SeedRange>& out) const {
    const std::uint64_t count = distance == 0 ? 1 : (end - first) / distance + 1;
    if (count > length) {
      for (std::uint64_t i = 0; i < length; ++i) out.push_back({first + i, end + i, distance});
    } else {
      for (std::uint64_t begin = first;; begin += distance) {
        out.push_back({begin, begin + (length - 1), 1});
        if (begin == end) return;
      }
    }
  }
};

}  // namespace

std::uint64_t SeedRange::count() const {
  const std::uint64_t less_one = (last - first) / step;
  return less_one == UINT64_MAX ? less_one : less_one + 1;
}

std::optional<SeedRange> shard_of(const SeedRange& range, std::uint64_t index, std::uint64_t of) {
  const std::uint64_t steps = (range.last - range.first) / range.step;
  if (index == 0 || index > of || index - 1 > steps) return std::nullopt;
  const std::uint64_t first = range.first + (index - 1) * range.step;
  const std::uint64_t more = (steps - (index - 1)) / of;
  return SeedRange{first, first + more * of * range.step, of * range.step};
}

std::string to_text(const SeedRange& range) {
  if (range.step == 1 && range.first == range.last) return fmt::format("{}", range.first);
  if (range.step == 1) return fmt::format("{}..{}", range.first, range.last);
  return fmt::format("{}..{} step {}", range.first, range.last, range.step);
}

std::optional<std::uint64_t> parse_seed(std::string_view text) { return whole_number(text); }

std::optional<SeedRange> parse_seed_range(std::string_view text) {
  const auto word = text.find(step_word);
  const auto step = word == std::string_view::npos
                        ? std::optional<std::uint64_t>(1)
                        : parse_seed(text.substr(word + step_word.size()));
  text = text.substr(0, word);
  const auto between = text.find(dots);
  const auto first = parse_seed(text.substr(0, between));
  const auto last =
      between == std::string_view::npos ? first : parse_seed(text.substr(between + dots.size()));
  if (!first || !last || !step || *last < *first || *step == 0) return std::nullopt;
  if ((*last - *first) % *step != 0) return std::nullopt;
  return SeedRange{*first, *last, *step};
}

std::vector<SeedRange> joined(std::vector<SeedRange> ranges) {
  const auto by_step = [](const SeedRange& a, const SeedRange& b) {
    return std::tie(a.step, a.first, a.last) < std::tie(b.step, b.first, b.last);
  };
  std::ranges::sort(ranges, by_step);
  ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
  ranges = with_shards_joined(ranges);
  for (SeedRange& range : ranges)
    if (range.first == range.last) range.step = 1;
  std::ranges::sort(ranges, by_step);
  std::vector<SeedRange> out;
  for (const SeedRange& range : ranges) {
    const bool goes_on = !out.empty() && out.back().step == 1 && range.step == 1 &&
                         (range.first <= out.back().last || range.first - 1 == out.back().last);
    if (goes_on) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

void SeedSet::add(std::uint64_t seed) { add_side_by_side(seed, seed); }

void SeedSet::add(const SeedRange& range) {
  if (range.step == 1) return add_side_by_side(range.first, range.last);
  for (std::uint64_t seed = range.first;; seed += range.step) {
    add(seed);
    if (range.last - seed < range.step) return;
  }
}

void SeedSet::add(const SeedSet& other) {
  for (const auto& [first, last] : other.runs_) add_side_by_side(first, last);
}

void SeedSet::add_side_by_side(std::uint64_t first, std::uint64_t last) {
  // Everything that overlaps or touches becomes part of it.
  auto it = runs_.upper_bound(first);
  if (it != runs_.begin() && (first == 0 || std::prev(it)->second >= first - 1)) --it;
  while (it != runs_.end() && (last == UINT64_MAX || it->first <= last + 1)) {
    first = std::min(first, it->first);
    last = std::max(last, it->second);
    it = runs_.erase(it);
  }
  runs_.emplace(first, last);
}

bool SeedSet::contains(std::uint64_t seed) const {
  const auto it = runs_.upper_bound(seed);
  return it != runs_.begin() && std::prev(it)->second >= seed;
}

bool SeedSet::contains(const SeedRange& range) const {
  if (range.step == 1) {
    const auto it = runs_.upper_bound(range.first);
    return it != runs_.begin() && std::prev(it)->second >= range.last;
  }
  for (std::uint64_t seed = range.first; contains(seed); seed += range.step)
    if (range.last - seed < range.step) return true;
  return false;
}

std::optional<std::uint64_t> SeedSet::common(const SeedSet& other) const {
  for (const auto& [first, last] : runs_) {
    if (other.contains(first)) return first;
    const auto next = other.runs_.lower_bound(first);
    if (next != other.runs_.end() && next->first <= last) return next->first;
  }
  return std::nullopt;
}

std::uint64_t SeedSet::count() const {
  std::uint64_t count = 0;
  for (const auto& [first, last] : runs_) count += last - first + 1;
  return count;
}

std::vector<SeedRange> SeedSet::ranges() const {
  std::vector<Blocks> all;
  for (const auto& [first, last] : runs_)
    if (all.empty() || !all.back().take(first, last))
      all.push_back({.first = first, .length = last - first + 1, .end = first});
  std::vector<SeedRange> out;
  for (const Blocks& blocks : all) blocks.write(out);
  return out;
}

}  // namespace peal::sim
