// Weighted picks and identities.
#include "sim/chooser.hpp"

namespace peal::sim {
namespace {

// Identities are made of the answers to two questions of 32 bits each.
constexpr std::uint64_t half = std::uint64_t{1} << 32U;

}  // namespace

std::size_t Chooser::pick(const Choice& choice, std::span<const std::uint32_t> weights) {
  CHECK(!weights.empty());
  std::uint64_t total = 0;
  for (const std::uint32_t weight : weights) total += weight;
  std::uint64_t left = total == 0 ? 0 : below(choice, total);
  std::size_t index = 0;
  while (index + 1 < weights.size() && left >= weights[index]) left -= weights[index++];
  return static_cast<std::size_t>(settled(choice, weights.size(), index));
}

std::uint64_t Chooser::identity(const Choice& choice) {
  const std::uint64_t high = choose(choice, half - 1);
  const std::uint64_t low = choose(choice, half - 1);
  return (high << 32U) + low + 1;
}

}  // namespace peal::sim
