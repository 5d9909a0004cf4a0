// Version vectors as sorted lists: lookups by bisection, joins in one pass.
#include "core/version_vector.hpp"

#include <algorithm>
#include <utility>

namespace peal {
namespace {

bool before(const EntryId& pair, LogId log) { return pair.log < log; }

}  // namespace

std::uint64_t VersionVector::at(LogId log) const {
  const auto it = std::lower_bound(pairs_.begin(), pairs_.end(), log, before);
  return it != pairs_.end() && it->log == log ? it->seq : 0;
}

bool VersionVector::covers(const VersionVector& other) const {
  auto mine = pairs_.begin();
  for (const EntryId theirs : other.pairs_) {
    while (mine != pairs_.end() && mine->log < theirs.log) ++mine;
    if (mine == pairs_.end() || mine->log != theirs.log || mine->seq < theirs.seq) return false;
  }
  return true;
}

bool VersionVector::advance(EntryId pair) {
  if (pair.seq == 0) return false;
  if (pairs_.empty() || pairs_.back().log < pair.log) {  // As in a list that is read in order.
    pairs_.push_back(pair);
    return true;
  }
  const auto it = std::lower_bound(pairs_.begin(), pairs_.end(), pair.log, before);
  if (it != pairs_.end() && it->log == pair.log) {
    if (it->seq >= pair.seq) return false;
    it->seq = pair.seq;
    return true;
  }
  pairs_.insert(it, pair);
  return true;
}

bool VersionVector::merge(const VersionVector& other) {
  if (covers(other)) return false;
  std::vector<EntryId> joined;
  joined.reserve(pairs_.size() + other.pairs_.size());
  auto mine = pairs_.begin();
  for (const EntryId theirs : other.pairs_) {
    while (mine != pairs_.end() && mine->log < theirs.log) joined.push_back(*mine++);
    const bool both = mine != pairs_.end() && mine->log == theirs.log;
    joined.push_back(both && mine->seq > theirs.seq ? *mine : theirs);
    if (both) ++mine;
  }
  joined.insert(joined.end(), mine, pairs_.end());
  pairs_ = std::move(joined);
  return true;
}

std::vector<EntryId> VersionVector::beyond(const VersionVector& other) const {
  std::vector<EntryId> more;
  auto theirs = other.pairs_.begin();
  for (const EntryId mine : pairs_) {
    while (theirs != other.pairs_.end() && theirs->log < mine.log) ++theirs;
    const bool known = theirs != other.pairs_.end() && theirs->log == mine.log;
    if (!known || theirs->seq < mine.seq) more.push_back(mine);
  }
  return more;
}

VersionVector VersionVector::without(const VersionVector& other) const {
  VersionVector rest;
  auto theirs = other.pairs_.begin();
  for (const EntryId mine : pairs_) {
    while (theirs != other.pairs_.end() && theirs->log < mine.log) ++theirs;
    if (theirs == other.pairs_.end() || theirs->log != mine.log) rest.pairs_.push_back(mine);
  }
  return rest;
}

std::uint64_t VersionVector::count_beyond(const VersionVector& other) const {
  std::uint64_t count = 0;
  for (const EntryId mine : beyond(other)) count += mine.seq - other.at(mine.log);
  return count;
}

VersionVector VersionVector::meet(const VersionVector& other) const {
  VersionVector both;
  for (const EntryId mine : pairs_)
    both.advance({mine.log, std::min(mine.seq, other.at(mine.log))});
  return both;
}

void VersionVector::mix_into(Hasher& hasher) const {
  hasher.add(pairs_.size());
  for (const EntryId pair : pairs_) hasher.add(pair.log.value).add(pair.seq);
}

}  // namespace peal
