// The digest of a server's whole state: deadlines relative to now, so that the same state at
// another time is equal.
#include <algorithm>

#include "core/server.hpp"

namespace peal {
namespace {

void mix(Hasher& hasher, const Looking& looking, Instant now) {
  hasher.add(looking.joins).add(looking.leader ? looking.leader->incarnation.value : 0);
  hasher.add(looking.full ? 1 : 0);
  for (const Incarnation leader : looking.deaf) hasher.add(leader.value);
  if (const auto& up = looking.catch_up)
    hasher.add(up->of)
        .add(up->held_then)
        .add(up->per_second)
        .add(static_cast<std::uint64_t>((now - up->measured).us));
}

void mix(Hasher& hasher, const Following& following, Instant now) {
  following.leader.mix_into(hasher, now);
  following.told.mix_into(hasher);
  following.leader_has.mix_into(hasher);
  hasher.add(following.heartbeats % 20);
  for (const ServerId id : following.askers) hasher.add(id.value);
  for (const HeldVote& held : following.held_votes)
    hasher.add(held.vote.round).add(held.vote.candidate.value);
}

void mix(Hasher& hasher, const Leading& leading, Instant now) {
  hasher.add(leading.heartbeat).add(leading.serving ? 1 : 0);
  hasher.add(leading.first_of_view);
  hasher.add(leading.proposer ? leading.proposer->incarnation.value : 0);
  leading.to_pull.mix_into(hasher);
  for (const auto& [id, follower] : leading.followers) {
    hasher.add(id.value).add(follower.acknowledged ? 1 : 0);
    follower.watch.mix_into(hasher, now);
    follower.told.mix_into(hasher);
  }
  for (const auto& [id, learner] : leading.learners)
    hasher.add(id.value)
        .add(learner.member.incarnation.value)
        .add(static_cast<std::uint64_t>(std::max(learner.next_push, now).us - now.us));
  for (const auto& [id, merge] : leading.merges)
    hasher.add(id.value)
        .add(static_cast<std::uint64_t>((merge.next - now).us))
        .add(static_cast<std::uint64_t>(merge.backoff.us))
        .add((merge.voted ? 1U : 0U) | (merge.failed ? 2U : 0U))
        .add(merge.view.number)
        .add(merge.view.leader.value);
}

}  // namespace

Digest Server::digest(Instant now) const {
  Hasher hasher;
  hasher.add(self_.incarnation.value)
      .add(prng_.state())
      .add(leaving_ ? 1 : 0)
      .add(trouble_)
      .add(token_)
      .add(token_reads_);
  hasher.add(draining_ ? 1 : 0).add(drained_told_ ? 1 : 0).add(slow_token_).add(slow_looks_);
  hasher.add(gather_until_.us < 0 ? 0 : static_cast<std::uint64_t>((gather_until_ - now).us) + 1);
  for (const auto& [id, at] : sent_away_)
    hasher.add(id.value).add(static_cast<std::uint64_t>((now - at).us));
  for (const ServerId id : forgotten_) hasher.add(id.value);
  timers_.mix_into(hasher, now);
  peers_.mix_into(hasher, now);
  mix(hasher, view_);
  hasher.add(former_view_.number).add(former_view_.leader.value).add(highest_led_);
  hasher.add(static_cast<std::uint64_t>(std::min(now - in_view_since_, config_.gap_wait).us));
  hasher.add(role_.index());
  std::visit([&](const auto& role) { mix(hasher, role, now); }, role_);
  voting_.mix_into(hasher, now);
  clock_.mix_into(hasher, now);
  for (const ServerId id : suspected_) hasher.add(id.value);
  for (const auto& [id, incarnation] : former_) hasher.add(id.value).add(incarnation.value);
  history_.mix_into(hasher);
  history_.chat().mix_into(hasher);
  stable_.mix_into(hasher);
  order_.mix_into(hasher, now);
  copies_.mix_into(hasher);
  for (const auto& [id, stream] : streams_) {
    hasher.add(id.value);
    stream.mix_into(hasher, now);
  }
  gossiped_.mix_into(hasher);
  own_deps_.mix_into(hasher);
  for (const PendingWrite& write : writes_) hasher.add(write.token);
  for (const auto& [token, purpose] : reads_) hasher.add(token).add(purpose.index());
  for (const EntryId id : damaged_) hasher.add(id.log.value).add(id.seq);
  for (const auto& [id, acks] : acks_) hasher.add(id.value).add(acks.size());
  submissions_.mix_into(hasher);
  hasher.add(early_forwards_.size());
  for (const auto& [id, session] : sessions_) {
    hasher.add(id.value);
    session.mix_into(hasher, now);
  }
  for (const auto& [id, users] : reported_) hasher.add(id.value).add(users.size());
  hasher.add(online_.users.size()).add(presence_urgent_ ? 1 : 0);
  for (const auto& [name, value] : counters_) hasher.add(name).add(value);
  return hasher.digest();
}

}  // namespace peal
