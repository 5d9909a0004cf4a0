// Which seeds: ranges with steps for what is wanted, a set for what was run.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace peal::sim {

/// first, first + step, ... up to and including last, which is one of them.
struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  std::uint64_t step = 1;

  [[nodiscard]] bool contains(std::uint64_t seed) const {
    return seed >= first && seed <= last && (seed - first) % step == 0;
  }
  /// How many; of all that there are, one less.
  [[nodiscard]] std::uint64_t count() const;
  friend constexpr auto operator<=>(const SeedRange&, const SeedRange&) = default;
};

/// Of these seeds every `of`-th, from the index-th on, which counts from 1. Nothing when there are
/// fewer.
[[nodiscard]] std::optional<SeedRange> shard_of(const SeedRange& range, std::uint64_t index,
                                                std::uint64_t of);

/// "7", "1..2000", "1..1999 step 2"; and back, when it is such a text.
[[nodiscard]] std::string to_text(const SeedRange& range);
[[nodiscard]] std::optional<SeedRange> parse_seed_range(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> parse_seed(std::string_view text);

/// The same seeds in as few ranges: shards that are all there become their whole.
[[nodiscard]] std::vector<SeedRange> joined(std::vector<SeedRange> ranges);

/// A set that is small in memory when its seeds lie side by side.
class SeedSet {
 public:
  void add(std::uint64_t seed);
  void add(const SeedRange& range);
  void add(const SeedSet& other);
  [[nodiscard]] bool contains(std::uint64_t seed) const;
  /// All of them.
  [[nodiscard]] bool contains(const SeedRange& range) const;
  /// A seed that both have.
  [[nodiscard]] std::optional<std::uint64_t> common(const SeedSet& other) const;
  [[nodiscard]] std::uint64_t count() const;
  /// In order, in few ranges; the same set gives the same.
  [[nodiscard]] std::vector<SeedRange> ranges() const;
  friend bool operator==(const SeedSet&, const SeedSet&) = default;

 private:
  void add_side_by_side(std::uint64_t first, std::uint64_t last);

  std::map<std::uint64_t, std::uint64_t> runs_;  // First and last of seeds side by side.
};

}  // namespace peal::sim
