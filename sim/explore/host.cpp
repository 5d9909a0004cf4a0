// When two hosts are the same.
#include "sim/explore/host.hpp"

#include <algorithm>

namespace peal::sim::explore {
namespace {

void mix(Hasher& hasher, const Witness& seen) {
  hasher.add(seen.installed.size()).add(seen.gap_shown ? 1 : 0);
  for (const View& view : seen.installed) {
    hasher.add(view.id.number).add(view.id.leader.value);
    for (const Member& member : view.members) hasher.add(member.incarnation.value);
  }
  for (const Ack& ack : seen.acks)
    hasher.add(ack.message.n).add(ack.accepted.entry.log.value).add(ack.accepted.entry.seq);
  for (const Shown& shown : seen.shown) hasher.add(shown.message.n).add(shown.entry.seq);
}

void mix(Hasher& hasher, Digest digest) { hasher.add(digest.high).add(digest.low); }

bool same(const Write& a, const Write& b) { return a.token == b.token && a.entries == b.entries; }

}  // namespace

Instant Host::deadline() const {
  if (server) return server->next_deadline();
  if (client) return client->next_deadline();
  return never;
}

Digest Host::digest() const {
  Hasher hasher;
  // Always as of one time: a host that nobody touched keeps its digest while time goes on.
  if (server) mix(hasher, server->digest(Instant{}));
  if (client) mix(hasher, client->digest(Instant{}));
  hasher.add(starts).add(disk.entries().size());
  for (const auto& [id, entry] : disk.entries()) mix(hasher, digest_of(*entry));
  for (const Write& write : writes) hasher.add(write.token.value);
  mix(hasher, seen);
  return hasher.digest();
}

bool operator==(const Host& a, const Host& b) {
  return a.starts == b.starts && a.server == b.server && a.client == b.client && a.seen == b.seen &&
         a.disk.entries() == b.disk.entries() && std::ranges::equal(a.writes, b.writes, same);
}

}  // namespace peal::sim::explore
