// The median of clocks, and when what was learned of it is void.
#include "core/agreed_clock.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace peal {
namespace {

/// Two others who are measured again and again can vouch for this server's clock.
constexpr std::size_t witnesses_min = 2;

}  // namespace

bool AgreedClock::passes(Instant now, WallTime wall) {
  const std::optional<Instant> before = at_;
  const WallTime wall_before = wall_at_;
  at_ = now;
  wall_at_ = wall;
  if (!before) return false;
  const std::int64_t jump = (wall.ms - wall_before.ms) - (now - *before).us / 1'000;
  if (std::abs(jump) <= skew_max_ms) return false;
  if (skews_ms_.size() >= witnesses_min) {
    // The others did not jump with it, as far as known: the next answers say.
    correction_ms_ -= jump;
    for (auto& [id, skew] : skews_ms_) skew -= jump;
  } else {
    correction_ms_ = 0;
    skews_ms_.clear();
  }
  return true;
}

void AgreedClock::set_members(std::span<const Member> members) {
  members_ = members.size();
  std::erase_if(skews_ms_, [&](const auto& item) {
    return std::ranges::find(members, item.first, &Member::id) == members.end();
  });
}

void AgreedClock::measured(ServerId member, WallTime theirs, WallTime own) {
  skews_ms_[member] = theirs.ms - own.ms;
  agree();
}

void AgreedClock::told(std::int64_t ahead_ms) {
  correction_ms_ = std::abs(ahead_ms) <= skew_max_ms ? 0 : -ahead_ms;
}

/// With an even number there is a range between the two in the middle; whatever lies in it stays.
void AgreedClock::agree() {
  if (!knows_enough()) return;
  std::vector<std::int64_t> clocks;
  clocks.reserve(1 + skews_ms_.size());
  clocks.push_back(0);  // Its own.
  for (const auto& [id, skew] : skews_ms_) clocks.push_back(skew);
  std::ranges::sort(clocks);
  const std::int64_t low = clocks[(clocks.size() - 1) / 2];
  const std::int64_t high = clocks[clocks.size() / 2];
  const std::int64_t middle = std::clamp(correction_ms_, low, high);
  correction_ms_ = std::abs(middle) <= skew_max_ms ? 0 : middle;
}

std::optional<Duration> AgreedClock::told_to(ServerId member) const {
  if (skews_ms_.size() < witnesses_min || !knows_enough() || !has_measured(member))
    return std::nullopt;
  return milliseconds(skew_ms(member));
}

std::int64_t AgreedClock::skew_ms(ServerId member) const {
  const auto it = skews_ms_.find(member);
  return it == skews_ms_.end() ? 0 : it->second - correction_ms_;
}

bool AgreedClock::worth_a_word(ServerId server, std::int64_t ahead_ms) {
  if (std::abs(ahead_ms) > skew_max_ms) return told_of_.insert(server).second;
  // Not again and again while it wavers about the limit.
  if (std::abs(ahead_ms) <= skew_max_ms / 2) told_of_.erase(server);
  return false;
}

void AgreedClock::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(members_).add(static_cast<std::uint64_t>(correction_ms_)).add(skews_ms_.size());
  for (const auto& [id, skew] : skews_ms_)
    hasher.add(id.value).add(static_cast<std::uint64_t>(skew));
  for (const ServerId id : told_of_) hasher.add(id.value);
  hasher.add(at_ ? static_cast<std::uint64_t>((now - *at_).us) : 0);
}

}  // namespace peal
