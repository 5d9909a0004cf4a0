// Weighted picks, identities, and the replay of recorded decisions.
#include "sim/chooser.hpp"

namespace peal::sim {
namespace {

// Identities are made of the answers to two questions of 32 bits each.
constexpr std::uint64_t half = std::uint64_t{1} << 32U;

}  // namespace

std::size_t Chooser::pick(const Choice& choice, std::span<const std::uint32_t> weights) {
  CHECK(!weights.empty());
  if (source_ != nullptr)
    return static_cast<std::size_t>(recorded(choice, ask(choice, weights.size())));
  std::uint64_t total = 0;
  for (const std::uint32_t weight : weights) total += weight;
  std::uint64_t left = total == 0 ? 0 : below(choice, total);
  std::size_t index = 0;
  while (index + 1 < weights.size() && left >= weights[index]) left -= weights[index++];
  return static_cast<std::size_t>(recorded(choice, index));
}

std::uint64_t Chooser::identity(const Choice& choice) {
  const std::uint64_t high = choose(choice, half - 1);
  const std::uint64_t low = choose(choice, half - 1);
  return (high << 32U) + low + 1;
}

Replay::Replay(std::span<const Decision> decisions) {
  for (const Decision& decision : decisions)
    answers_[decision.choice].values.push_back(decision.answer);
}

std::uint64_t Replay::answer(const Choice& choice, std::uint64_t alternatives) {
  const auto found = answers_.find(choice);
  if (found == answers_.end()) return 0;
  Answers& answers = found->second;
  if (answers.next == answers.values.size()) return 0;
  const std::uint64_t value = answers.values[answers.next++];
  return value < alternatives ? value : 0;
}

}  // namespace peal::sim
