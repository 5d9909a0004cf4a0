// The wall time that most servers of a view have, so that one wrong clock stamps no history.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "core/digest.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/time.hpp"

namespace peal {

/// A leader measures how far its members' wall clocks are from its own, takes the median of all,
/// and tells it with its heartbeats; members remember how far off they are, for when they lead or
/// are alone. Of two clocks neither is believed, and alone a server has only what it learned
/// before. No safety rests on any of this: only how sensible time stamps are.
class AgreedClock {
 public:
  /// Up to here a server believes its own clock; what differs by more is worth a word to people.
  static constexpr std::int64_t skew_max_ms = 1'000;
  /// A round trip that takes longer measures no clock.
  static constexpr Duration round_trip_max = milliseconds(skew_max_ms);

  /// At the start of every step. A wall clock that jumps against the monotonic one voids what was
  /// learned, unless enough others can vouch that it is the clock that jumped, and not the host
  /// that slept. True when it jumped.
  bool passes(Instant now, WallTime wall);
  /// The members of the view that this server leads, itself among them; none: it leads none. What
  /// was measured of others is forgotten.
  void set_members(std::span<const Member> members);
  /// At a leader: a member's clock was `theirs` when this server's was `own`.
  void measured(ServerId member, WallTime theirs, WallTime own);
  [[nodiscard]] bool has_measured(ServerId member) const { return skews_ms_.contains(member); }
  /// At a member: the leader says how far this server's clock is ahead of what is agreed.
  void told(std::int64_t ahead_ms);

  /// What to write on history when this server's wall clock says `own`.
  [[nodiscard]] WallTime time(WallTime own) const { return {own.ms + correction_ms_}; }
  /// What to tell a member of its clock: none before two others are known and more than half of the
  /// view, as two do not outvote one another.
  [[nodiscard]] std::optional<Duration> told_to(ServerId member) const;
  /// How far a member's clock, or this server's own, is ahead of what is agreed; as far as known.
  [[nodiscard]] std::int64_t skew_ms(ServerId member) const;
  [[nodiscard]] std::int64_t own_skew_ms() const { return -correction_ms_; }
  /// True when this is the first time that people should hear of it.
  [[nodiscard]] bool worth_a_word(ServerId server, std::int64_t ahead_ms);
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const AgreedClock&, const AgreedClock&) = default;

 private:
  void agree();
  [[nodiscard]] bool knows_enough() const { return 2 * (skews_ms_.size() + 1) > members_; }

  std::size_t members_ = 0;
  std::map<ServerId, std::int64_t> skews_ms_;  // Of raw clocks: ahead of this server's own.
  std::int64_t correction_ms_ = 0;             // From the own clock to the agreed one.
  std::set<ServerId> told_of_;                 // Servers whose clocks people heard of.
  std::optional<Instant> at_;                  // Of the step before.
  WallTime wall_at_;
  PEAL_PARTS(members_, skews_ms_, correction_ms_, told_of_, at_, wall_at_)
};

}  // namespace peal
