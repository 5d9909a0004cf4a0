// Votes come in, are passed on, swallowed or come home.
#include "core/voting.hpp"

#include <algorithm>
#include <utility>

#include "core/mutant.hpp"

namespace peal {

bool Voting::enter(std::uint64_t round, VoteReason reason, Instant home_by) {
  saw_round(round);
  if (round == round_) return true;
  if (round < round_) return MUTANT(judge_settled_round);
  end_round();
  round_ = round;
  reason_ = reason;
  home_by_ = home_by;
  return true;
}

std::optional<Vote> Voting::own_vote(const Member& self, std::vector<Member> proposal) {
  if (own_sent_) return std::nullopt;
  own_sent_ = true;
  proposal_ = std::move(proposal);
  return Vote{round_, reason_, self.id, {self}, proposal_};
}

Voting::Verdict Voting::judge(const Vote& vote, ServerId self) {
  const bool settled = vote.round < round_ && !MUTANT(judge_settled_round);
  if (settled || vote.round > round_) return Verdict::stale;
  if (vote.candidate == self) return own_sent_ ? Verdict::home : Verdict::stale;
  if (!passed_.insert(vote.candidate).second) return Verdict::repeated;
  if (MUTANT(swallow_higher)) return Verdict::swallow;
  if (MUTANT(pass_on_lower)) return Verdict::pass_on;
  return vote.candidate > self ? Verdict::pass_on : Verdict::swallow;
}

void Voting::sent(Vote vote, const Member& to, Instant next_try) {
  const std::uint32_t tries = ++unanswered_[to.id];
  hops_.push_back(Hop{std::move(vote), to, tries, next_try});
}

void Voting::keep(Hop hop) {
  std::uint32_t& tries = unanswered_[hop.to.id];
  tries = std::max(tries, hop.tries);
  hops_.push_back(std::move(hop));
}

bool Voting::acknowledged(std::uint64_t round, ServerId candidate, ServerId by) {
  unanswered_.erase(by);
  skipped_.erase(by);
  return std::erase_if(hops_, [&](const Hop& hop) {
           return hop.vote.round == round && hop.vote.candidate == candidate && hop.to.id == by;
         }) != 0;
}

std::vector<Hop> Voting::take_due(Instant now) {
  std::vector<Hop> due;
  std::erase_if(hops_, [&](Hop& hop) {
    if (hop.next_try > now) return false;
    due.push_back(std::move(hop));
    return true;
  });
  return due;
}

std::vector<Hop> Voting::take_hops_to(ServerId server) {
  std::vector<Hop> waiting;
  std::erase_if(hops_, [&](Hop& hop) {
    if (hop.to.id != server) return false;
    waiting.push_back(std::move(hop));
    return true;
  });
  return waiting;
}

void Voting::end() {
  const std::uint64_t highest = highest_round_;
  *this = Voting{};
  highest_round_ = highest;
}

void Voting::end_round() {
  std::set<ServerId> skipped = std::move(skipped_);
  std::map<ServerId, std::uint32_t> unanswered = std::move(unanswered_);
  end();
  skipped_ = std::move(skipped);
  unanswered_ = std::move(unanswered);
}

Instant Voting::deadline() const {
  Instant at = active() ? home_by_ : never;
  for (const Hop& hop : hops_) at = std::min(at, hop.next_try);
  return at;
}

void Voting::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(round_)
      .add(highest_round_)
      .add(static_cast<std::uint64_t>(reason_))
      .add(own_sent_ ? 1 : 0)
      .add(proposal_.size());
  for (const ServerId id : passed_) hasher.add(id.value);
  for (const ServerId id : skipped_) hasher.add(id.value);
  for (const auto& [id, tries] : unanswered_) hasher.add(id.value).add(tries);
  for (const Hop& hop : hops_) {
    hasher.add(hop.vote.candidate.value).add(hop.to.id.value).add(hop.tries);
    hasher.add(hop.vote.path.size()).add(static_cast<std::uint64_t>((hop.next_try - now).us));
  }
  if (active()) hasher.add(static_cast<std::uint64_t>((home_by_ - now).us));
}

}  // namespace peal
