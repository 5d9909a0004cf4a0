// Partial messages in a map, and by age for expiry and eviction.
#include "core/codec/reassembler.hpp"

#include <iterator>

namespace peal::codec {
namespace {

/// What an unfinished message costs beside its chunks: the list of them, and its nodes in the maps.
std::size_t bookkeeping_bytes(std::uint32_t count) {
  return 256 + count * sizeof(std::vector<std::uint8_t>);
}

}  // namespace

std::optional<std::vector<std::uint8_t>> Reassembler::add(Instant now, const Endpoint& from,
                                                          const Fragment& fragment) {
  expire(now);
  const Key key{from, fragment.sender, fragment.number};
  auto found = partials_.find(key);
  if (found == partials_.end()) {
    make_room_of_source(key);
    found = start(now, key, fragment.count);
  }
  Partial& partial = found->second;
  if (partial.chunks.size() != fragment.count) {
    ++drops_.inconsistent;
    return std::nullopt;
  }
  std::vector<std::uint8_t>& chunk = partial.chunks[fragment.index];
  if (!chunk.empty()) {
    ++drops_.duplicates;
    return std::nullopt;
  }
  chunk.assign(fragment.chunk.begin(), fragment.chunk.end());
  partial.bytes += chunk.size();
  bytes_ += chunk.size();
  if (--partial.missing != 0) {
    make_room();
    return std::nullopt;
  }
  std::vector<std::uint8_t> message;
  message.reserve(partial.bytes);
  for (const auto& part : partial.chunks) message.insert(message.end(), part.begin(), part.end());
  remove(found);
  return message;
}

Reassembler::Partials::iterator Reassembler::start(Instant now, const Key& key,
                                                   std::uint32_t count) {
  Partial partial;
  partial.started = now;
  partial.order = ++started_;
  partial.missing = count;
  partial.chunks.resize(count);
  partial.bytes = bookkeeping_bytes(count);
  bytes_ += partial.bytes;
  by_age_.emplace(partial.order, key);
  return partials_.emplace(key, std::move(partial)).first;
}

void Reassembler::expire(Instant now) {
  while (!by_age_.empty()) {
    const auto oldest = partials_.find(by_age_.begin()->second);
    if (oldest->second.started + reassembly_time_max > now) return;
    remove(oldest);
    ++drops_.expired;
  }
}

void Reassembler::make_room_of_source(const Key& key) {
  const auto first = partials_.lower_bound({key.from, key.sender, 0});
  std::size_t count = 0;
  auto oldest = first;
  for (auto it = first;
       it != partials_.end() && it->first.from == key.from && it->first.sender == key.sender;
       ++it) {
    ++count;
    if (it->second.order < oldest->second.order) oldest = it;
  }
  if (count < partials_per_source_max) return;
  remove(oldest);
  ++drops_.evicted;
}

void Reassembler::make_room() {
  while (bytes_ > reassembly_bytes_max) {
    remove(partials_.find(by_age_.begin()->second));
    ++drops_.evicted;
  }
}

void Reassembler::remove(Partials::iterator partial) {
  bytes_ -= partial->second.bytes;
  by_age_.erase(partial->second.order);
  partials_.erase(partial);
}

}  // namespace peal::codec
