// Votes go round until the highest id's is home.
#include "sim/lcr_ring.hpp"

#include <utility>

#include "core/check.hpp"

namespace peal::sim {
namespace {

constexpr std::int64_t delay_min_us = 100;
constexpr std::uint64_t delay_spread_us = 900;

}  // namespace

LcrOrder draw_lcr_order(std::size_t servers, Prng& prng) {
  LcrOrder order;
  for (std::size_t i = 1; i <= servers; ++i) order.ids.push_back(ServerId{i});
  for (std::size_t i = servers; i > 1; --i) std::swap(order.ids[i - 1], order.ids[prng.below(i)]);
  for (std::size_t i = 0; i < servers; ++i)
    order.delays_us.push_back(delay_min_us +
                              static_cast<std::int64_t>(prng.below(delay_spread_us)));
  return order;
}

LcrOutcome LcrRing::elect(const LcrOrder& order) {
  CHECK(order.ids.size() == voting_.size() && order.delays_us.size() == voting_.size());
  start(order);
  while (true) {
    CHECK(!under_way_.empty());  // The highest id's vote always comes home.
    const auto [now_us, arrival] = under_way_.pop();
    const Vote& vote = votes_[arrival.vote];
    outcome_.arrivals_us += static_cast<std::uint64_t>(now_us);
    digest_.add(static_cast<std::uint64_t>(now_us));
    digest_.add(std::uint64_t{arrival.at} << 32U | arrival.vote);
    const auto verdict = voting_[arrival.at].judge(vote, order.ids[arrival.at]);
    if (verdict == Voting::Verdict::home) {
      // Whoever was swallowed had a shorter way than all the way round.
      CHECK(vote.candidate.value == voting_.size() && under_way_.empty());
      outcome_.winner = arrival.at;
      outcome_.end_us = now_us;
      return outcome_;
    }
    CHECK(verdict == Voting::Verdict::pass_on || verdict == Voting::Verdict::swallow);
    if (verdict == Voting::Verdict::pass_on) send(order, now_us, arrival.at, arrival.vote);
  }
}

void LcrRing::start(const LcrOrder& order) {
  ++round_;
  outcome_ = {};
  for (std::uint32_t place = 0; place < voting_.size(); ++place) {
    CHECK(voting_[place].enter(round_, VoteReason::startup, never));
    auto own = voting_[place].own_vote(Member{order.ids[place], Incarnation{place + 1U}, {}}, {});
    CHECK(own.has_value());
    votes_[place] = *std::move(own);
    send(order, 0, place, place);
  }
}

void LcrRing::send(const LcrOrder& order, std::int64_t now_us, std::uint32_t from,
                   std::uint32_t vote) {
  ++outcome_.votes;
  const auto to = static_cast<std::uint32_t>(from + 1 == voting_.size() ? 0 : from + 1);
  under_way_.push(now_us + order.delays_us[from], {.at = to, .vote = vote});
}

}  // namespace peal::sim
