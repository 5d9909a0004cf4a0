// Numbering hosts by value, and remembering what steps do.
#include "sim/explore/stage.hpp"

#include <algorithm>
#include <utility>

namespace peal::sim::explore {
namespace {

/// Of the n-th host with this digest.
Digest nth(Digest digest, std::uint64_t n) {
  if (n == 0) return digest;
  return Hasher(n).add(digest.high).add(digest.low).digest();
}

}  // namespace

/// Digests find the host; whether it is the same is asked of the whole value.
HostId Stage::number(Host host) {
  const Digest own = host.digest();
  for (std::uint64_t n = 0;; ++n) {
    const Digest digest = nth(own, n);
    const std::uint32_t id = known_.find(digest);
    if (id == DigestTable::none || !nodes_[id].host) {
      const HostId added = add(std::move(host), digest);
      nodes_[added].alike = n != 0;
      if (n != 0) ++alike_;
      return added;
    }
    if (*nodes_[id].host == host) return id;
    nodes_[id].alike = true;
  }
}

HostId Stage::add(Host&& host, Digest digest) {
  HostId id = 0;
  if (free_.empty()) {
    id = static_cast<HostId>(nodes_.size());
    nodes_.emplace_back();
  } else {
    id = free_.back();
    free_.pop_back();
  }
  Node& node = nodes_[id];
  node.digest = digest;
  node.deadline = host.deadline();
  node.writes = static_cast<std::uint16_t>(host.writes.size());
  node.up = host.up();
  node.alike = false;
  node.host = std::make_unique<const Host>(std::move(host));
  const auto [number, fresh] = known_.insert(digest, id);
  if (!fresh && number != id) known_.renumber(digest, id);
  return id;
}

void Stage::act(Act& act, Happening happening) const {
  switch (happening.kind) {
    case Happening::Kind::deliver: return act.receive(letters_[happening.what]);
    case Happening::Kind::wake: return act.wake();
    case Happening::Kind::written: return act.complete_write();
    case Happening::Kind::crash: return act.crash(happening.what);
    case Happening::Kind::start: return act.start();
    case Happening::Kind::say: return act.say(lines_[happening.what]);
  }
}

Deed Stage::tell(std::size_t place, HostId host, Instant now, Happening happening) const {
  Host copy = *nodes_[host].host;
  Act acting(cast_, place, now, copy, true);
  act(acting, happening);
  return std::move(acting.deed());
}

Outcome Stage::step(std::size_t place, HostId host, Instant now, Happening happening) {
  const Digest question = Hasher()
                              .add(place)
                              .add(host)
                              .add(static_cast<std::uint64_t>(now.us))
                              .add(static_cast<std::uint64_t>(happening.kind))
                              .add(happening.what)
                              .digest();
  const auto [known, fresh] =
      answers_.insert(question, static_cast<std::uint32_t>(outcomes_.size()));
  if (!fresh) return outcomes_[known];
  ++steps_taken_;
  Host next = *nodes_[host].host;
  Act acting(cast_, place, now, next);
  act(acting, happening);
  Outcome outcome;
  outcome.watched = next.seen != nodes_[host].host->seen ||
                    next.disk.entries().size() != nodes_[host].host->disk.entries().size();
  outcome.first_sent = static_cast<std::uint32_t>(sent_.size());
  for (const Outgoing& outgoing : acting.deed().sent) {
    const LetterId letter = letters_.number(outgoing.packet);
    sent_.push_back(
        {static_cast<std::uint8_t>(outgoing.to), static_cast<std::uint8_t>(place), letter});
  }
  outcome.sent = static_cast<std::uint32_t>(sent_.size()) - outcome.first_sent;
  if (!acting.deed().broken.empty()) {
    outcome.broken = static_cast<std::uint32_t>(broken_.size());
    broken_.push_back(acting.deed().broken);
  }
  outcome.host = number(std::move(next));
  outcomes_.push_back(outcome);
  return outcome;
}

/// A host that is forgotten and met again gets its digest again. Of several with one digest which
/// is the first would depend on who is met first, so these are kept for ever.
void Stage::keep_only(const std::vector<bool>& needed) {
  for (HostId id = 0; id < nodes_.size(); ++id) {
    if (needed[id] || nodes_[id].alike || !nodes_[id].host) continue;
    nodes_[id].host.reset();
    free_.push_back(id);
  }
  known_.clear();
  for (HostId id = 0; id < nodes_.size(); ++id)
    if (nodes_[id].host) static_cast<void>(known_.insert(nodes_[id].digest, id));
  answers_.clear();
  outcomes_.clear();
  sent_.clear();
}

}  // namespace peal::sim::explore
