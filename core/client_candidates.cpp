// Which server next: configured ones, members of the view, never at once those that refused.
#include "core/client_candidates.hpp"

#include <algorithm>
#include <span>

#include "core/limits.hpp"

namespace peal {
namespace {

void mix(Hasher& hasher, const Endpoint& endpoint) {
  hasher.add(std::span<const std::uint8_t>(endpoint.ip)).add(endpoint.port).add(endpoint.scope);
}

void mix(Hasher& hasher, const View& view) {
  hasher.add(view.id.number).add(view.id.leader.value).add(view.members.size());
  for (const Member& member : view.members) {
    hasher.add(member.id.value).add(member.incarnation.value).add(member.addresses.size());
    for (const Endpoint& at : member.addresses) mix(hasher, at);
  }
}

}  // namespace

ClientCandidates::ClientCandidates(const ClientConfig& config)
    : configured_(config.servers), pin_(config.pin), prng_(config.seed) {}

void ClientCandidates::heard(ServerId server, const Endpoint& at) {
  if (!server) return;
  const auto is_member = [&](const Member& member) { return member.id == server; };
  if (std::ranges::any_of(view_.members, is_member)) heard_at_[server] = at;
  if (heard_at_.size() <= limits::members_max) return;
  std::erase_if(heard_at_, [&](const auto& known) {
    return std::ranges::none_of(view_.members,
                                [&](const Member& member) { return member.id == known.first; });
  });
}

Endpoint ClientCandidates::best_address(const Member& member) const {
  if (const auto it = heard_at_.find(member.id); it != heard_at_.end()) return it->second;
  return member.addresses.empty() ? Endpoint{} : member.addresses.front();
}

void ClientCandidates::plan(const Endpoint& at) {
  if (at && std::ranges::find(pass_, at) == pass_.end()) pass_.push_back(at);
}

void ClientCandidates::start_pass(ServerId lost, const Endpoint& lost_at) {
  pass_.clear();
  for (const Endpoint& at : configured_)
    if (at != lost_at) plan(at);
  if (pin_) {
    if (pass_.empty()) plan(lost_at);  // The only one: it may come back.
    return;
  }
  const std::size_t size = view_.members.size();
  const std::size_t first = size == 0 ? 0 : prng_.below(size);
  const auto nth = [&](std::size_t i) -> const Member& {
    return view_.members[(first + i) % size];
  };
  for (std::size_t i = 0; i < size; ++i)
    if (nth(i).id != lost) plan(best_address(nth(i)));
  for (std::size_t i = 0; i < size; ++i)
    for (const Endpoint& at : nth(i).addresses)
      if (nth(i).id != lost) plan(at);
  std::erase(pass_, lost_at);
}

std::optional<Endpoint> ClientCandidates::next(Instant now) {
  while (!pass_.empty()) {
    const Endpoint at = pass_.front();
    pass_.pop_front();
    if (!is_avoided(at, now)) return at;
  }
  return std::nullopt;
}

void ClientCandidates::avoid(const Endpoint& at, Instant until) {
  avoided_[at] = until;
  if (avoided_.size() <= limits::client_avoided_max) return;
  avoided_.erase(
      std::ranges::min_element(avoided_, {}, [](const auto& entry) { return entry.second; }));
}

bool ClientCandidates::is_avoided(const Endpoint& at, Instant now) const {
  const auto it = avoided_.find(at);
  return it != avoided_.end() && it->second > now;
}

bool ClientCandidates::is_configured(const Endpoint& at) const {
  return std::ranges::find(configured_, at) != configured_.end();
}

bool ClientCandidates::acceptable(const Member& server, const Endpoint& from, Instant now) const {
  if (is_avoided(from, now)) return false;
  if (!pin_ || is_configured(from)) return true;
  // A server with several addresses answers from the one that is nearest to us.
  return std::ranges::any_of(server.addresses,
                             [this](const Endpoint& at) { return is_configured(at); });
}

std::vector<Endpoint> ClientCandidates::to_probe() const {
  std::vector<Endpoint> list = configured_;
  if (pin_) return list;
  for (const Member& member : view_.members) {
    const Endpoint at = best_address(member);
    if (at && std::ranges::find(list, at) == list.end()) list.push_back(at);
  }
  return list;
}

void ClientCandidates::mix_into(Hasher& hasher, Instant now) const {
  hasher.add(prng_.state()).add(pass_.size());
  mix(hasher, view_);
  for (const Endpoint& at : pass_) mix(hasher, at);
  for (const auto& [server, at] : heard_at_) {
    hasher.add(server.value);
    mix(hasher, at);
  }
  for (const auto& [at, until] : avoided_) {
    if (until <= now) continue;
    mix(hasher, at);
    hasher.add(static_cast<std::uint64_t>((until - now).us));
  }
}

}  // namespace peal
