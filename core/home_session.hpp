// One client at its home server: what it is owed, and what it submitted that has no verdict yet.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/delivery_order.hpp"
#include "core/group_hearing.hpp"
#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/round_trip.hpp"
#include "core/time.hpp"

namespace peal {

struct HomeSession {
  UserId user;
  std::uint64_t attachment = 0;
  VersionVector start;  ///< of delivery, as the client was told
  VersionVector told;   ///< the client's cursor once it has taken everything under way, as far as
                        ///< this home knows
  Endpoint at;
  Instant since;  ///< when it attached
  Instant heard;
  Instant suspected{-1};  ///< when it last suspected a server
  bool stays = false;     ///< taken while this server is drained: it found no other

  // Submissions.
  std::uint64_t oldest = 0;
  Hlc hlc;
  VersionVector seen_elsewhere;  ///< of its cursor, what was not released here when it came
  std::map<std::uint64_t, Submission> waiting;  ///< forwarded or to be forwarded, no verdict yet

  // Deliveries.
  struct UnderWay {
    Deliver deliver;
    Instant sent;
    std::uint32_t tries = 1;
    friend bool operator==(const UnderWay&, const UnderWay&) = default;
    PEAL_PARTS(deliver, sent, tries)
  };
  struct Owed {
    Release release;
    Instant since;
    VersionVector passed;  ///< over: released behind it and before the next, of no concern here
    friend bool operator==(const Owed&, const Owed&) = default;
    PEAL_PARTS(release, since, passed)
  };
  std::deque<Owed> queue;  ///< owed and not sent yet
  VersionVector passed;    ///< over, before the first that is owed
  bool withheld = false;   ///< the client should hear all of the queue from its group
  std::deque<UnderWay> under_way;
  std::uint64_t delivered_n = 0;
  VersionVector gaps_told;  ///< predecessors that were missing, as the client was told
  RoundTrip round_trip;

  // Groups.
  GroupHearing hearing;
  bool caught_up = false;   ///< everything released at its start, or while it resumed, was sent
  bool direct = false;      ///< of the latest Deliver
  Instant ahead_since{-1};  ///< its person was shown what is not durable here; -1: all is

  // Resuming: what to read back, log by log, before anything newer is delivered.
  std::vector<EntryId> resume_from;  ///< next entry to look at of each log that is not done
  VersionVector resume_upto;
  std::vector<Release> resumed;
  std::vector<EntryKey> resumed_past;  ///< of no concern
  bool reading = false;

  [[nodiscard]] bool resuming() const { return !resume_from.empty(); }
  /// An entry does not concern this user, with the rooms of now. The cursor says so with the next
  /// Deliver: another home would look at it with other rooms.
  void pass_over(EntryId entry) { (queue.empty() ? passed : queue.back().passed).advance(entry); }
  /// What the client has meanwhile is not owed any longer.
  void drop_told() {
    std::deque<Owed> kept;
    for (Owed& owed : queue) {
      if (!told.covers(owed.release.entry->id))
        kept.push_back(std::move(owed));
      else
        (kept.empty() ? passed : kept.back().passed).merge(owed.passed);
    }
    queue = std::move(kept);
  }
  void mix_into(Hasher& hasher, Instant now) const {
    hasher.add(std::span<const std::uint8_t>(user.bytes))
        .add(oldest)
        .add(hlc.value)
        .add(waiting.size());
    hasher.add(queue.size()).add(under_way.size()).add(delivered_n).add(resume_from.size());
    hasher.add((withheld ? 1U : 0U) | (caught_up ? 2U : 0U) | (direct ? 4U : 0U));
    passed.mix_into(hasher);
    hearing.mix_into(hasher, now);
    hasher.add(static_cast<std::uint64_t>((now - heard).us));
  }
  friend bool operator==(const HomeSession&, const HomeSession&) = default;
  PEAL_PARTS(user, attachment, start, told, at, since, heard, suspected, stays, oldest, hlc,
             seen_elsewhere, waiting, queue, passed, withheld, under_way, delivered_n, gaps_told,
             round_trip, hearing, caught_up, direct, ahead_since, resume_from, resume_upto, resumed,
             resumed_past, reading)
};

}  // namespace peal
