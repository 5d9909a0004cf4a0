// Rounds of pings: close together when an answer is owed, apart when nobody waits.
#include "core/client_watch.hpp"

#include <algorithm>

namespace peal {
namespace {

constexpr Duration urgent_gap_min = milliseconds(10);
constexpr Duration idle_gap_min = milliseconds(100);
constexpr Duration gap_max = seconds(2);

/// Answers that were under way for long tell of a line that was slow then. Nobody waits for a home
/// as long as they did.
Duration gap(const RoundTrip& trip, bool urgent) {
  const Duration least =
      std::max(urgent ? urgent_gap_min : idle_gap_min, std::min(trip.smoothed() * 4, gap_max));
  return trip.known() ? trip.timeout(least, gap_max) : std::max(least, idle_gap_min);
}

}  // namespace

void ClientWatch::answered(Instant now) {
  answered_ = now;
  round_.reset();
  refused_ = false;
  silent_ = false;
}

void ClientWatch::heard() {
  if (round_ && round_->urgent) return;
  round_.reset();
}

void ClientWatch::refused(Instant now) {
  if (refused_ && round_ && round_->sent > 0) {
    silent_ = true;
    return;
  }
  refused_ = true;
  round_ = Round{.next = now, .urgent = true};
}

Instant ClientWatch::urgent_due(const ClientConfig& config, Instant owed_since) const {
  if (owed_since == never) return never;
  return std::max(answered_, owed_since) + config.verdict_wait;
}

ClientWatch::Advice ClientWatch::advise(Instant now, const ClientConfig& config,
                                        const RoundTrip& trip, Instant owed_since,
                                        bool idle_pings) {
  if (silent_) return Advice::silent;
  const bool urgent = now >= urgent_due(config, owed_since);
  if (!round_ && (urgent || (idle_pings && now >= pinged_ + config.ping_every)))
    round_ = Round{.next = now, .urgent = urgent};
  if (!round_) return Advice::none;
  if (urgent && !round_->urgent) {
    round_->urgent = true;
    round_->next = std::min(round_->next, now);
  }
  if (now < round_->next) return Advice::none;
  if (round_->sent >= config.pings_max) {
    silent_ = true;
    return Advice::silent;
  }
  ++round_->sent;
  pinged_ = now;
  round_->next = now + gap(trip, round_->urgent);
  return Advice::ping;
}

Instant ClientWatch::next_deadline(const ClientConfig& config, Instant owed_since,
                                   bool idle_pings) const {
  const Instant urgent = urgent_due(config, owed_since);
  if (round_) return round_->urgent ? round_->next : std::min(round_->next, urgent);
  return idle_pings ? std::min(pinged_ + config.ping_every, urgent) : urgent;
}

void ClientWatch::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(static_cast<std::uint64_t>((now - answered_).us));
  hasher.add(static_cast<std::uint64_t>((now - pinged_).us));
  hasher.add(round_ ? 1 + round_->sent : 0);
  if (round_)
    hasher.add(static_cast<std::uint64_t>((round_->next - now).us)).add(round_->urgent ? 1 : 0);
  hasher.add(refused_ ? 1 : 0).add(silent_ ? 1 : 0);
}

}  // namespace peal
