// LeLann-Chang-Roberts voting: whose vote comes home leads.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "core/message.hpp"
#include "core/parts.hpp"
#include "core/ring.hpp"
#include "core/time.hpp"

namespace peal {

/// One vote that this server has passed on (or started) and that its successor has not acknowledged
/// yet.
struct Hop {
  Vote vote;
  Member to;
  std::uint32_t tries = 0;
  Instant next_try;
  friend bool operator==(const Hop&, const Hop&) = default;
  PEAL_PARTS(vote, to, tries, next_try)
};

/// The part of one server in one round of voting (DESIGN section 8). It decides; the server sends.
/// A server takes part from the first vote that it starts or passes until a view is installed; only
/// one round at a time, the highest.
class Voting {
 public:
  static constexpr std::uint32_t tries_max = 3;

  [[nodiscard]] bool active() const { return round_ != 0; }
  [[nodiscard]] std::uint64_t round() const { return round_; }
  [[nodiscard]] VoteReason reason() const { return reason_; }
  /// The highest round that was ever seen, this server's own included.
  [[nodiscard]] std::uint64_t highest_round() const { return highest_round_; }
  void saw_round(std::uint64_t round) { highest_round_ = std::max(highest_round_, round); }

  /// Begins this server's part in a round, if it is higher than the one under way. True when it is
  /// now in `round`.
  bool enter(std::uint64_t round, VoteReason reason, Instant home_by);
  /// This server's own vote for the round that it has entered; none when it has sent it already.
  [[nodiscard]] std::optional<Vote> own_vote(const Member& self, std::vector<Member> proposal);

  /// Over whom this server's own vote of the round goes, beyond its view; empty before own_vote().
  [[nodiscard]] const std::vector<Member>& proposal() const { return proposal_; }

  enum class Verdict : std::uint8_t { pass_on, swallow, home, repeated, stale };
  /// What LCR says of a vote that arrived at `self`, after enter().
  [[nodiscard]] Verdict judge(const Vote& vote, ServerId self);

  /// A vote is on its way to `to`; it is repeated until acknowledged.
  void sent(Vote vote, const Member& to, Instant next_try);
  /// False when no hop waited for that.
  bool acknowledged(std::uint64_t round, ServerId candidate, ServerId by);
  /// The hops whose next try is due, taken out; the server sends them again or skips the successor.
  [[nodiscard]] std::vector<Hop> take_due(Instant now);
  /// The hops that wait for this server, taken out: its port refused, so it is skipped at once.
  [[nodiscard]] std::vector<Hop> take_hops_to(ServerId server);
  /// Tried once more.
  void keep(Hop hop);
  [[nodiscard]] bool came_home_too_late(Instant now) const { return active() && now >= home_by_; }

  /// This server's own vote of the round is under way, or was.
  [[nodiscard]] bool own_sent() const { return own_sent_; }
  [[nodiscard]] const std::vector<Hop>& hops() const { return hops_; }

  /// How many successors this server had to skip since the first round that did not come home.
  [[nodiscard]] std::size_t skipped() const { return skipped_.size(); }
  void skip(ServerId server) { skipped_.insert(server); }
  /// It spoke, and takes part again.
  void heard(ServerId server) {
    skipped_.erase(server);
    unanswered_.erase(server);
  }
  [[nodiscard]] const std::set<ServerId>& skipped_servers() const { return skipped_; }

  /// A view was installed, or the vote is given up.
  void end();
  /// The round did not come home; the next one goes on with what this one learned of silent
  /// successors. A round may be shorter than it takes to skip one.
  void end_round();
  [[nodiscard]] Instant deadline() const;
  void mix_into(Hasher& hasher, Instant now) const;

  friend bool operator==(const Voting&, const Voting&) = default;

 private:
  std::uint64_t round_ = 0;
  std::uint64_t highest_round_ = 0;
  VoteReason reason_ = VoteReason::startup;
  bool own_sent_ = false;
  std::vector<Member> proposal_;
  std::set<ServerId> passed_;   // Candidates whose votes of this round went through here.
  std::set<ServerId> skipped_;  // Servers that did not acknowledge a vote.
  std::map<ServerId, std::uint32_t> unanswered_;  // Votes sent to a server since its last VoteAck.
  std::vector<Hop> hops_;
  Instant home_by_ = never;
  PEAL_PARTS(round_, highest_round_, reason_, own_sent_, proposal_, passed_, skipped_, unanswered_,
             hops_, home_by_)
};

}  // namespace peal
