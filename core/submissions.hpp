// The leader's memory of what was submitted to it: who waits for which entry, and what came ahead
// of its turn or waits for the disk.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/message.hpp"
#include "core/parts.hpp"

namespace peal {

/// Where a verdict goes: to a session of this server (home none) or to another home.
struct Waiter {
  ServerId home;
  MessageId message;
  Hlc hlc;  ///< of the entry
  friend bool operator==(const Waiter&, const Waiter&) = default;
  PEAL_PARTS(home, message, hlc)
};

/// What a submission needs besides its body, kept while it waits for an earlier one of its session.
struct Stashed {
  ServerId home;
  UserId author;
  Hlc hlc;
  std::vector<EntryId> seen;
  Submission submission;
  friend bool operator==(const Stashed&, const Stashed&) = default;
  PEAL_PARTS(home, author, hlc, seen, submission)
};

/// Of one leadership: forgotten when it ends. Bounded by limits::unstable_entries_max for waiters
/// and stash each, and by who calls hold().
class Submissions {
 public:
  void wait(EntryId entry, Waiter waiter) { waiting_[entry] = waiter; }
  /// The waiters of a log's entries up to `upto`, taken out, in order.
  [[nodiscard]] std::vector<std::pair<EntryId, Waiter>> take(EntryId upto);
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  /// False when the stash is full.
  bool stash(MessageId message, Stashed stashed);
  [[nodiscard]] std::optional<Stashed> unstash(MessageId message);
  [[nodiscard]] std::size_t stashed() const { return stash_.size(); }

  /// A session's submissions wait, in their order, while it is looked up on disk.
  void hold(ServerId home, Forward forward);
  [[nodiscard]] std::vector<std::pair<ServerId, Forward>> take_held(SessionId session);
  [[nodiscard]] std::size_t held() const { return held_count_; }

  /// The highest n of a session that this leadership gave a verdict without an entry.
  [[nodiscard]] std::uint64_t judged(SessionId session) const;
  void set_judged(MessageId message);

  void clear() { *this = Submissions{}; }
  void mix_into(Hasher& hasher) const;
  friend bool operator==(const Submissions&, const Submissions&) = default;

 private:
  std::map<EntryId, Waiter> waiting_;
  std::map<MessageId, Stashed> stash_;
  std::map<SessionId, std::vector<std::pair<ServerId, Forward>>> held_;
  std::size_t held_count_ = 0;
  std::map<SessionId, std::uint64_t> judged_;
  PEAL_PARTS(waiting_, stash_, held_, held_count_, judged_)
};

}  // namespace peal
